//! `[[load]]`.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::job::check::{choice, output_format, retry, run, target};
use crate::job::file::{BatchFile, LoadFile, Size, Texts};
use crate::job::key::Key;
use crate::job::problem::Problem;
use crate::job::units;
use crate::job::{BatchLimits, Codec, Hooks, Load, Mode, Parts, Target, TextFormat, WhenFull};

/// Each section is checked as if it were the only one, and what is said of it is then said of its own keys.
pub fn check(sections: Vec<LoadFile>) -> Result<Vec<Load>, Problem> {
    let sections = if sections.is_empty() { vec![LoadFile::default()] } else { sections };
    let checked = sections.into_iter().enumerate().map(|(index, section)| {
        let key = Key::from("load").of_section(index);
        one(section, &key).map_err(|problem| problem.moved("load", &key))
    });
    checked.collect()
}

fn one(section: LoadFile, key: &Key) -> Result<Load, Problem> {
    let format = output_format::check(&section)?;
    let to = section
        .to
        .ok_or_else(|| Problem::at("load.to", "is missing; name a file, sqlite:FILE?table=NAME, - or null:"))?;
    let parts = parts(section.max_rows, section.max_bytes)?;
    let target = if parts.is_some() { target::folder(&to, format)? } else { target::parse(&to, format)? };
    let target = compressed(divided(target, parts)?, section.compression.as_deref())?;
    let mode = mode(section.mode.as_deref(), &target)?;
    let keys = keys(section.key, mode)?;
    let hooks = hooks(section.before_load, section.after_load, &target)?;
    let batch = batch(section.batch, &target)?;
    let (retry, breaker) = (retry::retry(section.retry, &target)?, retry::breaker(section.circuit_breaker, &target)?);
    let required = section.required.unwrap_or(true);
    let when_full = when_full(section.when_full.as_deref(), required)?;
    Ok(Load { target, mode, keys, hooks, batch, retry, breaker, required, when_full, key: key.clone() })
}

fn keys(key: Option<Texts>, mode: Mode) -> Result<Vec<String>, Problem> {
    let place = "load.key";
    match (key.map(Texts::into_vec).unwrap_or_default(), mode) {
        (key, Mode::Upsert) if key.is_empty() => {
            Err(Problem::at(place, "is missing; name the columns that tell rows apart, as in key = [\"id\"]"))
        }
        (key, Mode::Append | Mode::Truncate | Mode::Replace) if !key.is_empty() => {
            Err(Problem::at(place, "is only for mode = \"upsert\""))
        }
        (key, _) => Ok(key),
    }
}

fn hooks(before: Option<Texts>, after: Option<Texts>, target: &Target) -> Result<Hooks, Problem> {
    for (key, given) in [("load.before_load", &before), ("load.after_load", &after)] {
        if given.is_some() && !matches!(target, Target::Postgres { .. }) {
            return Err(Problem::at(key, "is only for PostgreSQL"));
        }
    }
    let list = |texts: Option<Texts>| texts.map(Texts::into_vec).unwrap_or_default();
    Ok(Hooks { before: list(before), after: list(after) })
}

/// `load.max_rows` and `load.max_bytes`.
fn parts(max_rows: Option<i64>, max_bytes: Option<Size>) -> Result<Option<Parts>, Problem> {
    let max_rows = max_rows.map(|rows| count("load.max_rows", rows)).transpose()?;
    let max_bytes = max_bytes.map(|bytes| run::size("load.max_bytes", Some(bytes), 1)).transpose()?;
    Ok((max_rows.is_some() || max_bytes.is_some()).then_some(Parts { max_rows, max_bytes }))
}

/// The target, as a folder of parts where the job says so.
fn divided(target: Target, given: Option<Parts>) -> Result<Target, Problem> {
    match (target, given) {
        (Target::Parquet { path, codec, .. }, parts) => Ok(Target::Parquet { path, codec, parts }),
        (target, None) => Ok(target),
        (_, Some(Parts { max_rows, .. })) => {
            let key = if max_rows.is_some() { "load.max_rows" } else { "load.max_bytes" };
            Err(Problem::at(key, "is only for Parquet, which it divides into the parts of a folder"))
        }
    }
}

/// The target, compressed as the job says.
fn compressed(target: Target, codec: Option<&str>) -> Result<Target, Problem> {
    let key = "load.compression";
    match (target, codec) {
        (Target::Parquet { path, parts, .. }, codec) => {
            let codecs = [("zstd", Codec::Zstd), ("snappy", Codec::Snappy), ("none", Codec::None)];
            Ok(Target::Parquet { path, codec: choice::of(key, codec, "zstd", &codecs)?, parts })
        }
        (_, Some(_)) => Err(Problem::at(key, "is only for a Parquet file")),
        (target, None) => Ok(target),
    }
}

fn when_full(word: Option<&str>, required: bool) -> Result<WhenFull, Problem> {
    let key = "load.when_full";
    let chosen = choice::of(key, word, "block", &[("block", WhenFull::Block), ("drop", WhenFull::Drop)])?;
    match (chosen, required) {
        (WhenFull::Drop, true) => {
            Err(Problem::at(key, "may be drop only with load.required = false, for rows would be missing"))
        }
        _ => Ok(chosen),
    }
}

fn mode(mode: Option<&str>, target: &Target) -> Result<Mode, Problem> {
    let key = "load.mode";
    if matches!((target, mode), (Target::Parquet { .. }, Some("append" | "truncate" | "upsert"))) {
        return Err(Problem::at(key, "must be replace for a Parquet file, which is always written whole"));
    }
    let default = if target.is_database() { "append" } else { "replace" };
    let modes =
        [("append", Mode::Append), ("truncate", Mode::Truncate), ("replace", Mode::Replace), ("upsert", Mode::Upsert)];
    match (choice::of(key, mode, default, &modes)?, target) {
        (Mode::Upsert, Target::File { .. } | Target::Stdout { .. } | Target::Null) => {
            Err(Problem::at(key, "cannot be upsert here; only a table has rows to be updated"))
        }
        (Mode::Truncate, Target::File { .. }) => {
            Err(Problem::at(key, "cannot be truncate for a file; replace writes it anew"))
        }
        (Mode::Append | Mode::Truncate, Target::Stdout { .. }) => {
            Err(Problem::at(key, "must be replace for standard output"))
        }
        (Mode::Append, Target::File { format: TextFormat::Template(lines), .. }) if !lines.footer.is_empty() => {
            let message = "cannot be append with load.footer, for the old footer would stand among the rows; \
                           leave it out, or use replace";
            Err(Problem::at(key, message))
        }
        (mode, _) => Ok(mode),
    }
}

fn batch(file: BatchFile, target: &Target) -> Result<BatchLimits, Problem> {
    let (default_count, default_bytes) = match target {
        // A database works while the next flush is collected: smaller ones took a seventh less time than those of 100,000
        // rows, and 60 MiB instead of 84 with PostgreSQL, 48 instead of 62 with SQLite (1 million orders).
        target if target.is_database() => (Some(20_000), 16 << 20),
        _ => (None, 1 << 20),
    };
    Ok(BatchLimits {
        count: file.count.or(default_count).map(|rows| count("load.batch.count", rows)).transpose()?,
        byte_size: run::size("load.batch.byte_size", file.byte_size, default_bytes)?,
        period: period(file.period.as_deref().unwrap_or("1s"))?,
    })
}

fn count(key: &str, count: i64) -> Result<NonZeroUsize, Problem> {
    let rows: usize = run::at_least(key, count, 1)?;
    Ok(NonZeroUsize::new(rows).unwrap_or(NonZeroUsize::MIN))
}

fn period(text: &str) -> Result<Duration, Problem> {
    let key = "load.batch.period";
    let period = units::period(text).map_err(|predicate| Problem::at(key, predicate))?;
    match period.is_zero() {
        true => Err(Problem::at(key, format!("must be more than 0, found {text:?}"))),
        false => Ok(period),
    }
}
