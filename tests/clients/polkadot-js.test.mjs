// A service from its creation to the end of a subscription, through @polkadot/api: every event, hold and balance.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { stringToHex } from '@polkadot/util';
import { decodeAddress, xxhashAsHex } from '@polkadot/util-crypto';
import { bob, charlie, dave, eve, ferdie } from './lib/accounts.mjs';
import { step } from './lib/bounded.mjs';
import { checkState } from './lib/command.mjs';
import { due, dueAtTheEnd, TUSD, UNIT } from './lib/economy.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { balances, connect, only, parent, plain, reach, submit } from './lib/polkadot-js.mjs';
import { stored, without } from './lib/rpc.mjs';
import { arrival, draw } from './lib/sampling.mjs';

const NAME = 'Mirror of the docs';
const REFERENCE = 'ipfs://bafybeigdyrzt';
const DIGEST = `0x${'5a'.repeat(32)}`;
const METADATA = JSON.stringify({ endpoint: 'https://mirror.example' });
const SLA = { latencyMs: 150, bandwidthKbps: 20_000, uptime: 999_000_000 };
// Periods that do not divide the amount, so that rounding shows.
const PRICE = { asset: { WithId: TUSD }, amount: 1_000_003n, period: 7 };
const PREPAID = 50_000_000n;
const BONDS = new Map([[charlie.address, 300n * UNIT], [dave.address, 1_000n * UNIT]]);
// Charlie has not enough by himself for what the service asks.
const SECURITY = 350n * UNIT;
const DELEGATED = 60n * UNIT;
const STAKES = new Map([[charlie.address, 360n * UNIT], [dave.address, 1_000n * UNIT]]);
/** Bytes that a list of one security takes: its length, the native asset, an amount. */
const SECURITY_BYTES = 'x'.repeat(1 + 1 + 16);
/** All parts of a stake. */
const WHOLE = 1_000_000;
const ANY = { maxPrice: null, maxLatencyMs: null, minBandwidthKbps: null, minUptime: null, minStake: null, accepting: false };

describe('@polkadot/api', () => {
	const directory = temporaryDirectory();
	let node;
	let api;
	let said;
	let windows;
	let service;
	let subscription;
	let depositFor;
	const activeFrom = new Map();

	before(async () => {
		node = await startNode({ name: 'node of @polkadot/api', basePath: directory.path });
		({ api, said } = await connect(node.ws));
		const { depositBase, depositPerByte } = api.consts.registry;
		depositFor = (...texts) =>
			depositBase.toBigInt() + depositPerByte.toBigInt() * BigInt(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
	}, { timeout: 200_000 });
	after(async () => {
		await api?.disconnect();
		await node?.stop();
		directory.remove();
	});

	/** What changed for `who` in the block of a transaction. */
	const change = async (result, who) => ({
		before: await balances(api, await parent(api, result.block), who.address, TUSD),
		after: await balances(api, result.block, who.address, TUSD),
	});

	/** Everything that the registry, the subscriptions and the stake store, but the era, which turns by itself. */
	const state = async (block) => {
		const pallets = await Promise.all(
			['Registry', 'Subscriptions', 'Restaking'].map((pallet) => stored(node.http, xxhashAsHex(pallet, 128), block)),
		);
		return pallets.map((pairs) => without(pairs, api.query.restaking.currentEra.key()));
	};

	/** Asserts that a transaction was refused with an error, and changed nothing but the signer's fee. */
	const refused = async (result, signer, name, docs) => {
		assert.equal(result.error?.name, name);
		assert.match(result.error.docs, docs);
		const was = await parent(api, result.block);
		assert.notDeepEqual(await state(was), [[], [], []]);
		assert.deepEqual(await state(result.block), await state(was));
		const { before, after } = await change(result, signer);
		assert.ok(result.fee > 0n);
		assert.deepEqual(after, { ...before, free: before.free - result.fee });
	};

	step('should connect and know every type', 10, async () => {
		assert.equal(api.runtimeVersion.specName.toString(), 'surety');
		// The library names what it does not know. An extension without data, and methods it has no use for, are all.
		const harmless = [/RPC methods not decorated: /, /Unknown signed extensions AuthorizeCall found, treating them as no-effect$/];
		assert.deepEqual(said.filter((line) => !harmless.some((known) => known.test(line))), []);
		const block = await api.rpc.chain.getBlock();
		assert.ok(block.block.extrinsics.length > 0 || block.block.header.number.toNumber() === 0);
		assert.deepEqual(Object.keys(api.call.registryApi).sort(), ['offer', 'offers', 'operator', 'sample', 'service', 'services']);
		assert.deepEqual(Object.keys(api.call.restakingApi).sort(), ['era', 'position', 'positions', 'stakeOf']);
		assert.deepEqual(Object.keys(api.call.subscriptionsApi).sort(), ['ofClient', 'ofOperator', 'subscription']);
	});

	step('should read the windows', 10, async () => {
		windows = (await api.query.windows.current()).toJSON();
		assert.deepEqual(windows.stake, { era: 5, activation: 4, notice: 8, report: 40, review: 30, margin: 5, unbonding: 80 });
		assert.equal(windows.consensus.slotMs, 1_000);
		assert.equal(api.consts.babe.expectedBlockTime.toNumber(), windows.consensus.slotMs);
		assert.equal(api.consts.registry.activationDelay.toNumber(), windows.stake.activation);
	});

	step('should create a service against a deposit', 20, async () => {
		const tx = api.tx.registry.createService(
			NAME,
			[REFERENCE, DIGEST],
			'FixedHash',
			200n * UNIT,
			[{ asset: 'Native', amount: SECURITY }],
			{ stateless: true, deterministic: true },
		);
		const result = await submit(api, tx, bob);
		assert.equal(result.error, undefined);
		const event = only(result, 'registry.ServiceCreated');
		const deposit = depositFor(NAME, REFERENCE, SECURITY_BYTES);
		assert.deepEqual(event, { service: 0n, owner: bob.address, deposit });
		service = Number(event.service);

		const { before, after } = await change(result, bob);
		assert.deepEqual(after, {
			...before,
			free: before.free - result.fee - deposit,
			reserved: before.reserved + deposit,
			holds: { ...before.holds, 'Registry.ServiceDeposit': deposit },
		});
		assert.deepEqual(plain(await api.call.registryApi.service(service)), {
			id: BigInt(service),
			owner: bob.address,
			name: stringToHex(NAME),
			artifact: [stringToHex(REFERENCE), DIGEST],
			verifier: 'FixedHash',
			minBond: 200n * UNIT,
			security: [{ asset: 'Native', amount: SECURITY }],
			reporter: null,
			flags: { stateless: true, deterministic: true },
			retired: false,
			offers: 0n,
		});
	});

	step('should let the owner name who may report offences', 20, async () => {
		const named = await submit(api, api.tx.registry.setReporter(service, ferdie.address), bob);
		assert.deepEqual(only(named, 'registry.ReporterSet'), { service: BigInt(service), reporter: ferdie.address });
		assert.equal(plain(await api.call.registryApi.service(service)).reporter, ferdie.address);
		const dismissed = await submit(api, api.tx.registry.setReporter(service, null), bob);
		assert.deepEqual(only(dismissed, 'registry.ReporterSet'), { service: BigInt(service), reporter: null });
	});

	/** Asserts that somebody put up stake for the first time: what was held, and where the tokens went. */
	const staked = async (result, holder, operator, amount, holds) => {
		assert.equal(result.error, undefined);
		const { active_from, ...event } = only(result, 'restaking.Staked');
		assert.deepEqual(event, { holder: holder.address, operator: operator.address, asset: 'Native', amount });
		const { era } = plain(await (await api.at(result.block)).call.restakingApi.era());
		assert.equal(active_from, era + 1n);
		const { before, after } = await change(result, holder);
		const deposits = Object.values(holds).reduce((sum, deposit) => sum + deposit, 0n);
		assert.deepEqual(after, {
			...before,
			free: before.free - result.fee - amount - deposits,
			reserved: before.reserved + deposits,
			holds: { ...before.holds, ...holds },
		});
	};

	step('should make two operators with stake of their own', 40, async () => {
		const { positionDeposit, ledgerDeposit } = api.consts.restaking;
		await Promise.all([charlie, dave].map(async (operator) => {
			const joined = await submit(api, api.tx.registry.join(METADATA), operator);
			assert.equal(joined.error, undefined);
			const deposit = depositFor(METADATA);
			assert.deepEqual(only(joined, 'registry.OperatorJoined'), { operator: operator.address, deposit });

			const bond = BONDS.get(operator.address);
			const result = await submit(api, api.tx.restaking.stake(operator.address, 'Native', bond), operator);
			await staked(result, operator, operator, bond, {
				'Restaking.LedgerDeposit': ledgerDeposit.toBigInt(),
				'Restaking.PositionDeposit': positionDeposit.toBigInt(),
			});
			const allocated = await submit(api, api.tx.restaking.allocate('Native', service, WHOLE), operator);
			const { active_from, ...event } = only(allocated, 'restaking.Allocated');
			assert.deepEqual(event, { operator: operator.address, asset: 'Native', service: BigInt(service), parts: BigInt(WHOLE) });
		}));
	});

	step('should refuse an offer behind which there is less stake than its service asks', 15, async () => {
		const tx = api.tx.registry.makeOffer(service, SLA, 2, PRICE, METADATA, BONDS.get(charlie.address));
		await refused(await submit(api, tx, charlie), charlie, 'registry.SecurityTooSmall', /Less stake is behind the operator.*find delegators/);
	});

	step('should take a delegation, and make two offers', 40, async () => {
		const delegated = await submit(api, api.tx.restaking.stake(charlie.address, 'Native', DELEGATED), ferdie);
		await staked(delegated, ferdie, charlie, DELEGATED, { 'Restaking.PositionDeposit': api.consts.restaking.positionDeposit.toBigInt() });
		await Promise.all([charlie, dave].map(async (operator) => {
			const bond = BONDS.get(operator.address);
			const made = await submit(api, api.tx.registry.makeOffer(service, SLA, 2, PRICE, METADATA, bond), operator);
			assert.equal(made.error, undefined);
			const active = made.number + windows.stake.activation;
			const deposit = depositFor(METADATA);
			assert.deepEqual(only(made, 'registry.OfferMade'), {
				operator: operator.address,
				service: BigInt(service),
				bond,
				active_from: BigInt(active),
				deposit,
			});
			activeFrom.set(operator.address, active);

			// The bond is stake already.
			const { before, after } = await change(made, operator);
			assert.deepEqual(after, {
				...before,
				free: before.free - made.fee - deposit,
				reserved: before.reserved + deposit,
				holds: { ...before.holds, 'Registry.OfferDeposit': deposit },
			});
		}));
		const record = plain(await api.query.registry.services(service));
		assert.equal(record.offers, 2n);
		assert.deepEqual(plain(await api.query.restaking.reservations(dave.address)), [[BigInt(service), BONDS.get(dave.address)]]);
	});

	step('should refuse a client before the offer is active', 15, async () => {
		const tx = api.tx.subscriptions.subscribe(dave.address, service, PRICE, PREPAID);
		const result = await submit(api, tx, eve);
		assert.ok(result.number < activeFrom.get(dave.address), 'the offer was active too soon to try');
		await refused(result, eve, 'registry.NotYetActive', /waiting out its activation delay.*Try again/);
	});

	step('should refuse to give back stake that is a bond', 15, async () => {
		const result = await submit(api, api.tx.restaking.unbond(charlie.address, 'Native', 1), charlie);
		await refused(result, charlie, 'restaking.StakeReserved', /is promised to somebody.*Wait/);
	});

	step('should name and explain the error of a second offer', 15, async () => {
		const tx = api.tx.registry.makeOffer(service, SLA, 2, PRICE, METADATA, 300n * UNIT);
		const result = await submit(api, tx, charlie);
		await refused(result, charlie, 'registry.OfferAlreadyExists', /has an offer for this service already.*Update it/);
	});

	step('should list the offers and draw the same sample as anybody else', 20, async () => {
		await reach(api, Math.max(...activeFrom.values()), 15);
		const { offers, next } = plain(await api.call.registryApi.offers(service, ANY, null, 10));
		assert.equal(next, null);
		assert.deepEqual(offers.map((offer) => offer.operator).sort(), [charlie.address, dave.address].sort());
		for (const offer of offers) {
			const bond = BONDS.get(offer.operator);
			assert.deepEqual(offer, {
				operator: offer.operator,
				service: BigInt(service),
				sla: { latencyMs: 150n, bandwidthKbps: 20_000n, uptime: 999_000_000n },
				price: { asset: { WithId: BigInt(TUSD) }, amount: PRICE.amount, period: BigInt(PRICE.period) },
				capacity: 2n,
				subscribers: 0n,
				stake: STAKES.get(offer.operator),
				bond,
				state: 'Open',
				activeFrom: BigInt(activeFrom.get(offer.operator)),
				accepting: true,
				metadata: stringToHex(METADATA),
			});
		}
		const dear = { ...ANY, maxPrice: { ...PRICE, amount: PRICE.amount - 1n } };
		assert.deepEqual(plain(await api.call.registryApi.offers(service, dear, null, 10)).offers, []);
		const staked = { ...ANY, minStake: 361n * UNIT };
		assert.deepEqual(
			plain(await api.call.registryApi.offers(service, staked, null, 10)).offers.map((offer) => offer.operator),
			[dave.address],
		);

		const firsts = new Set();
		for (let round = 0; round < 32; round++) {
			const seed = Buffer.alloc(32, round);
			const { drawn } = plain(await api.call.registryApi.sample(service, seed, ANY, 2, null, 10));
			const expected = [charlie, dave]
				.map(({ address }) => [arrival(draw(seed, service, decodeAddress(address)), STAKES.get(address)), address])
				.sort(([a], [b]) => (a < b ? -1 : 1));
			assert.deepEqual(drawn.map(([time, offer]) => [time, offer.operator]), expected);
			firsts.add(drawn[0][1].operator);
		}
		assert.equal(firsts.size, 2, 'one of the two came first in all draws');
	});

	step('should subscribe, holding the prepayment in the price\'s asset', 20, async () => {
		const tx = api.tx.subscriptions.subscribe(charlie.address, service, PRICE, PREPAID);
		const result = await submit(api, tx, eve);
		assert.equal(result.error, undefined);
		const { id, deposit, ...event } = only(result, 'subscriptions.Subscribed');
		assert.deepEqual(event, {
			client: eve.address,
			operator: charlie.address,
			service: BigInt(service),
			price: { asset: { WithId: BigInt(TUSD) }, amount: PRICE.amount, period: BigInt(PRICE.period) },
			sla: { latencyMs: 150n, bandwidthKbps: 20_000n, uptime: 999_000_000n },
			prepaid: PREPAID,
		});
		assert.equal(id, 0n);
		assert.ok(deposit > 0n);
		const { before, after } = await change(result, eve);
		assert.deepEqual(after, {
			free: before.free - result.fee - deposit,
			reserved: before.reserved + deposit,
			holds: { 'Subscriptions.Deposit': deposit },
			asset: before.asset - PREPAID,
			assetHolds: { 'Subscriptions.Prepaid': PREPAID },
		});
		subscription = { id, deposit, started: result.number };
		assert.equal(plain(await api.query.registry.offers(service, charlie.address)).subscribers, 1n);
	});

	step('should show how the subscription stands', 20, async () => {
		await reach(api, subscription.started + 3, 15);
		const header = await api.rpc.chain.getHeader();
		const at = await api.at(header.hash);
		// A runtime call sees the state after the block, and that block's number.
		const served = header.number.toNumber() - subscription.started;
		const info = plain((await at.call.subscriptionsApi.subscription(subscription.id)).unwrap());
		const blocks = (PREPAID * BigInt(PRICE.period)) / PRICE.amount;
		assert.deepEqual(info, {
			id: subscription.id,
			client: eve.address,
			operator: charlie.address,
			service: BigInt(service),
			price: { asset: { WithId: BigInt(TUSD) }, amount: PRICE.amount, period: BigInt(PRICE.period) },
			sla: { latencyMs: 150n, bandwidthKbps: 20_000n, uptime: 999_000_000n },
			started: BigInt(subscription.started),
			endsAt: BigInt(subscription.started) + blocks,
			ended: false,
			deposited: PREPAID,
			claimed: 0n,
			claimable: due(PRICE, served),
			refundable: PREPAID - dueAtTheEnd(PRICE, served),
		});
		const page = plain(await at.call.subscriptionsApi.ofClient(eve.address, null, 10));
		assert.deepEqual(page, { subscriptions: [info], next: null });
		assert.deepEqual(plain(await at.call.subscriptionsApi.ofOperator(charlie.address, null, 10)), page);
	});

	step('should pay a claim for the blocks served, to the unit', 20, async () => {
		const result = await submit(api, api.tx.subscriptions.claim(subscription.id), charlie);
		assert.equal(result.error, undefined);
		const amount = due(PRICE, result.number - subscription.started);
		assert.ok(amount > 0n);
		assert.deepEqual(only(result, 'subscriptions.Claimed'), { id: subscription.id, operator: charlie.address, amount });
		const operator = await change(result, charlie);
		assert.deepEqual(operator.after, {
			...operator.before,
			free: operator.before.free - result.fee,
			asset: operator.before.asset + amount,
		});
		const client = await change(result, eve);
		assert.deepEqual(client.after, { ...client.before, assetHolds: { 'Subscriptions.Prepaid': PREPAID - amount } });
		subscription.claimed = amount;
	});

	step('should return everything but what was served when the client cancels', 20, async () => {
		await reach(api, (await api.rpc.chain.getHeader()).number.toNumber() + 1, 10);
		const result = await submit(api, api.tx.subscriptions.cancel(subscription.id), eve);
		assert.equal(result.error, undefined);
		const owed = dueAtTheEnd(PRICE, result.number - subscription.started);
		const paid = owed - subscription.claimed;
		const refunded = PREPAID - owed;
		assert.ok(paid > 0n && refunded > 0n);
		assert.deepEqual(only(result, 'subscriptions.Cancelled'), { id: subscription.id, paid, refunded });
		const client = await change(result, eve);
		assert.deepEqual(client.after, {
			free: client.before.free - result.fee + subscription.deposit,
			reserved: client.before.reserved - subscription.deposit,
			holds: {},
			asset: client.before.asset + refunded,
			assetHolds: {},
		});
		const operator = await change(result, charlie);
		assert.deepEqual(operator.after, { ...operator.before, asset: operator.before.asset + paid });

		assert.ok((await api.query.subscriptions.subscriptions(subscription.id)).isNone);
		assert.ok((await api.call.subscriptionsApi.subscription(subscription.id)).isNone);
		assert.equal(plain(await api.query.registry.offers(service, charlie.address)).subscribers, 0n);
	});

	step('should show stake, own and delegated, and give a delegation back', 30, async () => {
		const [ledger, ...others] = plain(await api.call.restakingApi.stakeOf(charlie.address));
		assert.deepEqual(others, []);
		const { horizon, ...stake } = ledger;
		assert.ok(horizon > 0n);
		const all = STAKES.get(charlie.address);
		assert.deepEqual(stake, {
			asset: 'Native',
			bonded: all,
			active: all,
			own: BONDS.get(charlie.address),
			held: all,
			rewards: 0n,
			commission: 1_000_000_000n,
			commissionMayRiseAt: 0n,
			freeParts: 0n,
			allocations: [{ service: BigInt(service), parts: BigInt(WHOLE), from: stake.allocations[0].from, until: null }],
		});
		const position = { operator: charlie.address, asset: 'Native', bonded: DELEGATED, active: DELEGATED, earned: 0n, unbonding: [] };
		assert.deepEqual(plain(await api.call.restakingApi.positions(ferdie.address, null, 10)), { positions: [position], next: null });

		const result = await submit(api, api.tx.restaking.unbondAll(charlie.address, 'Native'), ferdie);
		assert.equal(result.error, undefined);
		const withdrawable = BigInt(result.number + windows.stake.unbonding);
		assert.deepEqual(only(result, 'restaking.Unbonding'), {
			holder: ferdie.address,
			operator: charlie.address,
			asset: 'Native',
			amount: DELEGATED,
			returned: 0n,
			withdrawable_at: withdrawable,
		});
		const unbonding = [{ amount: DELEGATED, withdrawableAt: withdrawable, settled: false }];
		assert.deepEqual(plain(await api.call.restakingApi.position(ferdie.address, charlie.address, 'Native')), {
			...position,
			bonded: 0n,
			active: 0n,
			unbonding,
		});
		const early = await submit(api, api.tx.restaking.withdraw(ferdie.address, charlie.address, 'Native'), eve);
		await refused(early, eve, 'restaking.NothingToWithdraw', /Nothing has unbonded yet/);
	});

	step('should leave a state in which everything adds up', 180, async () => {
		const { number } = await node.finalizedHead();
		await node.finalized(number + 4, 20);
		await api.disconnect();
		assert.equal(await node.stop(), 0);
		await checkState(directory.path);
	});
});
