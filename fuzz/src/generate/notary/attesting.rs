//! Requests, attestations, and subsidies of them.

use super::{super::by, notaries, Act, Draw, Maker};
use frame_support::BoundedVec;
use pallet_notary::{Call, Request, Standings};
use sp_runtime::Perbill;
use surety_primitives::{
	notary::{Claim, ClaimKind, Claims, Name, NotaryTerms, RequestId, RequestStatus, RevocationReason},
	Balance, ServiceId, UNIT,
};
use surety_runtime::{AccountId, Runtime};

pub(super) const TABLE: &[(u64, Maker)] = &[
	(60, request),
	(40, request_subsidised),
	(60, quote),
	(70, accept_quote),
	(60, attest),
	(6, refuse),
	(10, expire_request),
	(25, collect),
	(24, renew),
	(8, revoke),
	(6, resign),
	(22, expire),
	(10, set_presence_key),
	(30, announce_on_chain),
	(10, fund_subsidy),
	(4, close_subsidy),
	(16, offer_for_free),
];

fn name(text: &str) -> Name {
	Name::truncate_from(text.as_bytes().to_vec())
}

fn claim(draw: &mut Draw<'_>, kind: ClaimKind) -> Claim {
	match kind {
		ClaimKind::Throughput => Claim::Throughput { down_kbps: draw.random.between(1, 9), up_kbps: 1 },
		ClaimKind::Latency => Claim::Latency { ms: draw.random.between(1, 9) },
		ClaimKind::Availability => Claim::Availability(Perbill::from_percent(99)),
		ClaimKind::Geography => Claim::Geography(*b"LT"),
		ClaimKind::Destination => Claim::Destination(name("a.example")),
		ClaimKind::Other => {
			Claim::Other { schema: draw.random.between(0, 2), key: name("key"), value: BoundedVec::default() }
		}
	}
}

/// What a notary certifies, or now and then something that it cannot.
fn claims(draw: &mut Draw<'_>, terms: Option<&NotaryTerms>) -> Claims {
	let kinds: Vec<_> = match terms {
		Some(terms) if !draw.wrong(20) => terms.0.iter().map(|(kind, _)| *kind).collect(),
		_ => vec![ClaimKind::Latency, ClaimKind::Geography],
	};
	let mut list = Vec::new();
	for kind in &kinds {
		if draw.random.chance(40) {
			list.push(claim(draw, *kind));
		}
	}
	if let (true, Some(kind)) = (list.is_empty(), draw.random.pick(&kinds).copied()) {
		list.push(claim(draw, kind));
	}
	match draw.random.below(80) {
		0 => list.clear(),
		1 => list.push(Claim::Latency { ms: 0 }),
		2 => list.extend(list.clone()),
		_ => {}
	}
	let mut claims = Claims::new(list);
	if draw.wrong(60) {
		claims.version = 2;
	}
	claims
}

fn windows(draw: &mut Draw<'_>) -> u32 {
	if draw.wrong(25) {
		return draw.random.one_of([0, 105_120, 105_121, u32::MAX]);
	}
	draw.random.between(1, 12)
}

fn deadline(draw: &mut Draw<'_>) -> u32 {
	if draw.wrong(25) {
		return draw.random.one_of([0, 10_000]);
	}
	draw.random.between(4, 60)
}

fn max_fee(draw: &mut Draw<'_>) -> Balance {
	draw.amount((100 * UNIT, 10_000 * UNIT), 1_000_000 * UNIT)
}

fn request(draw: &mut Draw<'_>) -> Option<Act> {
	let (mut notary, record) = draw.notary()?;
	let free =
		draw.world.offers.iter().filter(|(service, operator, _)| {
			!Standings::<Runtime>::contains_key((&notary, operator, service))
		});
	let free: Vec<_> = free.map(|(service, operator, _)| (*service, operator.clone())).collect();
	let (service, operator) = match draw.random.pick(&free).cloned() {
		Some(offer) => offer,
		None if draw.wrong(6) => (draw.service(), draw.operator()),
		None => return None,
	};
	if draw.wrong(30) {
		notary = draw.anybody();
	}
	let operator = draw.mostly(&operator);
	Some(wanted(draw, notary, Some(&record.terms), operator, service))
}

fn wanted(
	draw: &mut Draw<'_>,
	notary: AccountId,
	terms: Option<&NotaryTerms>,
	operator: AccountId,
	service: ServiceId,
) -> Act {
	let key = draw.presence_key(&operator);
	let call = Call::<Runtime>::request {
		notary,
		service,
		claims: claims(draw, terms),
		windows: windows(draw),
		key,
		max_fee: max_fee(draw),
		deadline_blocks: deadline(draw),
	};
	(crate::step::Origin::Signed(operator), call.into())
}

fn request_subsidised(draw: &mut Draw<'_>) -> Option<Act> {
	let open = draw.world.notary.subsidies.iter().filter(|(_, subsidy)| !subsidy.closed);
	let open: Vec<_> = open.cloned().collect();
	let (subsidy, record) = match draw.random.pick(&open).cloned() {
		Some((id, record)) if !draw.wrong(30) => (id, Some(record)),
		_ if draw.wrong(20) => (77, None),
		_ => return None,
	};
	let is_free = |service: ServiceId, price: Balance| {
		price == 0 && record.as_ref().is_none_or(|record| record.service == service)
	};
	let free = draw.world.offers.iter().filter(|(service, _, offer)| is_free(*service, offer.price.amount));
	let free: Vec<_> = free.map(|(_, operator, _)| operator.clone()).collect();
	let operator = match draw.random.pick(&free).cloned() {
		Some(operator) => draw.mostly(&operator),
		None if draw.wrong(10) => draw.operator(),
		None => return None,
	};
	let all = &draw.world.notary.notaries;
	let terms = all.iter().find(|(notary, _)| record.as_ref().is_some_and(|record| record.notary == *notary));
	let terms = terms.map(|(_, notary)| notary.terms.clone());
	let key = draw.presence_key(&operator);
	let call = Call::<Runtime>::request_subsidised {
		subsidy,
		claims: claims(draw, terms.as_ref()),
		windows: windows(draw),
		key,
		deadline_blocks: deadline(draw),
	};
	by(operator, call)
}

/// An operator lets go of the price of an offer.
fn offer_for_free(draw: &mut Draw<'_>) -> Option<Act> {
	let (service, operator, offer) = draw.random.pick(&draw.world.offers)?.clone();
	let mut price = offer.price.clone();
	price.amount = 0;
	let call = pallet_registry::Call::<Runtime>::update_offer {
		service,
		sla: offer.sla,
		capacity: offer.capacity,
		price,
		metadata: Vec::new(),
	};
	by(operator, call)
}

/// A request that is as wanted, or now and then another.
fn request_that(draw: &mut Draw<'_>, is_wanted: impl Fn(&Request) -> bool) -> Option<(RequestId, Request)> {
	let all = &draw.world.notary.requests;
	let fit: Vec<_> = all.iter().filter(|(_, request)| is_wanted(request)).collect();
	let (id, request) = match draw.random.pick(&fit) {
		Some((id, request)) => (*id, request.clone()),
		None if draw.wrong(10) => draw.random.pick(all)?.clone(),
		None => return None,
	};
	Some((if draw.wrong(30) { 77 } else { id }, request))
}

fn quote(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let is_unquoted = |request: &Request| request.status == RequestStatus::Unquoted && now < request.deadline;
	let (request, record) = request_that(draw, is_unquoted)?;
	let notary = draw.mostly(&record.notary);
	let fees = notaries::fees(draw);
	by(notary, Call::<Runtime>::quote { request, fees })
}

fn accept_quote(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let is_quoted =
		|request: &Request| matches!(request.status, RequestStatus::Quoted(_)) && now < request.deadline;
	let (request, record) = request_that(draw, is_quoted)?;
	let operator = draw.mostly(&record.operator);
	let fees = match record.status {
		RequestStatus::Quoted(fees) if !draw.wrong(15) => fees,
		_ => notaries::fees(draw),
	};
	by(operator, Call::<Runtime>::accept_quote { request, fees })
}

fn attest(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let is_paid =
		|request: &Request| matches!(request.status, RequestStatus::Paid(_)) && now < request.deadline;
	let (request, record) = request_that(draw, is_paid)?;
	let notary = draw.mostly(&record.notary);
	by(notary, Call::<Runtime>::attest { request })
}

fn reason(draw: &mut Draw<'_>) -> RevocationReason {
	use RevocationReason::{Other, TooSlow, Unavailable};
	draw.random.one_of([Unavailable, TooSlow, Other(7)])
}

fn refuse(draw: &mut Draw<'_>) -> Option<Act> {
	let (request, record) = request_that(draw, |_| true)?;
	let notary = draw.mostly(&record.notary);
	let reason = reason(draw);
	by(notary, Call::<Runtime>::refuse { request, reason })
}

fn expire_request(draw: &mut Draw<'_>) -> Option<Act> {
	let now = draw.world.now;
	let (request, record) = request_that(draw, |request| request.deadline <= now)?;
	let who = if draw.wrong(3) { record.operator } else { draw.anybody() };
	by(who, Call::<Runtime>::expire_request { request })
}

fn collect(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, slot, _) = draw.attestation()?;
	let slot = draw.slot(slot);
	by(draw.anybody(), Call::<Runtime>::collect { notary, slot })
}

fn renew(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, slot, attestation) = draw.attestation()?;
	let operator = draw.mostly(&attestation.tenure.operator);
	let call = Call::<Runtime>::renew {
		notary,
		slot: draw.slot(slot),
		windows: windows(draw),
		max_fee: max_fee(draw),
	};
	by(operator, call)
}

fn revoke(draw: &mut Draw<'_>) -> Option<Act> {
	// Who is leaving revokes what holds it up.
	let leaving = draw.leaving();
	let all = &draw.world.notary.attestations;
	let holding: Vec<_> = all.iter().filter(|(notary, ..)| Some(notary) == leaving.as_ref()).collect();
	let (notary, slot) = match draw.random.pick(&holding) {
		Some((notary, slot, _)) => (notary.clone(), *slot),
		None if draw.random.chance(40) => {
			let (notary, slot, _) = draw.attestation()?;
			(notary, slot)
		}
		None => return None,
	};
	let notary = draw.mostly(&notary);
	let (slot, reason) = (draw.slot(slot), reason(draw));
	by(notary, Call::<Runtime>::revoke { slot, reason })
}

fn resign(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, slot, attestation) = draw.attestation()?;
	let operator = draw.mostly(&attestation.tenure.operator);
	let slot = draw.slot(slot);
	by(operator, Call::<Runtime>::resign { notary, slot })
}

fn expire(draw: &mut Draw<'_>) -> Option<Act> {
	let window = draw.world.notary.window;
	let all = &draw.world.notary.attestations;
	let over: Vec<_> =
		all.iter().filter(|(_, _, attestation)| attestation.prepaid.until() <= window).collect();
	let (notary, slot) = match draw.random.pick(&over) {
		Some((notary, slot, _)) => (notary.clone(), *slot),
		None if draw.wrong(6) => {
			let (notary, slot, _) = draw.attestation()?;
			(notary, slot)
		}
		None => return None,
	};
	let slot = draw.slot(slot);
	by(draw.anybody(), Call::<Runtime>::expire { notary, slot })
}

fn set_presence_key(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, slot, attestation) = draw.attestation()?;
	let operator = draw.mostly(&attestation.tenure.operator);
	let (slot, key) = (draw.slot(slot), draw.presence_key(&operator));
	by(operator, Call::<Runtime>::set_presence_key { notary, slot, key })
}

fn announce_on_chain(draw: &mut Draw<'_>) -> Option<Act> {
	let (notary, slot, attestation) = draw.attestation()?;
	let operator = draw.mostly(&attestation.tenure.operator);
	let slot = draw.slot(slot);
	by(operator, Call::<Runtime>::announce_on_chain { notary, slot })
}

fn fund_subsidy(draw: &mut Draw<'_>) -> Option<Act> {
	let notary = draw.notary_account()?;
	// There is something to pay for where an offer is free.
	let free = draw.world.offers.iter().filter(|(_, _, offer)| offer.price.amount == 0);
	let free: Vec<_> = free.map(|(service, ..)| *service).collect();
	let service = match draw.random.pick(&free) {
		Some(service) => *service,
		None => draw.service(),
	};
	Some(subsidy(draw, notary, service))
}

fn subsidy(draw: &mut Draw<'_>, notary: AccountId, service: ServiceId) -> Act {
	let call = Call::<Runtime>::fund_subsidy {
		notary,
		service,
		max_per_request: draw.amount((5 * UNIT, 500 * UNIT), 1_000_000 * UNIT),
		budget: draw.amount((20 * UNIT, 2_000 * UNIT), 1_000_000 * UNIT),
	};
	(crate::step::Origin::Signed(draw.somebody()), call.into())
}

fn close_subsidy(draw: &mut Draw<'_>) -> Option<Act> {
	let (id, record) = draw.random.pick(&draw.world.notary.subsidies)?.clone();
	let funder = draw.mostly(&record.funder);
	let subsidy = if draw.wrong(20) { 77 } else { id };
	by(funder, Call::<Runtime>::close_subsidy { subsidy })
}

/// A subsidy by which notaries begin.
pub(super) fn fund(draw: &mut Draw<'_>, notary: &AccountId) -> Option<Act> {
	draw.random.chance(60).then(|| subsidy(draw, notary.clone(), 0))
}

/// Requests of operators by which notaries begin, and what is attested of them.
pub(super) fn opening(
	draw: &mut Draw<'_>,
	notaries: &[AccountId],
	offers: &[(AccountId, ServiceId)],
) -> (Vec<Act>, Vec<Act>) {
	let (mut requests, mut attests) = (Vec::new(), Vec::new());
	for notary in notaries {
		for (operator, service) in offers {
			if draw.random.chance(80) {
				let id = RequestId::try_from(requests.len()).unwrap_or(0);
				requests.push(wanted(draw, notary.clone(), None, operator.clone(), *service));
				attests.extend(by(notary.clone(), Call::<Runtime>::attest { request: id }));
			}
		}
	}
	(requests, attests)
}
