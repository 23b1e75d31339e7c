//! The patterns that have names.

use crate::types::Type;

/// A pattern of ours.
pub struct Ready {
    pub name: &'static str,
    /// The regular expressions, in parts, of which the first that matches counts. All have the same groups.
    pub regexes: &'static [&'static [&'static str]],
    /// The columns that are not text: name, type, and the format of times.
    pub types: &'static [(&'static str, Type, Option<&'static str>)],
    /// The column of times that may be written without a year.
    pub yearless: Option<&'static str>,
}

const WEB_TIME: Option<&str> = Some("%d/%b/%Y:%H:%M:%S %z");

const WEB_TYPES: &[(&str, Type, Option<&str>)] =
    &[("time", Type::TimestampTz, WEB_TIME), ("status", Type::Integer, None), ("bytes", Type::BigInt, None)];

/// A request is `GET /path HTTP/1.1`; one that is no HTTP is a method alone, as it stands. Quotes stand behind backslashes.
/// Which group a byte belongs to shows at once, so that the regular expression is walked without looking back.
const COMMON: &str = concat!(
    r#"(?<host>[^ ]+) (?<ident>[^ ]+) (?<user>[^ ]+) \[(?<time>[^\]]*)\] "#,
    r#""(?<method>(?:[^ "\\]|\\.)*)(?: (?<path>(?:[^ "\\]|\\.)*)(?: (?<protocol>HTTP/[0-9.]+))?)?" "#,
    r"(?<status>[0-9]+|-) (?<bytes>[0-9]+|-)"
);

/// The same for clients that send blanks in users and paths: slower, and for lines that the other does not match.
const COMMON_WITH_BLANKS: &str = concat!(
    r#"(?<host>[^ ]+) (?<ident>[^ ]+) (?<user>[^\[]*[^\[ ]) \[(?<time>[^\]]*)\] "#,
    r#""(?<method>(?:[^ "\\]|\\.)*)(?: (?<path>(?:[^"\\]|\\.)*?)(?: (?<protocol>HTTP/[0-9.]+))?)?" "#,
    r"(?<status>[0-9]+|-) (?<bytes>[0-9]+|-)"
);

/// What `combined` has behind it.
const REFERER_AND_AGENT: &str = r#" "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)""#;

/// As syslogd writes files: the time of RFC 3164 or of RFC 3339, and a priority where one was kept.
const SYSLOG: &str = concat!(
    r"(?:<[0-9]{1,3}>)?",
    r"(?<time>[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+) ",
    r"(?<host>[^ ]+) (?:(?<program>[^ \[:]+)(?:\[(?<pid>[^ \]]+)\])?: ?)?(?<message>.*)"
);

const READY: &[Ready] = &[
    Ready { name: "common", regexes: &[&[COMMON], &[COMMON_WITH_BLANKS]], types: WEB_TYPES, yearless: None },
    Ready {
        name: "combined",
        regexes: &[&[COMMON, REFERER_AND_AGENT], &[COMMON_WITH_BLANKS, REFERER_AND_AGENT]],
        types: WEB_TYPES,
        yearless: None,
    },
    Ready {
        name: "syslog",
        regexes: &[&[SYSLOG]],
        types: &[("time", Type::TimestampTz, None)],
        yearless: Some("time"),
    },
];

/// The pattern of this name.
pub fn find(name: &str) -> Option<&'static Ready> {
    READY.iter().find(|ready| ready.name == name)
}

/// Their names, for messages.
pub fn ready_names() -> String {
    READY.iter().map(|ready| ready.name).collect::<Vec<_>>().join(", ")
}
