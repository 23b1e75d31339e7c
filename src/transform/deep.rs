//! A stack for deep trees.

use std::thread;

use anyhow::{Context, Result};

use crate::cancel;

/// A long chain of operators is a deep tree, which is walked, and freed, by recursion.
const STACK: usize = 64 << 20;

/// Does work in which queries are parsed, bound and dropped, on a thread of its own, as if it were this one: it is given up
/// when this one is, for the keys of a lookup may take long to compute. `Err` is what it panicked with.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> thread::Result<Result<T>> {
    let flag = cancel::heeded();
    let work = || {
        flag.into_iter().for_each(cancel::heed);
        work()
    };
    thread::scope(|scope| {
        match thread::Builder::new().name("query".into()).stack_size(STACK).spawn_scoped(scope, work) {
            Ok(thread) => thread.join(),
            Err(cause) => Ok(Err(cause).context("cannot start the query thread")),
        }
    })
}
