//! Where a search over many blocks keeps what is too large for its state.

use alloc::{boxed::Box, vec::Vec};

/// Nodes on a page of the queue at the most.
pub const QUEUE_LEN: u32 = 256;

/// Bytes of a page of visited nodes.
pub const VISITED_BYTES: usize = 1024;

/// Nodes on a page of visited nodes.
pub const VISITED_BITS: u32 = 8192;

const _: () = assert!(VISITED_BITS as usize == 8 * VISITED_BYTES);

/// Numbers of nodes that were reached, at most [`QUEUE_LEN`].
pub type QueuePage = Vec<u32>;

/// Of which nodes there is a bit set: node `n` has bit `n % 8`, from the lowest, of byte
/// `n % VISITED_BITS / 8` of page `n / VISITED_BITS`.
pub type VisitedPage = Box<[u8; VISITED_BYTES]>;

/// The pages of one search. Each call is one read or one write; `None` removes.
pub trait Pages {
	/// A page of the queue.
	fn queue(&self, page: u32) -> Option<QueuePage>;

	/// Writes or removes a page of the queue.
	fn set_queue(&mut self, page: u32, content: Option<QueuePage>);

	/// A page of visited nodes.
	fn visited(&self, page: u32) -> Option<VisitedPage>;

	/// Writes or removes a page of visited nodes.
	fn set_visited(&mut self, page: u32, content: Option<VisitedPage>);
}
