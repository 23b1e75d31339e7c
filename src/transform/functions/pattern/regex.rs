//! Regular expressions as PostgreSQL writes them, run by the `regex` crate, whose time is linear in the text.

use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

use super::syntax::translated;

/// A pattern over this size compiled is refused.
const MAX_COMPILED: usize = 1 << 20;
/// So many patterns are kept when they come from a column.
const MAX_KEPT: usize = 100;

/// The patterns compiled during one call: one for a constant, some for a column.
#[derive(Default)]
pub struct Cache {
    compiled: HashMap<(String, String), Regex>,
    last: Option<(String, String, Regex)>,
}

impl Cache {
    pub fn get(&mut self, pattern: &str, flags: &str) -> Result<&Regex, String> {
        let known = matches!(&self.last, Some((p, f, _)) if p == pattern && f == flags);
        if !known {
            self.last = Some((pattern.to_string(), flags.to_string(), self.compiled(pattern, flags)?));
        }
        self.last.as_ref().map(|(_, _, regex)| regex).ok_or_else(|| "no pattern".to_string())
    }

    fn compiled(&mut self, pattern: &str, flags: &str) -> Result<Regex, String> {
        let key = (pattern.to_string(), flags.to_string());
        if let Some(regex) = self.compiled.get(&key) {
            return Ok(regex.clone());
        }
        if self.compiled.len() >= MAX_KEPT {
            self.compiled.clear();
        }
        let regex = compile(pattern, flags)?;
        self.compiled.insert(key, regex.clone());
        Ok(regex)
    }
}

/// Compiles a pattern with PostgreSQL's flags; the last of contrary flags wins.
fn compile(pattern: &str, flags: &str) -> Result<Regex, String> {
    let mut options = Options::default();
    for flag in flags.chars() {
        options.set(flag)?;
    }
    let pattern = if options.literal { regex::escape(pattern) } else { translated(pattern) };
    RegexBuilder::new(&pattern)
        .case_insensitive(options.fold)
        .dot_matches_new_line(!options.dot_stops)
        .multi_line(options.lines)
        .ignore_whitespace(options.expanded)
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|error| format!("invalid regular expression {pattern:?}: {}", reason(&error)))
}

#[derive(Default)]
struct Options {
    fold: bool,
    literal: bool,
    expanded: bool,
    /// A dot does not match a line end.
    dot_stops: bool,
    /// ^ and $ match at line ends too.
    lines: bool,
}

impl Options {
    fn set(&mut self, flag: char) -> Result<(), String> {
        match flag {
            'i' => self.fold = true,
            'c' => self.fold = false,
            'q' => self.literal = true,
            'x' => self.expanded = true,
            't' => self.expanded = false,
            'n' | 'm' => (self.dot_stops, self.lines) = (true, true),
            'p' => (self.dot_stops, self.lines) = (true, false),
            'w' => (self.dot_stops, self.lines) = (false, true),
            's' => (self.dot_stops, self.lines) = (false, false),
            // Which matches are replaced is the caller's business.
            'g' => {}
            other => {
                return Err(format!(
                    "invalid regular expression flag {:?}; the flags are g i c n p w s x t q",
                    other.to_string()
                ));
            }
        }
        Ok(())
    }
}

/// The last line of the crate's message, which says what is wrong without repeating the pattern.
fn reason(error: &regex::Error) -> String {
    let message = error.to_string();
    let last = message.lines().last().unwrap_or_default();
    last.trim().trim_start_matches("error: ").trim_end_matches('.').to_string()
}
