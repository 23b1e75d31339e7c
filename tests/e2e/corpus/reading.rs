//! A file of the corpus read by a job file made for it, and what came of it.

use std::path::Path;

use toml::{Table, Value};

use crate::support::{Folder, records};

const NO_BUDGET: &str = "max_errors = 1_000_000_000\nmax_error_ratio = 1.0\nrejects = \"job.rejects.csv\"\n";

/// How a file is to be read. Nothing is guessed, and no error budget ends the run.
pub struct Reading {
    extract: Table,
    columns: Table,
}

/// What became of its rows.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Rows {
        loaded: usize,
        rejected: Vec<(usize, String)>,
    },
    /// The run did not finish.
    Exit {
        code: Option<i32>,
        said: String,
    },
}

impl Reading {
    pub fn of(path: &Path) -> Reading {
        let reading = Reading { extract: Table::new(), columns: Table::new() };
        reading.set("path", path.to_str().expect("a path in UTF-8"))
    }

    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Reading {
        self.extract.insert(key.to_owned(), value.into());
        self
    }

    pub fn column(mut self, name: &str, typing: impl Into<Value>) -> Reading {
        self.columns.insert(name.to_owned(), typing.into());
        self
    }

    /// The quote, and an escape where it is another byte.
    pub fn quoted(self, quote: &str, escape: &str) -> Reading {
        match quote == escape || quote.is_empty() {
            true => self.set("quote", quote),
            false => self.set("quote", quote).set("escape", escape),
        }
    }

    /// Reads the file, with `more` arguments, into nothing.
    pub fn run(&self, more: &[&str]) -> Outcome {
        let folder = Folder::with("job.toml", self.job());
        let done = folder.mill(["run", "job.toml", "--summary", "summary.json", "-q"].iter().chain(more));
        // Where every row is rejected nothing is loaded, and they are counted all the same.
        let loads_nothing = done.code == Some(4) && done.stderr.contains("no row was loaded");
        let is_counted = matches!(done.code, Some(0 | 3)) || loads_nothing;
        if !is_counted {
            return Outcome::Exit { code: done.code, said: done.stderr };
        }
        let summary: serde_json::Value = serde_json::from_slice(&folder.read("summary.json")).expect("JSON");
        let rejects = std::fs::read(folder.path().join("job.rejects.csv")).unwrap_or_default();
        let rejected: Vec<_> =
            records(&rejects).iter().skip(1).map(|r| (r[1].parse().unwrap(), r[6].clone())).collect();
        let loaded = summary["sinks"][0]["rows_loaded"].as_u64().expect("a count") as usize;
        assert_eq!(summary["rows"]["read"], loaded + rejected.len(), "{:?}", self.extract);
        Outcome::Rows { loaded, rejected }
    }

    /// The columns stand one to a line, since a table of tables would not keep their order.
    fn job(&self) -> String {
        let quoted = |name: &String| Value::from(name.as_str());
        let columns = self.columns.iter().map(|(name, typing)| format!("{} = {typing}\n", quoted(name)));
        let columns: String = columns.collect();
        format!(
            "[extract]\n{}\n[extract.columns]\n{columns}\n[[load]]\nto = 'null:'\n\n[errors]\n{NO_BUDGET}",
            self.extract
        )
    }
}

/// So many rejects are named one by one.
const MOST_SHOWN: usize = 20;

impl std::fmt::Display for Outcome {
    /// `5 rows; 3:CAST 7:BAD_QUOTE`, `5 rows; 900 rejected`, or `exit 78: why`.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Outcome::Rows { loaded, rejected } if rejected.len() > MOST_SHOWN => {
                write!(f, "{loaded} rows; {} rejected", rejected.len())
            }
            Outcome::Rows { loaded, rejected } => {
                write!(f, "{loaded} rows;")?;
                rejected.iter().try_for_each(|(line, error_type)| write!(f, " {line}:{error_type}"))
            }
            Outcome::Exit { code, said } => write!(f, "exit {}: {said}", code.unwrap_or(-1)),
        }
    }
}
