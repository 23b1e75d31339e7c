//! The wish to stop: signals set it, the extract stage heeds it, and the rest of the line drains.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use crate::exit::ExitCode;

/// The same signal that comes again so soon is the same wish: `timeout` signals the process and then its group.
const SAME_WISH: Duration = Duration::from_millis(100);

/// The stop flag was raised while we waited for somebody else, such as a pipe's reader or a database's lock.
#[derive(Debug)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped while waiting for somebody else")
    }
}

impl std::error::Error for Stopped {}

/// Shared by all who must know.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    /// Exit code of the signal that came first; 0 is none.
    code: Arc<AtomicUsize>,
    since: Arc<OnceLock<Instant>>,
    parts: Arc<Mutex<Vec<Arc<AtomicBool>>>>,
}

impl Stop {
    /// From now on the first SIGINT, SIGTERM or SIGHUP asks to stop; another, or a later one, ends the process at once.
    pub fn on_signals() -> Result<Stop> {
        let stop = Stop::default();
        let ignored = Ignored::read();
        if ignored.heeds(SIGINT) {
            let interrupted = stop.clone();
            ctrlc::set_handler(move || interrupted.ask_or_exit(ExitCode::Interrupt)).context("cannot handle SIGINT")?;
        }
        let others = [SIGTERM, SIGHUP].into_iter().filter(|signal| ignored.heeds(*signal));
        let mut signals = Signals::new(others).context("cannot handle SIGTERM and SIGHUP")?;
        let terminated = stop.clone();
        let handle = move || {
            for signal in signals.forever() {
                terminated.ask_or_exit(if signal == SIGHUP { ExitCode::Hangup } else { ExitCode::Terminate });
            }
        };
        thread::Builder::new().name("signals".into()).spawn(handle).context("cannot start the signals thread")?;
        // A file over the size limit is then an error of its write, like a full disk, and does not kill the process.
        flag::register(SIGXFSZ, Arc::default()).context("cannot handle SIGXFSZ")?;
        Ok(stop)
    }

    /// Whether somebody asked to stop.
    pub fn asked(&self) -> bool {
        self.asked.load(SeqCst)
    }

    /// The flag itself, for those who only watch it.
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.asked.clone()
    }

    /// A flag that is raised with ours, and may be raised alone to stop one part of the run.
    pub fn part(&self) -> Arc<AtomicBool> {
        let flag = Arc::<AtomicBool>::default();
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(flag.clone());
        if self.asked() {
            flag.store(true, SeqCst);
        }
        flag
    }

    /// Asks to stop, as a signal of this exit code does.
    pub fn ask(&self, code: ExitCode) {
        if self.since.set(Instant::now()).is_ok() {
            self.code.store(code as usize, SeqCst);
            self.asked.store(true, SeqCst);
            let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
            parts.iter().for_each(|part| part.store(true, SeqCst));
        }
    }

    /// The exit code of the signal that came.
    pub fn code(&self) -> Option<ExitCode> {
        let codes = [ExitCode::Hangup, ExitCode::Interrupt, ExitCode::Terminate];
        codes.into_iter().find(|code| *code as usize == self.code.load(SeqCst))
    }

    /// Name of the signal that came.
    pub fn signal(&self) -> &'static str {
        match self.code() {
            Some(ExitCode::Hangup) => "SIGHUP",
            Some(ExitCode::Terminate) => "SIGTERM",
            _ => "SIGINT",
        }
    }

    fn ask_or_exit(&self, code: ExitCode) {
        match self.since.get() {
            None => self.ask(code),
            Some(first) if self.is_same_wish(code, first.elapsed()) => {}
            Some(_) => std::process::exit(code as i32),
        }
    }

    /// Whether a signal that comes so long after the first says nothing new.
    fn is_same_wish(&self, code: ExitCode, later: Duration) -> bool {
        self.code() == Some(code) && later < SAME_WISH
    }
}

/// The signals that whoever started us set to be ignored, as nohup and a shell's `&` do; they stay so.
struct Ignored(u64);

impl Ignored {
    /// Where the system does not tell, none is.
    fn read() -> Ignored {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        Ignored(mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0))
    }

    fn heeds(&self, signal: i32) -> bool {
        self.0 & (1 << (signal - 1)) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_signal_at_once_is_the_same_wish() {
        let stop = Stop::default();
        stop.ask(ExitCode::Terminate);
        assert!(stop.is_same_wish(ExitCode::Terminate, Duration::ZERO));
        assert!(stop.is_same_wish(ExitCode::Terminate, Duration::from_millis(99)));
        assert!(!stop.is_same_wish(ExitCode::Terminate, Duration::from_millis(100)));
        assert!(!stop.is_same_wish(ExitCode::Interrupt, Duration::ZERO));
        assert!(!stop.is_same_wish(ExitCode::Hangup, Duration::from_millis(50)));
    }
}
