//! Tests of the windows.

mod genesis;
mod replace;
mod rules;
