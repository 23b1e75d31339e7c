//! Which files are read: paths, globs and standard input, found and checked before anything is read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;

use crate::batch::InputFile;
use crate::exit::{ExitCode, OrExit, fatal};
use crate::job::Input;
use crate::place::is_special;

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// Whether bytes come that can be read only once: from standard input, under whatever name, or from a named pipe.
pub fn is_piped(input: &Input) -> bool {
    match input {
        Input::Stdin => true,
        Input::Paths(paths) => paths.iter().any(|path| is_special(Path::new(path))),
    }
}

/// The files in reading order: as listed, and within a glob bytewise.
pub fn resolve(input: &Input) -> Result<Vec<Arc<InputFile>>> {
    let paths = match input {
        Input::Stdin => vec![PathBuf::from(STDIN)],
        Input::Paths(patterns) => {
            let mut paths = Vec::new();
            for pattern in patterns {
                paths.extend(expand(pattern)?);
            }
            paths
        }
    };
    let file = |(index, path)| Arc::new(InputFile::new(index, path));
    Ok(paths.into_iter().enumerate().map(file).collect())
}

/// A path that exists is itself, whatever characters it holds; anything else with wildcards is a glob.
fn expand(pattern: &str) -> Result<Vec<PathBuf>> {
    let path = Path::new(pattern);
    if path.exists() {
        return Ok(vec![path.to_owned()]);
    }
    if !pattern.contains(['*', '?', '[']) {
        // Opening it says what is wrong, in the system's words.
        std::fs::metadata(path).or_exit(ExitCode::NoInput, || format!("cannot read {pattern}"))?;
    }
    let found = glob::glob(pattern).or_exit(ExitCode::Config, || format!("extract.path {pattern:?} is not a glob"))?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.or_exit(ExitCode::NoInput, || format!("cannot search {pattern:?}"))?;
        if !path.is_dir() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(fatal(ExitCode::NoInput, format!("no file matches {pattern:?}")));
    }
    paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    Ok(paths)
}
