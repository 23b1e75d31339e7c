//! `load.retry` and `load.circuit_breaker`.

use std::time::Duration;

use crate::job::check::run;
use crate::job::file::{BreakerFile, RetryFile};
use crate::job::problem::Problem;
use crate::job::units;
use crate::job::{Breaker, Retry, Target};

pub fn retry(file: Option<RetryFile>, target: &Target) -> Result<Retry, Problem> {
    let Some(file) = file else { return Ok(Retry::default()) };
    of_servers("load.retry", target)?;
    let default = Retry::default();
    let max_elapsed_time = time("load.retry.max_elapsed_time", file.max_elapsed_time, default.max_elapsed_time)?;
    Ok(Retry {
        initial_interval: time("load.retry.initial_interval", file.initial_interval, default.initial_interval)?,
        max_interval: time("load.retry.max_interval", file.max_interval, default.max_interval)?,
        max_elapsed_time,
        at_start: time("load.retry.at_start", file.at_start, default.at_start.min(max_elapsed_time))?,
    })
}

pub fn breaker(file: Option<BreakerFile>, target: &Target) -> Result<Breaker, Problem> {
    let Some(file) = file else { return Ok(Breaker::default()) };
    of_servers("load.circuit_breaker", target)?;
    let (default, key) = (Breaker::default(), "load.circuit_breaker.failure_threshold");
    let threshold = file.failure_threshold.map(|count| run::at_least(key, count, 1)).transpose()?;
    Ok(Breaker {
        failure_threshold: threshold.unwrap_or(default.failure_threshold),
        open_for: time("load.circuit_breaker.open_for", file.open_for, default.open_for)?,
    })
}

fn of_servers(key: &str, target: &Target) -> Result<(), Problem> {
    match target {
        Target::Postgres { .. } => Ok(()),
        _ => Err(Problem::at(key, "is only for PostgreSQL")),
    }
}

fn time(key: &str, text: Option<String>, default: Duration) -> Result<Duration, Problem> {
    text.map_or(Ok(default), |text| units::period(&text).map_err(|predicate| Problem::at(key, predicate)))
}
