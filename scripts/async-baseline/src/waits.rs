//! Sources that answer late: how late each is, and what the programs that ask them are told.

use std::time::Duration;

use anyhow::{Context, Result};

/// Rows in an answer.
pub const ROWS: u64 = 10;

/// From 20 to 200 ms, always the same for one source.
pub fn delay(source: u32) -> Duration {
    let mixed = source.wrapping_mul(0x9e37_79b9) >> 16;
    Duration::from_millis(20 + u64::from(mixed % 181))
}

/// Sources to ask, and where.
pub struct Options {
    pub address: String,
    pub sources: u32,
    pub target: String,
    /// Threads at most, for those that need one for each source at work.
    pub threads: usize,
}

impl Options {
    /// `PORT SOURCES TARGET [THREADS]`
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Options> {
        const USAGE: &str = "usage: PROGRAM PORT SOURCES TARGET [THREADS]";
        let mut arguments = arguments.into_iter();
        let mut next = || arguments.next();
        let (port, sources): (u16, u32) =
            (next().context(USAGE)?.parse().context(USAGE)?, next().context(USAGE)?.parse().context(USAGE)?);
        let target = next().context(USAGE)?;
        let threads = next().map_or(Ok(1_000), |threads| threads.parse().context(USAGE))?;
        Ok(Options { address: format!("127.0.0.1:{port}"), sources, target, threads })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_spread_over_their_range() {
        let delays: Vec<u128> = (0..10_000).map(|source| delay(source).as_millis()).collect();
        assert!(delays.iter().all(|delay| (20..=200).contains(delay)));
        let mean = delays.iter().sum::<u128>() / 10_000;
        assert!((105..=115).contains(&mean), "{mean}");
    }
}
