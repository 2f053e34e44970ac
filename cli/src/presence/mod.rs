//! Presence: what notaries certify, ask and publish, and what a reader makes of it (S2).
//!
//! Pure, and tested without a node: `claims`, `terms`, `verify`, `pace`, `listing`. With files: `snapshots`,
//! `receipts`. With the network: `rpc`, `sources`.

pub mod claims;
pub mod listing;
pub mod pace;
pub mod receipts;
pub mod rpc;
pub mod snapshots;
pub mod sources;
pub mod terms;
pub mod verify;
