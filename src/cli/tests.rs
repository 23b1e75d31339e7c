use std::path::PathBuf;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command, Output, Progress, refusal};
use crate::exit::ExitCode;
use crate::job::{Input, Job, Mode, QueryText, Target, TextFormat};

fn run(arguments: &[&str]) -> Result<Job, String> {
    let typed = ["gristmill", "run"].iter().chain(arguments);
    match Cli::try_parse_from(typed).map_err(|error| error.to_string())?.command {
        Command::Run(arguments) => arguments.job().map_err(|error| format!("{}: {error}", ExitCode::of(&error) as i32)),
        _ => Err("not a run".to_owned()),
    }
}

fn job(arguments: &[&str]) -> Job {
    run(arguments).expect("a sound command line")
}

fn refuses(arguments: &[&str], expected: &str) {
    let message = run(arguments).map(drop).expect_err("a refusal");
    assert!(message.contains(expected), "{arguments:?}: {message}");
}

#[test]
fn definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn two_arguments_make_a_job() {
    let job = job(&["in/orders.2024.csv", "out.jsonl", "--where", "-a > 1", "--select", "a, b", "--limit", "5"]);
    assert_eq!(job.name, "orders");
    assert_eq!(job.origin, "command line");
    assert_eq!(job.extract.input, Input::Paths(vec!["in/orders.2024.csv".to_owned()]));
    assert_eq!(job.load[0].target, Target::File { path: PathBuf::from("out.jsonl"), format: TextFormat::Jsonl });
    let parts = QueryText::Parts { select: Some("a, b".to_owned()), filter: Some("-a > 1".to_owned()) };
    assert_eq!((job.transform.query, job.transform.limit), (parts, Some(5)));
}

#[test]
fn flags_reach_their_keys() {
    let job = job(&[
        "-",
        "sqlite:a.db?table=t",
        "--mode",
        "truncate",
        "--columns",
        r#""b c":decimal(12,2),a:text"#,
        "--all-text",
        "--delimiter",
        r"\t",
        "--no-header",
        "--on-error",
        "stop",
        "--max-errors",
        "7",
        "--rejects",
        "bad.csv",
        "--threads",
        "3",
        "--memory-limit",
        "64MiB",
        "--batch-count",
        "9",
        "--batch-bytes",
        "2KiB",
        "--batch-period",
        "5m",
        "--from-format",
        "csv",
        "--dry-run",
        "--set",
        "extract.quote='",
        "--set",
        "run.chunk_size=64",
    ]);
    assert_eq!((&job.extract.input, job.load[0].mode), (&Input::Stdin, Mode::Truncate));
    let columns: Vec<String> =
        job.extract.columns.iter().map(|(name, typing)| format!("{name} {}", typing.ty)).collect();
    assert_eq!(columns, ["b c decimal(12,2)", "a text"]);
    assert_eq!((job.extract.dialect.delimiter.single(), job.extract.dialect.quote), (Some(b'\t'), Some(b'\'')));
    assert!(job.extract.all_text && !job.extract.header.is_there() && job.run.dry_run);
    assert_eq!((job.errors.max_errors, job.errors.rejects), (7, Some(PathBuf::from("bad.csv"))));
    assert_eq!((job.run.threads.get(), job.run.memory_limit, job.run.chunk_size.get()), (3, 64 << 20, 64));
    assert_eq!(job.load[0].batch.count.map(usize::from), Some(9));
    assert_eq!((job.load[0].batch.byte_size.get(), job.load[0].batch.period.as_secs()), (2048, 300));
}

#[test]
fn a_key_is_a_list_of_names() {
    let key = |key: &str| job(&["-", "sqlite:a.db?table=t", "--mode", "upsert", "--key", key]).load[0].keys.clone();
    assert_eq!(key("id"), ["id"]);
    assert_eq!(key("id, \"a,b\""), ["id", "a,b"]);
    refuses(&["-", "a.csv", "--key", "id"], "78: --key: load.key");
    refuses(&["-", "a.csv", "--key", ""], "no column is named");
}

#[test]
fn formats_and_delimiters() {
    let target = |arguments: &[&str]| job(arguments).load[0].target.clone();
    let stdout = |format| Target::Stdout { format };
    assert_eq!(target(&["-", "-"]), stdout(TextFormat::Csv { delimiter: b',' }));
    assert_eq!(target(&["-", "-", "--to-format", "jsonl"]), stdout(TextFormat::Jsonl));
    assert_eq!(target(&["-", "null:"]), Target::Null);
    let tsv = Target::File { path: PathBuf::from("a.tsv"), format: TextFormat::Csv { delimiter: b'\t' } };
    assert_eq!(target(&["-", "a.tsv"]), tsv);
    assert_eq!(job(&["a.tsv", "-"]).extract.dialect.delimiter.single(), Some(b'\t'));
    assert_eq!(job(&["a.tsv", "-", "--delimiter", ";"]).extract.dialect.delimiter.single(), Some(b';'));
}

#[test]
fn output() {
    let typed = ["gristmill", "run", "a.csv", "-", "-q", "--progress", "never", "--summary", "s.json"];
    let Ok(Cli { command: Command::Run(arguments) }) = Cli::try_parse_from(typed) else { panic!("a run") };
    let summary = Some(PathBuf::from("s.json"));
    assert_eq!(arguments.output(), Output { quiet: true, verbose: false, progress: Progress::Never, summary });
}

#[test]
fn refusals() {
    refuses(&["orders.csv"], "2: orders.csv is no job file, whose name ends in .toml");
    refuses(&["job.toml", "out.csv"], "2: job.toml is a job file and has its target inside");
    refuses(&["missing.toml"], "66: missing.toml: there is no such job file");
    refuses(&["a.csv", "-", "--sql", "select 1", "--where", "a"], "cannot be used with");
    refuses(&["a.csv", "-", "--frobnicate"], "unexpected argument '--frobnicate'");
    refuses(&["a.csv", "-", "--mode", "swap"], "[possible values: append, truncate, replace, upsert]");
    refuses(&["a.csv", "-", "--batch-count", "0"], "invalid value '0' for '--batch-count <ROWS>'");
    refuses(&["a.csv", "-", "--delimiter", "abcde"], "must be one to four bytes, found \"abcde\"");
    assert_eq!(job(&["a.csv", "-", "--delimiter", "\\t|"]).extract.dialect.delimiter.as_bytes(), b"\t|");
    refuses(&["a.csv", "-", "--columns", "a"], "column \"a\" needs a type, as in a:text");
    refuses(&["a.csv", "-", "--memory-limit", "lots"], "must be a size such as 16MiB");
    refuses(&["a.csv", "-", "--set", "run.threads"], "must read key.path=value");
    refuses(
        &["a.csv", "-", "--set", "run.thread=1"],
        "78: --set run.thread: unknown key run.thread; the nearest known key is run.threads",
    );
    refuses(&["a.csv", "-", "--threads", "5000"], "78: --threads: run.threads must be at most 1024, found 5000");
    refuses(
        &["-", "-", "--to-format", "parquet"],
        "78: --to-format: load.format cannot be parquet for standard output; name a file",
    );
    refuses(
        &["-", "-", "--from-format", "parquet"],
        "78: SOURCE: extract.path: parquet is read from its end, so it cannot come from a pipe; name a file",
    );
}

#[test]
fn what_is_not_built_yet_is_told_from_what_is_unknown() {
    let later = |arguments: &[&str]| {
        let error = Cli::try_parse_from(["gristmill"].iter().chain(arguments)).map(drop).expect_err("a refusal");
        refusal::later(&error).map(str::to_owned)
    };
    let check = |arguments: &[&str], argument: &str| assert_eq!(later(arguments).as_deref(), Some(argument));
    check(&["run", "a.csv", "-", "--restart"], "--restart");
    check(&["run", "a.csv", "-", "--metrics-file=x.prom"], "--metrics-file");
    check(&["run", "job.toml", "--param", "day=2026-11-30"], "--param");
    check(&["guess", "a.csv"], "guess");
    check(&["state", "show", "job.toml"], "state");
    assert_eq!(later(&["run", "a.csv", "-", "--frobnicate"]), None);
    assert_eq!(later(&["grind", "a.csv"]), None);
    assert_eq!(later(&["run", "a.csv", "-", "--set", "run.threads"]), None);
}
