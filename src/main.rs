//! The gristmill command: arguments -> job -> prepare -> run -> summary -> exit code.

use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Write};
use std::panic::catch_unwind;
use std::path::Path;
use std::process;
use std::thread;
use std::time::Instant;

use anyhow::Result;
use crossbeam_channel::bounded;

use gristmill::cli::{Cli, Command, Output, Progress, help};
use gristmill::exit::{ExitCode, fatal};
use gristmill::job::Job;
use gristmill::metrics::{Metrics, Summary, SummaryFile, rejects_text, show_progress, summary_text};
use gristmill::pipeline::{self, Outcome, Report};
use gristmill::prepare::{self, Notes, Prepared, prepare};
use gristmill::say;
use gristmill::stop::Stop;

fn main() {
    gristmill::keep_flat();
    let ended = catch_unwind(start).unwrap_or_else(|panic| Err(pipeline::stage::panicked("gristmill", panic.as_ref())));
    let code = ended.unwrap_or_else(|error| {
        tell(format!("{error:#}"));
        ExitCode::of(&error)
    });
    process::exit(code as i32);
}

fn start() -> Result<ExitCode> {
    let stop = Stop::on_signals()?;
    hush_panics();
    match Cli::typed()?.command {
        Command::Run(arguments) => run(&arguments.job()?, &arguments.output(), &stop),
        Command::Validate(arguments) => validate(&arguments.job()?, &stop),
        Command::Functions => print(&gristmill::reference()),
        Command::Help { topic } => print(&help(topic.as_deref())?),
    }
}

fn run(job: &Job, output: &Output, stop: &Stop) -> Result<ExitCode> {
    let started = Instant::now();
    let mut file = output.summary.as_deref().map(|path| summary_file(path, job, stop)).transpose()?;
    let metrics = Metrics::default();
    let ran = prepare(job, stop).and_then(|prepared| {
        let notes = prepared.notes.clone();
        say_notes(&notes, output);
        Ok((notes, execute(prepared, job, &metrics, output, stop)?))
    });
    let (notes, outcome) = ran.inspect_err(|error| say_why(error, job, &mut file))?;
    say_outcome(&outcome, job, output);
    let warnings: Vec<String> = notes.warned().cloned().chain(outcome.alarms()).chain(outcome.remarks()).collect();
    let report = Report { job, metrics: &metrics, outcome: &outcome, warnings: &warnings, wall: started.elapsed() };
    let summary = report.summary();
    say_summary(&summary, output);
    let what = if outcome.code.is_published() { "the load itself is published" } else { "the load was not published" };
    file.map_or(Ok(()), |mut file| file.write(&summary, what))?;
    Ok(outcome.code)
}

/// Runs the job, with a progress line where somebody may be watching.
fn execute(prepared: Prepared, job: &Job, metrics: &Metrics, output: &Output, stop: &Stop) -> Result<Outcome> {
    let watched = match output.progress {
        Progress::Auto => std::io::stderr().is_terminal() && !output.quiet,
        Progress::Always => true,
        Progress::Never => false,
    };
    let total = prepared.size();
    thread::scope(|scope| {
        let (running, ended) = bounded(0);
        if watched {
            scope.spawn(move || show_progress(metrics, total, ended));
        }
        let rejects = prepared.rejects(job, stop);
        let outcome = rejects.map(|rejects| pipeline::execute(prepared.line(metrics, stop), &rejects, metrics, stop));
        drop(running);
        outcome
    })
}

/// Opened at second zero, and no file of the job's own.
fn summary_file(path: &Path, job: &Job, stop: &Stop) -> Result<SummaryFile> {
    if path == Path::new("-") {
        let message = "--summary must name a file: standard output may carry rows; ./- is a file";
        return Err(fatal(ExitCode::Usage, message));
    }
    if let Some(why) = job.bars(path) {
        return Err(fatal(ExitCode::Config, format!("--summary: {why}")));
    }
    SummaryFile::create(path, &stop.flag()).map_err(|error| pipeline::explained(error, stop))
}

/// What was noticed and guessed before the first row.
fn say_notes(notes: &Notes, output: &Output) {
    notes.alarms.iter().for_each(warn);
    if !output.quiet {
        notes.warnings.iter().for_each(warn);
        notes.guessed(output.verbose).iter().for_each(tell);
    }
}

/// What became of the run, and is no figure.
fn say_outcome(outcome: &Outcome, job: &Job, output: &Output) {
    outcome.error.iter().for_each(tell);
    for fate in &outcome.sinks {
        if let Some(why) = &fate.failed {
            tell(format!("{}, which is not required, failed: {why}", fate.role.name));
        }
    }
    let shown = outcome.shown.iter().filter(|_| !output.quiet && job.errors.rejects.is_none());
    shown.for_each(|reject| tell(format!("rejected: {reject}")));
    outcome.alarms().for_each(warn);
    outcome.remarks().filter(|_| !output.quiet).for_each(warn);
}

fn say_summary(summary: &Summary, output: &Output) {
    if !output.quiet {
        summary_text(summary).lines().for_each(say);
    } else if summary.rows.rejected > 0 {
        tell(format!("rejects: {}", rejects_text(summary)));
    }
}

/// A run that ends before its first row has a summary too: its exit code and why.
fn say_why(error: &anyhow::Error, job: &Job, file: &mut Option<SummaryFile>) {
    let summary = serde_json::json!({
        "job": job.name, "exit_code": ExitCode::of(error) as u8, "error": format!("{error:#}"), "balanced": null
    });
    // Where it cannot be written, the error itself is still said.
    let _lost = file.as_mut().is_some_and(|file| file.write(&summary, "the load did not begin").is_err());
}

fn tell(line: impl Display) {
    say(&format!("gristmill: {line}"));
}

fn warn(warning: impl Display) {
    tell(format!("warning: {warning}"));
}

fn validate(job: &Job, stop: &Stop) -> Result<ExitCode> {
    prepare::validate(job, stop)?.iter().for_each(tell);
    Ok(ExitCode::Ok)
}

/// What was asked for, to standard output.
fn print(text: &str) -> Result<ExitCode> {
    let mut stdout = std::io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // A reader that has seen enough closes the pipe; that is a clean end.
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(fatal(ExitCode::Io, format!("cannot write standard output: {cause}")))
        }
        _ => Ok(ExitCode::Ok),
    }
}

/// A panic becomes an error with the stage's name; the default message would be a second one. `RUST_BACKTRACE` keeps it.
fn hush_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
