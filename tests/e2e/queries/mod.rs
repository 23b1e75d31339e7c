//! Queries with the answers of DuckDB, with which PostgreSQL agrees: `scripts/check-queries` asks both.
//!
//! `tests/cases/queries/NAME.sql` says in its first lines what it runs on, a job of the folder `inputs`, and NAME.csv is the
//! answer: `\N` is NULL, and a column whose name ends in `:double` holds doubles, which may differ by 1e-9 of their value.
//! Rows are compared in their order only where the query asks for one.
//!
//! Queries that `waiting.txt` lists need what is not built yet, and must be refused as long as they are listed: a wrong
//! answer is wrong even there, and one that gives its answer must leave the list.

mod answer;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use answer::{Answer, difference};

use crate::support::{Folder, project};

/// Jobs over the corpus say so in their path.
const CORPUS: &str = "GRISTMILL_CORPUS";

#[test]
fn queries_over_the_orders_give_duckdbs_answers() {
    check(false);
}

/// Skipped where `GRISTMILL_CORPUS` is not set, as all tests over other people's files.
#[test]
#[ignore = "needs GRISTMILL_CORPUS"]
fn queries_over_the_corpus_give_duckdbs_answers() {
    assert!(std::env::var_os(CORPUS).is_some(), "GRISTMILL_CORPUS names the folder of the corpus");
    check(true);
}

fn check(over_corpus: bool) {
    let waiting = waiting();
    let queries: Vec<Query> = queries().into_iter().filter(|query| query.job.contains(CORPUS) == over_corpus).collect();
    assert!(queries.len() >= 15, "only {} queries were found", queries.len());
    let mut wrong = Vec::new();
    for query in queries {
        match (query.outcome(), waiting.contains(&query.name)) {
            (Outcome::Right, false) | (Outcome::Refused(_), true) => {}
            (Outcome::Right, true) => {
                wrong.push(format!("{}: gives its answer; take it out of waiting.txt", query.name))
            }
            (Outcome::Refused(fault), false) | (Outcome::Wrong(fault), _) => {
                wrong.push(format!("{}: {fault}", query.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} queries:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn only_queries_that_there_are_wait() {
    let names: BTreeSet<String> = queries().into_iter().map(|query| query.name).collect();
    let unknown: Vec<String> = waiting().difference(&names).cloned().collect();
    assert!(unknown.is_empty(), "waiting.txt lists {unknown:?}, and there are no such queries");
}

enum Outcome {
    Right,
    /// At second zero, with these words.
    Refused(String),
    Wrong(String),
}

struct Query {
    name: String,
    path: PathBuf,
    sql: String,
    job: String,
}

fn folder() -> PathBuf {
    project().join("tests/cases/queries")
}

fn queries() -> Vec<Query> {
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "sql")).collect();
    paths.sort();
    paths.into_iter().map(Query::read).collect()
}

fn waiting() -> BTreeSet<String> {
    let text = fs::read_to_string(folder().join("waiting.txt")).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// What `scripts/make-orders` makes, which is the same everywhere.
static ORDERS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let made = Command::new("scripts/make-orders").arg("10000").current_dir(project()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    made.stdout
});

impl Query {
    fn read(path: PathBuf) -> Query {
        let sql = fs::read_to_string(&path).unwrap();
        let input = said(&sql, "input").unwrap_or_else(|| panic!("{} names no input", path.display()));
        let job = fs::read_to_string(folder().join("inputs").join(format!("{input}.toml"))).unwrap();
        Query { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), path, sql, job }
    }

    fn outcome(&self) -> Outcome {
        let folder = self.folder();
        let timezone = said(&self.sql, "timezone").unwrap_or("UTC");
        let done = folder.mill(["run", "-q", "job.toml", "--set", &format!("run.timezone={timezone}")]);
        match done.code {
            Some(0) => self.judge(&folder.text("out.jsonl")),
            Some(78) => Outcome::Refused(done.stderr.trim_end().to_owned()),
            code => Outcome::Wrong(format!("exit {code:?}: {}", done.stderr.trim_end())),
        }
    }

    fn judge(&self, output: &str) -> Outcome {
        let expected = Answer::of_csv(&fs::read(self.path.with_extension("csv")).unwrap());
        let is = expected.of_jsonl(output);
        difference(&expected, &is, is_ordered(&self.sql)).map_or(Outcome::Right, Outcome::Wrong)
    }

    /// The job with what it reads beside it.
    fn folder(&self) -> Folder {
        let folder = Folder::with("job.toml", format!("{}\n[transform]\nsql_file = 'query.sql'\n", self.job));
        folder.write("query.sql", &self.sql);
        if !self.job.contains(CORPUS) {
            folder.write("orders.csv", &*ORDERS);
        }
        for lookup in ["countries.csv", "fees.csv"] {
            fs::copy(project().join("tests/cases/queries/inputs").join(lookup), folder.path().join(lookup)).unwrap();
        }
        folder
    }
}

/// `VALUE` of the line `-- KEY: VALUE`.
fn said<'a>(sql: &'a str, key: &str) -> Option<&'a str> {
    sql.lines().find_map(|line| line.strip_prefix("-- ")?.strip_prefix(key)?.strip_prefix(": "))
}

/// Whether an `order by` stands outside all parentheses.
fn is_ordered(sql: &str) -> bool {
    let mut depth = 0;
    let mut plain = String::new();
    for line in sql.lines().filter(|line| !line.starts_with("--")) {
        for character in line.chars() {
            match character {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ if depth == 0 => plain.push(character),
                _ => {}
            }
        }
        plain.push(' ');
    }
    plain.contains("order by")
}
