//! The pattern that a line must match as a whole, each of its named groups a column.

use regex::{CaptureLocations, Regex, RegexBuilder};

use super::client::is_client;
use super::ready::{self, Ready};
use crate::types::{Type, Typing};

/// A pattern, compiled.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The first that matches counts; all have the same groups.
    regexes: Vec<Regex>,
    /// The named groups in order, with the types that a ready pattern gives them.
    pub columns: Vec<(String, Typing)>,
    /// The number of each column's group in the regular expression.
    pub groups: Vec<usize>,
    /// It is one of ours, in which a lone `-` is NULL.
    pub ready: bool,
    /// The column of times that may be written without a year.
    pub yearless: Option<usize>,
    /// The groups of `host`, `ident` and `user`, where these must be what they are called.
    client: Option<[usize; 3]>,
}

/// What a pattern may take compiled.
const MOST_BYTES: usize = 16 << 20;

/// Bytes of a pattern as it is written: reading one takes some hundred times as much for a moment.
const MOST_WRITTEN: usize = 256 << 10;

impl Pattern {
    /// A ready pattern by its name, or one as the user wrote it; the message says what is wrong with it.
    pub fn new(text: &str) -> Result<Pattern, String> {
        match ready::find(text) {
            Some(ready) => Pattern::ready(ready),
            None => Pattern::of(vec![whole_line(text)?]),
        }
    }

    fn ready(ready: &Ready) -> Result<Pattern, String> {
        let regexes = ready.regexes.iter().map(|parts| whole_line(&parts.concat()));
        let mut pattern = Pattern::of(regexes.collect::<Result<_, _>>()?)?;
        for (name, typing) in &mut pattern.columns {
            if let Some((_, ty, format)) = ready.types.iter().find(|(typed, ..)| typed == name) {
                *typing = Typing { format: format.map(Into::into), ..(*ty).into() };
            }
        }
        let column = |column: &str| pattern.columns.iter().position(|(name, _)| name == column);
        let yearless = ready.yearless.and_then(column);
        let group = |name: &str| column(name).and_then(|column| pattern.groups.get(column).copied());
        let client = || Some([group("host")?, group("ident")?, group("user")?]);
        let client = ready.client.then(client).flatten();
        Ok(Pattern { yearless, client, ready: true, ..pattern })
    }

    /// Room for the places of the groups, one for each form that lines may have.
    pub fn locations(&self) -> Vec<CaptureLocations> {
        self.regexes.iter().map(Regex::capture_locations).collect()
    }

    /// Where the groups are in a line; `None` if it does not match.
    pub fn find<'p>(&self, line: &str, places: &'p mut [CaptureLocations]) -> Option<&'p CaptureLocations> {
        let mut tries = self.regexes.iter().zip(places);
        let found = tries.find_map(|(regex, places)| regex.captures_read(places, line).map(|_| &*places))?;
        let text = |group: usize| found.get(group).and_then(|(start, end)| line.get(start..end)).unwrap_or_default();
        let fits = self.client.is_none_or(|[host, ident, user]| is_client(text(host), text(ident), text(user)));
        fits.then_some(found)
    }

    fn of(regexes: Vec<Regex>) -> Result<Pattern, String> {
        let named = |(group, name): (usize, Option<&str>)| Some((group, name?.to_owned()));
        let names = regexes.iter().take(1).flat_map(Regex::capture_names).enumerate();
        let (groups, names): (Vec<_>, Vec<_>) = names.filter_map(named).unzip();
        let columns = names.into_iter().map(|name| (name, Typing::from(Type::Text))).collect();
        Ok(Pattern { regexes, columns, groups, ready: false, yearless: None, client: None })
    }
}

/// A regular expression that a line must match from begin to end.
fn whole_line(text: &str) -> Result<Regex, String> {
    if text.len() > MOST_WRITTEN {
        return Err(format!("it is longer than {} KiB", MOST_WRITTEN >> 10));
    }
    let build = |text: &str| RegexBuilder::new(text).size_limit(MOST_BYTES).build();
    build(text).map_err(|error| reason(&error))?;
    // A comment at the end of a pattern that allows them would hide what we put behind it.
    let regex = build(&format!(r"\A(?:{text})\z")).or_else(|_| build(&format!("\\A(?:{text}\n)\\z")));
    regex.map_err(|error| reason(&error))
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

#[cfg(test)]
mod tests;
