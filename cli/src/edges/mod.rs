//! The network of edges: the client's part, and pictures of it.

pub mod layout;
pub mod picture;
pub mod svg;
pub mod text;

pub use surety_client::edges::{certificates, evidence, intents, liability, search, vouchers, watch};
