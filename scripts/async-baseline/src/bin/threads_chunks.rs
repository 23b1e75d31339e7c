//! gristmill itself, its own threads, channels and pool, with a trial put into the pool's job: what a blocking call and a
//! panic do to it.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use anyhow::Result;
use async_baseline::options::Options;
use async_baseline::order::QUERY;
use async_baseline::report::Report;
use async_baseline::threads::beat;
use gristmill::job::{Changes, Job};
use gristmill::keep_flat;
use gristmill::metrics::Metrics;
use gristmill::pipeline::execute;
use gristmill::prepare::prepare;
use gristmill::stop::Stop;

fn main() -> Result<ExitCode> {
    keep_flat();
    let Options { source, target, trial, .. } = Options::of_command_line();
    let job = Job::from_arguments(&source, &target, Changes { sql: Some(QUERY.into()), ..Changes::default() })?;
    let (stop, metrics, report) = (Stop::on_signals()?, Metrics::default(), Arc::new(Report::default()));
    if trial.blocks() {
        let report = report.clone();
        thread::spawn(move || beat(&report));
    }
    let prepared = prepare(&job, &stop)?;
    let rejects = prepared.rejects(&job, &stop)?;
    let mut line = prepared.line(&metrics, &stop);
    let mill = line.job;
    line.job = Arc::new(move |work| {
        trial.pass();
        mill(work)
    });
    let outcome = execute(line, &rejects, &metrics, &stop);
    outcome.error.iter().for_each(|error| eprintln!("{error}"));
    report.read.store(metrics.rows.read.get(), Relaxed);
    report.written.store(metrics.rows.output.get(), Relaxed);
    report.say();
    Ok(ExitCode::from(outcome.code as u8))
}
