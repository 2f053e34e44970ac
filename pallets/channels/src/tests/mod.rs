//! Tests of the channels. Alice opens them and Bob accepts them; each test ends with the state check and with no token
//! made or lost (see `mock::execute`).

mod assets;
mod attacks;
mod closing;
mod edges;
mod handing_in;
mod histories;
mod opening;
mod parties;
mod remainders;
mod state;
mod views;
mod watching;
