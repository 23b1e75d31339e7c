//! The columns of an input, asked for without a query and without a target.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::columns::Columns;
use super::formats::describe;
use super::prepare;
use crate::batch::{Begin, Place};
use crate::exit::ExitCode;
use crate::extract::Head;
use crate::job::{Changes, Job, Setting};
use crate::metrics::Metrics;
use crate::pipeline::execute;
use crate::stop::Stop;
use crate::types::{Known, Session};

/// The columns of the files `a`, `b`, … of these texts, all of them guessed.
fn columns(texts: &[&str], settings: &[&str]) -> anyhow::Result<Columns> {
    let folder = tempfile::tempdir()?;
    for (name, text) in ('a'..).zip(texts) {
        fs::write(folder.path().join(name.to_string()), text)?;
    }
    of(&folder.path().join("*"), settings)
}

fn of(path: &Path, settings: &[&str]) -> anyhow::Result<Columns> {
    let settings = settings.iter().map(|text| Setting::parse(text).expect("a setting")).collect();
    let job = Job::from_arguments(&path.display().to_string(), "-", Changes { settings, ..Changes::default() })?;
    let (stop, session) = (Stop::default(), Session { zone: chrono_tz::UTC, now: 0 });
    let mut head = Head::open(Arc::clone(&job.extract), job.run.memory_limit, &stop)?;
    let mut columns = describe(&job.origin, &mut head, &session, &stop)?;
    columns.guess(&vec![true; columns.columns.len()], &mut head, &stop)?;
    Ok(columns)
}

/// Copies a file.
fn run(from: &Path, to: &Path) -> anyhow::Result<()> {
    let changes = Changes::default();
    let job = Job::from_arguments(&from.display().to_string(), &to.display().to_string(), changes)?;
    let (stop, metrics) = (Stop::default(), Metrics::default());
    let prepared = prepare(&job, &stop)?;
    let rejects = prepared.rejects(&job, &stop)?;
    let outcome = execute(prepared.line(&metrics, &stop), &rejects, &metrics, &stop);
    outcome.error.map_or(Ok(()), |error| Err(anyhow::anyhow!(error)))
}

#[test]
fn what_gathers_reads_all_and_tells_of_no_place() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("in.csv");
    fs::write(&path, "id,n\n1,2\n3,4\n5,6\n")?;
    for (sql, offset) in [("select id from input", 9), ("select id, count(*) as n from input group by id", 5)] {
        let changes = Changes { sql: Some(sql.to_owned()), ..Changes::default() };
        let job = Job::from_arguments(&path.display().to_string(), "null:", changes)?;
        let (stop, metrics) = (Stop::default(), Metrics::default());
        let mut prepared = prepare(&job, &stop)?;
        prepared.sinks[0].done = Some(Place::first(Begin { file: 0, offset: 9, line: 3, line_ends: None }));
        let mut line = prepared.line(&metrics, &stop);
        assert_eq!(line.begin.is_some(), line.gatherers.is_empty(), "{sql}");
        assert_eq!(line.source.next(Vec::new())?.map(|chunk| chunk.offset), Some(offset), "{sql}");
    }
    Ok(())
}

/// `name type`, with `!` behind what is declared, and `=` behind what the file itself says.
fn told(columns: anyhow::Result<Columns>) -> String {
    let columns = columns.unwrap_or_else(|error| panic!("{error:#}"));
    let column = |column: &crate::types::InputColumn| {
        let known = match column.known {
            Known::Declared => "!",
            Known::Stored => "=",
            _ => "",
        };
        format!("{} {}{known}", column.name, column.typing.ty)
    };
    columns.columns.iter().map(column).collect::<Vec<_>>().join(", ")
}

#[test]
fn csv_has_names_from_the_header_and_guessed_types() {
    assert_eq!(
        told(columns(&["id,when,note\n1,2024-01-31,x\n2,2024-02-01,\n"], &[])),
        "id bigint, when date, note text"
    );
    let header = ["extract.header=false"];
    assert_eq!(told(columns(&["1,x\n"], &header)), "column_1 bigint, column_2 text");
    let declared = ["extract.columns={id=\"text\"}"];
    assert_eq!(told(columns(&["id,n\n1,2\n"], &declared)), "id text!, n bigint");
}

#[test]
fn a_column_of_several_files_has_the_type_that_the_first_with_it_tells() {
    let union = ["extract.union_by_name=true"];
    assert_eq!(told(columns(&["a,b\n1,x\n", "c,b\n2024-01-31,7\n", "c\nno\n"], &union)), "a bigint, b text, c date");
    let jsonl = ["extract.union_by_name=true", "extract.format=jsonl"];
    assert_eq!(told(columns(&["{\"a\":1}\n", "", "{\"b\":true,\"a\":\"x\"}\n"], &jsonl)), "a bigint, b boolean");
}

#[test]
fn columns_that_nobody_has_are_refused() {
    let refused = |texts: &[&str], settings: &[&str]| columns(texts, settings).err().map(|error| error.to_string());
    let declared = refused(&["id\n1\n"], &["extract.columns={ix=\"text\"}"]);
    let expected = "command line: extract.columns declares \"ix\", which the header does not have; nearest is \"id\"";
    assert_eq!(declared.as_deref(), Some(expected));
    let empty = refused(&[""], &[]).unwrap_or_default();
    assert!(
        empty.ends_with("is empty: no header and no rows; declare extract.columns to load it as 0 rows"),
        "{empty}"
    );
    let keys = refused(&["{}\n"], &["extract.format=jsonl"]).unwrap_or_default();
    assert!(keys.ends_with("no object of the sample has a key; declare extract.columns"), "{keys}");
}

#[test]
fn jsonl_has_the_keys_of_its_sample_or_those_that_the_job_wants() {
    let text = ["{\"id\":1,\"tags\":[1]}\n{\"id\":2,\"name\":\"x\"}\n"];
    assert_eq!(told(columns(&text, &["extract.format=jsonl"])), "id bigint, tags json, name text");
    let declared = ["extract.format=jsonl", "extract.columns={name=\"text\"}"];
    let columns = columns(&text, &declared).expect("columns");
    assert!(columns.columns.iter().all(|column| column.is_json));
    assert_eq!(told(Ok(columns)), "name text!");
}

#[test]
fn lines_and_patterns_declare_their_columns() {
    assert_eq!(told(columns(&["a b\n"], &["extract.format=lines"])), "line text!");
    let pattern = ["extract.format=text", "extract.pattern='(?P<level>\\w+) (?P<rest>.*)'"];
    assert_eq!(told(columns(&["WARN a b\n"], &pattern)), "level text!, rest text!");
}

#[test]
fn parquet_has_names_and_types_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, path) = (folder.path().join("a.csv"), folder.path().join("a.parquet"));
    fs::write(&from, "id,name\n1,x\n").expect("a file");
    run(&from, &path).expect("a Parquet file");
    assert_eq!(told(of(&path, &[])), "id bigint=, name text=");
    assert_eq!(told(of(&path, &["extract.columns={id=\"integer\"}"])), "id integer=, name text=");
}

#[test]
fn a_panic_of_second_zero_is_an_error_in_words() {
    let error = super::second_zero(&Stop::default(), || -> anyhow::Result<()> { panic!("a fault") }).unwrap_err();
    assert_eq!(error.to_string(), "the check of the job panicked: a fault");
    assert_eq!(ExitCode::of(&error), ExitCode::Failure);
}
