//! The pattern that a line must match as a whole, each of its named groups a column.

use regex::{Regex, RegexBuilder};

use super::ready::{self, Ready};
use crate::types::{Type, Typing};

/// A pattern, compiled.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The first that matches counts; all have the same groups.
    pub regexes: Vec<Regex>,
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
        let yearless = ready.yearless.and_then(|time| pattern.columns.iter().position(|(name, _)| name == time));
        Ok(Pattern { yearless, ready: true, ..pattern })
    }

    fn of(regexes: Vec<Regex>) -> Result<Pattern, String> {
        let named = |(group, name): (usize, Option<&str>)| Some((group, name?.to_owned()));
        let names = regexes.iter().take(1).flat_map(Regex::capture_names).enumerate();
        let (groups, names): (Vec<_>, Vec<_>) = names.filter_map(named).unzip();
        let columns = names.into_iter().map(|name| (name, Typing::from(Type::Text))).collect();
        Ok(Pattern { regexes, columns, groups, ready: false, yearless: None })
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
mod tests {
    use super::*;

    /// The columns that a line has, each as `name=text`.
    fn check(pattern: &str, line: &str, expected: &str) {
        let pattern = Pattern::new(pattern).unwrap();
        let captures = pattern.regexes.iter().find_map(|regex| regex.captures(line));
        let columns = captures.map(|captures| {
            let groups = pattern.columns.iter().zip(&pattern.groups);
            let found =
                groups.filter_map(|((name, _), group)| Some(format!("{name}={}", captures.get(*group)?.as_str())));
            found.collect::<Vec<_>>().join("|")
        });
        assert_eq!(columns.as_deref().unwrap_or("no match"), expected, "{line}");
    }

    #[test]
    fn a_pattern_is_matched_by_the_whole_line() {
        check(r"(?<a>\d+)", "12", "a=12");
        check(r"(?<a>\d+)", "12 ", "no match");
        check(r"(?<a>x)|(?P<b>y)", "y", "b=y");
        check(r"(\d)-(?<a>\d)", "1-2", "a=2");
        check("(?x) (?<a> [a-z]+ ) # a word", "word", "a=word");
        check(r"(?<a>.)\n?", "é", "a=é");
    }

    #[test]
    fn ready_patterns_take_what_servers_write() {
        let common = |request: &str, columns: &str| {
            let line = format!("10.0.0.1 - - [17/May/2015:10:05:03 +0000] \"{request}\" 200 -");
            let columns =
                format!("host=10.0.0.1|ident=-|user=-|time=17/May/2015:10:05:03 +0000|{columns}|status=200|bytes=-");
            check("common", &line, &columns);
            check(
                "combined",
                &format!("{line} \"-\" \"a \\\"b\\\"\""),
                &format!("{columns}|referer=-|agent=a \\\"b\\\""),
            );
        };
        common("GET /a?b=c HTTP/1.1", "method=GET|path=/a?b=c|protocol=HTTP/1.1");
        common("GET /a b HTTP/1.1", "method=GET|path=/a b|protocol=HTTP/1.1");
        common("GET /a", "method=GET|path=/a");
        common("-", "method=-");
        common(r"\x16\x03\x01", r"method=\x16\x03\x01");
        common(r#"GET /\"x\" HTTP/1.0"#, r#"method=GET|path=/\"x\"|protocol=HTTP/1.0"#);
        check(
            "common",
            "::1 - Ann Lee [x] \"-\" - 0",
            "host=::1|ident=-|user=Ann Lee|time=x|method=-|status=-|bytes=0",
        );
        check(
            "syslog",
            "Jun  4 15:16:01 combo sshd(pam)[19]: a: b",
            "time=Jun  4 15:16:01|host=combo|program=sshd(pam)|pid=19|message=a: b",
        );
        check(
            "syslog",
            "<13>2024-01-31T12:00:00.5+01:00 h cron: x",
            "time=2024-01-31T12:00:00.5+01:00|host=h|program=cron|message=x",
        );
        check(
            "syslog",
            "Jun 14 15:16:01 h last message repeated",
            "time=Jun 14 15:16:01|host=h|message=last message repeated",
        );
    }

    #[test]
    fn all_forms_of_a_ready_pattern_have_the_same_groups() {
        for name in ["common", "combined", "syslog"] {
            let names = |regex: &Regex| regex.capture_names().map(|name| name.map(str::to_owned)).collect::<Vec<_>>();
            let pattern = Pattern::new(name).unwrap();
            assert!(pattern.regexes.iter().all(|regex| names(regex) == names(&pattern.regexes[0])), "{name}");
        }
    }
}
