//! Tests, one file a topic.

mod closing;
mod histories;
mod leaving;
mod offers;
mod operators;
mod origins;
mod places;
mod sampling;
mod services;
mod stake;
mod state;
mod views;
