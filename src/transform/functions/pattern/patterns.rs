//! The regular expression of each row.

use regex::Regex;

use super::regex::compiled;
use crate::transform::function::Arguments;
use crate::transform::functions::compiled::Compiled;

/// What a constant pattern may take compiled, in MiB: enough to count letters of all languages, as in `\w{1,255}`.
pub const MOST_OF_CONSTANT: usize = 16;
/// What one of a column may take: each row can bring a new one, so that compiling it must be quick.
pub const MOST_OF_ROW: usize = 1;

/// A pattern with its flags.
pub struct Pattern {
    pub regex: Regex,
    /// Flag g: every match counts, and not the first alone.
    pub global: bool,
}

/// The pattern of each row, its argument 1, with the flags for it.
pub struct Patterns<'a> {
    compiled: Compiled<'a, Pattern>,
    default_flags: &'a str,
    most: usize,
}

impl<'a> Patterns<'a> {
    /// With the same flags for every row.
    pub fn with_flags(arguments: &'a Arguments, flags: &'a str) -> Result<Patterns<'a>, String> {
        Ok(Patterns::new(Compiled::of(arguments, 1)?, flags))
    }

    /// With flags from the argument at `place`, if there is one.
    pub fn with_flags_at(arguments: &'a Arguments, place: usize) -> Result<Patterns<'a>, String> {
        Ok(Patterns::new(Compiled::of_both(arguments, 1, place)?, ""))
    }

    fn new(compiled: Compiled<'a, Pattern>, default_flags: &'a str) -> Patterns<'a> {
        let most = if compiled.is_constant() { MOST_OF_CONSTANT } else { MOST_OF_ROW };
        Patterns { compiled, default_flags, most }
    }

    /// The compiled pattern of a row.
    pub fn at(&mut self, row: usize) -> Result<&Pattern, String> {
        let (most, default_flags) = (self.most, self.default_flags);
        self.compiled.at(row, |pattern, flags| {
            let flags = flags.unwrap_or(default_flags);
            Ok(Pattern { regex: compiled(pattern, flags, most)?, global: flags.contains('g') })
        })
    }

    /// The compiled pattern of a row where nothing is replaced: the flag g, which asks for every match to be, is refused.
    pub fn single_at(&mut self, row: usize) -> Result<&Regex, String> {
        match self.at(row)? {
            Pattern { global: true, .. } => Err("the flag g is for regexp_replace only".to_owned()),
            Pattern { regex, .. } => Ok(regex),
        }
    }
}
