//! Where we differ from other readers on purpose. A listed difference that is none any more is a failure too.

use std::path::Path;

use super::reading::Outcome;
use super::table::{self, Row};
use crate::support::project;

/// The differences of one test, and the failures found so far.
pub struct Differences {
    listed: Vec<Row>,
    seen: Vec<String>,
    failures: Vec<String>,
}

impl Differences {
    pub fn of(test: &str) -> Differences {
        let mut listed = table::read(&project().join(Path::new("tests/corpus-differences.tsv")));
        listed.retain(|row| row.get("test") == test);
        Differences { listed, seen: Vec::new(), failures: Vec::new() }
    }

    /// Judges what became of `file`. `as_expected` tells whether an outcome is that of the other readers; `run` reads the
    /// file again, with a setting that makes us read as they do.
    pub fn judge(
        &mut self,
        file: &str,
        run: impl Fn(&[&str]) -> Outcome,
        as_expected: impl Fn(&Outcome) -> bool,
        expected: &str,
    ) {
        self.seen.push(file.to_owned());
        let outcome = run(&[]);
        let failure = match self.listed.iter().find(|row| row.get("file") == file) {
            None if as_expected(&outcome) => return,
            None => format!("should be {expected}"),
            Some(_) if as_expected(&outcome) => "no longer differs; it is listed all the same".to_owned(),
            Some(row) if !matches(&outcome, row.get("ours")) => format!("should be {}", row.get("ours")),
            Some(row) if row.get("remedy").is_empty() => return,
            Some(row) => match run(&["--set", row.get("remedy")]) {
                cured if as_expected(&cured) => return,
                cured => format!("with {} is {cured}, should be {expected}", row.get("remedy")),
            },
        };
        self.failures.push(format!("{file}: {outcome}: {failure}"));
    }

    /// Fails on what did not come out as it should; at least `count` files must have been judged.
    #[track_caller]
    pub fn finish(mut self, count: usize) {
        assert!(self.seen.len() >= count, "only {} files were read", self.seen.len());
        let unread = self.listed.iter().filter(|row| !self.seen.iter().any(|file| file == row.get("file")));
        let unread: Vec<_> = unread.map(|row| format!("{}: listed, and never read", row.get("file"))).collect();
        self.failures.extend(unread);
        assert!(self.failures.is_empty(), "{} of {}:\n{}", self.failures.len(), count, self.failures.join("\n"));
    }
}

/// Of an exit, `ours` tells the code and a part of what was said.
fn matches(outcome: &Outcome, ours: &str) -> bool {
    match (outcome, ours.split_once(": ")) {
        (Outcome::Exit { code: Some(code), said }, Some((exit, words))) => {
            exit == format!("exit {code}") && said.contains(words)
        }
        (Outcome::Rows { .. }, _) => outcome.to_string() == ours,
        _ => false,
    }
}
