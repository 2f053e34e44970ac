// What the chain refuses, by name, and that a refusal changes nothing but the fee.

import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { xxhashAsHex } from '@polkadot/util-crypto';
import { account, bob, charlie, dave, eve, ferdie } from './lib/accounts.mjs';
import { bounded, step } from './lib/bounded.mjs';
import { checkState } from './lib/command.mjs';
import { TUSD, UNIT } from './lib/economy.mjs';
import { startNode, temporaryDirectory } from './lib/node.mjs';
import { connect, only, parent, reach, submit } from './lib/polkadot-js.mjs';
import { stored, without } from './lib/rpc.mjs';

const SLA = { latencyMs: 100, bandwidthKbps: 100, uptime: 900_000_000 };
const PRICE = { asset: 'Native', amount: UNIT, period: 10 };
const FLAGS = { stateless: false, deterministic: false };
const BOND = 100n * UNIT;
const OWN = 400n * UNIT;
const PREPAID = 50n * UNIT;

// Services, in the order of their creation.
const [OPEN, RETIRED, SPARE, SECURED] = [0, 1, 2, 3];

// Charlie, Dave and Ferdie have stake of their own, half of it behind OPEN and half behind SPARE. Charlie has a full offer
// for OPEN, and one with room for SPARE. Dave is leaving, with a client. Ferdie has paused his offer for OPEN, closed the
// one for SPARE, and takes some of his stake back. Eve is a client of Charlie, `stranger` of Dave; `fickle` was one of Dave
// and has cancelled. SECURED asks for more stake than anybody has.
const fickle = account('//Bob//stash');
const stranger = account('//Charlie//stash');

describe('a chain given bad input', () => {
	const directory = temporaryDirectory();
	const results = new Map();
	let node;
	let api;
	let tx;
	let ids;
	let cases;

	before(async () => {
		node = await startNode({ name: 'node given bad input', basePath: directory.path });
		({ api } = await connect(node.ws));
		tx = api.tx;
	}, { timeout: 200_000 });
	after(async () => {
		await api?.disconnect();
		await node?.stop();
		directory.remove();
	});

	const accepted = async (call, signer) => {
		const result = await submit(api, call, signer);
		assert.equal(result.error, undefined);
		return result;
	};
	const createService = (name, security = []) => tx.registry.createService(name, null, 'None', BOND, security, FLAGS);
	const stake = (operator, amount, asset = 'Native') => tx.restaking.stake(operator.address, asset, amount);
	const allocate = (service, parts) => tx.restaking.allocate('Native', service, parts);
	const deallocate = (service, parts) => tx.restaking.deallocate('Native', service, parts);
	const makeOffer = (service, { sla = SLA, capacity = 5, price = PRICE, metadata = 'x', bond = BOND } = {}) =>
		tx.registry.makeOffer(service, sla, capacity, price, metadata, bond);
	const subscribe = (operator, service, price = PRICE, prepaid = PREPAID) =>
		tx.subscriptions.subscribe(operator.address, service, price, prepaid);

	step('should have services, operators and clients in all conditions', 90, async () => {
		await Promise.all([
			accepted(
				tx.utility.batchAll([
					...['open', 'retired', 'spare'].map((name) => createService(name)),
					createService('secured', [{ asset: 'Native', amount: 10n * OWN }]),
					tx.registry.retireService(RETIRED),
				]),
				bob,
			),
			...[charlie, dave, ferdie].map((operator) =>
				accepted(
					tx.utility.batchAll([tx.registry.join('x'), stake(operator, OWN), allocate(OPEN, 500_000), allocate(SPARE, 500_000)]),
					operator,
				)),
		]);
		const [, made] = await Promise.all([
			accepted(tx.utility.batchAll([makeOffer(OPEN), makeOffer(SPARE)]), ferdie).then(() =>
				accepted(tx.utility.batchAll([tx.registry.pauseOffer(OPEN), tx.registry.closeOffer(SPARE)]), ferdie)),
			accepted(tx.utility.batchAll([makeOffer(OPEN, { capacity: 1 }), makeOffer(SPARE)]), charlie),
			accepted(makeOffer(OPEN), dave),
		]);
		await reach(api, made.number + api.consts.registry.activationDelay.toNumber() + 2, 30);
		const [atCharlie, atDave, cancelled] = await Promise.all([
			accepted(subscribe(charlie, OPEN), eve),
			accepted(subscribe(dave, OPEN), stranger),
			accepted(subscribe(dave, OPEN), fickle),
		]);
		ids = Object.fromEntries(
			Object.entries({ atCharlie, atDave, cancelled }).map(([name, result]) => [name, only(result, 'subscriptions.Subscribed').id]),
		);
		await Promise.all([
			accepted(tx.registry.leave(), dave),
			accepted(tx.subscriptions.cancel(ids.cancelled), fickle),
			accepted(tx.restaking.unbond(ferdie.address, 'Native', OWN / 4n), ferdie),
		]);
	});

	step('should put all of it into blocks', 60, async () => {
		const long = (bytes) => 'x'.repeat(bytes);
		const { maxMetadataLength, maxNameLength, maxReferenceLength } = api.consts.registry;
		cases = [
			// Operators and their offers.
			['a second offer for a service', charlie, makeOffer(OPEN), 'registry.OfferAlreadyExists'],
			['an offer by somebody who is no operator', eve, makeOffer(OPEN), 'registry.OperatorNotFound'],
			['an offer by an operator that is leaving', dave, makeOffer(SPARE), 'registry.OperatorLeaving'],
			['an offer for a service that is retired', ferdie, makeOffer(RETIRED), 'registry.ServiceRetired'],
			['an offer for no service', ferdie, makeOffer(99), 'registry.ServiceNotFound'],
			['a price in an unknown asset', ferdie, makeOffer(SPARE, { price: { ...PRICE, asset: { WithId: 99 } } }), 'registry.UnknownAsset'],
			['a period of zero', ferdie, makeOffer(SPARE, { price: { ...PRICE, period: 0 } }), 'registry.ZeroPeriod'],
			['a capacity of zero', ferdie, makeOffer(SPARE, { capacity: 0 }), 'registry.ZeroCapacity'],
			['a latency of zero', ferdie, makeOffer(SPARE, { sla: { ...SLA, latencyMs: 0 } }), 'registry.InvalidSla'],
			['a bond a unit too small', ferdie, makeOffer(SPARE, { bond: BOND - 1n }), 'registry.BondTooSmall'],
			['an offer\'s metadata a byte too long', ferdie, makeOffer(SPARE, { metadata: long(maxMetadataLength.toNumber() + 1) }), 'registry.MetadataTooLong'],
			['an operator\'s metadata a byte too long', stranger, tx.registry.join(long(maxMetadataLength.toNumber() + 1)), 'registry.MetadataTooLong'],
			['joining twice', charlie, tx.registry.join('x'), 'registry.OperatorAlreadyExists'],
			['leaving twice', dave, tx.registry.leave(), 'registry.OperatorLeaving'],
			['resuming without a pause', charlie, tx.registry.resume(), 'registry.NotPaused'],
			['adding nothing to a bond', charlie, tx.registry.addBond(SPARE, 0), 'registry.ZeroAmount'],
			['adding more to a bond than is staked', charlie, tx.registry.addBond(SPARE, OWN / 2n), 'restaking.NotEnoughStake'],
			['a bond without so much stake behind the service', ferdie, makeOffer(SPARE, { bond: OWN }), 'restaking.NotEnoughStake'],
			['an offer with less stake than its service asks', ferdie, makeOffer(SECURED), 'registry.SecurityTooSmall'],
			['pausing an offer twice', ferdie, tx.registry.pauseOffer(OPEN), 'registry.AlreadyPaused'],
			['closing an offer twice', dave, tx.registry.closeOffer(OPEN), 'registry.AlreadyClosing'],
			['closing an offer that is gone', ferdie, tx.registry.closeOffer(SPARE), 'registry.OfferNotFound'],
			// Stake.
			['staking on somebody who is no operator', bob, stake(eve, UNIT), 'restaking.OperatorNotFound'],
			['staking on an operator that is leaving', bob, stake(dave, UNIT), 'restaking.OperatorLeaving'],
			['staking what the operator has none of itself', bob, stake(charlie, UNIT, { WithId: TUSD }), 'restaking.LedgerNotFound'],
			['staking what cannot be staked', bob, stake(charlie, UNIT, { WithId: 99 }), 'restaking.AssetNotAccepted'],
			['staking nothing', bob, stake(charlie, 0), 'restaking.ZeroAmount'],
			['staking a unit too little', bob, stake(charlie, UNIT - 1n), 'restaking.BelowMinimum'],
			['staking more than one has', bob, stake(charlie, 10n ** 9n * UNIT), /FundsUnavailable/],
			['allocating what is not free', charlie, allocate(OPEN, 1), 'restaking.NotEnoughFree'],
			['allocating nothing', charlie, allocate(OPEN, 0), 'restaking.ZeroAmount'],
			['allocating without stake', stranger, allocate(OPEN, 1), 'restaking.LedgerNotFound'],
			['taking more away from a service than it has', ferdie, deallocate(SPARE, 500_001), 'restaking.NotEnoughAllocated'],
			['taking a bond away from its service', charlie, deallocate(SPARE, 500_000), 'restaking.StakeReserved'],
			['taking a bond back', charlie, tx.restaking.unbondAll(charlie.address, 'Native'), 'restaking.StakeReserved'],
			['taking a bond back while leaving', dave, tx.restaking.unbondAll(dave.address, 'Native'), 'restaking.StakeReserved'],
			['taking back more than is staked', ferdie, tx.restaking.unbond(ferdie.address, 'Native', OWN), 'restaking.NotEnoughStake'],
			['taking another\'s stake back', stranger, tx.restaking.unbondAll(charlie.address, 'Native'), 'restaking.PositionNotFound'],
			['withdrawing stake before its time', ferdie, tx.restaking.withdraw(ferdie.address, ferdie.address, 'Native'), 'restaking.NothingToWithdraw'],
			['withdrawing what nobody has', stranger, tx.restaking.withdraw(stranger.address, charlie.address, 'Native'), 'restaking.PositionNotFound'],
			['accepting an asset without the right', stranger, tx.restaking.acceptAsset({ WithId: TUSD }, 1), /BadOrigin/],
			// Services.
			['a service without a name', bob, createService(''), 'registry.EmptyName'],
			['a name a byte too long', bob, createService(long(maxNameLength.toNumber() + 1)), 'registry.NameTooLong'],
			['a name that is no text', bob, createService('0xff'), 'registry.NameNotUtf8'],
			['a reference a byte too long', bob, tx.registry.createService('x', [long(maxReferenceLength.toNumber() + 1), Buffer.alloc(32)], 'None', BOND, [], FLAGS), 'registry.ReferenceTooLong'],
			['changing another\'s service', stranger, tx.registry.updateService(OPEN, 'mine', null, 'None', BOND, [], FLAGS), 'registry.NotAuthorized'],
			['changing what convicts live operators', bob, tx.registry.updateService(OPEN, 'open', null, 'FixedHash', BOND, [], FLAGS), 'registry.ServiceInUse'],
			['security in an unknown asset', bob, createService('x', [{ asset: { WithId: 99 }, amount: 1 }]), 'registry.UnknownAsset'],
			['security that names an asset twice', bob, createService('x', [1, 2].map((amount) => ({ asset: 'Native', amount }))), 'registry.DuplicateAsset'],
			['security of nothing', bob, createService('x', [{ asset: 'Native', amount: 0 }]), 'registry.ZeroAmount'],
			['naming who reports for another\'s service', stranger, tx.registry.setReporter(OPEN, stranger.address), 'registry.NotAuthorized'],
			['retiring a service twice', bob, tx.registry.retireService(RETIRED), 'registry.AlreadyRetired'],
			['removing a service that is not retired', bob, tx.registry.removeService(OPEN), 'registry.NotRetired'],
			// Clients.
			['subscribing where there is no room', bob, subscribe(charlie, OPEN), 'registry.CapacityFull'],
			['subscribing to an operator that is leaving', bob, subscribe(dave, OPEN), 'registry.OperatorLeaving'],
			['subscribing to a paused offer', bob, subscribe(ferdie, OPEN), 'registry.OfferNotAccepting'],
			['subscribing to a closed offer', bob, subscribe(ferdie, SPARE), 'registry.OfferNotFound'],
			['subscribing where there is no offer', bob, subscribe(charlie, RETIRED), 'registry.OfferNotFound'],
			['subscribing to oneself', charlie, subscribe(charlie, SPARE), 'subscriptions.SelfSubscription'],
			['a price that has changed', bob, subscribe(charlie, SPARE, { ...PRICE, amount: UNIT - 1n }), 'subscriptions.PriceChanged'],
			['a price in another asset', bob, subscribe(charlie, SPARE, { ...PRICE, asset: { WithId: TUSD } }), 'subscriptions.PriceChanged'],
			['paying for less than a block', bob, subscribe(charlie, SPARE, PRICE, UNIT / 10n - 1n), 'subscriptions.PrepaymentTooSmall'],
			['paying more than one has', bob, subscribe(charlie, SPARE, PRICE, 10n ** 9n * UNIT), /FundsUnavailable/],
			['topping up by nothing', eve, tx.subscriptions.topUp(ids.atCharlie, 0), 'subscriptions.ZeroAmount'],
			['topping up another\'s subscription', stranger, tx.subscriptions.topUp(ids.atCharlie, UNIT), 'subscriptions.NotAuthorized'],
			['a claim where there is no subscription', stranger, tx.subscriptions.claim(10n ** 6n), 'subscriptions.SubscriptionNotFound'],
			['notice by the client', eve, tx.subscriptions.giveNotice(ids.atCharlie), 'subscriptions.NotAuthorized'],
			['cancelling another\'s subscription', stranger, tx.subscriptions.cancel(ids.atCharlie), 'subscriptions.NotAuthorized'],
			['cancelling twice', fickle, tx.subscriptions.cancel(ids.cancelled), 'subscriptions.SubscriptionNotFound'],
			['closing a subscription that is served', stranger, tx.subscriptions.close(ids.atCharlie), 'subscriptions.NotEnded'],
			['settling what leaves no remainder', stranger, tx.subscriptions.settle(ids.cancelled), 'subscriptions.RemainderNotFound'],
			// Governance.
			['replacing the windows without the right', stranger, tx.windows.replace(await api.query.windows.current()), /BadOrigin/],
		];

		const nonces = new Map();
		for (const [, { address }] of cases) {
			if (!nonces.has(address)) nonces.set(address, (await api.rpc.system.accountNextIndex(address)).toNumber());
		}
		await Promise.all(cases.map(async ([title, signer, call]) => {
			const nonce = nonces.get(signer.address);
			nonces.set(signer.address, nonce + 1);
			results.set(title, await submit(api, call, signer, nonce));
		}));
		assert.equal(results.size, cases.length);
	});

	bounded('should refuse each of them by name, with an explanation', 10, async (t) => {
		for (const [title, , , expected] of cases) {
			await t.test(`should refuse ${title}`, () => {
				const { error } = results.get(title);
				assert.ok(error, 'it was accepted');
				if (expected instanceof RegExp) return assert.match(error.name, expected);
				assert.equal(error.name, expected);
				assert.match(error.docs, /^[A-Z].{30,}\.$/);
			});
		}
	});

	bounded('should charge the fees and change nothing else', 20, async () => {
		const blocks = [...results.values()].sort((a, b) => a.number - b.number);
		const [first, last] = [blocks[0].block, blocks.at(-1).block];
		const before = await parent(api, first);
		for (const pallet of ['Registry', 'Restaking', 'Subscriptions', 'Windows']) {
			// The era turns by itself.
			const all = async (block) => without(await stored(node.http, xxhashAsHex(pallet, 128), block), api.query.restaking.currentEra.key());
			const was = await all(before);
			assert.ok(was.length > 0, `nothing is stored by ${pallet}`);
			assert.deepEqual(await all(last), was);
		}
		const at = await Promise.all([before, last].map((block) => api.at(block)));
		for (const signer of new Set(cases.map(([, signer]) => signer))) {
			const fees = cases.filter(([, by]) => by === signer).reduce((sum, [title]) => sum + results.get(title).fee, 0n);
			const [was, is] = await Promise.all(at.map((block) => block.query.system.account(signer.address)));
			assert.equal(is.data.free.toBigInt(), was.data.free.toBigInt() - fees, signer.meta.name);
			assert.equal(is.data.reserved.toBigInt(), was.data.reserved.toBigInt());
			const holds = await Promise.all(at.map((block) => block.query.balances.holds(signer.address)));
			assert.equal(holds[1].toHex(), holds[0].toHex());
		}
	});

	bounded('should refuse a transaction that was tampered with before it reaches a block', 15, async () => {
		const signed = await createService('forged').signAsync(stranger, { nonce: -1 });
		const bytes = Buffer.from(signed.toU8a());
		bytes[bytes.length - 1] ^= 1;
		await assert.rejects(node.rpc('author_submitExtrinsic', `0x${bytes.toString('hex')}`), /1010|Invalid Transaction/);
		await assert.rejects(node.rpc('author_submitExtrinsic', '0xdeadbeef'), /author_submitExtrinsic/);
	});

	bounded('should still serve those who ask rightly', 20, async () => {
		await accepted(subscribe(charlie, SPARE), bob);
		await accepted(tx.subscriptions.claim(ids.atCharlie), charlie);
	});

	bounded('should leave a state in which everything adds up', 180, async () => {
		await api.disconnect();
		assert.equal(await node.stop(), 0);
		await checkState(directory.path);
	});
});
