//! Tests of whole jobs, from their arguments to what their sinks are told: places, and runs that begin at them.

mod observed;
mod continued;
mod golden;
mod made;
