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
    /// It has the columns `host`, `ident` and `user`, in which a field too many in front would hide.
    pub client: bool,
    /// Those that its lines may have been meant for.
    pub others: &'static [&'static str],
}

const WEB_TIME: Option<&str> = Some("%d/%b/%Y:%H:%M:%S %z");

const WEB_TYPES: &[(&str, Type, Option<&str>)] = &[
    ("port", Type::Integer, None),
    ("time", Type::TimestampTz, WEB_TIME),
    ("status", Type::Integer, None),
    ("bytes", Type::BigInt, None),
];

/// What `vhost_combined` has in front: a name that the server has itself, with the port.
const VHOST: &str = r#"(?<vhost>\[[0-9A-Fa-f:.]+\]|[^ :,/"<>\[\]]+)(?::(?<port>[0-9]+|-))? "#;

/// A client, as one field.
const HOST: &str = "(?<host>[^ ]+) ";
/// A list of clients with commas between, as proxies send it on.
const HOSTS: &str = "(?<host>[^ ,]+(?:, ?[^ ,]+)*) ";
/// Either, the list first: slower.
const ANY_HOST: &str = "(?<host>[^ ,]+(?:, ?[^ ,]+)+|[^ ]+) ";

/// A request is `GET /path HTTP/1.1`; one that is no HTTP is a method alone, as it stands. Quotes stand behind backslashes.
/// Which group a byte belongs to shows at once, so that the regular expression is walked without looking back.
const COMMON: &str = concat!(
    r#"(?<ident>[^ ]+) (?<user>[^ ]+) \[(?<time>[^\]]*)\] "#,
    r#""(?<method>(?:[^ "\\]|\\.)*)(?: (?<path>(?:[^ "\\]|\\.)*)(?: (?<protocol>HTTP/[0-9.]+))?)?" "#,
    r"(?<status>[0-9]+|-) (?<bytes>[0-9]+|-)"
);

/// The same for clients that send blanks in users and paths: slower, and for lines that the other does not match.
const COMMON_WITH_BLANKS: &str = concat!(
    r#"(?<ident>[^ ]+) (?<user>[^\[]*[^\[ ]) \[(?<time>[^\]]*)\] "#,
    r#""(?<method>(?:[^ "\\]|\\.)*)(?: (?<path>(?:[^"\\]|\\.)*?)(?: (?<protocol>HTTP/[0-9.]+))?)?" "#,
    r"(?<status>[0-9]+|-) (?<bytes>[0-9]+|-)"
);

/// What `combined` has behind it.
const REFERER_AND_AGENT: &str = r#" "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)""#;

/// What `vhost_combined` may have behind it.
const PERHAPS_AGENT: &str = r#"(?: "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)")?"#;

/// As syslogd writes files: the time of RFC 3164 or of RFC 3339, and a priority where one was kept.
const SYSLOG: &str = concat!(
    r"(?:<[0-9]{1,3}>)?",
    r"(?<time>[A-Z][a-z]{2} (?: [0-9]|[0-9]{1,2}) [0-9]{2}:[0-9]{2}:[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+) ",
    r"(?<host>[^ ]+) (?:(?<program>[^ \[:]+)(?:\[(?<pid>[^ \]]+)\])?: ?)?(?<message>.*)"
);

/// RFC 5424. In the values of structured data quotes stand behind backslashes, and so should brackets, but need not.
const SYSLOG_5424: &str = concat!(
    r"<(?<priority>0|1(?:9[01]?|[0-8][0-9]?)?|[2-9][0-9]?)>1 (?<time>-|[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+) ",
    r"(?<host>[^ ]+) (?<program>[^ ]+) (?<pid>[^ ]+) (?<msgid>[^ ]+) ",
    r#"(?<data>-|(?:\[[^ =\]"]+(?: [^ =\]"]+="(?:[^"\\]|\\.)*")*\])+)"#
);

/// As most messages begin, so that one is known from a byte order mark at once.
const ASCII_MESSAGE: &str = r"(?: (?<message>[\x00-\x7F].*)?)?";

/// The mark says that the message is UTF-8 and is no part of it.
const MARKED_MESSAGE: &str = r" \x{FEFF}?(?<message>.*)";

const READY: &[Ready] = &[
    Ready {
        name: "common",
        regexes: &[&[HOST, COMMON], &[HOSTS, COMMON], &[ANY_HOST, COMMON_WITH_BLANKS]],
        types: WEB_TYPES,
        yearless: None,
        client: true,
        others: &["combined", "vhost_combined"],
    },
    Ready {
        name: "combined",
        regexes: &[
            &[HOST, COMMON, REFERER_AND_AGENT],
            &[HOSTS, COMMON, REFERER_AND_AGENT],
            &[ANY_HOST, COMMON_WITH_BLANKS, REFERER_AND_AGENT],
        ],
        types: WEB_TYPES,
        yearless: None,
        client: true,
        others: &["vhost_combined", "common"],
    },
    Ready {
        name: "vhost_combined",
        regexes: &[
            &[VHOST, HOST, COMMON, PERHAPS_AGENT],
            &[VHOST, HOSTS, COMMON, PERHAPS_AGENT],
            &[VHOST, ANY_HOST, COMMON_WITH_BLANKS, PERHAPS_AGENT],
        ],
        types: WEB_TYPES,
        yearless: None,
        client: true,
        others: &["combined", "common"],
    },
    Ready {
        name: "syslog",
        regexes: &[&[SYSLOG]],
        types: &[("time", Type::TimestampTz, None)],
        yearless: Some("time"),
        client: false,
        others: &["syslog5424"],
    },
    Ready {
        name: "syslog5424",
        regexes: &[&[SYSLOG_5424, ASCII_MESSAGE], &[SYSLOG_5424, MARKED_MESSAGE]],
        types: &[("priority", Type::Integer, None), ("time", Type::TimestampTz, None)],
        yearless: None,
        client: false,
        others: &["syslog"],
    },
];

/// The pattern of this name.
pub fn find(name: &str) -> Option<&'static Ready> {
    READY.iter().find(|ready| ready.name == name)
}

pub fn all() -> impl Iterator<Item = &'static Ready> {
    READY.iter()
}

/// Their names, for messages.
pub fn ready_names() -> String {
    READY.iter().map(|ready| ready.name).collect::<Vec<_>>().join(", ")
}
