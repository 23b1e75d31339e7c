//! The places of every job of `tests/cases`. Each case's script is run in a copy of its folder, where what stands for
//! `gristmill` is this program: it tries the places of the job that it is given, and then runs it, for what follows in the
//! script.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::sync::Mutex;
use std::thread;

use clap::Parser;

use super::continued::{Verdict, check};
use crate::cli::{Cli, Command as Typed};
use crate::exit::ExitCode;
use crate::extract::is_piped;
use crate::job::Job;
use crate::metrics::Metrics;
use crate::pipeline;
use crate::prepare::prepare;
use crate::stop::Stop;

/// The cases with jobs that tell of no place before their end, for they gather rows or read standard input, and how many of
/// their runs are such. All others do.
const NONE: [(&str, usize); 19] = [
    ("decimal-comma", 8),
    ("dialect-trailing-delimiter", 2),
    ("dialect-delimiter-of-several-bytes", 4),
    ("dialect-escape-without-quotes", 1),
    ("dialect-trim", 2),
    ("file-that-is-compressed", 1),
    ("guess-changes-no-value", 10),
    ("line-ends-that-are-bytes", 1),
    ("lines-are-one-column", 1),
    ("lines-in-other-encodings", 2),
    ("lookup-groups", 7),
    ("query-that-is-not-for-a-stream", 2),
    ("repeated-header", 3),
    ("skip-last", 1),
    ("standard-input-and-output", 2),
    ("standard-output-with-rejects", 1),
    ("union-by-name", 1),
    ("what-is-no-csv", 8),
    ("what-is-no-text", 14),
];

/// Scripts that run at once, for many wait for processes.
const AT_ONCE: usize = 3;

/// Places that are tried of each run.
const MOST: usize = 4;

/// Where the program that stands for `gristmill` writes what it has found.
const FOUND: &str = "GRISTMILL_PLACES_FOUND";
/// The arguments that it was given, one on each line.
const ARGUMENTS: &str = "GRISTMILL_PLACES_ARGUMENTS";

#[test]
fn every_golden_job_that_can_go_on_does_so_from_every_place() {
    let mut none = BTreeMap::new();
    let (mut tried, mut jobs) = (0, 0);
    for (case, found) in run_all() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        for found in found {
            match found.split_once(' ').unwrap_or((&found, "")) {
                ("none", _) => *none.entry(name.clone()).or_insert(0) += 1,
                ("told", count) => (tried, jobs) = (tried + count.parse::<usize>().unwrap(), jobs + 1),
                ("refused", _) => {}
                _ => panic!("{name}: {found}"),
            }
        }
    }
    let expected: BTreeMap<String, usize> = NONE.iter().map(|(name, runs)| ((*name).to_owned(), *runs)).collect();
    assert_eq!(none, expected);
    assert!(jobs > 100 && tried > 1000, "{tried} places of {jobs} jobs");
}

/// What is found of each case.
fn run_all() -> Vec<(PathBuf, Vec<String>)> {
    let cases = Mutex::new(cases().into_iter());
    let next = || cases.lock().unwrap().next();
    let work = || std::iter::from_fn(next).map(|case| (case.clone(), run(&case))).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| -> Vec<_> { worker.join().unwrap() }).collect()
    })
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = entries.filter(|path| path.join("cmd").exists()).collect();
    cases.sort();
    cases
}

/// What is found of each run of the case's script.
fn run(case: &Path) -> Vec<String> {
    let (folder, found) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let bin = tempfile::tempdir().unwrap();
    stand_in(&bin.path().join("gristmill"));
    let path = format!("{}:{}", bin.path().display(), env::var("PATH").unwrap_or_default());
    let mut script = Command::new("sh");
    script.arg("cmd").current_dir(folder.path()).env("PATH", path).env(FOUND, found.path());
    script.output().unwrap();
    let files = fs::read_dir(found.path()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_none()).map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// Makes the script that runs the test below with the arguments that it is given.
fn stand_in(path: &Path) {
    let program = env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\nprintf '%s\\0' gristmill \"$@\" > \"${FOUND}/$$.arguments\"\n\
         {ARGUMENTS}=\"${FOUND}/$$.arguments\" exec '{}' --exact --nocapture tests::golden::a_run_of_a_case\n",
        program.display()
    );
    fs::write(path, script).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// One run of a case, in a process of its own: elsewhere there is nothing to do.
#[test]
fn a_run_of_a_case() {
    let Some(path) = env::var_os(ARGUMENTS).map(PathBuf::from) else { return };
    let arguments = fs::read_to_string(&path).unwrap();
    let arguments: Vec<&str> = arguments.split_terminator('\0').collect();
    let tried = catch_unwind(AssertUnwindSafe(|| typed(&arguments)));
    let (found, code) = tried.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map_or("", String::as_str);
        (format!("failed: {arguments:?}: {said}"), ExitCode::Failure)
    });
    fs::write(path.with_extension(""), found).unwrap();
    exit(code as i32);
}

/// Tries the job that the arguments name, and runs it.
fn typed(arguments: &[&str]) -> (String, ExitCode) {
    let job = || match Cli::try_parse_from(arguments).ok()?.command {
        Typed::Run(arguments) => arguments.job().ok(),
        Typed::Validate(_) | Typed::Functions | Typed::Help { .. } => None,
    };
    let (Some(mut tried), Some(job)) = (job(), job()) else { return ("refused".to_owned(), ExitCode::Usage) };
    tried.run.dry_run = true;
    // A pipe brings its bytes once.
    let verdict = if is_piped(&job.extract.input) { Verdict::None } else { check(&tried, MOST) };
    let code = execute(&job, verdict);
    let found = match verdict {
        Verdict::Refused => "refused".to_owned(),
        Verdict::None => "none".to_owned(),
        Verdict::Told(tried) => format!("told {tried}"),
    };
    (found, code)
}

/// Runs the job as `gristmill` would, and says nothing.
fn execute(job: &Job, verdict: Verdict) -> ExitCode {
    let (metrics, stop) = (Metrics::default(), Stop::default());
    let Ok(prepared) = prepare(job, &stop) else { return ExitCode::Config };
    let Ok(rejects) = prepared.rejects(job, &stop) else { return ExitCode::Config };
    let line = prepared.line(&metrics, &stop);
    let tells = line.begin.is_some() && line.gatherers.is_empty();
    assert_eq!(tells, matches!(verdict, Verdict::Told(_)), "the job's own line");
    pipeline::execute(line, &rejects, &metrics, &stop).code
}
