//! JSONL: names are declared, or the keys that the objects of a sample have; every value is a token of JSON.

use anyhow::Result;

use crate::batch::{Chunk, Records};
use crate::exit::{ExitCode, fatal};
use crate::extract::{Head, SAMPLE_RECORDS};
use crate::format::csv::{self, Fields};
use crate::format::jsonl::{Keys, keys};
use crate::format::{Layout, jsonl};
use crate::prepare::columns::Columns;
use crate::prepare::names::{Names, refuse_empty};
use crate::stop::Stop;
use crate::types::Session;

/// Looks at a sample where no columns are declared; an error where it has no keys.
pub fn describe(head: &mut Head, session: &Session, stop: &Stop) -> Result<Columns> {
    refuse_empty(head)?;
    let declared = Names::declared(head);
    // Where columns are declared, these are the keys that the job wants.
    let others_pass = declared.is_some();
    let names = declared.map_or_else(|| of_keys(head, stop), Ok)?;
    let keys = Keys::new(names.names.clone(), others_pass);
    let layout = Layout::Jsonl(jsonl::Layout { lines: head.settings.records(1, session.zone), keys });
    let mut described = Columns::new(names, layout, &head.settings);
    described.columns.iter_mut().for_each(|column| column.is_json = true);
    Ok(described)
}

fn of_keys(head: &mut Head, stop: &Stop) -> Result<Names> {
    let (mut names, by_name) = (Names::default(), head.settings.union_by_name);
    let (first, lines) = (head.first_index(), head.settings.records(1, chrono_tz::UTC));
    let look_at = |sample: &Chunk| {
        // A later file may be empty.
        if sample.file.index == first || !sample.bytes.is_empty() {
            names.add(keys_of(sample, &lines)?, sample.file.index);
        }
        Ok(())
    };
    // A pipe is waited for, because nothing else tells its keys.
    head.samples(true, |_| by_name, stop, look_at)?;
    Ok(names)
}

/// The keys in order of first appearance.
fn keys_of(sample: &Chunk, lines: &csv::Layout) -> Result<Vec<String>> {
    let mut fields = Fields::default();
    let lines = csv::read(sample, lines, &mut fields).records;
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
