//! Subscriptions: one client on one offer, prepaid.

/// Number of a subscription, never reused.
pub type SubscriptionId = u64;
