//! What is wrong with a compressed input, and how that is told.

use std::fmt::{self, Display, Formatter};

use crate::exit::{ExitCode, fatal};
use crate::job::Method;

use super::named::Named;

/// Why a compressed stream cannot be read on. Whoever knows how far it was read makes a message of it.
#[derive(Debug)]
pub enum Damage {
    /// It ends before it should. What came before is sound.
    CutShort(Method),
    /// Some of it is not as it was written; what showed that may stand far behind it.
    Broken(Method, String),
    /// Something else stands behind it.
    Trailing(Method),
    /// Nothing is wrong, but unpacking it would take more than so many bytes of memory.
    TooMuch(Method, u64),
}

impl Damage {
    /// The error about an input of which so many lines were unpacked.
    pub fn tell(&self, named: Named, lines: u64) -> anyhow::Error {
        let name = named.title();
        let unpacking = named.unpacking(self.cat());
        let good = match (lines, self) {
            (_, Damage::TooMuch(..)) => {
                return fatal(ExitCode::Config, format!("{name}: {self}; {}: {unpacking}", named.way()));
            }
            (0, _) => "no line of it is known to be good".to_owned(),
            (lines, Damage::Broken(..)) => format!("the last good line is {lines} at most"),
            (lines, _) => format!("the last good line is {lines}"),
        };
        let remedy = format!("get it anew, or take what can be had: {unpacking}");
        fatal(ExitCode::Data, format!("{name} is damaged: {self}; {good}; {remedy}"))
    }

    /// The command that unpacks it, sound or not.
    fn cat(&self) -> &'static str {
        match self {
            Damage::TooMuch(Method::Zstd, _) => "zstdcat --long=31",
            _ => self.method().cat(),
        }
    }

    fn method(&self) -> Method {
        let (Damage::CutShort(method)
        | Damage::Broken(method, _)
        | Damage::Trailing(method)
        | Damage::TooMuch(method, _)) = self;
        *method
    }
}

impl Display for Damage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.method().name();
        match self {
            Damage::CutShort(_) => write!(f, "unexpected end of the {name} stream"),
            Damage::Broken(_, why) => write!(f, "the {name} stream is broken: {why}"),
            Damage::Trailing(_) => write!(f, "what follows the {name} stream is not part of it"),
            Damage::TooMuch(_, most) => write!(f, "unpacking it takes more than {} MiB of memory", most >> 20),
        }
    }
}

impl std::error::Error for Damage {}
