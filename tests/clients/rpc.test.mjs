// What the node itself answers, and what it still knows after it was stopped or killed.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { bounded } from './lib/bounded.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { until } from './lib/wait.mjs';

describe('a node', () => {
	const directory = temporaryDirectory();
	let node;

	before(async () => {
		node = await startNode({ basePath: directory.path });
	}, { timeout: 200_000 });
	after(async () => {
		await node?.stop();
		directory.remove();
	});

	const restart = async () => {
		node = await startNode({ name: 'restarted node', basePath: directory.path });
	};

	/** Asserts that `head`, which was final, is in the chain and that finality goes on above it. */
	const stillFinal = async (head, genesis) => {
		assert.equal(await node.rpc('chain_getBlockHash', 0), genesis);
		const now = await node.finalizedHead();
		assert.ok(now.number >= head.number, `final was ${head.number}, is ${now.number}`);
		assert.equal(await node.rpc('chain_getBlockHash', head.number), head.hash);
		await node.finalized(now.number + 2, 30);
		assert.equal(await node.rpc('chain_getBlockHash', head.number), head.hash);
	};

	bounded('should answer about its health', 10, async () => {
		const health = await node.rpc('system_health');
		assert.deepEqual(health, { peers: 0, isSyncing: false, shouldHavePeers: false });
		assert.equal(await node.rpc('system_name'), 'Surety Node');
		assert.equal(await node.rpc('system_chain'), 'Surety Development');
		const properties = await node.rpc('system_properties');
		assert.deepEqual(properties, { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'SURE' });
	});

	bounded('should speak the legacy and the new JSON-RPC', 10, async () => {
		const { methods } = await node.rpc('rpc_methods');
		const expected = [
			...['author_submitExtrinsic', 'author_rotateKeysWithOwner', 'chain_getHeader', 'chain_subscribeFinalizedHeads'],
			...['state_call', 'state_getMetadata', 'state_getStorage', 'system_accountNextIndex', 'system_localPeerId'],
			...['payment_queryInfo', 'grandpa_proveFinality', 'babe_epochAuthorship', 'sync_state_genSyncSpec'],
			...['chainHead_v1_follow', 'chainHead_v1_call', 'chainHead_v1_storage', 'chainSpec_v1_genesisHash'],
			...['transaction_v1_broadcast', 'transactionWatch_v1_submitAndWatch'],
		];
		assert.deepEqual(expected.filter((method) => !methods.includes(method)), []);
		assert.equal(await node.rpc('chainSpec_v1_genesisHash'), await node.rpc('chain_getBlockHash', 0));
	});

	bounded('should refuse a method that it does not know', 10, async () => {
		await assert.rejects(node.rpc('surety_noSuchMethod'), /-32601 Method not found/);
	});

	bounded('should finalise block after block', 40, async () => {
		const first = await node.finalized(1, 30);
		const head = await node.finalizedHead();
		await node.finalized(first + 3, 20);
		assert.equal(await node.rpc('chain_getBlockHash', head.number), head.hash);
	});

	bounded('should report its height as a metric', 20, async () => {
		const height = async (status) => {
			const text = await (await fetch(node.metrics)).text();
			const found = text.match(new RegExp(`^substrate_block_height\\{status="${status}"[^}]*\\} (\\d+)$`, 'm'));
			return found && Number(found[1]);
		};
		const { number } = await node.finalizedHead();
		await until('the metric follows finality', 15, async () => (await height('finalized')) >= number);
		assert.ok((await height('best')) >= number);
	});

	bounded('should keep its state when it is stopped and started again', 250, async () => {
		const genesis = await node.rpc('chain_getBlockHash', 0);
		const head = await node.finalizedHead();
		assert.ok(head.number > 0);
		assert.equal(await node.stop(), 0);
		await restart();
		await stillFinal(head, genesis);
	});

	bounded('should lose nothing final when it is killed', 250, async () => {
		const genesis = await node.rpc('chain_getBlockHash', 0);
		const before = await node.finalizedHead();
		await node.finalized(before.number + 1, 20);
		const head = await node.finalizedHead();
		await node.kill();
		await restart();
		await stillFinal(head, genesis);
	});
});
