//! The file as written becomes the job as checked: the only place where a job can be refused. What is left to check needs
//! the input or the target.

mod choice;
mod file_name;
mod extract;
mod input_format;
mod dialect;
mod notation;
mod columns;
mod encoding;
mod lookup;
mod query;
mod load;
mod target;
mod foreign;
mod handwritten;
mod binary;
mod output_format;
mod retry;
mod run;
mod paths;
#[cfg(test)]
mod tests;

pub use dialect::delimiter;
pub use foreign::foreign;
pub use handwritten::handwritten;
pub use paths::{Files, is_used, parts_around};

use std::path::{Path, PathBuf};

use crate::job::changes::Changes;
use crate::job::file::{ErrorsFile, JobFile};
use crate::job::problem::Problem;
use crate::job::{Errors, Job, OnError, rejects};

/// A job file with the command line's settings in it, and what else the check needs to know.
pub struct Draft<'a> {
    pub file: JobFile,
    pub origin: &'a str,
    /// `None` for a job from the command line.
    pub job_file: Option<&'a Path>,
    /// The job's name, unless it has one of its own.
    pub stem: String,
    pub changes: &'a Changes,
}

/// Checks everything that can be checked without opening the input or the target.
pub fn job(draft: Draft) -> Result<Job, Problem> {
    let Draft { file, origin, job_file, stem, changes } = draft;
    // A job that has no name of its own has a target.
    let is_named = job_file.is_some() || file.name.is_some();
    let name = name(file.name.unwrap_or(stem))?;
    let extract = extract::check(file.extract, changes.all_text)?;
    let lookups = lookup::check(file.lookup, changes.all_text)?;
    let sources = job_file
        .into_iter()
        .chain(file.transform.sql_file.as_deref().map(Path::new))
        .map(Path::to_owned)
        .collect::<Vec<_>>();
    let transform = query::check(file.transform, origin, changes)?;
    let load = load::check(file.load)?;
    let mut targets = load.iter().filter_map(|load| rejects::target_name(&load.target));
    let after = targets.next().map(|target| if is_named { name.clone() } else { target });
    let files = Files { input: &extract.input, lookups: &lookups, sources: &sources, loads: &load, rejects: None };
    let default = after.map(|name| rejects::named_after(&name, |path| paths::is_used(path, &files)));
    let errors = errors(file.errors, default)?;
    let run = run::check(file.run, changes.dry_run)?;
    let job = Job {
        name,
        origin: origin.to_owned(),
        sources,
        extract: extract.into(),
        lookups,
        transform,
        load,
        errors,
        run,
    };
    paths::distinct(&job.files())?;
    Ok(job)
}

/// The name becomes part of file names.
fn name(name: String) -> Result<String, Problem> {
    match name.is_empty() || name.contains('/') || name.chars().any(char::is_control) {
        true => Err(Problem::at("name", format!("must be a plain name without slashes, found {name:?}"))),
        false => Ok(name),
    }
}

/// `default`: the rejects file where none is named.
fn errors(file: ErrorsFile, default: Option<PathBuf>) -> Result<Errors, Problem> {
    let on_error = [("reject", OnError::Reject), ("stop", OnError::Stop)];
    file.rejects.iter().try_for_each(|path| foreign::only_a_file("errors.rejects", path))?;
    match file.rejects.as_deref() {
        Some("") => return Err(Problem::at("errors.rejects", "must name a file")),
        Some("-") => {
            let message = "must name a file: standard output may carry rows; ./- is a file";
            return Err(Problem::at("errors.rejects", message));
        }
        _ => {}
    }
    let max_error_ratio = file.max_error_ratio.unwrap_or(0.1);
    // Of a few rows a share says little; who sets it means it.
    let judged_from = if file.max_error_ratio.is_some() { 0 } else { 100 };
    if !(0.0..=1.0).contains(&max_error_ratio) {
        return Err(Problem::at("errors.max_error_ratio", format!("must be from 0 to 1, found {max_error_ratio}")));
    }
    Ok(Errors {
        on_error: choice::of("errors.on_error", file.on_error.as_deref(), "reject", &on_error)?,
        rejects: file.rejects.map(PathBuf::from).or(default),
        keep: run::at_least("errors.keep", file.keep.unwrap_or(30), 0)?,
        max_errors: run::at_least("errors.max_errors", file.max_errors.unwrap_or(1_000), 0)?,
        max_error_ratio,
        judged_from,
    })
}
