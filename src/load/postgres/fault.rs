//! What can go wrong with a server: whose fault it is decides between a reject and the end of the run.

use super::libpq::Complaint;
use crate::exit::{ExitCode, fatal};
use crate::stop::Stopped;

#[derive(Debug)]
pub enum Fault {
    /// No connection could be made.
    Unreachable(String),
    /// The connection broke.
    Lost(String),
    /// The server refused a statement.
    Refused(Box<Complaint>),
    /// What we would send cannot be.
    Unfit(String),
    /// The run is to end.
    Stopped,
}

impl Fault {
    /// Whether rows that were sent are to blame: bad data (22), a constraint (23), a trigger's own words (P0), or more than
    /// an index has room for (54).
    pub fn blames_rows(&self) -> bool {
        let class = |complaint: &Complaint| complaint.sqlstate.get(..2).map(str::to_owned).unwrap_or_default();
        matches!(self, Fault::Refused(complaint) if ["22", "23", "P0", "54"].contains(&class(complaint).as_str()))
    }

    /// Whether the same may go well a little later: the server is away, full, or has undone the transaction for another's.
    pub fn is_passing(&self) -> bool {
        match self {
            Fault::Lost(_) => true,
            Fault::Unreachable(why) => unreachable_code(why) == ExitCode::Unavailable,
            Fault::Refused(complaint) => {
                let state = complaint.sqlstate.as_str();
                state.starts_with("08") || ["57P01", "57P02", "57P03", "53300", "40001", "40P01"].contains(&state)
            }
            Fault::Unfit(_) | Fault::Stopped => false,
        }
    }

    /// As an error that ends the run; `what` says what we were doing.
    pub fn error(self, what: &str) -> anyhow::Error {
        match self {
            Fault::Stopped => anyhow::Error::new(Stopped),
            Fault::Unfit(why) => fatal(ExitCode::Config, format!("{what}: {why}")),
            Fault::Lost(why) => {
                fatal(ExitCode::Unavailable, format!("{what}: the connection is lost: {}", one_line(&why)))
            }
            Fault::Unreachable(why) => fatal(unreachable_code(&why), format!("{what}: {}", one_line(&why))),
            Fault::Refused(complaint) => {
                fatal(refused_code(&complaint.sqlstate), format!("{what}: {}", words(&complaint)))
            }
        }
    }
}

/// The server's words, with its code.
pub fn words(complaint: &Complaint) -> String {
    let detail = if complaint.detail.is_empty() { String::new() } else { format!(" ({})", complaint.detail) };
    format!("{}{detail} [SQLSTATE {}]", complaint.message, complaint.sqlstate)
}

/// A server that answers and says no is no matter of time, except while it starts, stops or is full.
fn unreachable_code(why: &str) -> ExitCode {
    let is_temporary = ["starting up", "shutting down", "too many", "remaining connection slots", "recovery"];
    let refused = why.contains("FATAL:") || why.contains("invalid") || why.contains("no password supplied");
    match refused && !is_temporary.iter().any(|words| why.contains(words)) {
        true => ExitCode::Config,
        false => ExitCode::Unavailable,
    }
}

fn refused_code(sqlstate: &str) -> ExitCode {
    match sqlstate.get(..2).unwrap_or_default() {
        // Connection, resources, operator intervention, system error.
        "08" | "57" | "40" => ExitCode::Unavailable,
        "53" | "58" => ExitCode::Io,
        "22" | "23" => ExitCode::Data,
        "55" => ExitCode::TryAgain,
        _ => ExitCode::Config,
    }
}

/// libpq's words without their line ends.
fn one_line(words: &str) -> String {
    words.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}
