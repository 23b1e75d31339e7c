//! A program whose standard output is read. One that fails never looks as if its output were whole.

use std::ffi::OsString;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{self, Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::exit::{ExitCode, OrExit, fatal};

/// How often we look whether a program has ended.
const TICK: Duration = Duration::from_millis(2);
/// So long we wait for a program that was killed. One that we may not kill, as under sudo, is left to itself then.
const FAREWELL: Duration = Duration::from_secs(1);

/// What is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
    name: String,
}

impl Command {
    /// A program and its arguments, as they are.
    pub fn program(program: impl Into<OsString>, arguments: impl IntoIterator<Item = OsString>) -> Command {
        let (program, arguments) = (program.into(), arguments.into_iter().collect::<Vec<_>>());
        let words: Vec<_> = [&program].into_iter().chain(&arguments).map(|word| word.to_string_lossy()).collect();
        Command { name: words.join(" "), program, arguments }
    }

    /// A line of the shell.
    pub fn shell(line: &str) -> Command {
        Command { program: "sh".into(), arguments: vec!["-c".into(), line.into()], name: line.to_owned() }
    }

    /// As the user wrote it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts it; its output is to be read. Exit 66 where it cannot be started.
    pub fn start(&self) -> Result<(OwnedFd, Running)> {
        let cannot = || format!("cannot run {}", self.name);
        // In a group of its own, so that those whom it starts can be ended with it.
        let command = &mut process::Command::new(&self.program);
        let command = command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().or_exit(ExitCode::NoInput, cannot)?;
        let output = child.stdout.take();
        let running = Running { child, name: self.name.clone(), has_ended: false };
        let output = output.ok_or("it has no output").or_exit(ExitCode::Failure, cannot)?;
        Ok((output.into(), running))
    }
}

/// A program that was started. Dropping it before it is known to have ended ends it, and all whom it started. Of one that has
/// ended, whom it started is left to itself.
pub struct Running {
    child: Child,
    name: String,
    /// It is gone, or nobody can tell, and its number may be another's.
    has_ended: bool,
}

impl Running {
    /// Whether it has ended, which is waited for up to `patience`. Exit 65 where it did not end well.
    pub fn has_ended(&mut self, patience: Duration) -> Result<bool> {
        match self.wait(patience).map_err(|error| self.cannot_wait(error))? {
            Some(status) if !status.success() => {
                let (name, how) = (&self.name, how(status));
                Err(fatal(ExitCode::Data, format!("{name}: it ended with {how}, so what it wrote is no whole input")))
            }
            status => Ok(status.is_some()),
        }
    }

    fn cannot_wait(&self, error: io::Error) -> anyhow::Error {
        let name = &self.name;
        let why = match is_lost(&error) {
            true => "the system does not tell how it ended; gristmill was started with SIGCHLD ignored".to_owned(),
            false => error.to_string(),
        };
        fatal(ExitCode::Io, format!("cannot wait for {name}: {why}"))
    }

    /// Whether its number is its own still: it runs, or has ended and nobody has asked how.
    fn is_known(&self) -> bool {
        let how = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !self.has_ended && waitid(WaitId::Pid(Pid::from_child(&self.child)), how).err() != Some(Errno::CHILD)
    }

    fn wait(&mut self, patience: Duration) -> io::Result<Option<ExitStatus>> {
        let begin = Instant::now();
        loop {
            let status = self.child.try_wait();
            // Where its end is not kept for us to ask, it is gone and its number free: to kill that might kill another's.
            self.has_ended = status.as_ref().map_or_else(is_lost, Option::is_some);
            let status = status?;
            let left = patience.saturating_sub(begin.elapsed());
            if status.is_some() || left.is_zero() {
                return Ok(status);
            }
            thread::sleep(left.min(TICK));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A number that is free may be another's by now.
        if self.is_known() {
            // Neither a program that is gone nor one that we may not kill keeps us here.
            kill_process_group(Pid::from_child(&self.child), Signal::KILL).ok();
            self.wait(FAREWELL).ok();
        }
    }
}

/// Whether there is no such child: the system does not keep how one ended where SIGCHLD is ignored.
fn is_lost(error: &io::Error) -> bool {
    error.raw_os_error() == Some(Errno::CHILD.raw_os_error())
}

fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => status.to_string(),
    }
}

#[cfg(test)]
mod tests;
