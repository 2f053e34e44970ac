// What operators and notaries sign, byte by byte as docs/presence.md has it, and the node's methods for it.

import { hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';

const u32 = (number) => {
	const bytes = new Uint8Array(4);
	new DataView(bytes.buffer).setUint32(0, number, true);
	return bytes;
};

/** `what` is an announcement: chain, notary's public key, slot, generation, window. */
const encoded = ({ genesis, notary, slot, generation, window }) =>
	u8aConcat(hexToU8a(genesis), notary, u32(slot), u32(generation), u32(window));

const payload = (tag, bytes) => u8aConcat(stringToU8a(`surety/presence/${tag}/1`), bytes);

/** An announcement with its signature, as the node takes it. */
export const announce = (key, what) => u8aToHex(u8aConcat(encoded(what), key.sign(payload('announcement', encoded(what)))));

/** Whether `receipt` is the notary's word for the announcement. */
export const isReceipt = (key, what, receipt) => key.verify(payload('receipt', encoded(what)), receipt, key.publicKey);

/** What shows that a notary has the key that it names. */
export const ownership = (key, genesis, notary) => u8aToHex(key.sign(payload('key', u8aConcat(hexToU8a(genesis), notary))));
