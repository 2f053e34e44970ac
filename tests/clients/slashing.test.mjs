// Two slashes through @polkadot/api: one is vetoed by a referendum, the other applied by the chain itself; who gets what of
// it, to the unit, and what `surety gov slashes` says meanwhile.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { blake2AsHex } from '@polkadot/util-crypto';
import { bob, charlie, dave, eve, ferdie } from './lib/accounts.mjs';
import { step } from './lib/bounded.mjs';
import { checkState } from './lib/command.mjs';
import { TUSD, UNIT } from './lib/economy.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { connect as connectPapi } from './lib/papi.mjs';
import { balances, connect, happened, only, parent, plain, reach, submit } from './lib/polkadot-js.mjs';
import { surety } from './lib/surety.mjs';
import { until } from './lib/wait.mjs';

const OWN = 300n * UNIT;
const DELEGATED = 700n * UNIT;
const DEPOSIT = 50n * UNIT;
const WHOLE = 1_000_000;
const SLA = { latencyMs: 10, bandwidthKbps: 10, uptime: 990_000_000 };
const PRICE = { asset: 'Native', amount: UNIT, period: 10 };
/** What the client has lost, by the second report. */
const LOST = 5n * UNIT;
const percent = (number) => number * 10_000_000;

const tokens = (amount) => `${amount / UNIT}.${(amount % UNIT).toString().padStart(12, '0')}`;

describe('slashes', () => {
	const directory = temporaryDirectory();
	const [owner, operator, delegator, reporter, client] = [bob, charlie, dave, eve, ferdie];
	let node;
	let api;
	let said;
	let windows;
	let treasury;
	let service;
	let subscription;
	let era;
	const slashes = [];
	let settlement;

	before(async () => {
		node = await startNode({ name: 'node of slashes', args: ['--dev', '--state-pruning', 'archive'], basePath: directory.path });
		({ api, said } = await connect(node.ws));
		windows = (await api.query.windows.current()).toJSON();
		treasury = api.consts.treasury.potAccount.toString();
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

	/** What everybody concerned has at a block. */
	const money = async (block) => {
		const at = await api.at(block);
		const worth = async (holder) => plain(await at.call.restakingApi.position(holder.address, operator.address, 'Native')).bonded;
		const [own, delegated, issuance] = await Promise.all([worth(operator), worth(delegator), at.query.balances.totalIssuance()]);
		const free = async (address) => (await balances(api, block, address, TUSD)).free;
		return {
			operator: own,
			delegator: delegated,
			reporter: await free(reporter.address),
			client: await free(client.address),
			treasury: await free(treasury),
			issuance: issuance.toBigInt(),
		};
	};

	/** How that changes with a block in which nobody sends anything. */
	const change = async (t, what, { block, number }) => {
		const [was, is] = [await money(await parent(api, block)), await money(block)];
		t.diagnostic(`${what}, block ${number}`);
		for (const who of Object.keys(is)) {
			const difference = is[who] - was[who];
			t.diagnostic(`  ${who.padEnd(10)} ${tokens(is[who]).padStart(24)} (${difference < 0n ? '-' : '+'}${tokens(difference < 0n ? -difference : difference)})`);
		}
		return Object.fromEntries(Object.keys(is).map((who) => [who, is[who] - was[who]]));
	};

	const states = async (...args) => (await surety(node.ws, ['gov', 'slashes', ...args])).map(({ id, state }) => [id, state]);

	step('should know every type of slashes', 10, async () => {
		const harmless = [/RPC methods not decorated: /, /Unknown signed extensions AuthorizeCall found, treating them as no-effect$/];
		assert.deepEqual(said.filter((line) => !harmless.some((known) => known.test(line))), []);
		assert.deepEqual(
			Object.keys(api.tx.slashing).sort(),
			['apply', 'close', 'collect', 'forget', 'petition', 'report', 'resolve', 'setThreshold', 'sign', 'veto', 'vetoValidatorSlashes'],
		);
		assert.deepEqual(
			Object.keys(api.call.slashingApi).sort(),
			['petition', 'petitions', 'settlements', 'slash', 'slashes'],
		);
		const { burnShare, reporterShare, reportDeposit, petitionMultiple, minSigners } = api.consts.slashing;
		assert.deepEqual(
			[burnShare, reporterShare, reportDeposit, petitionMultiple, minSigners].map(plain),
			[BigInt(percent(20)), BigInt(percent(10)), DEPOSIT, 2n, 3n],
		);
		assert.deepEqual(await states('--all'), []);
	});

	step('should set the scene: a service with a reporter, own and delegated stake, a client', 90, async () => {
		const created = await done(
			api.tx.registry.createService('Slashed', null, 'None', 0, [], { stateless: true, deterministic: false }),
			owner,
		);
		service = Number(only(created, 'registry.ServiceCreated').service);
		await done(api.tx.registry.setReporter(service, reporter.address), owner);
		const { tx } = api;
		const native = 'Native';
		await done(
			tx.utility.batchAll([
				tx.registry.join('{}'),
				tx.restaking.stake(operator.address, native, OWN),
				tx.restaking.allocate(native, service, WHOLE),
				tx.registry.makeOffer(service, SLA, 2, PRICE, '{}', 200n * UNIT),
			]),
			operator,
		);
		const delegated = await done(tx.restaking.stake(operator.address, native, DELEGATED), delegator);
		const { active_from } = only(delegated, 'restaking.Staked');
		await until('the offer takes clients and the delegation counts', 40, async () => {
			const offer = plain(await api.call.registryApi.offer(service, operator.address));
			const status = plain(await api.call.restakingApi.era());
			return offer.accepting && status.era >= active_from;
		});
		const subscribed = await done(tx.subscriptions.subscribe(operator.address, service, PRICE, 100n * UNIT), client);
		subscription = only(subscribed, 'subscriptions.Subscribed').id;
		await reach(api, subscribed.number + 3, 20);
	});

	step('should put two reported slashes under review, against deposits', 40, async () => {
		({ era } = plain(await api.call.restakingApi.era()));
		const evidence = (text) => blake2AsHex(`${text}, reported by ${reporter.address}`);
		const reports = [
			[percent(50), evidence('silence'), []],
			[percent(10), evidence('nonsense'), [[subscription, LOST]]],
		];
		for (const [fraction, hash, claims] of reports) {
			const result = await done(api.tx.slashing.report(operator.address, service, era, fraction, hash, claims), reporter);
			const { slash, review_ends, ...event } = only(result, 'slashing.Reported');
			assert.deepEqual(event, {
				operator: operator.address,
				service: BigInt(service),
				era,
				fraction: BigInt(fraction),
				reporter: reporter.address,
				source: 'Reporter',
			});
			assert.equal(Number(review_ends), result.number + windows.stake.review);
			slashes.push({ id: Number(slash), ends: Number(review_ends), evidence: hash });
		}
		const again = await submit(api, api.tx.slashing.report(operator.address, service, era, 1, slashes[0].evidence, []), reporter);
		assert.equal(again.error.name, 'slashing.AlreadyReported');
		const stranger = await submit(api, api.tx.slashing.report(operator.address, service, era, 1, blake2AsHex('x'), []), client);
		assert.equal(stranger.error.name, 'slashing.NotReporter');
		const { holds } = await balances(api, stranger.block, reporter.address, TUSD);
		assert.equal(holds['Slashing.Report'], 2n * DEPOSIT);

		const shown = await surety(node.ws, ['gov', 'slashes']);
		assert.deepEqual(shown.map(({ id, state }) => [id, state]), slashes.map(({ id }) => [id, 'review']));
		assert.deepEqual(shown.map(({ takes }) => takes), [[{ asset: 'native', amount: '500' }], [{ asset: 'native', amount: '100' }]]);
		assert.ok(shown.every(({ blocks_left, seconds_left }) => blocks_left > 0 && seconds_left === blocks_left));
		const [pending] = (await surety(node.ws, ['delegator', 'status', delegator.address])).pending_slashes;
		assert.equal(pending.id, slashes[0].id);
	});

	step('should tell of them through polkadot-api too', 30, async () => {
		const papi = connectPapi(node.ws);
		try {
			const page = await papi.api.apis.SlashingApi.slashes(0, 10, { at: 'best' });
			assert.deepEqual(page.slashes.map((slash) => [slash.id, slash.operator, slash.state.type]), slashes.map(({ id }) => [id, operator.address, 'Pending']));
			const slash = await papi.api.apis.SlashingApi.slash(slashes[1].id, { at: 'best' });
			assert.deepEqual(slash.takes, [[{ type: 'Native', value: undefined }, 100n * UNIT]]);
			assert.equal(slash.claims[0][0], client.address);
			assert.equal((await papi.api.apis.SlashingApi.petitions(0, 10, { at: 'best' })).petitions.length, 0);
			assert.equal((await papi.api.apis.SlashingApi.settlements(0, 10, { at: 'best' })).settlements.length, 0);
		} finally {
			papi.client.destroy();
		}
	});

	step('should veto the first by a referendum', 60, async (t) => {
		const [{ id, ends }] = slashes;
		const call = api.tx.slashing.veto(id).method.toHex();
		const opened = await done(api.tx.referenda.submit({ Origins: 'SlashVeto' }, { Inline: call }, { After: 0 }), owner);
		const { index, track } = only(opened, 'referenda.Submitted');
		assert.equal(track, 30n);
		const vote = { Standard: { vote: { aye: true, conviction: 'Locked1x' }, balance: 4_000_000n * UNIT } };
		await Promise.all([
			done(api.tx.referenda.placeDecisionDeposit(index), delegator),
			...[owner, operator, client].map((voter) => done(api.tx.convictionVoting.vote(index, vote), voter)),
		]);
		const [referendum] = await surety(node.ws, ['gov', 'referenda']);
		assert.deepEqual(referendum.call, { pallet: 'Slashing', call: 'veto', args: { slash: id } });
		assert.deepEqual([referendum.track_name, referendum.approval_percent, referendum.ayes], ['slash_veto', '100', '12000000']);

		const confirmed = await happened(api, opened.number, 'referenda.Confirmed', 40);
		assert.equal(confirmed.data.tally.nays, 0n);
		const vetoed = await happened(api, confirmed.number, 'slashing.Vetoed', 20);
		assert.deepEqual(vetoed.data, { slash: BigInt(id), forfeited: DEPOSIT });
		assert.ok(vetoed.number < ends, `${vetoed.number} is too late for ${ends}`);
		t.diagnostic(`submitted in block ${opened.number}, confirmed in ${confirmed.number}, vetoed in ${vetoed.number}; the review ends with ${ends - 1}`);
		const changed = await change(t, 'the first slash vetoed', vetoed);
		assert.deepEqual(changed, { operator: 0n, delegator: 0n, reporter: 0n, client: 0n, treasury: DEPOSIT, issuance: 0n });
		const { holds } = await balances(api, vetoed.block, reporter.address, TUSD);
		assert.equal(holds['Slashing.Report'], DEPOSIT);
		assert.deepEqual(await states(), [[slashes[1].id, 'review']]);
		assert.deepEqual(await states('--all'), [[id, 'vetoed'], [slashes[1].id, 'review']]);

		const late = await submit(api, api.tx.slashing.apply(id, 1), client);
		assert.equal(late.error.name, 'slashing.AlreadyDecided');
		const early = await submit(api, api.tx.slashing.apply(slashes[1].id, 1), client);
		assert.equal(early.error.name, 'slashing.StillInReview');
	});

	step('should apply the second by itself when its review is over', 60, async (t) => {
		const [, { id, ends }] = slashes;
		const cut = await happened(api, ends - 1, 'slashing.Cut', 50);
		assert.equal(cut.number, ends);
		// A tenth of 300 and of 700. A fifth of both burns, a tenth of the own goes to the reporter; of the delegated only half
		// of what burned of the own waits for the client, and the rest is the treasury's.
		const [own, delegated] = [OWN / 10n, DELEGATED / 10n];
		const burned = own / 5n + delegated / 5n;
		const rewarded = own / 10n;
		const refund = own / 5n / 2n;
		const forTreasury = delegated - delegated / 5n - refund;
		({ settlement } = cut.data);
		assert.deepEqual(cut.data, {
			slash: BigInt(id),
			asset: 'Native',
			amount: own + delegated,
			own,
			burned,
			rewarded,
			treasury: forTreasury,
			settlement,
		});
		const changed = await change(t, 'the second slash applied', cut);
		assert.deepEqual(changed, {
			operator: -own,
			delegator: -delegated,
			reporter: rewarded,
			client: 0n,
			treasury: forTreasury,
			issuance: -burned,
		});
		assert.equal((await happened(api, ends, 'slashing.Applied', 5)).number, ends);
		assert.deepEqual(await states(), []);
		assert.deepEqual((await states('--all')).find(([other]) => other === id), [id, 'applied']);

		const { settlements } = plain(await api.call.slashingApi.settlements(0, 10));
		assert.deepEqual(settlements, [{
			id: settlement,
			operator: operator.address,
			service: BigInt(service),
			asset: 'Native',
			closesAt: BigInt(ends + windows.stake.report + windows.stake.review),
			closed: false,
			own: own - own / 5n - rewarded,
			delegated: refund,
			fees: settlements[0].fees,
			beyond: LOST - settlements[0].fees,
			claims: [[client.address, LOST]],
		}]);
		assert.ok(settlements[0].fees > 0n && settlements[0].fees < LOST);
	});

	step('should return the deposit of a right report, and compensate the client', 120, async (t) => {
		const [vetoed, applied] = slashes;
		// Once evidence of their era can no longer be reported.
		const reported = vetoed.ends - windows.stake.review;
		for (const [id, deposit] of [[vetoed.id, 0n], [applied.id, DEPOSIT]]) {
			const forgotten = await happened(api, reported, 'slashing.Forgotten', 60, ({ slash }) => slash === BigInt(id));
			assert.deepEqual(forgotten.data, { slash: BigInt(id), deposit });
			assert.ok(forgotten.number >= reported + windows.stake.report);
		}
		const closed = await happened(api, slashes[1].ends, 'slashing.SettlementClosed', 90);
		assert.equal(closed.number, slashes[1].ends + windows.stake.report + windows.stake.review);
		const own = OWN / 10n;
		const waiting = own - own / 5n - own / 10n + own / 10n;
		assert.deepEqual(closed.data, { settlement, asset: 'Native', payable: LOST, treasury: waiting - LOST });
		const changed = await change(t, 'the settlement closed', closed);
		assert.deepEqual([changed.treasury, changed.issuance], [waiting - LOST, 0n]);

		// Anybody can have it paid out.
		const paid = await done(api.tx.slashing.collect(settlement, client.address), owner);
		assert.deepEqual(only(paid, 'slashing.Compensated'), { settlement, asset: 'Native', who: client.address, amount: LOST });
		assert.equal((await change(t, 'the client compensated', paid)).client, LOST);
		assert.deepEqual(await surety(node.ws, ['gov', 'settlements']), []);
		const { holds } = await balances(api, paid.block, reporter.address, TUSD);
		assert.equal(holds['Slashing.Report'], undefined);
	});

	step('should leave a state in which everything adds up', 180, async () => {
		const { number } = await node.finalizedHead();
		await node.finalized(number + 4, 20);
		await api.disconnect();
		assert.equal(await node.stop(), 0);
		await checkState(directory.path);
	});
});
