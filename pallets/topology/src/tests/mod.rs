//! Tests of the network. Node `n` is the person's `n`; each test ends with the check of the state (see `mock::execute`).

mod attacks;
mod centre;
mod certificates;
mod closing;
mod components;
mod consequences;
mod histories;
mod network;
mod nodes;
mod opening;
mod settling;
mod severing;
mod state;
mod views;
