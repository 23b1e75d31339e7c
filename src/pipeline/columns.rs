//! The input's columns: names from the header, types declared by the job or guessed from a sample.

use anyhow::Result;

use crate::batch::{Chunk, ErrorType, Records, Reject};
use crate::exit::{ExitCode, fatal};
use crate::extract::head::Head;
use crate::extract::sample::SAMPLE_RECORDS;
use crate::format::csv::header;
use crate::format::guess::Guesser;
use crate::format::{Found, Layout, Workspace, read};
use crate::job::{Format, Job};
use crate::nearest::nearest;
use crate::stop::Stop;
use crate::transform;
use crate::types::{InputColumn, Known, Session, Type, Typing};

use super::keys::sampled_keys;
use super::layout::layout;

/// So many records of one other width than the header's are no accident.
const TELLING_RECORDS: usize = 10;

/// What is known of the input before its first row.
pub struct Columns {
    pub columns: Vec<InputColumn>,
    pub layout: Layout,
    pub warnings: Vec<String>,
}

/// Settles names and types. A pipe is waited for only where something must be guessed.
pub fn columns(job: &Job, head: &mut Head, session: &Session, stop: &Stop) -> Result<Columns> {
    let keyed = matches!(job.extract.format, Format::Jsonl) && job.extract.columns.is_empty() && head.width > 0;
    let (names, mut warnings) = if keyed { (sampled_keys(head, stop)?, Vec::new()) } else { names(job, head)? };
    head.width = names.len();
    let mut columns: Vec<InputColumn> = names.iter().map(|name| declared(job, name)).collect();
    let layout = layout(&job.extract, &names, session);
    let mentioned = transform::mentions(&job.transform.query, &names)?;
    let to_guess = |(column, mentioned): (&InputColumn, &bool)| column.known == Known::Guessed && *mentioned;
    let guessing = !job.extract.all_text && columns.iter().zip(&mentioned).any(to_guess);
    if let Some(sample) = head.sample(guessing && !keyed, stop)? {
        let mut space = Workspace::default();
        let found = read(&sample, &layout, &mut space);
        refuse_other_width(job, &found, &sample)?;
        if guessing {
            guess(&mut columns, &mentioned, found.records.as_ref());
        }
    }
    warnings.append(&mut head.warnings);
    Ok(Columns { columns, layout, warnings })
}

fn names(job: &Job, head: &Head) -> Result<(Vec<String>, Vec<String>)> {
    let declared: Vec<String> = job.extract.columns.iter().map(|(name, _)| name.clone()).collect();
    if head.width == 0 && declared.is_empty() {
        let path = head.first.as_ref().map(|first| first.file().path.display().to_string()).unwrap_or_default();
        return Err(fatal(
            ExitCode::Data,
            format!("{path} is empty: no header and no rows; declare extract.columns to load it as 0 rows"),
        ));
    }
    match &head.header {
        Some(header) => {
            let (names, mut warnings) = header::names(header.iter());
            warnings.extend(another_delimiter(header));
            refuse_unknown(job, &declared, &names)?;
            Ok((names, warnings))
        }
        None if declared.is_empty() => Ok(((1..=head.width).map(|n| format!("column_{n}")).collect(), Vec::new())),
        None => Ok((declared, Vec::new())),
    }
}

/// A header that is one column may be several of another dialect. The run does not sniff, but says so.
fn another_delimiter(header: &[String]) -> Option<String> {
    let [only] = header else { return None };
    let (_, shown) =
        [(';', ";"), ('\t', "tab"), ('|', "|")].into_iter().find(|(delimiter, _)| only.contains(*delimiter))?;
    Some(format!("the header is one column, {only:?}; if {shown} separates columns, say --delimiter '{shown}'"))
}

fn refuse_unknown(job: &Job, declared: &[String], names: &[String]) -> Result<()> {
    let Some(unknown) = declared.iter().find(|name| !names.contains(name)) else { return Ok(()) };
    let nearest = nearest(unknown, names.iter().map(String::as_str));
    let nearest = nearest.map(|name| format!("; nearest is {name:?}")).unwrap_or_default();
    Err(fatal(
        ExitCode::Config,
        format!("{}: extract.columns declares {unknown:?}, which the header does not have{nearest}", job.origin),
    ))
}

fn declared(job: &Job, name: &str) -> InputColumn {
    let known = job.extract.columns.iter().find(|(declared, _)| declared == name);
    let name = name.to_owned();
    match known {
        Some((_, typing)) => InputColumn { name, typing: typing.clone(), known: Known::Declared },
        None => InputColumn { name, typing: Typing::from(Type::Text), known: Known::Guessed },
    }
}

fn guess(columns: &mut [InputColumn], mentioned: &[bool], records: &dyn Records) {
    // Refused records count, so that a pipe's sample, which ends after so many, is that of a file.
    let rows = (0..records.len()).take_while(|row| records.ordinal(*row) < SAMPLE_RECORDS).count();
    for (index, (column, mentioned)) in columns.iter_mut().zip(mentioned).enumerate() {
        if column.known == Known::Declared || !mentioned {
            continue;
        }
        let mut guesser = Guesser::new();
        for (row, text) in (0..rows).map(|row| (row, records.text(row, index))) {
            match text {
                Some(text) if records.is_text(row, index) => guesser.push_text(&text),
                text => guesser.push(text.as_deref()),
            }
        }
        column.typing = guesser.finish().into();
    }
}

/// One message at the start rather than a million rejects.
fn refuse_other_width(job: &Job, found: &Found, sample: &Chunk) -> Result<()> {
    let [first, rest @ ..] = found.rejects.as_slice() else { return Ok(()) };
    let is_width = |reject: &Reject| matches!(reject.error_type, ErrorType::MissingColumns | ErrorType::TooManyColumns);
    let same = is_width(first) && rest.iter().all(|reject| reject.message == first.message);
    if found.read < TELLING_RECORDS || !found.records.is_empty() || !same {
        return Ok(());
    }
    let path = sample.file.path.display();
    let delimiter = job.extract.dialect.delimiter.escape_ascii();
    Err(fatal(
        ExitCode::Data,
        format!(
            "{path}, line {}: {}, as in every row of the sample; is extract.delimiter = \"{delimiter}\" right?",
            first.origin.line, first.message
        ),
    ))
}
