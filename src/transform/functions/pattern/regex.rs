//! Regular expressions as PostgreSQL writes them, run by the `regex` crate, whose time is linear in the text.

use regex::{Regex, RegexBuilder};

use super::options::Options;
use super::syntax::translated;

/// What a pattern may take compiled, in MiB. Most do with this.
const SMALL: usize = 1;
/// For those that count letters of all languages, such as `\w{1,255}`. What takes more is refused.
const LARGE: usize = 16;
/// So many MiB of patterns are kept when they come from a column.
const MAX_KEPT: usize = 100;

/// The patterns compiled during one call: one for a constant, some for a column. Few enough to look through.
#[derive(Default)]
pub struct Cache {
    kept: Vec<Kept>,
}

struct Kept {
    pattern: String,
    flags: String,
    regex: Regex,
    size: usize,
}

impl Cache {
    pub fn get(&mut self, pattern: &str, flags: &str) -> Result<&Regex, String> {
        let known = self.kept.iter().position(|kept| kept.pattern == pattern && kept.flags == flags);
        let place = match known {
            Some(place) => place,
            None => self.keep(compiled(pattern, flags)?),
        };
        Ok(&self.kept[place].regex)
    }

    /// Makes room among the oldest and says where the new one stands.
    fn keep(&mut self, new: Kept) -> usize {
        while self.kept.iter().map(|kept| kept.size).sum::<usize>() + new.size > MAX_KEPT {
            self.kept.remove(0);
        }
        self.kept.push(new);
        self.kept.len() - 1
    }
}

fn compiled(pattern: &str, flags: &str) -> Result<Kept, String> {
    let (regex, size) =
        compile(pattern, flags).map_err(|reason| format!("invalid regular expression {pattern:?}: {reason}"))?;
    Ok(Kept { pattern: pattern.to_string(), flags: flags.to_string(), regex, size })
}

fn compile(pattern: &str, flags: &str) -> Result<(Regex, usize), String> {
    let mut options = Options::of(flags)?;
    let rest = options.take_prefix(pattern)?;
    let translated = if options.literal { regex::escape(rest) } else { translated(rest, &options)? };
    let mut builder = RegexBuilder::new(&translated);
    builder.case_insensitive(options.fold).dot_matches_new_line(!options.dot_stops).multi_line(options.lines);
    let mut build = |size| builder.size_limit(size << 20).build().map(|regex| (regex, size));
    match build(SMALL) {
        Err(regex::Error::CompiledTooBig(_)) => build(LARGE),
        done => done,
    }
    .map_err(|error| reason(&error))
}

/// The last line of the crate's message, which says what is wrong without repeating the pattern.
fn reason(error: &regex::Error) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return format!("it takes more than {} MiB; repeat less, or letters of one language", LARGE);
    }
    let message = error.to_string();
    let last = message.lines().last().unwrap_or_default();
    last.trim().trim_start_matches("error: ").trim_end_matches('.').to_string()
}
