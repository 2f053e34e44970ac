// An agreement through @polkadot/api, from the proposal to the close: a question that is answered by a path, a round of audits
// that is shown and one that is missed, downtime past the promise, and penalties that are paid after their review.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import { blake2AsU8a } from '@polkadot/util-crypto';
import { bob, charlie, dave, eve, ferdie } from './lib/accounts.mjs';
import { step } from './lib/bounded.mjs';
import { checkState } from './lib/command.mjs';
import { TUSD, UNIT } from './lib/economy.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { balances, connect, happened, only, plain, reach, submit } from './lib/polkadot-js.mjs';
import { until } from './lib/wait.mjs';

const OWN = 300n * UNIT;
const WHOLE = 1_000_000;
const RESERVE = 60n * UNIT;
const MISSED = 3n * UNIT;
const DOWN = (3n * UNIT) / 10n;
const FEE = UNIT / 10n;
const LENGTH = 90;
const PRICE = { asset: 'Native', amount: UNIT, period: 10 };
const CHUNK = 32;
const CHUNKS = 50;
const SAMPLES = 4;
const TERMS = { latencyMs: 20, bandwidthKbitS: 1_000, basePrice: 1_000, pricePerByte: 1 };

// What docs/agreements.md says of trees and samples, written down again.
const file = Uint8Array.from({ length: CHUNKS * CHUNK - 5 }, (_, i) => (i * 7 + (i >> 5)) % 251);
const chunkOf = (index) => file.slice(index * CHUNK, (index + 1) * CHUNK);
const hash = (...parts) => blake2AsU8a(u8aConcat(...parts), 256);
const littleEndian = (number, bytes) => Uint8Array.from({ length: bytes }, (_, i) => Number((BigInt(number) >> BigInt(8 * i)) & 0xffn));

function levels() {
	const all = [Array.from({ length: CHUNKS }, (_, i) => hash([0], chunkOf(i)))];
	while (all.at(-1).length > 1) {
		const below = all.at(-1);
		all.push(Array.from({ length: Math.ceil(below.length / 2) }, (_, i) => (below[2 * i + 1] ? hash([1], below[2 * i], below[2 * i + 1]) : below[2 * i])));
	}
	return all;
}

function data() {
	const [top] = levels().at(-1);
	return { root: u8aToHex(hash([2], littleEndian(file.length, 8), littleEndian(CHUNK, 4), top)), length: file.length, chunk: CHUNK };
}

function prove(index) {
	const path = [];
	let at = index;
	for (const level of levels().slice(0, -1)) {
		const beside = level[at ^ 1];
		if (beside) path.push(u8aToHex(beside));
		at >>= 1;
	}
	return { chunk: u8aToHex(chunkOf(index)), path };
}

function draw(seed, agreement, round) {
	return Array.from({ length: SAMPLES }, (_, sample) => {
		const drawn = hash(new TextEncoder().encode('surety/agreement/sample/1'), seed, littleEndian(agreement, 8), littleEndian(round, 4), littleEndian(sample, 4));
		const high = drawn.slice(0, 16).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
		return (high * BigInt(CHUNKS)) >> 128n;
	});
}

describe('an agreement', () => {
	const directory = temporaryDirectory();
	const [owner, operator, hub, client, anybody] = [bob, charlie, dave, eve, ferdie];
	let node;
	let api;
	let said;
	let windows;
	let service;
	let edge;
	let id;
	let start;
	let deposit;
	const claimed = [];

	before(async () => {
		node = await startNode({ name: 'node of agreements', args: ['--dev', '--state-pruning', 'archive'], basePath: directory.path });
		({ api, said } = await connect(node.ws));
		windows = (await api.query.windows.current()).toJSON();
	}, { timeout: 200_000 });
	after(async () => {
		await api?.disconnect();
		await node?.stop();
		directory.remove();
	});

	const done = async (tx, signer) => {
		const result = await submit(api, tx, signer);
		assert.equal(result.error, undefined, `${tx.method.section}.${tx.method.method}: ${result.error?.name}`);
		return result;
	};
	const refused = async (tx, signer) => (await submit(api, tx, signer)).error?.name;
	const agreement = async () => plain(await api.call.agreementsApi.agreement(id));
	const audit = async () => plain(await api.call.agreementsApi.audit(id));
	const holds = async (block, who) => (await balances(api, block, who.address, TUSD)).holds;
	const height = async () => (await api.rpc.chain.getHeader()).number.toNumber();

	step('should know every type of agreements', 10, async () => {
		const harmless = [/RPC methods not decorated: /, /Unknown signed extensions AuthorizeCall found, treating them as no-effect$/];
		assert.deepEqual(said.filter((line) => !harmless.some((known) => known.test(line))), []);
		assert.deepEqual(Object.keys(api.tx.agreements).sort(), [
			'accept', 'answerAudit', 'challenge', 'claimFees', 'claimPenalty', 'close', 'conclude', 'giveNotice', 'ping', 'propose', 'renew',
			'reportCut', 'reportMissed', 'settle', 'withdraw',
		]);
		assert.deepEqual(Object.keys(api.call.agreementsApi).sort(), ['agreement', 'audit', 'ofClient', 'ofOperator', 'proposal', 'proposals']);
		assert.equal(plain(api.consts.agreements.challengeFee), FEE);
	});

	step('should set the scene: a service with stake behind it, an operator within reach of the centre', 60, async () => {
		const { tx } = api;
		const created = await done(tx.registry.createService('Storage', null, 'MerkleChunk', 0, [], { stateless: false, deterministic: true }), owner);
		service = Number(only(created, 'registry.ServiceCreated').service);
		const [, staked] = await Promise.all([
			done(tx.topology.register(500n * UNIT, { Sr25519: u8aToHex(hub.publicKey) }), hub),
			done(
				tx.utility.batchAll([
					tx.registry.join('{}'),
					tx.restaking.stake(operator.address, 'Native', OWN),
					tx.restaking.allocate('Native', service, WHOLE),
					tx.topology.register(100n * UNIT, { Sr25519: u8aToHex(operator.publicKey) }),
				]),
				operator,
			),
		]);
		const { active_from } = only(staked, 'restaking.Staked');
		const nodeOf = async (who) => plain(await api.call.topologyApi.nodeOf(who.address)).id;
		const [hubNode, operatorNode] = [await nodeOf(hub), await nodeOf(operator)];
		const proposed = await done(tx.topology.propose(operatorNode, TERMS, 'Native', { opener: 2n * UNIT, acceptor: 2n * UNIT }), hub);
		edge = only(proposed, 'topology.Proposed').edge;
		await done(tx.topology.accept(edge), operator);
		await done(tx.topology.standIn(hubNode), anybody);
		await until('the stake counts, and the operator is in the main component', 40, async () => {
			const { era } = plain(await api.call.restakingApi.era());
			const component = plain(await api.call.topologyApi.component(operatorNode));
			return era >= active_from && component?.main;
		});
	});

	step('should be made by the consent of both to the same terms', 30, async () => {
		const terms = {
			service,
			data: data(),
			audits: { interval: 6, samples: SAMPLES, answer: 8, penalty: MISSED },
			reach: { latencyMs: 50, bandwidthKbitS: 1_000, price: 10_000, bytes: 1_000 },
			answers: 'Served',
			uptime: 900_000_000,
			period: 20,
			grace: 1,
			quantum: 1,
			reachAnswer: 3,
			downtimePenalty: DOWN,
			reserve: RESERVE,
			price: PRICE,
			startsAt: 0,
			length: LENGTH,
			renewals: 1,
			notice: 5,
		};
		assert.equal(await refused(api.tx.agreements.propose('Operator', client.address, { ...terms, audits: { ...terms.audits, samples: 33 } }), operator), 'agreements.InvalidTerms');
		const proposed = await done(api.tx.agreements.propose('Operator', client.address, terms), operator);
		const { agreement: number, terms_hash } = only(proposed, 'agreements.Proposed');
		id = number;
		deposit = (await holds(proposed.block, operator))['Agreements.Deposit'];
		assert.ok(deposit > 0n);
		const [waiting] = plain(await api.call.agreementsApi.proposals(client.address, 0, 100)).proposals;
		assert.deepEqual([waiting.id, waiting.by, waiting.termsHash], [id, 'Operator', terms_hash]);

		assert.equal(await refused(api.tx.agreements.accept(id, terms_hash), anybody), 'agreements.NotAuthorized');
		assert.equal(await refused(api.tx.agreements.accept(id, u8aToHex(hash([1]))), client), 'agreements.TermsChanged');
		const agreed = await done(api.tx.agreements.accept(id, terms_hash), client);
		start = agreed.number;
		const paid = BigInt(LENGTH / 10) * UNIT;
		assert.deepEqual(only(agreed, 'agreements.Agreed'), {
			agreement: id,
			client: client.address,
			operator: operator.address,
			start: BigInt(start),
			end: BigInt(start + LENGTH),
			reserved: RESERVE,
			deposited: paid,
		});
		assert.equal((await holds(agreed.block, client))['Agreements.Fee'], paid);
		// What is reserved cannot be taken away from the service.
		assert.notEqual(await refused(api.tx.restaking.deallocate('Native', service, WHOLE), operator), undefined);
		assert.equal(plain(await api.call.agreementsApi.ofClient(client.address, null, 10)).agreements[0].id, id);
	});

	step('should have the operator paid for answering that it is within reach', 20, async () => {
		const asked = await done(api.tx.agreements.challenge(id), client);
		assert.equal((await holds(asked.block, client))['Agreements.Challenge'], FEE);
		assert.notEqual(await refused(api.tx.agreements.ping(id, []), operator), undefined);
		const answered = await done(api.tx.agreements.ping(id, [edge]), operator);
		assert.deepEqual(only(answered, 'agreements.Answered'), { agreement: id, fee: FEE });
		assert.equal((await holds(answered.block, client))['Agreements.Challenge'], undefined);
	});

	step('should have the operator show chunks that nobody knew before', 60, async (t) => {
		const { drawn, round, at } = await until('the first round is drawn', 45, async () => {
			const next = await audit();
			return next?.drawn && next;
		});
		assert.deepEqual([round, at], [0n, BigInt(start + 6)]);
		const beacon = plain(await api.query.agreements.beacons(drawn.beacon));
		assert.ok(beacon.validFor > at && beacon.after <= at, `${JSON.stringify(beacon, (_, value) => value.toString())}`);
		const chunks = draw(beacon.seed, id, 0);
		assert.deepEqual(drawn.chunks, chunks);
		t.diagnostic(`round 0 of block ${at} asks for ${chunks.join(', ')} by randomness valid for block ${beacon.validFor}`);
		const proofs = chunks.map((index) => prove(Number(index)));
		const wrong = [prove((Number(chunks[0]) + 1) % CHUNKS), ...proofs.slice(1)];
		assert.equal(await refused(api.tx.agreements.answerAudit(id, drawn.beacon, wrong), operator), 'agreements.WrongChunks');
		assert.equal(await refused(api.tx.agreements.answerAudit(id, drawn.beacon, proofs), anybody), 'agreements.NotAuthorized');
		const shown = await done(api.tx.agreements.answerAudit(id, drawn.beacon, proofs), operator);
		assert.deepEqual(only(shown, 'agreements.AuditAnswered'), { agreement: id, round: 0n });
	});

	step('should owe for a round that is missed, and for downtime past the promise', 60, async (t) => {
		const asked = await done(api.tx.agreements.challenge(id), client);
		await reach(api, asked.number + 3, 10);
		const concluded = await done(api.tx.agreements.conclude(id), anybody);
		assert.deepEqual(only(concluded, 'agreements.WentDown'), { agreement: id, since: BigInt(asked.number) });

		const missing = await until('the next round is too late to be shown', 45, async () => {
			const next = await audit();
			return next?.drawn && BigInt(await height()) >= next.drawn.due && next;
		});
		assert.equal(missing.round, 1n);
		const late = draw(plain(await api.query.agreements.beacons(missing.drawn.beacon)).seed, id, 1).map((index) => prove(Number(index)));
		assert.equal(await refused(api.tx.agreements.answerAudit(id, missing.drawn.beacon, late), operator), 'agreements.TooLate');
		const missed = await done(api.tx.agreements.reportMissed(id, missing.drawn.beacon), anybody);
		assert.deepEqual(only(missed, 'agreements.AuditMissed'), { agreement: id, round: 1n, penalty: MISSED });

		await until('the downtime is past the promise', 20, async () => (await agreement()).downtime.excess >= 3n);
		const back = await done(api.tx.agreements.ping(id, [edge]), operator);
		const down = back.number - asked.number;
		assert.deepEqual(only(back, 'agreements.CameBack'), { agreement: id, counted: BigInt(down) });
		const { downtime } = await agreement();
		assert.deepEqual([downtime.since, downtime.lasted], [null, BigInt(down)]);
		assert.equal(downtime.owed, MISSED + DOWN * downtime.excess);
		t.diagnostic(`down for ${down} blocks, ${downtime.excess} past the promise: owes ${downtime.owed}`);
	});

	step('should have penalties reviewed like any slash, within what is reserved', 60, async () => {
		const { downtime: { owed } } = await agreement();
		assert.equal(await refused(api.tx.agreements.claimPenalty(id), anybody), 'agreements.NotAuthorized');
		for (;;) {
			const result = await submit(api, api.tx.agreements.claimPenalty(id), client);
			if (result.error) {
				assert.equal(result.error.name, 'agreements.NothingToClaim');
				break;
			}
			claimed.push(only(result, 'agreements.PenaltyReported'));
		}
		assert.equal(claimed.reduce((sum, { amount }) => sum + amount, 0n), owed);
		const { downtime } = await agreement();
		assert.deepEqual([downtime.owed, downtime.reserved], [0n, RESERVE - owed]);
		assert.deepEqual(downtime.pending, claimed.map(({ slash, amount }) => [slash, amount]));
	});

	step('should pay them out of what is the operator’s own', 90, async (t) => {
		for (const [place, { slash, amount }] of claimed.entries()) {
			const { data: cut } = await happened(api, start, 'slashing.Cut', 60, (event) => event.slash === slash);
			t.diagnostic(`slash ${slash} takes ${cut.own} of ${amount}`);
			// Slashes multiply: what is taken first is not there for the next.
			if (place === 0) assert.ok(amount - cut.own <= OWN / 1_000_000_000n + 1n, `${cut.own} of ${amount}`);
			assert.ok(cut.own <= amount && cut.own > amount - amount / 20n, `${cut.own} of ${amount}`);
			await happened(api, start, 'slashing.Applied', 20, (event) => event.slash === slash);
		}
		const settled = await done(api.tx.agreements.settle(id), anybody);
		const decided = settled.events.filter(({ name }) => name === 'agreements.PenaltyDecided').map(({ data: event }) => event);
		assert.deepEqual(decided, claimed.map(({ slash, amount }) => ({ agreement: id, slash, taken: amount })));
	});

	step('should give back everything that was held when it is over', 120, async () => {
		await reach(api, start + LENGTH, 100);
		const before = await agreement();
		assert.equal(await refused(api.tx.agreements.close(id), anybody), 'agreements.ClaimsOpen');
		const closed = await done(api.tx.agreements.close(id), client);
		const { paid, refunded, forfeited, released } = only(closed, 'agreements.Closed');
		assert.deepEqual([paid, paid + refunded, forfeited], [before.claimable, before.deposited - before.paid, 0n]);
		// Nothing is due for blocks in which it was down: rounded down to what is due in ten.
		const served = BigInt(LENGTH) - before.downtime.lasted;
		assert.equal(paid, (served * UNIT) / 10n);
		assert.equal(released, RESERVE - claimed.reduce((sum, { amount }) => sum + amount, 0n));
		for (const who of [client, operator]) {
			const left = Object.keys(await holds(closed.block, who)).filter((reason) => reason.startsWith('Agreements.'));
			assert.deepEqual(left, []);
		}
		assert.equal(await agreement(), null);
		assert.ok(windows.agreements.claims > 0);
	});

	step('should leave a state in which everything adds up', 180, async () => {
		const { number } = await node.finalizedHead();
		await node.finalized(number + 4, 20);
		await api.disconnect();
		assert.equal(await node.stop(), 0);
		await checkState(directory.path);
	});
});
