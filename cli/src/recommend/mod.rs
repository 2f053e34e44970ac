//! The recommendation of S0: who to buy from, by one's own experience, price, stake and chance.

pub mod experience;
pub mod score;
