//! Regular expressions as PostgreSQL writes them, run by the `regex` crate, whose time is linear in the text.

use regex::{Regex, RegexBuilder};

use super::options::Options;
use super::syntax::translated;

/// Compiles a pattern that may take so many MiB.
pub fn compiled(pattern: &str, flags: &str, most: usize) -> Result<Regex, String> {
    compile(pattern, flags, most).map_err(|reason| format!("invalid regular expression {pattern:?}: {reason}"))
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
