//! The wiring with doubles at both ends and in the pool: how runs end when something breaks, and what flows when nothing
//! does.

mod doubles;
mod failures;
mod flow;
mod sinks;
mod places;
mod budget;
