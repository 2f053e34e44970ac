use crate::peers::Peers;
use std::time::{Duration, Instant};

#[test]
fn a_peer_gets_its_burst_and_then_its_rate() {
	let (mut peers, start) = (Peers::new(10, 3, 8), Instant::now());
	let admitted = |peers: &mut Peers, at: u64| {
		(0..5).filter(|_| peers.admit(1, start + Duration::from_millis(at))).count()
	};
	assert_eq!(admitted(&mut peers, 0), 3);
	assert_eq!(admitted(&mut peers, 0), 0);
	assert_eq!(admitted(&mut peers, 100), 1);
	// It saves up no more than its burst.
	assert_eq!(admitted(&mut peers, 60_000), 3);
}

#[test]
fn peers_do_not_take_from_each_other() {
	let (mut peers, now) = (Peers::new(1, 1, 8), Instant::now());
	assert!(peers.admit(1, now) && !peers.admit(1, now));
	assert!(peers.admit(2, now));
}

#[test]
fn memory_is_bounded_and_who_is_refused_is_remembered_the_longest() {
	let (mut peers, now) = (Peers::new(1, 2, 3), Instant::now());
	// The first has used up what it has, the others only a part.
	assert!(peers.admit(0, now) && peers.admit(0, now));
	for peer in 1..1_000 {
		assert!(peers.admit(peer, now));
		assert!(!peers.admit(0, now), "forgotten with peer {peer}");
	}
}
