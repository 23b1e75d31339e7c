//! The columns of JSONL: the keys that the sample's objects have.

use anyhow::Result;

use crate::batch::Records;
use crate::exit::{ExitCode, fatal};
use crate::extract::begin;
use crate::extract::head::Head;
use crate::extract::sample::SAMPLE_RECORDS;
use crate::format::csv::{self, Fields};
use crate::format::jsonl::keys::keys;
use crate::stop::Stop;

/// The keys in order of first appearance. A pipe is waited for, because nothing else tells them.
pub fn sampled_keys(head: &mut Head, stop: &Stop) -> Result<Vec<String>> {
    let Some(sample) = head.sample(true, stop)? else { return Ok(Vec::new()) };
    let layout = begin::layout(&head.settings, 1, chrono_tz::UTC);
    let mut fields = Fields::default();
    let lines = csv::read(&sample, &layout, &mut fields).records;
    let (names, fault) = keys(&lines, SAMPLE_RECORDS);
    if !names.is_empty() {
        return Ok(names);
    }
    let path = sample.file.path.display();
    let why = match fault {
        Some((row, fault)) => format!("{path}, line {}: {}", lines.place(row).line, fault.message()),
        None => format!("{path}: no object of the sample has a key; declare extract.columns"),
    };
    Err(fatal(ExitCode::Data, why))
}
