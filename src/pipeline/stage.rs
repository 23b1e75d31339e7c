//! How stages are joined: one named thread each, bounded channels between, and every panic an error with the stage's name.
//!
//! A stage owns its channel ends. Returning drops them, which stops both neighbours: there are no done-flags, no error
//! channels and no poison pills. A failed `send` means that downstream stopped; the stage that broke reports.

use std::any::Any;
use std::thread::{self, Scope, ScopedJoinHandle};

use anyhow::{Context, Result};
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::cancel::is_cancelled;
use crate::exit::{ExitCode, fatal};
use crate::stop::Stopped;

/// A stage that makes `Out`s out of `In`s, until its input ends or nobody wants its output.
///
/// What one stage puts out, the next must take in; anything else does not compile:
///
/// ```compile_fail,E0308
/// use crossbeam_channel::{Receiver, Sender};
/// use gristmill::pipeline::stage::{Stage, join, source, stage};
///
/// struct Numbers;
/// impl Stage for Numbers {
///     type In = ();
///     type Out = u64;
///     type Report = ();
///     const NAME: &'static str = "numbers";
///     fn run(self, _: Receiver<()>, _: Sender<u64>) -> anyhow::Result<()> { Ok(()) }
/// }
///
/// struct Lengths; // takes text, not numbers
/// impl Stage for Lengths {
///     type In = String;
///     type Out = usize;
///     type Report = ();
///     const NAME: &'static str = "lengths";
///     fn run(self, _: Receiver<String>, _: Sender<usize>) -> anyhow::Result<()> { Ok(()) }
/// }
///
/// std::thread::scope(|scope| {
///     let (numbers, _) = source(scope, Numbers, 1).unwrap();
///     let (lengths, _) = stage(scope, Lengths, numbers, 1).unwrap();
/// });
/// ```
pub trait Stage: Send {
    type In: Send;
    type Out: Send;
    /// What the stage has to tell when it has ended.
    type Report: Send;
    /// Name of the thread and of the stage in messages.
    const NAME: &'static str;

    fn run(self, input: Receiver<Self::In>, output: Sender<Self::Out>) -> Result<Self::Report>;
}

/// A running stage.
pub struct Running<'scope, R> {
    name: &'static str,
    thread: ScopedJoinHandle<'scope, Result<R>>,
}

impl<R> Running<'_, R> {
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
}

/// What a started stage brings, and the stage itself.
pub type Started<'scope, S> = (Receiver<<S as Stage>::Out>, Running<'scope, <S as Stage>::Report>);

/// Starts a stage on what `input` brings; `capacity` messages of its own may wait.
pub fn stage<'scope, S: Stage + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    stage: S,
    input: Receiver<S::In>,
    capacity: usize,
) -> Result<Started<'scope, S>> {
    let (sender, receiver) = bounded(capacity);
    let thread = thread::Builder::new()
        .name(S::NAME.to_owned())
        .spawn_scoped(scope, move || stage.run(input, sender))
        .with_context(|| format!("cannot start the {} thread", S::NAME))?;
    Ok((receiver, Running { name: S::NAME, thread }))
}

/// Starts the first stage of a line, which takes nothing in.
pub fn source<'scope, S: Stage<In = ()> + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    first: S,
    capacity: usize,
) -> Result<Started<'scope, S>> {
    let (_, nothing) = bounded(0);
    stage(scope, first, nothing, capacity)
}

/// Waits for a stage to end; a panic is an error like any other.
pub fn join<R>(running: Running<'_, R>) -> Result<R> {
    match running.thread.join() {
        Ok(result) => result,
        Err(panic) => Err(panicked(&format!("the {} thread", running.name), panic.as_ref())),
    }
}

/// The error that a caught panic becomes, or work that was given up.
pub fn panicked(who: &str, panic: &(dyn Any + Send)) -> anyhow::Error {
    if is_cancelled(panic) {
        return anyhow::Error::new(Stopped);
    }
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    fatal(ExitCode::Failure, format!("{who} panicked: {}", said.unwrap_or("no message")))
}
