//! When to try again after a connection has failed: exponential backoff with full jitter, and a circuit breaker. It knows no
//! clock: whoever asks says what time it is.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

use crate::job::{Breaker, Retry};

/// What has happened so far, for the summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Attempts after a failed one.
    pub retries: u64,
    /// How often the breaker went from closed to open.
    pub opened: u64,
}

/// Judges one series of attempts after another.
pub struct Policy {
    retry: Retry,
    breaker: Breaker,
    /// Failures in a row, and when the first of them was.
    failures: u32,
    since: Option<Instant>,
    random: u64,
    pub tried: Tried,
}

impl Policy {
    pub fn new(retry: Retry, breaker: Breaker) -> Policy {
        Policy::seeded(retry, breaker, RandomState::new().build_hasher().finish())
    }

    fn seeded(retry: Retry, breaker: Breaker, seed: u64) -> Policy {
        Policy { retry, breaker, failures: 0, since: None, random: seed | 1, tried: Tried::default() }
    }

    /// An attempt has failed: how long to wait before the next, or `None` where the time is over.
    pub fn failed(&mut self, now: Instant) -> Option<Duration> {
        self.failed_within(self.retry.max_elapsed_time, now)
    }

    /// The same before the first row: the wait, and how much time is left by now.
    pub fn failed_at_start(&mut self, now: Instant) -> Option<(Duration, Duration)> {
        let (limit, since) = (self.retry.at_start, self.since.unwrap_or(now));
        let wait = self.failed_within(limit, now)?;
        Some((wait, limit.saturating_sub(now.saturating_duration_since(since))))
    }

    fn failed_within(&mut self, limit: Duration, now: Instant) -> Option<Duration> {
        let since = *self.since.get_or_insert(now);
        self.failures += 1;
        if self.failures == self.breaker.failure_threshold {
            self.tried.opened += 1;
        }
        let left = limit.checked_sub(now.saturating_duration_since(since))?;
        if left.is_zero() {
            return None;
        }
        self.tried.retries += 1;
        // What is left may be less than the wait; the last attempt is then at the very end.
        Some(self.wait().min(left))
    }

    /// How long a series may last.
    pub fn budget(&self) -> Duration {
        self.retry.max_elapsed_time
    }

    /// How long one may last before the first row.
    pub fn budget_at_start(&self) -> Duration {
        self.retry.at_start
    }

    /// An attempt has succeeded: the breaker closes, and the time begins anew with the next failure.
    pub fn succeeded(&mut self) {
        (self.failures, self.since) = (0, None);
    }

    /// An open breaker lets one attempt through after its time; a closed one as soon as the backoff says.
    fn wait(&mut self) -> Duration {
        if self.failures >= self.breaker.failure_threshold {
            return self.breaker.open_for;
        }
        let doubled = self.retry.initial_interval.saturating_mul(1 << (self.failures - 1).min(20));
        let longest = doubled.min(self.retry.max_interval);
        longest.mul_f64(self.fraction())
    }

    /// From 0 to 1 (xorshift).
    fn fraction(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry {
        initial_interval: Duration::from_millis(200),
        max_interval: Duration::from_secs(2),
        max_elapsed_time: Duration::from_secs(60),
        at_start: Duration::from_secs(5),
    };

    fn policy(failure_threshold: u32, seed: u64) -> Policy {
        Policy::seeded(RETRY, Breaker { failure_threshold, open_for: Duration::from_secs(10) }, seed)
    }

    #[test]
    fn waits_double_up_to_the_longest_and_differ() {
        let now = Instant::now();
        let mut sums = [0.0; 6];
        for seed in 0..2000_u64 {
            let mut policy = policy(100, seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            for (failure, sum) in sums.iter_mut().enumerate() {
                let wait = policy.failed(now).unwrap();
                assert!(wait <= (RETRY.initial_interval * (1 << failure)).min(RETRY.max_interval));
                *sum += wait.as_secs_f64() / 2000.0;
            }
        }
        // Full jitter: half of the longest on average.
        for (mean, longest) in sums.iter().zip([0.2, 0.4, 0.8, 1.6, 2.0, 2.0]) {
            assert!((mean - longest / 2.0).abs() < longest * 0.05, "{sums:?}");
        }
    }

    #[test]
    fn the_breaker_opens_once_until_an_attempt_succeeds() {
        let (mut policy, mut now) = (policy(3, 1), Instant::now());
        assert!(policy.failed(now).unwrap() < Duration::from_secs(1));
        assert!(policy.failed(now).unwrap() < Duration::from_secs(1));
        for _ in 0..4 {
            assert_eq!(policy.failed(now), Some(Duration::from_secs(10)));
            now += Duration::from_secs(10);
        }
        assert_eq!(policy.tried, Tried { retries: 6, opened: 1 });
        policy.succeeded();
        assert!(policy.failed(now).unwrap() < Duration::from_secs(1));
        assert_eq!(policy.tried, Tried { retries: 7, opened: 1 });
    }

    #[test]
    fn the_time_is_that_of_one_series() {
        let (mut policy, start) = (policy(2, 1), Instant::now());
        policy.failed(start);
        assert_eq!(policy.failed(start + Duration::from_secs(55)), Some(Duration::from_secs(5)));
        assert_eq!(policy.failed(start + Duration::from_secs(60)), None);
        policy.succeeded();
        assert!(policy.failed(start + Duration::from_secs(90)).is_some());
    }

    #[test]
    fn the_time_before_the_first_row_is_another() {
        let (mut policy, start) = (policy(2, 1), Instant::now());
        assert_eq!(policy.failed_at_start(start).unwrap().1, Duration::from_secs(5));
        let last = policy.failed_at_start(start + Duration::from_secs(3));
        assert_eq!(last, Some((Duration::from_secs(2), Duration::from_secs(2))));
        assert_eq!(policy.failed_at_start(start + Duration::from_secs(5)), None);
    }
}
