//! The columns of JSONL: the keys that a sample's objects have.

use anyhow::Result;

use crate::batch::{Chunk, Records};
use crate::exit::{ExitCode, fatal};
use crate::extract::begin;
use crate::extract::sample::SAMPLE_RECORDS;
use crate::format::csv::{self, Fields};
use crate::format::jsonl::keys;
use crate::job::Extract;

/// The keys in order of first appearance.
pub fn keys_of(sample: &Chunk, settings: &Extract) -> Result<Vec<String>> {
    let layout = begin::layout(settings, 1, chrono_tz::UTC);
    let mut fields = Fields::default();
    let lines = csv::read(sample, &layout, &mut fields).records;
    let (names, fault) = keys(&lines, SAMPLE_RECORDS);
    if !names.is_empty() {
        return Ok(names);
    }
    let path = &sample.file.name;
    let why = match fault {
        Some((row, fault)) => format!("{path}, line {}: {}", lines.spot(row).line, fault.message()),
        None => format!("{path}: no object of the sample has a key; declare extract.columns"),
    };
    Err(fatal(ExitCode::Data, why))
}
