//! From a job file, or from SOURCE and TARGET, to a checked job. Both ways lead through the same mirror and checks.

use std::env::VarError;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Result;
use toml::Table;

use crate::exit::{ExitCode, fatal};
use crate::job::changes::Changes;
use crate::job::check::{self, Draft};
use crate::job::environment;
use crate::job::file::JobFile;
use crate::job::key::Key;
use crate::job::problem::{self, Problem};
use crate::job::settings::{self, Setting};
use crate::job::{Job, vocabulary};

impl Job {
    /// Reads and checks a job file.
    pub fn load(path: &Path, changes: Changes) -> Result<Job> {
        let origin = path.display().to_string();
        if let Some(foreign) = check::foreign(&origin).filter(|_| !path.exists()) {
            return Err(fatal(ExitCode::Config, format!("a job file must be a file, and {foreign} is none")));
        }
        let text = read(path, &origin)?;
        let table = toml::from_str(&text).map_err(|error| syntax(&origin, &text, &error))?;
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        build(Source { origin, path: Some(path), text, table, stem }, changes)
    }

    /// Builds the job that `run SOURCE TARGET` means, and checks it.
    pub fn from_arguments(source: &str, target: &str, mut changes: Changes) -> Result<Job> {
        let arguments = [Setting::flag("SOURCE", "extract.path", source), Setting::flag("TARGET", "load.to", target)];
        changes.settings.splice(0..0, arguments);
        let stem = stem(source);
        build(
            Source { origin: "command line".to_owned(), path: None, text: String::new(), table: Table::new(), stem },
            changes,
        )
    }
}

/// A job before the command line's changes.
struct Source<'a> {
    origin: String,
    path: Option<&'a Path>,
    /// The file's text, to find the lines of mistakes in.
    text: String,
    table: Table,
    /// The job's name, unless it has one of its own.
    stem: String,
}

fn build(source: Source, changes: Changes) -> Result<Job> {
    let Source { origin, path, text, mut table, stem } = source;
    let checked = merge(&mut table, &changes.settings)
        .and_then(|()| mirror(table))
        .and_then(|file| check::job(Draft { file, origin: &origin, job_file: path, stem, changes: &changes }));
    checked.map_err(|problem| tell(problem, &origin, &text, &changes.settings))
}

fn merge(table: &mut Table, settings: &[Setting]) -> Result<(), Problem> {
    let is_replaced = |key: &Key| settings.iter().any(|setting| setting.key.contains(key));
    environment::fill(table, &is_replaced, &variable)?;
    settings.iter().try_for_each(|setting| settings::apply(table, setting))
}

/// A variable of the environment; one that is no text is an error of its own.
fn variable(name: &str) -> Result<Option<String>, String> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("the environment variable {name} is not UTF-8")),
    }
}

fn mirror(table: Table) -> Result<JobFile, Problem> {
    vocabulary::check(&table)?;
    table.try_into().map_err(|error: toml::de::Error| Problem::new(Key::root(), error.to_string().trim_end()))
}

/// Names the setting or the file that a mistake stands in, and its place there.
fn tell(problem: Problem, origin: &str, text: &str, settings: &[Setting]) -> anyhow::Error {
    let Problem { key, message, code } = problem;
    let of_setting = |setting: &&Setting| setting.key.contains(&key);
    // A section that only a setting made is the setting's mistake.
    let made_it = |setting: &&Setting| key.contains(&setting.key) && !problem::stands_in(&key, text);
    let blamed = settings.iter().rev().find(of_setting).or_else(|| settings.iter().rev().find(made_it));
    match blamed {
        Some(setting) => fatal(code, format!("{}: {message}", setting.label)),
        None => fatal(code, format!("{origin}: {message}{}", problem::place_of(&key, text))),
    }
}

fn read(path: &Path, origin: &str) -> Result<String> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => fatal(ExitCode::NoInput, format!("{origin}: there is no such job file")),
        _ => fatal(ExitCode::NoInput, format!("{origin}: cannot read the job file: {error}")),
    })?;
    String::from_utf8(bytes).map_err(|_| fatal(ExitCode::Config, format!("{origin}: a job file must be UTF-8")))
}

fn syntax(origin: &str, text: &str, error: &toml::de::Error) -> anyhow::Error {
    let place = error.span().map_or_else(String::new, |span| problem::place(text, span.start));
    fatal(ExitCode::Config, format!("{origin}: {}{place}", error.message()))
}

/// SOURCE's name up to its first dot, without what only a glob would hold.
fn stem(source: &str) -> String {
    if source == "-" {
        return "stdin".to_owned();
    }
    let name = source.rsplit('/').next().unwrap_or(source).trim_start_matches('.');
    let stem = name.split('.').next().unwrap_or(name);
    let plain: String = stem.chars().filter(|c| !"*?[]{}!".contains(*c)).collect();
    match plain.trim_matches(['-', '_', ' ']) {
        "" => "input".to_owned(),
        plain => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn names() {
        let check = |source: &str, expected: &str| assert_eq!(stem(source), expected, "{source}");
        check("-", "stdin");
        check("in/orders.2024.csv.gz", "orders");
        check("orders", "orders");
        check("in/orders-*.csv", "orders");
        check("in/*.csv", "input");
        check("./.orders.csv", "orders");
        check("/dev/fd/63", "63");
    }
}
