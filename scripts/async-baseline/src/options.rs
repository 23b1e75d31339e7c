//! The arguments, the same for all programs of the first job.

use std::process::exit;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::trial::Trial;

/// The exit code where the arguments are wrong.
const WRONG_USE: i32 = 2;

const USAGE: &str = "\
usage: PROGRAM SOURCE TARGET [OPTIONS]; - is standard input or output

  --workers N       threads that run tasks; 0 is one runtime on the main thread
  --in-flight N     chunks at work at once
  --buffer BYTES    read at once, by the line programs
  --batch BYTES     that make a batch
  --period MS       after which rows are a batch too
  --block-every N   every N-th message of the transform stage blocks it
  --block-ms MS     for so long
  --fail-at N       the message at which the transform stage panics";

#[derive(Debug)]
pub struct Options {
    pub source: String,
    pub target: String,
    /// Threads that run tasks; 0 is one runtime on the main thread.
    pub workers: usize,
    /// Chunks at work at once.
    pub in_flight: usize,
    /// Bytes read at once.
    pub buffer: usize,
    /// Bytes that make a batch, and the age that makes one.
    pub batch: usize,
    pub period: Duration,
    pub trial: Trial,
}

impl Options {
    /// Of the command line. Ends the program where it asks for help, or cannot be understood.
    pub fn of_command_line() -> Options {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if arguments.iter().any(|argument| matches!(argument.as_str(), "-h" | "--help")) {
            println!("{USAGE}");
            exit(0);
        }
        Options::read(arguments).unwrap_or_else(|error| {
            eprintln!("{error:#}");
            exit(WRONG_USE)
        })
    }

    fn read(arguments: impl IntoIterator<Item = String>) -> Result<Options> {
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next();
        let (source, target) = (next().context(USAGE)?, next().context(USAGE)?);
        let mut options = Options {
            source,
            target,
            workers: 2,
            in_flight: 4,
            buffer: 1 << 16,
            batch: 1 << 20,
            period: Duration::from_secs(1),
            trial: Trial::default(),
        };
        while let Some(name) = next() {
            let value = next().with_context(|| format!("{name} needs a value"))?;
            let value: u64 = value.parse().with_context(|| format!("{name}: {value:?} is no number"))?;
            options.set(&name, value)?;
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: u64) -> Result<()> {
        match name {
            "--workers" => self.workers = value as usize,
            "--in-flight" => self.in_flight = value.max(1) as usize,
            "--buffer" => self.buffer = value.max(1) as usize,
            "--batch" => self.batch = value.max(1) as usize,
            "--period" => self.period = Duration::from_millis(value.max(1)),
            "--block-every" => self.trial.block_every = value,
            "--block-ms" => self.trial.block_for = Duration::from_millis(value),
            "--fail-at" => self.trial.fail_at = value,
            _ => bail!("{name} is no option; see --help"),
        }
        Ok(())
    }
}
