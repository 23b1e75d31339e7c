//! The pattern that a line must match as a whole, each of its named groups a column.

use regex::{Regex, RegexBuilder};

use super::ready;
use crate::types::{Type, Typing};

/// A pattern, compiled.
#[derive(Clone, Debug)]
pub struct Pattern {
    pub regex: Regex,
    /// The named groups in order, with the types that a ready pattern gives them.
    pub columns: Vec<(String, Typing)>,
    /// The number of each column's group in the regular expression.
    pub groups: Vec<usize>,
    /// It is one of ours, in which a lone `-` is NULL.
    pub ready: bool,
    /// The column of times that may be written without a year.
    pub yearless: Option<usize>,
}

/// What a pattern may take compiled.
const MOST_BYTES: usize = 16 << 20;

impl Pattern {
    /// A ready pattern by its name, or one as the user wrote it; the message says what is wrong with it.
    pub fn new(text: &str) -> Result<Pattern, String> {
        match ready::find(text) {
            Some(ready) => {
                let pattern = Pattern::compile(&ready.parts.concat())?;
                let typed =
                    |(name, typing): (String, Typing)| match ready.types.iter().find(|(typed, ..)| *typed == name) {
                        Some((_, ty, format)) => (name, Typing { ty: *ty, format: format.map(Into::into) }),
                        None => (name, typing),
                    };
                let columns: Vec<_> = pattern.columns.into_iter().map(typed).collect();
                let yearless = ready.yearless.and_then(|time| columns.iter().position(|(name, _)| name == time));
                Ok(Pattern { columns, yearless, ready: true, ..pattern })
            }
            None => Pattern::compile(text),
        }
    }

    fn compile(text: &str) -> Result<Pattern, String> {
        let build = |text: &str| RegexBuilder::new(text).size_limit(MOST_BYTES).build();
        build(text).map_err(|error| reason(&error))?;
        // A comment at the end of a pattern that allows them would hide what we put behind it.
        let regex = build(&format!(r"\A(?:{text})\z")).or_else(|_| build(&format!("\\A(?:{text}\n)\\z")));
        let regex = regex.map_err(|error| reason(&error))?;
        let named = |(group, name): (usize, Option<&str>)| Some((group, name?.to_owned()));
        let (groups, names): (Vec<_>, Vec<_>) = regex.capture_names().enumerate().filter_map(named).unzip();
        let columns: Vec<_> = names.into_iter().map(|name| (name, Typing::from(Type::Text))).collect();
        Ok(Pattern { regex, columns, groups, ready: false, yearless: None })
    }
}

/// The last line of the crate's message, which says what is wrong without repeating the pattern.
fn reason(error: &regex::Error) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return format!("it takes more than {} MiB compiled; repeat less", MOST_BYTES >> 20);
    }
    let message = error.to_string();
    let last = message.lines().last().unwrap_or_default();
    last.trim().trim_start_matches("error: ").trim_end_matches('.').to_owned()
}
