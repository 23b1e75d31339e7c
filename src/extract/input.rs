//! Which files are read: paths, globs and standard input, found and checked before anything is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::batch::{Begin, InputFile};
use crate::exit::{ExitCode, OrExit, fatal};
use crate::job::{self, is_rejects_file, matching};

use super::origin::Origin;

/// One of the inputs: what chunks call it, and what opens it.
#[derive(Clone)]
pub struct Input {
    pub file: Arc<InputFile>,
    pub origin: Arc<Origin>,
}

impl Input {
    pub fn new(index: usize, origin: Origin) -> Input {
        Input { file: Arc::new(InputFile::new(index, origin.name())), origin: Arc::new(origin) }
    }
}

/// Why there is nothing to read on from `begin`, which was in one of the inputs.
pub fn gone(inputs: &[Input], begin: Begin) -> anyhow::Error {
    match inputs.iter().find(|input| input.file.index == begin.file) {
        Some(input) => {
            let (name, offset) = (&input.file.name, begin.offset);
            let message =
                format!("{name} was truncated: no record is left in it, and byte {offset} is to be read on from");
            fatal(ExitCode::Data, message)
        }
        None => {
            let number = begin.file + 1;
            fatal(ExitCode::NoInput, format!("file {number} of the input is to be read on, and there are fewer"))
        }
    }
}

/// Whether bytes come that can be read only once: from standard input, under whatever name, or from a named pipe.
pub fn is_piped(input: &job::Input) -> bool {
    match input {
        job::Input::Stdin => Origin::Stdin.is_piped(),
        job::Input::Paths(paths) => paths.iter().any(|path| Origin::File(path.into()).is_piped()),
    }
}

/// What the paths and globs of a job name.
pub struct Resolved {
    pub inputs: Vec<Input>,
    pub warnings: Vec<String>,
}

/// The files in reading order: as listed, and within a glob bytewise.
pub fn resolve(input: &job::Input) -> Result<Resolved> {
    let (mut origins, mut warnings) = (Vec::new(), Vec::new());
    match input {
        job::Input::Stdin => origins.push(Origin::Stdin),
        job::Input::Paths(patterns) => {
            for pattern in patterns {
                origins.extend(expand(pattern, &mut warnings)?.into_iter().map(Origin::File));
            }
        }
    };
    let inputs = origins.into_iter().enumerate().map(|(index, origin)| Input::new(index, origin));
    Ok(Resolved { inputs: inputs.collect(), warnings })
}

/// A path that exists is itself, whatever characters it holds; anything else with wildcards is a glob.
fn expand(pattern: &str, warnings: &mut Vec<String>) -> Result<Vec<PathBuf>> {
    let path = Path::new(pattern);
    if path.exists() {
        return Ok(vec![path.to_owned()]);
    }
    if !pattern.contains(['*', '?', '[']) {
        // Opening it says what is wrong, in the system's words.
        std::fs::metadata(path).or_exit(ExitCode::NoInput, || format!("cannot read {pattern}"))?;
    }
    let found = matching(pattern).or_exit(ExitCode::Config, || format!("extract.path {pattern:?} is not a glob"))?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.or_exit(ExitCode::NoInput, || format!("cannot search {pattern:?}"))?;
        if !path.is_dir() {
            paths.push(path);
        }
    }
    let rejects: Vec<PathBuf> = paths.extract_if(.., |path| is_rejects_file(path)).collect();
    if paths.is_empty() {
        let but = if rejects.is_empty() { "" } else { " but rejects files, which are read only by their own names" };
        return Err(fatal(ExitCode::NoInput, format!("no file matches {pattern:?}{but}")));
    }
    warnings.extend(left_out(pattern, &rejects));
    paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    Ok(paths)
}

/// What is said of rejects files that a glob finds; nothing of none.
fn left_out(pattern: &str, rejects: &[PathBuf]) -> Option<String> {
    let (first, more) = rejects.split_first()?;
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    Some(format!("{pattern:?} leaves out the rejects file {}{more}; its own name would read it", first.display()))
}
