// Two validators that make one chain.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { bounded } from './lib/bounded.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { until } from './lib/wait.mjs';

const HEIGHT = 5;

/** Index of the block's author in the epoch's list, from BABE's pre-runtime digest. */
function author(header) {
	// DigestItem::PreRuntime is variant 6, then the engine's name, then the bytes with their compact length;
	// the bytes begin with the kind of claim (1: primary, 2: secondary, 3: secondary with VRF) and the index.
	const babe = Buffer.from('BABE').toString('hex');
	const digests = header.digest.logs.map((log) => Buffer.from(log.slice(2), 'hex'));
	const claim = digests.find((log) => log[0] === 6 && log.subarray(1, 5).toString('hex') === babe);
	assert.ok(claim, `no BABE pre-runtime digest in block ${Number(header.number)}`);
	const body = claim.subarray(5 + (claim[5] & 3 ? 2 : 1));
	assert.ok(body[0] >= 1 && body[0] <= 3, `unknown claim ${body[0]}`);
	return body.readUInt32LE(1);
}

describe('two validators', () => {
	const directories = [temporaryDirectory(), temporaryDirectory()];
	let alice;
	let bob;

	before(async () => {
		// Well-known keys: the network identity may be drawn at random too.
		const args = ['--chain', 'local', '--validator', '--unsafe-force-node-key-generation'];
		alice = await startNode({ name: 'Alice', args: [...args, '--alice'], basePath: directories[0].path });
		const addresses = await alice.rpc('system_localListenAddresses');
		const address = addresses.find((listed) => listed.startsWith('/ip4/127.0.0.1/tcp/'));
		assert.ok(address, `Alice listens at ${addresses}`);
		const peer = await alice.rpc('system_localPeerId');
		const bootnode = address.includes('/p2p/') ? address : `${address}/p2p/${peer}`;
		assert.ok(bootnode.endsWith(peer));
		bob = await startNode({
			name: 'Bob',
			args: [...args, '--bob', '--bootnodes', bootnode],
			basePath: directories[1].path,
		});
	}, { timeout: 400_000 });
	after(async () => {
		await Promise.all([alice?.stop(), bob?.stop()]);
		directories.forEach((directory) => directory.remove());
	});

	bounded('should find each other', 60, async () => {
		for (const node of [alice, bob]) {
			await until(`${node.name} has a peer`, 50, async () => (await node.rpc('system_health')).peers === 1);
		}
		assert.notEqual(await alice.rpc('system_localPeerId'), await bob.rpc('system_localPeerId'));
	});

	bounded('should finalise blocks that both of them made, and agree on them', 150, async () => {
		const authors = new Set();
		let seen = 0;
		await until(`blocks of both are final at both, up to ${HEIGHT} at least`, 140, async () => {
			const heads = await Promise.all([alice.finalizedHead(), bob.finalizedHead()]);
			const height = Math.min(...heads.map((head) => head.number));
			while (seen < height) {
				seen += 1;
				const [one, other] = await Promise.all([alice, bob].map((node) => node.rpc('chain_getBlockHash', seen)));
				assert.equal(one, other, `final blocks ${seen} differ`);
				authors.add(author(await alice.rpc('chain_getHeader', one)));
			}
			return seen >= HEIGHT && authors.size >= 2;
		});
		assert.deepEqual([...authors].sort(), [0, 1]);
	});
});
