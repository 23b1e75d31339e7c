//! No file is both read and written, or written twice.

use std::path::{Path, PathBuf};

use crate::job::problem::Problem;
use crate::job::{Input, Target};

/// Compares the files that input, target and rejects really are, whatever way their paths take.
pub fn distinct(input: &Input, target: &Target, rejects: &Path) -> Result<(), Problem> {
    let written = target_path(target);
    if let Some(path) = written.filter(|path| is_among(path, input)) {
        return Err(Problem::new(
            "load.to",
            format!("load.to: {} is also an input; write to another file", path.display()),
        ));
    }
    if is_among(rejects, input) {
        let message = format!("errors.rejects: {} is also an input; name another file", rejects.display());
        return Err(Problem::new("errors.rejects", message));
    }
    let same = |target: &Path| identity(rejects).is_some() && identity(rejects) == identity(target);
    match written {
        Some(target) if same(target) || same(&partial(target)) => {
            let message = format!("errors.rejects: {} is also the target; name another file", rejects.display());
            Err(Problem::new("errors.rejects", message))
        }
        _ => Ok(()),
    }
}

/// Whether a file is one that the job reads or writes, so that nothing else may be written there.
pub fn is_used(path: &Path, input: &Input, target: &Target, rejects: &Path) -> bool {
    let same = |other: &Path| identity(path).is_some() && identity(path) == identity(other);
    is_among(path, input)
        || same(rejects)
        || target_path(target).is_some_and(|target| same(target) || same(&partial(target)))
}

/// Where a target grows until it is published; see `load::file`.
fn partial(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.partial"))
}

fn target_path(target: &Target) -> Option<&Path> {
    match target {
        Target::File { path, .. } | Target::Sqlite { path, .. } => Some(path),
        Target::Null | Target::Stdout { .. } => None,
    }
}

fn is_among(path: &Path, input: &Input) -> bool {
    let (Some(path), Input::Paths(inputs)) = (identity(path), input) else { return false };
    inputs.iter().flat_map(|input| expand(input)).any(|input| identity(&input).as_ref() == Some(&path))
}

/// A path that exists is meant as it stands, even with brackets in its name.
fn expand(input: &str) -> Vec<PathBuf> {
    let path = PathBuf::from(input);
    if path.exists() {
        return vec![path];
    }
    glob::glob(input).map_or_else(|_| Vec::new(), |found| found.flatten().collect())
}

/// The one path of a regular file or of one that could be made; `None` for devices, pipes and folders.
fn identity(path: &Path) -> Option<PathBuf> {
    if path.exists() {
        return path.is_file().then(|| path.canonicalize().ok()).flatten();
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}
