//! Tests of the subscriptions. Operators take what they are owed from what clients have on hold; each test
//! ends with the state check and with no token made or lost (see `mock::execute`).

mod assets;
mod cancel;
mod claim;
mod close;
mod give_notice;
mod model;
mod money;
mod settle;
mod state;
mod subscribe;
mod top_up;
mod views;
