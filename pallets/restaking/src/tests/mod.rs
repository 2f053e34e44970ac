mod allocating;
mod assets;
mod eras;
mod slashing;
mod staking;
mod state;
mod unbonding;
mod views;
