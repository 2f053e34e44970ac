// A service from its creation to the operator's notice, through polkadot-api.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { decodeAddress, xxhashAsHex } from '@polkadot/util-crypto';
import { bob, charlie, dave, eve } from './lib/accounts.mjs';
import { step } from './lib/bounded.mjs';
import { due, UNIT } from './lib/economy.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { connect, submit } from './lib/papi.mjs';
import { stored } from './lib/rpc.mjs';
import { arrival, draw } from './lib/sampling.mjs';
import { until } from './lib/wait.mjs';

const text = (string) => new TextEncoder().encode(string);
const unit = (type) => ({ type, value: undefined });

const ARCHIVE = ['--state-pruning', 'archive', '--blocks-pruning', 'archive'];
const METADATA = text('{"endpoint":"https://proxy.example"}');
const SLA = { latency_ms: 40, bandwidth_kbps: 1_000, uptime: 990_000_000 };
const PRICE = { asset: unit('Native'), amount: 10n ** 12n + 1n, period: 3 };
const PREPAID = 100n * UNIT;
const BOND = 150n * UNIT;
const DELEGATED = 30n * UNIT;
const STAKE = BOND + DELEGATED;
/** All parts of a stake. */
const WHOLE = 1_000_000;
const ANY = {
	max_price: undefined,
	max_latency_ms: undefined,
	min_bandwidth_kbps: undefined,
	min_uptime: undefined,
	min_stake: undefined,
	accepting: false,
};

describe('polkadot-api', () => {
	const directory = temporaryDirectory();
	let node;
	let client;
	let api;
	let windows;
	let service;
	let offer;
	let subscription;

	before(async () => {
		node = await startNode({ name: 'node of polkadot-api', args: ['--dev', ...ARCHIVE], basePath: directory.path });
		({ client, api } = connect(node.ws));
	}, { timeout: 200_000 });
	after(async () => {
		client?.destroy();
		await node?.stop();
		directory.remove();
	});

	const balance = async (who, at) => {
		const [{ data }, holds] = await Promise.all([
			api.query.System.Account.getValue(who.address, { at }),
			api.query.Balances.Holds.getValue(who.address, { at }),
		]);
		const byReason = holds.map(({ id, amount }) => [`${id.type}.${id.value.type}`, amount]);
		return { free: data.free, reserved: data.reserved, holds: Object.fromEntries(byReason) };
	};

	/** What changed for `who` in the block of a transaction. */
	const change = async ({ block }, who) => {
		const { parentHash } = await node.rpc('chain_getHeader', block);
		return { before: await balance(who, parentHash), after: await balance(who, block) };
	};

	const reach = (number, seconds) =>
		until(`block ${number}`, seconds, async () => (await client.getBestBlocks())[0].number >= number);

	step('should connect and read the newest metadata', 30, async () => {
		const { name, genesisHash, properties } = await client.getChainSpecData();
		assert.equal(name, 'Surety Development');
		assert.equal(genesisHash, await node.rpc('chain_getBlockHash', 0));
		assert.equal(properties.tokenSymbol, 'SURE');
		const { hash } = await client.getFinalizedBlock();
		const metadata = await client.getMetadata(hash);
		assert.equal(Buffer.from(metadata.subarray(0, 4)).toString(), 'meta');
		assert.equal(metadata[4], 16);
	});

	step('should read the windows and the constants', 20, async () => {
		windows = await api.query.Windows.Current.getValue({ at: 'best' });
		assert.deepEqual(windows.stake, { era: 5, activation: 4, notice: 8, report: 40, review: 30, margin: 5, unbonding: 80 });
		assert.equal(await api.constants.Registry.MinOperatorBond(), 100n * UNIT);
	});

	step('should create a service, join, stake, and make an offer', 60, async () => {
		const created = await submit(
			api.tx.Registry.create_service({
				name: text('Proxy'),
				artifact: undefined,
				verifier: { type: 'Native', value: 7 },
				min_bond: BOND,
				security: [{ asset: unit('Native'), amount: STAKE }],
				flags: { stateless: true, deterministic: false },
			}),
			bob,
		);
		assert.equal(created.error, undefined);
		service = created.events['Registry.ServiceCreated'].service;
		assert.equal(service, 0);

		const joined = await submit(api.tx.Registry.join({ metadata: METADATA }), charlie);
		assert.equal(joined.error, undefined);
		assert.equal(joined.events['Registry.OperatorJoined'].operator, charlie.address);

		const stake = (amount) => api.tx.Restaking.stake({ operator: charlie.address, asset: unit('Native'), amount });
		const own = await submit(stake(BOND), charlie);
		assert.equal(own.error, undefined);
		const { active_from: counts_from, ...staked } = own.events['Restaking.Staked'];
		assert.deepEqual(staked, { holder: charlie.address, operator: charlie.address, asset: unit('Native'), amount: BOND });
		const allocated = await submit(api.tx.Restaking.allocate({ asset: unit('Native'), service, parts: WHOLE }), charlie);
		assert.equal(allocated.error, undefined);
		assert.ok(allocated.events['Restaking.Allocated'].active_from >= counts_from);
		const delegated = await submit(stake(DELEGATED), dave);
		assert.equal(delegated.error, undefined);
		assert.equal(delegated.events['Restaking.Staked'].holder, dave.address);

		const made = await submit(
			api.tx.Registry.make_offer({ service, sla: SLA, capacity: 3, price: PRICE, metadata: METADATA, bond: BOND }),
			charlie,
		);
		assert.equal(made.error, undefined);
		const { deposit, ...event } = made.events['Registry.OfferMade'];
		const active_from = made.number + windows.stake.activation;
		assert.deepEqual(event, { operator: charlie.address, service, bond: BOND, active_from });
		const { before, after } = await change(made, charlie);
		assert.deepEqual(after, {
			free: before.free - made.fee - deposit,
			reserved: before.reserved + deposit,
			holds: { ...before.holds, 'Registry.OfferDeposit': deposit },
		});
		offer = { active_from, deposit };
	});

	step('should read what was stored', 20, async () => {
		const stake = windows.stake;
		assert.deepEqual(await api.query.Registry.Offers.getValue(service, charlie.address, { at: 'best' }), {
			sla: SLA,
			price: PRICE,
			capacity: 3,
			subscribers: 0,
			metadata: METADATA,
			bond: BOND,
			state: unit('Open'),
			active_from: offer.active_from,
			notice: stake.notice,
			deposit: offer.deposit,
		});
		const [{ keyArgs, value }] = await api.query.Registry.Services.getEntries({ at: 'best' });
		assert.deepEqual(keyArgs, [service]);
		assert.deepEqual({ name: value.name, verifier: value.verifier, security: value.security, offers: value.offers }, {
			name: text('Proxy'),
			verifier: { type: 'Native', value: 7 },
			security: [{ asset: unit('Native'), amount: STAKE }],
			offers: 1,
		});
	});

	step('should name the error of a second offer, which changes nothing', 30, async () => {
		const tx = api.tx.Registry.make_offer({ service, sla: SLA, capacity: 3, price: PRICE, metadata: METADATA, bond: BOND });
		const result = await submit(tx, charlie);
		assert.equal(result.error, 'Registry.OfferAlreadyExists');
		const { before, after } = await change(result, charlie);
		assert.deepEqual(after, { ...before, free: before.free - result.fee });
		const { parentHash } = await node.rpc('chain_getHeader', result.block);
		const prefix = xxhashAsHex('Registry', 128);
		const was = await stored(node.http, prefix, parentHash);
		assert.ok(was.length > 3);
		assert.deepEqual(await stored(node.http, prefix, result.block), was);
	});

	step('should list and sample the offers through the runtime API', 30, async () => {
		await reach(offer.active_from, 20);
		const { offers, next } = await api.apis.RegistryApi.offers(service, ANY, undefined, 10, { at: 'best' });
		assert.equal(next, undefined);
		const expected = {
			operator: charlie.address,
			service,
			sla: SLA,
			price: PRICE,
			capacity: 3,
			subscribers: 0,
			stake: STAKE,
			bond: BOND,
			state: unit('Open'),
			active_from: offer.active_from,
			accepting: true,
			metadata: METADATA,
		};
		assert.deepEqual(offers, [expected]);
		const seed = `0x${'07'.repeat(32)}`;
		const { drawn } = await api.apis.RegistryApi.sample(service, seed, ANY, 5, undefined, 10, { at: 'best' });
		const time = arrival(draw(Buffer.alloc(32, 7), service, decodeAddress(charlie.address)), STAKE);
		assert.deepEqual(drawn, [[time, expected]]);
		assert.deepEqual(await api.apis.RegistryApi.operator(dave.address, { at: 'best' }), undefined);
	});

	step('should read the stake through the runtime API', 20, async () => {
		const at = (await client.getBestBlocks())[0];
		const status = await api.apis.RestakingApi.era({ at: at.hash });
		assert.ok(status.start <= at.number && at.number < status.end);
		assert.equal(status.end - status.start, windows.stake.era);
		const [{ horizon, allocations, ...ledger }, ...others] = await api.apis.RestakingApi.stake_of(charlie.address, { at: at.hash });
		assert.deepEqual(others, []);
		assert.deepEqual(ledger, {
			asset: unit('Native'),
			bonded: STAKE,
			active: STAKE,
			own: BOND,
			held: STAKE,
			rewards: 0n,
			commission: 1_000_000_000,
			commission_may_rise_at: 0,
			free_parts: 0,
		});
		assert.ok(horizon <= status.era);
		assert.deepEqual(allocations.map(({ service, parts, until }) => ({ service, parts, until })), [{ service, parts: WHOLE, until: undefined }]);
		assert.deepEqual(await api.apis.RestakingApi.position(dave.address, charlie.address, unit('Native'), { at: at.hash }), {
			operator: charlie.address,
			asset: unit('Native'),
			bonded: DELEGATED,
			active: DELEGATED,
			earned: 0n,
			unbonding: [],
		});
		const { positions, next } = await api.apis.RestakingApi.positions(eve.address, undefined, 10, { at: at.hash });
		assert.deepEqual({ positions, next }, { positions: [], next: undefined });
	});

	step('should subscribe with the native token, and claim to the unit', 40, async () => {
		const tx = api.tx.Subscriptions.subscribe({ operator: charlie.address, service, expected: PRICE, prepaid: PREPAID });
		const result = await submit(tx, eve);
		assert.equal(result.error, undefined);
		const { id, deposit, prepaid, client: payer } = result.events['Subscriptions.Subscribed'];
		assert.deepEqual({ prepaid, payer }, { prepaid: PREPAID, payer: eve.address });
		const { before, after } = await change(result, eve);
		assert.deepEqual(after, {
			free: before.free - result.fee - deposit - PREPAID,
			reserved: before.reserved + deposit + PREPAID,
			holds: { 'Subscriptions.Deposit': deposit, 'Subscriptions.Prepaid': PREPAID },
		});
		subscription = { id, deposit, started: result.number };

		await reach(result.number + 2, 20);
		const claimed = await submit(api.tx.Subscriptions.claim({ id }), charlie);
		assert.equal(claimed.error, undefined);
		const amount = due(PRICE, claimed.number - result.number);
		assert.ok(amount > 0n);
		assert.deepEqual(claimed.events['Subscriptions.Claimed'], { id, operator: charlie.address, amount });
		const operator = await change(claimed, charlie);
		assert.equal(operator.after.free, operator.before.free - claimed.fee + amount);
		subscription.claimed = amount;
	});

	step('should end by the operator\'s notice, and be closed by anybody', 60, async () => {
		const { id, started } = subscription;
		const noticed = await submit(api.tx.Subscriptions.give_notice({ id }), charlie);
		assert.equal(noticed.error, undefined);
		const ends_at = noticed.number + windows.stake.notice;
		assert.deepEqual(noticed.events['Subscriptions.NoticeGiven'], { id, ends_at });

		const early = await submit(api.tx.Subscriptions.close({ id }), dave);
		assert.ok(early.number < ends_at, 'the notice had run out too soon to try');
		assert.equal(early.error, 'Subscriptions.NotEnded');

		await reach(ends_at, 30);
		const info = await api.apis.SubscriptionsApi.subscription(id, { at: 'best' });
		// Ended by the operator, so that what is due is rounded down.
		const owed = due(PRICE, ends_at - started);
		assert.deepEqual(
			{ ends_at: info.ends_at, ended: info.ended, claimable: info.claimable, refundable: info.refundable },
			{ ends_at, ended: true, claimable: owed - subscription.claimed, refundable: PREPAID - owed },
		);

		const closed = await submit(api.tx.Subscriptions.close({ id }), dave);
		assert.equal(closed.error, undefined);
		const paid = owed - subscription.claimed;
		assert.deepEqual(closed.events['Subscriptions.Closed'], { id, paid, refunded: PREPAID - owed });
		const payer = await change(closed, eve);
		assert.deepEqual(payer.after, {
			free: payer.before.free + PREPAID - owed + subscription.deposit,
			reserved: payer.before.reserved - subscription.deposit - (PREPAID - subscription.claimed),
			holds: {},
		});
		const operator = await change(closed, charlie);
		assert.deepEqual(operator.after, { ...operator.before, free: operator.before.free + paid });
		assert.equal(await api.query.Subscriptions.Subscriptions.getValue(id, { at: 'best' }), undefined);
	});

	step('should call view functions', 20, async () => {
		const held = await api.query.Assets.Account.getValue(1, eve.address);
		assert.ok(held.balance > 0n);
		assert.equal(await api.view.Assets.balance_of(eve.address, 1), held.balance);
		assert.equal(await api.view.Assets.balance_of(eve.address, 2), undefined);
		assert.equal(await api.view.Proxy.is_superset(unit('Any'), unit('Staking')), true);
		assert.equal(await api.view.Proxy.is_superset(unit('Staking'), unit('Any')), false);
	});

	step('should read the past from an archive', 20, async () => {
		const { methods } = await node.rpc('rpc_methods');
		for (const method of ['body', 'call', 'finalizedHeight', 'header', 'storage']) {
			assert.ok(methods.includes(`archive_v1_${method}`), method);
		}
		const genesis = await node.rpc('chain_getBlockHash', 0);
		assert.equal(await api.query.Registry.NextServiceId.getValue({ at: genesis }), 0);
		assert.equal(await api.query.Registry.NextServiceId.getValue({ at: 'best' }), 1);
	});
});
