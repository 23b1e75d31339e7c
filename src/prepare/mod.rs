//! Second zero: everything that can be wrong with a job is found here, before the first row is milled.

mod names;
mod columns;
mod formats;
mod lookups;
mod sinks;

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::batch::Place;
use crate::cancel::{self, Cancelled};
use crate::extract::{self, Head, Origin, is_piped};
use crate::format::csv::sniff;
use crate::job::{Job, Lookup};
use crate::metrics::Metrics;
use crate::pipeline::load::Destination;
use crate::pipeline::mill::Mill;
use crate::pipeline::scratch::Scratch;
use crate::pipeline::{Asked, Line, explained};
use crate::rejects::{self, Inputs, Rejects};
use crate::stop::{Stop, Stopped};
use crate::transform::{self, Parsed, Query, Sources, Table};
use crate::types::{InputColumn, Known, Session, Type};

use formats::describe;
use lookups::Lookups;
use sinks::open;

/// A job whose input, query and target fit together.
pub struct Prepared {
    pub head: Head,
    pub mill: Mill,
    /// In job order.
    pub sinks: Vec<Destination>,
    pub threads: NonZeroUsize,
    pub chunk_size: NonZeroUsize,
    pub memory_limit: usize,
    pub input: Vec<InputColumn>,
    /// What became of guesses in targets that are made.
    pub made: Vec<String>,
    pub warnings: Vec<String>,
    /// Warnings that the data may be misread, which nobody may miss.
    pub alarms: Vec<String>,
    /// Delimiters that were guessed.
    delimiters: Vec<String>,
}

/// Guessed types that one line of output has room for.
const GUESSES_IN_A_LINE: usize = 6;

/// Everything that a run checks at its start, and nothing else: no file is created, standard input is not read.
/// Returns what there is to say.
pub fn validate(job: &Job, stop: &Stop) -> Result<Vec<String>> {
    given_up_at(stop, || check(job, stop))
}

fn check(job: &Job, stop: &Stop) -> Result<Vec<String>> {
    let piped = is_piped(&job.extract.input);
    if piped && job.extract.columns.is_empty() {
        parsed(job)?;
        let remedy = "names and types were not checked, for validate reads no pipe; declare extract.columns";
        return Ok(vec![format!("{}: ok, but {remedy}", job.origin)]);
    }
    if let Some(lookup) = lookups::piped(job) {
        parsed(job)?;
        let origin = &job.origin;
        return Ok(vec![format!(
            "{origin}: ok, but names and types were not checked, for validate reads no pipe, and lookup {lookup} is one"
        )]);
    }
    let head = if piped {
        Head::unread(job.extract.clone())
    } else {
        Head::open(job.extract.clone(), job.run.memory_limit, stop)?
    };
    let mut prepared = fit(job, head, true, stop)?;
    if let Some(broken) = prepared.head.broken() {
        return Err(broken);
    }
    let warnings = prepared.alarms.iter().chain(&prepared.warnings);
    let mut lines: Vec<String> = warnings.map(|warning| format!("warning: {warning}")).collect();
    lines.extend(prepared.guessed(true));
    let (columns_in, columns_out) = (prepared.input.len(), prepared.mill.query.columns.len());
    let plural = |count| if count == 1 { "column" } else { "columns" };
    let (name_in, name_out) = (plural(columns_in), plural(columns_out));
    lines.push(format!("{}: ok, {columns_in} {name_in} in, {columns_out} {name_out} out", job.origin));
    Ok(lines)
}

/// Opens the input and fits input, query and target together.
pub fn prepare(job: &Job, stop: &Stop) -> Result<Prepared> {
    given_up_at(stop, || open_and_fit(job, stop))
}

/// Work that a signal may end, in which queries are parsed and bound.
fn given_up_at<T: Send>(stop: &Stop, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let done =
        cancel::until(stop.flag(), || transform::on_deep_stack(work)).unwrap_or_else(|Cancelled| Err(Stopped.into()));
    done.map_err(|error| explained(error, stop))
}

fn open_and_fit(job: &Job, stop: &Stop) -> Result<Prepared> {
    let head = Head::open(job.extract.clone(), job.run.memory_limit, stop)?;
    fit(job, head, job.run.dry_run, stop)
}

/// The query, whose syntax is right.
fn parsed(job: &Job) -> Result<Parsed> {
    transform::parse(&job.transform.query, &lookups::names(job))
}

/// Column types -> expression types -> sink types. A dry run creates nothing.
fn fit(job: &Job, mut head: Head, dry_run: bool, stop: &Stop) -> Result<Prepared> {
    let session = Session { zone: job.run.timezone, now: now() };
    let mut known = describe(&job.origin, &mut head, &session, stop)?;
    let (names, query) = (known.names(), parsed(job)?);
    known.guess(&query.mentions(&names), &mut head, stop)?;
    let lookups = lookups::load(job, &query, &session, stop)?;
    let sources = Sources { columns: &known.columns, lookups: &lookups.tables, session };
    let query = transform::bind(query, job.transform.limit, &sources)?;
    let memory_limit = left_of(job, &lookups, &query)?;
    head.choose(query.first.uses(), &names)?;
    // That the rejects file can be created is known before the target is touched.
    job.errors.rejects.as_deref().map_or(Ok(()), rejects::check)?;
    let sinks = open(job, &query.columns, session, dry_run, stop)?;
    let mut warnings = known.warnings;
    warnings.append(&mut head.warnings);
    warnings.extend(lookups.warnings);
    warnings.extend(sinks.warnings);
    let alarms = std::mem::take(&mut head.alarms).into_iter().chain(lookups.alarms).collect();
    let delimiter = head.delimiter.map(|byte| format!("delimiter {}", sniff::name(byte)));
    Ok(Prepared {
        head,
        mill: Mill {
            layout: known.layout,
            query,
            forms: sinks.forms,
            scratch: Scratch::default(),
            most_text: most_text(memory_limit, job.run.threads),
            large_row: Mutex::default(),
            nowhere: Table::nowhere(),
        },
        sinks: sinks.sinks,
        threads: job.run.threads,
        chunk_size: job.run.chunk_size,
        memory_limit,
        input: known.columns,
        made: sinks.guessed,
        warnings,
        alarms,
        delimiters: delimiter.into_iter().chain(lookups.delimiters).collect(),
    })
}

/// Text that each of the pool's jobs may hold: an eighth of the memory for all of them together, and no more than makes
/// them faster. It decides how rows are taken apart, and not what comes of them.
fn most_text(memory_limit: usize, threads: NonZeroUsize) -> usize {
    const FEWEST: usize = 4 << 20;
    const MOST: usize = 16 << 20;
    (memory_limit / 8 / threads).clamp(FEWEST, MOST)
}

/// What the lookups leave of the memory that may be used.
fn left_of(job: &Job, lookups: &Lookups, query: &Query) -> Result<usize> {
    let held = lookups.memory() + query.joins().map(|join| join.index.memory()).sum::<usize>();
    match held > lookups::room(job) {
        true => Err(lookups::too_large("what the query looks up", lookups.rows(), held, job.run.memory_limit)),
        false => Ok(job.run.memory_limit - held),
    }
}

impl Prepared {
    /// The parts of the run, ready to be joined.
    pub fn line<'a>(self, metrics: &'a Metrics, stop: &'a Stop) -> Line<'a> {
        let mill = self.mill;
        let begin = earliest(&self.sinks).map(|done| Place { rows: 0, ..done });
        let source = extract::source(self.head, begin.map(|begin| begin.begin), self.chunk_size.get(), metrics, stop);
        Line {
            begin: begin.or_else(|| source.begin().map(Place::first)),
            source,
            limit: mill.query.limit,
            asked: Asked {
                partners: mill.query.joins().filter_map(|join| join.partners.clone()).collect(),
                encoders: mill.forms.iter().map(|form| Arc::clone(&form.encoder)).collect(),
            },
            gatherers: mill.query.steps.iter().map(|step| step.gather.clone()).collect(),
            forms: mill.forms.len(),
            job: Arc::new(move |work| mill.mill(work)),
            sinks: self.sinks,
            threads: self.threads,
            memory_limit: self.memory_limit,
        }
    }

    /// Where the run's rejects go, which know its inputs.
    pub fn rejects(&self, job: &Job, stop: &Stop) -> Result<Rejects> {
        let inputs = self.head.inputs.iter().filter_map(|input| input.origin.file());
        let lookups = job.lookups.iter().filter_map(Lookup::place);
        let lookups = lookups.filter_map(|(path, _)| Origin::File(path.to_owned()).file());
        let inputs = Inputs::of(inputs.chain(lookups));
        let rejects = Rejects::create(&job.errors, inputs, job.run.dry_run, &stop.flag());
        rejects.map_err(|error| explained(error, stop))
    }

    /// What was guessed, for the person: a line for all, or with `verbose` one for each column.
    pub fn guessed(&self, verbose: bool) -> Vec<String> {
        let mut lines = self.guesses(verbose);
        lines.extend(self.made.iter().map(|made| format!("guessed, {made}")));
        lines
    }

    fn guesses(&self, verbose: bool) -> Vec<String> {
        let typed = |column: &&InputColumn| column.known == Known::Guessed && column.typing.ty != Type::Text;
        let guesses: Vec<String> =
            self.input.iter().filter(typed).map(|column| format!("{} {}", column.name, column.typing.ty)).collect();
        if verbose {
            return self.delimiters.iter().chain(&guesses).map(|guess| format!("guessed {guess}")).collect();
        }
        let types = match guesses.len().checked_sub(GUESSES_IN_A_LINE) {
            Some(more @ 1..) => format!("{}, and {more} more (-v)", guesses[..GUESSES_IN_A_LINE].join(", ")),
            _ => guesses.join(", "),
        };
        let mut told = self.delimiters.clone();
        told.extend((!types.is_empty()).then_some(types));
        if told.is_empty() { Vec::new() } else { vec![format!("guessed {}", told.join(" and "))] }
    }
}

/// The first place that all sinks have come to in an earlier run, if all have.
fn earliest(sinks: &[Destination]) -> Option<Place> {
    let done: Option<Vec<Place>> = sinks.iter().map(|sink| sink.done).collect();
    done?.into_iter().min_by_key(Place::order)
}

/// Microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_micros() as i64
}
