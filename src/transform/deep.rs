//! A stack for deep trees.

use std::panic::resume_unwind;
use std::thread;

use anyhow::{Context, Result};

use crate::cancel;

/// A long chain of operators is a deep tree, which is walked, and freed, by recursion.
const STACK: usize = 64 << 20;

/// Does work in which queries are parsed, bound and dropped, on a thread of its own, as if it were this one: it is given up
/// when this one is, for the keys of a lookup may take long to compute, and its panics are this one's.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let flag = cancel::heeded();
    let work = || {
        flag.into_iter().for_each(cancel::heed);
        work()
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("query".into()).stack_size(STACK).spawn_scoped(scope, work);
        thread.context("cannot start the query thread")?.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}
