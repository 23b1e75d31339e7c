//! No file is both read and written, or written twice.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::job::check::handwritten::handwritten;
use crate::job::problem::Problem;
use crate::job::wildcards::matching;
use crate::job::{Input, Load, Lookup, Target, is_rejects_file};
use crate::paths::{folder_of, follow_links, partial_beside};

/// The files of a job, as its parts name them.
pub struct Files<'a> {
    pub input: &'a Input,
    pub lookups: &'a [Lookup],
    /// The job file and the file of its query, where there are such.
    pub sources: &'a [PathBuf],
    pub loads: &'a [Load],
    pub rejects: Option<&'a Path>,
}

/// Compares the files that are read and written with what they really are, whatever way their paths take.
pub fn distinct(files: &Files) -> Result<(), Problem> {
    for (index, load) in files.loads.iter().enumerate() {
        let before = files.loads.get(..index).unwrap_or_default();
        before.iter().try_for_each(|earlier| apart(earlier, load))?;
        files.check_parts(load)?;
        if let Some((path, role)) =
            target_path(&load.target).and_then(|path| Some((path, files.role(path, table(load))?)))
        {
            let message = format!("load.to: {} is also {role}; write to another file", path.display());
            return Err(Problem::new("load.to", message).moved("load", &load.key));
        }
        files.check_rejects(load)?;
    }
    files.rejects.map_or(Ok(()), |rejects| {
        let role = files.role(rejects, None).or_else(|| files.is_target(rejects).then_some("the target"));
        let what = role.map(|role| format!("also {role}")).or_else(|| handwritten(rejects).map(str::to_owned));
        what.map_or(Ok(()), |what| {
            let message = format!("errors.rejects: {} is {what}; name another file", rejects.display());
            Err(Problem::new("errors.rejects", message))
        })
    })
}

/// Whether a file is one that the job reads or writes, so that nothing else may be written there.
pub fn is_used(path: &Path, files: &Files) -> bool {
    let is_rejects = files.rejects.is_some_and(|rejects| same(path, rejects));
    files.role(path, None).is_some() || is_rejects || files.is_target(path)
}

fn table(load: &Load) -> Option<&str> {
    match &load.target {
        Target::Sqlite { table, .. } => Some(table),
        _ => None,
    }
}

/// Refuses two sections that would write into each other's rows, or wait for each other's lock.
fn apart(earlier: &Load, load: &Load) -> Result<(), Problem> {
    if earlier.target == load.target
        && let Target::Postgres { table, .. } = &load.target
    {
        let message = format!("load.to: table {table} is also another [[load]] section's; write to another table");
        return Err(Problem::new("load.to", message).moved("load", &load.key));
    }
    let (Some(one), Some(other)) = (target_path(&earlier.target), target_path(&load.target)) else { return Ok(()) };
    if one != other && !grows_at(one, other) && !grows_at(other, one) {
        return Ok(());
    }
    let shown = other.display();
    let message = match (table(earlier), table(load)) {
        (Some(one), Some(other)) if !one.eq_ignore_ascii_case(other) => format!(
            "load.to: {shown} is also another [[load]] section's database; two tables of one SQLite file in one run are \
             not supported yet, load them one after the other"
        ),
        (Some(_), Some(_)) => format!("load.to: {shown} is also another [[load]] section's; write to another table"),
        _ if load.target.is_stdout() => {
            "load.to: standard output is also another [[load]] section's; name a file".to_owned()
        }
        _ => format!("load.to: {shown} is also another [[load]] section's; write to another file"),
    };
    Err(Problem::new("load.to", message).moved("load", &load.key))
}

impl Files<'_> {
    /// Refuses a folder of parts, which is replaced as a whole, with another of the job's files in it.
    fn check_parts(&self, load: &Load) -> Result<(), Problem> {
        let Some(path) = folder_of_parts(load) else { return Ok(()) };
        let mut others = self.loads.iter().filter_map(|load| target_path(&load.target)).chain(self.rejects);
        let found = match inputs(self.input).iter().any(|input| is_within(path, input)) {
            true => "an input",
            false if others.any(|other| is_within(path, other)) => "another output",
            false => return Ok(()),
        };
        let message = format!("load.to: {} holds {found}; write to another folder", path.display());
        Err(Problem::new("load.to", message).moved("load", &load.key))
    }

    /// Refuses a target that is a rejects file by what stands in it. What a job makes of rejects that it reads looks like one too.
    fn check_rejects(&self, load: &Load) -> Result<(), Problem> {
        let Some(path) = target_path(&load.target).filter(|_| !load.target.is_stdout()) else { return Ok(()) };
        let is_copy = || {
            let is_called_so = path.file_name().is_some_and(|name| name.to_string_lossy().contains(".rejects."));
            !is_called_so && inputs(self.input).iter().any(|input| is_rejects_file(input))
        };
        if !is_rejects_file(path) || is_copy() {
            return Ok(());
        }
        let shown = path.display();
        let message = format!(
            "load.to: {shown} is a rejects file, and its rejects would be lost; write to another file, or move it"
        );
        Err(Problem::new("load.to", message).moved("load", &load.key))
    }

    /// Whether a sink writes this file, under its own name or until it is published.
    fn is_target(&self, path: &Path) -> bool {
        self.loads.iter().filter_map(|load| target_path(&load.target)).any(|target| grows_at(target, path))
    }

    /// What the job reads a file as, or of a database the `table`: its other tables are no concern of ours.
    fn role(&self, path: &Path, table: Option<&str>) -> Option<&'static str> {
        let is_other =
            |lookup: Option<&str>| lookup.zip(table).is_some_and(|(lookup, table)| !lookup.eq_ignore_ascii_case(table));
        let mut lookups = self.lookups.iter().filter_map(Lookup::place);
        let mut is_lookup = || lookups.any(|(lookup, table)| !is_other(table) && same(lookup, path));
        match is_among(path, self.input) {
            true => Some("an input"),
            false if is_lookup() => Some("a lookup"),
            false => self.sources.iter().any(|source| same(source, path)).then_some("the job's own file"),
        }
    }
}

/// The folder of parts, which is replaced as a whole, that a file stands in.
pub fn parts_around<'a>(path: &Path, files: &Files<'a>) -> Option<&'a Path> {
    files.loads.iter().filter_map(folder_of_parts).find(|folder| is_within(folder, path))
}

fn folder_of_parts(load: &Load) -> Option<&Path> {
    match &load.target {
        Target::Parquet { path, parts: Some(_), .. } => Some(path),
        _ => None,
    }
}

/// Whether a file stands right in a folder, or would.
fn is_within(folder: &Path, file: &Path) -> bool {
    folder.canonicalize().is_ok_and(|folder| folder_of(file).canonicalize().is_ok_and(|above| above == folder))
}

/// Whether the target, or what it grows in, is this file.
fn grows_at(target: &Path, path: &Path) -> bool {
    same(target, path) || same(&partial(target), path)
}

fn same(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|one| Some(one) == identity(other))
}

/// Where a target grows until it is published.
fn partial(target: &Path) -> PathBuf {
    follow_links(target).map_or_else(|_| partial_beside(target), |target| partial_beside(&target))
}

fn target_path(target: &Target) -> Option<&Path> {
    match target {
        Target::File { path, .. } | Target::Parquet { path, .. } | Target::Sqlite { path, .. } => Some(path),
        // Which is a file where it was sent to one.
        Target::Stdout { .. } => Some(Path::new("/dev/stdout")),
        Target::Null | Target::Postgres { .. } => None,
    }
}

fn is_among(path: &Path, input: &Input) -> bool {
    inputs(input).iter().any(|input| same(input, path))
}

fn inputs(input: &Input) -> Vec<PathBuf> {
    match input {
        Input::Stdin => vec![PathBuf::from("/dev/stdin")],
        Input::Paths(inputs) => inputs.iter().flat_map(|input| expand(input)).collect(),
    }
}

/// A path that exists is meant as it stands, even with brackets in its name.
fn expand(input: &str) -> Vec<PathBuf> {
    let path = PathBuf::from(input);
    if path.exists() {
        return vec![path];
    }
    let is_read = |path: &PathBuf| !is_rejects_file(path);
    matching(input).map_or_else(|_| Vec::new(), |found| found.flatten().filter(is_read).collect())
}

/// What tells a file from all others, whatever way its path takes and however many names it has.
#[derive(PartialEq, Eq)]
enum Identity {
    /// Device and number of a file that stands.
    Standing(u64, u64),
    /// One that could be made: its name, in a folder that stands.
    Missing { folder: (u64, u64), name: OsString },
}

/// That of a regular file or of one that could be made; `None` for devices, pipes and folders.
fn identity(path: &Path) -> Option<Identity> {
    let place = |found: &Metadata| (found.dev(), found.ino());
    if let Ok(found) = fs::metadata(path) {
        let (device, number) = place(&found);
        return found.is_file().then_some(Identity::Standing(device, number));
    }
    // A link may lead to a file that is still to be made.
    let path = follow_links(path).ok()?;
    let folder = fs::metadata(folder_of(&path)).ok()?;
    Some(Identity::Missing { folder: place(&folder), name: path.file_name()?.to_owned() })
}
