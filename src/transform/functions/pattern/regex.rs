//! Regular expressions as PostgreSQL writes them, run by the `regex` crate, whose time is linear in the text.

use regex::{Regex, RegexBuilder};

use super::options::Options;
use super::syntax::translated;
use crate::excerpt::excerpt;

/// Bytes of a pattern as it is written, for each MiB that it may take compiled: reading one takes some hundred times as
/// much for a moment.
const MOST_WRITTEN: usize = 16 << 10;

/// Compiles a pattern that may take so many MiB.
pub fn compiled(pattern: &str, flags: &str, most: usize) -> Result<Regex, String> {
    let compiled = match pattern.len() > most * MOST_WRITTEN {
        true => Err(format!("it is longer than {} KiB", (most * MOST_WRITTEN) >> 10)),
        false => compile(pattern, flags, most),
    };
    compiled.map_err(|reason| format!("invalid regular expression {:?}: {reason}", excerpt(pattern)))
}

fn compile(pattern: &str, flags: &str, most: usize) -> Result<Regex, String> {
    let mut options = Options::of(flags)?;
    let rest = options.take_prefix(pattern)?;
    let translated = if options.literal { regex::escape(rest) } else { translated(rest, &options)? };
    let mut builder = RegexBuilder::new(&translated);
    builder.case_insensitive(options.fold).dot_matches_new_line(!options.dot_stops).multi_line(options.lines);
    builder.size_limit(most << 20).build().map_err(|error| reason(&error, most))
}

/// The last line of the crate's message, which says what is wrong without repeating the pattern.
fn reason(error: &regex::Error, most: usize) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return format!("it takes more than {most} MiB; repeat less, or letters of one language");
    }
    let message = error.to_string();
    let last = message.lines().last().unwrap_or_default();
    last.trim().trim_start_matches("error: ").trim_end_matches('.').to_string()
}
