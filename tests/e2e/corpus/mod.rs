//! Other projects' files, read where they lie: the folder that `GRISTMILL_CORPUS` names. None of them is part of this
//! project, so these tests are ignored unless asked for:
//!
//! `GRISTMILL_CORPUS=FOLDER cargo test --test e2e corpus -- --ignored`
//!
//! - `index`: read, good and bad rows as Python's csv, DuckDB and Arrow count them.
//! - `duckdb`: DuckDB's own odd files, with the lines that it rejects and why.
//! - `edge`: one small oddity each, row by row.
//! - `spectrum`: csv-spectrum, cell by cell.
//! - `any_file`: no panic and no hang on any file, into any sink.
//! - `machine`: the same bytes whatever the threads and the chunk size.
//! - `logs`: lines taken apart by patterns, against tables of the same.
//!
//! Where we differ on purpose, `tests/corpus-differences.tsv` says how and why.

mod table;
mod reading;
mod differences;
mod index;
mod duckdb;
mod edge;
mod spectrum;
mod any_file;
mod machine;
mod logs;

use std::path::PathBuf;

/// The folder with other projects' files.
fn folder() -> PathBuf {
    let folder = std::env::var_os("GRISTMILL_CORPUS").expect("GRISTMILL_CORPUS names the folder of the corpus");
    PathBuf::from(folder)
}
