//! What can go wrong with a server: whose fault it is decides between a reject and the end of the run.

use super::libpq::Complaint;
use super::login;
use crate::exit::{ExitCode, fatal};
use crate::stop::Stopped;

#[derive(Debug)]
pub enum Fault {
    /// No connection could be made.
    Unreachable(String),
    /// Nor can it be later: what is wrong is on our side, or with who we take the server for.
    Hopeless(String),
    /// The connection broke.
    Lost(String),
    /// The server refused a statement.
    Refused(Box<Complaint>),
    /// The server refused a statement of the user's own.
    OfTheUser(Box<Fault>),
    /// What we would send cannot be.
    Unfit(String),
    /// The server no longer has what it had confirmed.
    Forgotten(String),
    /// The run is to end.
    Stopped,
}

impl Fault {
    /// Whether rows that were sent may be to blame: all that a server refuses, but for what is wrong with itself
    /// (resources, operator, system), with the transaction, or with what others do meanwhile.
    pub fn blames_rows(&self) -> bool {
        const OTHERS: [&str; 7] = ["08", "25", "40", "53", "55", "57", "58"];
        matches!(self, Fault::Refused(complaint) if !self.is_passing() && !OTHERS.contains(&class(&complaint.sqlstate)))
    }

    /// Whether the same may go well a little later: the server is away, full, or has undone the transaction for another's.
    pub fn is_passing(&self) -> bool {
        match self {
            Fault::Lost(_) => true,
            Fault::Unreachable(why) => match state_in(why) {
                Some(state) => is_passing(state),
                None => true,
            },
            Fault::Refused(complaint) => is_passing(&complaint.sqlstate) && !is_of_rows(complaint),
            Fault::Hopeless(_) | Fault::OfTheUser(_) | Fault::Unfit(_) | Fault::Forgotten(_) | Fault::Stopped => false,
        }
    }

    /// A connection could not be made, for what libpq says.
    pub fn of_login(why: String) -> Fault {
        match state_in(&why) {
            None if login::remedy(&why).is_some() => Fault::Hopeless(why),
            _ => Fault::Unreachable(why),
        }
    }

    /// The server answers, and has no room for one more.
    pub fn is_full(&self) -> bool {
        matches!(self, Fault::Unreachable(why) if state_in(why) == Some(FULL))
    }

    /// As an error that ends the run; `what` says what we were doing.
    pub fn error(self, what: &str) -> anyhow::Error {
        match self {
            Fault::Stopped => anyhow::Error::new(Stopped),
            Fault::OfTheUser(fault) => fault.error(what),
            Fault::Unfit(why) => fatal(ExitCode::Config, format!("{what}: {why}")),
            Fault::Forgotten(why) => fatal(ExitCode::Unbalanced, why),
            Fault::Lost(why) => {
                fatal(ExitCode::Unavailable, format!("{what}: the connection is lost: {}", one_line(&why)))
            }
            Fault::Hopeless(why) => {
                let remedy = login::remedy(&why).map(|remedy| format!("; {remedy}")).unwrap_or_default();
                fatal(ExitCode::Config, format!("{what}: {}{remedy}", one_line(&why)))
            }
            Fault::Unreachable(why) => fatal(login_code(&why), format!("{what}: {}", one_line(&why))),
            Fault::Refused(complaint) if is_of_rows(&complaint) => {
                fatal(ExitCode::Config, format!("{what}: {}", words(&complaint)))
            }
            Fault::Refused(complaint) => fatal(code_of(&complaint.sqlstate), format!("{what}: {}", words(&complaint))),
        }
    }
}

/// The server's words, with its code.
pub fn words(complaint: &Complaint) -> String {
    let detail = if complaint.detail.is_empty() { String::new() } else { format!(" ({})", complaint.detail) };
    format!("{}{detail} [SQLSTATE {}]", complaint.message, complaint.sqlstate)
}

/// A server that answers and says no is no matter of time, except while it starts, stops or is full.
fn login_code(why: &str) -> ExitCode {
    match state_in(why) {
        Some(state) if is_passing(state) => ExitCode::Unavailable,
        Some(state) => code_of(state),
        None => ExitCode::Unavailable,
    }
}

/// A breach of protocol that lies with the bytes of a COPY, whose place the server names: the connection is well.
fn is_of_rows(complaint: &Complaint) -> bool {
    complaint.sqlstate == "08P01" && !complaint.context.is_empty()
}

fn class(sqlstate: &str) -> &str {
    sqlstate.get(..2).unwrap_or_default()
}

/// Whether the statement may be to blame as well as a row of it: a name, a right, a syntax, what the server cannot do, or
/// what it did not expect.
pub fn blames_statement(complaint: &Complaint) -> bool {
    ["0A", "3D", "3F", "42", "XX"].contains(&class(&complaint.sqlstate))
}

const FULL: &str = "53300";

fn is_passing(sqlstate: &str) -> bool {
    sqlstate.starts_with("08") || ["57P01", "57P02", "57P03", FULL, "40001", "40P01"].contains(&sqlstate)
}

/// The code in what libpq says of a server that refused us, as in `FATAL:  57P03: …`, whatever the server's language.
fn state_in(why: &str) -> Option<&str> {
    const LENGTH: usize = 5;
    let is_state = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let after = why.split(":  ").skip(1);
    let states = after.filter_map(|text| text.get(LENGTH..)?.starts_with(": ").then(|| text.get(..LENGTH))?);
    states.filter(is_state).last()
}

fn code_of(sqlstate: &str) -> ExitCode {
    match class(sqlstate) {
        // Connection, resources, operator intervention, system error.
        "08" | "57" | "40" => ExitCode::Unavailable,
        "53" | "58" => ExitCode::Io,
        "22" | "23" => ExitCode::Data,
        "55" => ExitCode::TryAgain,
        _ => ExitCode::Config,
    }
}

/// libpq's words without their line ends, and without the place in the server's source that ends them.
fn one_line(words: &str) -> String {
    let is_place = |line: &str| line.rsplit_once(".c:").is_some_and(|(_, number)| number.parse::<u32>().is_ok());
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty() && !is_place(line));
    lines.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whether_a_server_is_waited_for() {
        let check = |why: &str, code: ExitCode| {
            let fault = Fault::of_login(why.into());
            assert_eq!(fault.is_passing(), code == ExitCode::Unavailable, "{why}");
            assert_eq!(ExitCode::of(&fault.error("cannot connect")), code, "{why}");
        };
        let at = "connection to server at \"h\" (127.0.0.1), port 5432 failed: ";
        check(
            &format!("{at}FATAL:  57P03: das Datenbanksystem startet gerade\nORT:  x, postmaster.c:2380\n"),
            ExitCode::Unavailable,
        );
        check(&format!("{at}ВАЖНО:  53300: слишком много клиентов\n"), ExitCode::Unavailable);
        check(&format!("{at}FATAL:  08P01: server login has been failing\n"), ExitCode::Unavailable);
        check(&format!("{at}FATAL:  3D000: database \"shutting down\" does not exist\n"), ExitCode::Config);
        check(&format!("{at}FATAL:  28P01: password authentication failed\n"), ExitCode::Config);
        check(&format!("{at}Connection refused\n\tIs the server running?\n"), ExitCode::Unavailable);
        check("invalid sslmode value: \"x\"\n", ExitCode::Config);
        check(&format!("{at}fe_sendauth: no password supplied\n"), ExitCode::Config);
    }

    #[test]
    fn places_in_the_source_are_left_out() {
        assert_eq!(
            one_line("FATAL:  3D000: no such\nLOCATION:  InitPostgres, postinit.c:885\n"),
            "FATAL:  3D000: no such"
        );
    }
}
