//! `[transform]`, and the query flags.

use std::fs;

use crate::exit::ExitCode;
use crate::job::changes::Changes;
use crate::job::check::foreign::only_a_file;
use crate::job::file::TransformFile;
use crate::job::problem::Problem;
use crate::job::{QueryText, Transform};

pub fn check(file: TransformFile, origin: &str, changes: &Changes) -> Result<Transform, Problem> {
    Ok(Transform { query: query(file, origin, changes)?, limit: changes.limit })
}

fn query(file: TransformFile, origin: &str, changes: &Changes) -> Result<QueryText, Problem> {
    let has_parts = changes.filter.is_some() || changes.select.is_some();
    match (&changes.sql, file) {
        (Some(text), _) => sql(text.clone(), "--sql".to_owned(), "--sql"),
        (None, TransformFile { sql: None, sql_file: None }) => {
            Ok(QueryText::Parts { select: changes.select.clone(), filter: changes.filter.clone() })
        }
        (None, _) if has_parts => Err(usage(
            "--where and --select are for a job without a transform; change its query, or replace it by --sql",
        )),
        (None, TransformFile { sql: Some(_), sql_file: Some(_) }) => {
            Err(Problem::at("transform.sql_file", "stands beside transform.sql; give one or the other"))
        }
        (None, TransformFile { sql: Some(text), .. }) => sql(text, format!("{origin}: transform.sql"), "transform.sql"),
        (None, TransformFile { sql_file: Some(path), .. }) => sql(read(&path)?, path, "transform.sql_file"),
    }
}

fn sql(text: String, origin: String, key: &str) -> Result<QueryText, Problem> {
    match text.trim().is_empty() {
        true => Err(Problem::at(key, "holds no query; leave it out to take every column of every row")),
        false => Ok(QueryText::Sql { text, origin }),
    }
}

fn usage(message: &str) -> Problem {
    Problem::new("transform", message).with_code(ExitCode::Usage)
}

fn read(path: &str) -> Result<String, Problem> {
    let key = "transform.sql_file";
    only_a_file(key, path)?;
    let bytes = fs::read(path).map_err(|error| {
        Problem::new(key, format!("{key}: cannot read {path}: {error}")).with_code(ExitCode::NoInput)
    })?;
    String::from_utf8(bytes).map_err(|_| Problem::new(key, format!("{key}: {path} must be UTF-8")))
}
