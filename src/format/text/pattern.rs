//! The pattern that a line must match as a whole, each of its named groups a column.

use std::sync::LazyLock;

use regex::{CaptureLocations, Regex, RegexBuilder};

use super::client::Client;
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
    /// Where a field too many in front would hide.
    client: Option<Front>,
    /// The ready ones that its lines may have been meant for.
    others: &'static [&'static str],
}

/// The groups of `host`, `ident` and `user`.
#[derive(Clone, Copy, Debug)]
struct Front {
    host: usize,
    ident: usize,
    user: usize,
    is_behind_vhost: bool,
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
        let is_behind_vhost = column("vhost").is_some();
        let client =
            || Some(Front { host: group("host")?, ident: group("ident")?, user: group("user")?, is_behind_vhost });
        let client = ready.client.then(client).flatten();
        Ok(Pattern { yearless, client, others: ready.others, ready: true, ..pattern })
    }

    /// Room for the places of the groups, one for each form that lines may have.
    pub fn locations(&self) -> Vec<CaptureLocations> {
        self.regexes.iter().map(Regex::capture_locations).collect()
    }

    /// Where the groups are in a line; `None` if it does not match.
    pub fn find<'p>(&self, line: &str, places: &'p mut [CaptureLocations]) -> Option<&'p CaptureLocations> {
        let mut tries = self.regexes.iter().zip(places);
        let found = tries.find_map(|(regex, places)| regex.captures_read(places, line).map(|_| &*places))?;
        let is_shifted = self.client.is_some_and(|front| front.client(line, found).is_shifted());
        (!is_shifted).then_some(found)
    }

    /// Why a line does not match.
    pub fn why_not(&self, line: &str) -> String {
        let matches = |pattern: &Pattern| pattern.find(line, &mut pattern.locations()).is_some();
        let other = self.others.iter().find(|name| ready_one(name).is_some_and(matches));
        let ident = self.client.and_then(|front| self.regexes.iter().find_map(|regex| front.ident_of(regex, line)));
        let why = match (other, ident) {
            (Some(other), _) => format!("; it matches {other}"),
            (None, Some(ident)) => format!("; its fields are not those of the pattern, for ident would be {ident:?}"),
            (None, None) => String::new(),
        };
        format!("the line does not match extract.pattern{why}")
    }

    fn of(regexes: Vec<Regex>) -> Result<Pattern, String> {
        let named = |(group, name): (usize, Option<&str>)| Some((group, name?.to_owned()));
        let names = regexes.iter().take(1).flat_map(Regex::capture_names).enumerate();
        let (groups, names): (Vec<_>, Vec<_>) = names.filter_map(named).unzip();
        let columns = names.into_iter().map(|name| (name, Typing::from(Type::Text))).collect();
        Ok(Pattern { regexes, columns, groups, ready: false, yearless: None, client: None, others: &[] })
    }
}

impl Front {
    fn client<'l>(self, line: &'l str, places: &CaptureLocations) -> Client<'l> {
        let text = |group: usize| places.get(group).and_then(|(start, end)| line.get(start..end)).unwrap_or_default();
        let (host, ident, user) = (text(self.host), text(self.ident), text(self.user));
        Client { host, ident, user, is_behind_vhost: self.is_behind_vhost }
    }

    /// What stands in the place of `ident`.
    fn ident_of<'l>(self, regex: &Regex, line: &'l str) -> Option<&'l str> {
        let mut places = regex.capture_locations();
        regex.captures_read(&mut places, line).map(|_| self.client(line, &places).ident)
    }
}

/// A ready pattern, compiled when one is first asked for.
fn ready_one(name: &str) -> Option<&'static Pattern> {
    static ALL: LazyLock<Vec<(&str, Pattern)>> = LazyLock::new(|| {
        let compiled = ready::all().map(|ready| Some((ready.name, Pattern::ready(ready).ok()?)));
        compiled.flatten().collect()
    });
    ALL.iter().find(|(known, _)| *known == name).map(|(_, pattern)| pattern)
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
