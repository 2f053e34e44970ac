//! A graph, labels and the pages of a search in memory: for tests, measurements and clients.

mod labels;
mod network;
mod pages;

pub use labels::MemoryLabels;
pub use network::Network;
pub use pages::MemoryPages;
