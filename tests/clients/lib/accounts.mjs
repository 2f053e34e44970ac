// Keys of the development chain.

import { Keyring } from '@polkadot/keyring';
import { cryptoWaitReady } from '@polkadot/util-crypto';

await cryptoWaitReady();

const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 });

/** The key that a development seed's path leads to, such as `//Alice`. */
export function account(path) {
	return keyring.addFromUri(path, { name: path });
}

// Alice makes the blocks and gets a share of the fees, which blurs her balance: she takes no part.
export const [alice, bob, charlie, dave, eve, ferdie] = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map((name) =>
	account(`//${name}`),
);
