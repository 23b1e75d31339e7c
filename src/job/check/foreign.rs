//! Databases and addresses written in ways that are not ours, so that none is taken for a path: a file of such a name would
//! hold somebody's rows, and its name somebody's password. What they say is repeated nowhere but for the word that they
//! begin with.

use std::fmt;
use std::path::Path;

use crate::job::problem::Problem;

/// How to name a file that looks like one of them, which a path with a slash before does not.
pub const PLAIN_FILE: &str = "a file of such a name is written ./NAME";

/// What names no file.
#[derive(Debug, PartialEq, Eq)]
pub enum Foreign<'a> {
    /// `jdbc:…`, `mysql+pymysql:…`, `s3://…`, and whatever else begins so.
    Scheme(&'a str),
    /// `host=… dbname=…`, `Server=…;Password=…`.
    Connection,
}

impl fmt::Display for Foreign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Foreign::Scheme(scheme) => write!(f, "{scheme}:"),
            Foreign::Connection => f.write_str("a connection string"),
        }
    }
}

/// What a text names that is not a file; `None` for a path.
pub fn foreign(text: &str) -> Option<Foreign<'_>> {
    scheme(text).map(Foreign::Scheme).or_else(|| is_connection(text).then_some(Foreign::Connection))
}

/// `postgresql` of `postgresql://…`, `sqlite` of `sqlite:…`, `mysql+pymysql` of `mysql+pymysql:…`: a word before a colon and
/// the first slash. Before two slashes it may hold other signs too. Any other colon may be one of a path.
pub fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let known =
        ["sqlite", "null", "postgresql", "postgres"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known));
    let is_any = || {
        rest.starts_with("//")
            && scheme.len() > 1
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-_".contains(&byte))
    };
    known.or_else(|| (scheme.split('+').all(is_word) || is_any()).then_some(scheme))
}

/// Refuses what names no file, and is none.
pub fn only_a_file(key: &str, path: &str) -> Result<(), Problem> {
    match foreign(path) {
        Some(foreign) if !Path::new(path).exists() => {
            Err(Problem::at(key, format!("must name a file, and {foreign} is none; {PLAIN_FILE}")))
        }
        _ => Ok(()),
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether it sets what a connection is made with, as in `dbname=shop user=me` or `Data Source=h;User ID=me`. Behind a slash
/// such a key is a folder's name, as in `logs/host=web1/a.csv`.
fn is_connection(text: &str) -> bool {
    if text.starts_with("./") || text.starts_with("../") {
        return false;
    }
    let mut keys: Vec<&str> = text.split('=').collect();
    keys.pop();
    keys.into_iter().any(|before| {
        let is_other = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, ' ' | '_'));
        let start = before.char_indices().rev().find(|(_, sign)| is_other(*sign));
        let start = start.map_or(0, |(place, sign)| place + sign.len_utf8());
        let (ahead, key) = before.split_at_checked(start).unwrap_or(("", before));
        !ahead.ends_with('/') && is_key(key)
    })
}

/// Whether the last word is one of those that connections are made with.
fn is_key(key: &str) -> bool {
    const KEYS: [&str; 17] = [
        "host",
        "hostaddr",
        "hostname",
        "server",
        "servername",
        "user",
        "username",
        "userid",
        "user id",
        "dbname",
        "database",
        "password",
        "passwd",
        "pwd",
        "uid",
        "dsn",
        "data source",
    ];
    let key = key.trim().replace('_', " ").to_ascii_lowercase();
    let ends_with =
        |word: &&str| key.strip_suffix(*word).is_some_and(|before| before.is_empty() || before.ends_with(' '));
    KEYS.iter().any(ends_with) || key.ends_with("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_in_other_peoples_words() {
        let connections = [
            "dbname=shop user=me password=x",
            "host = /run/postgresql dbname=shop",
            "Server=h;Database=d;Uid=me;Pwd=x",
            "Server=tcp:h,1433;User ID=me",
            "Data Source=h;Integrated Security=SSPI",
            "DSN=shop",
            "Driver=/usr/lib/x.so;PWD=x",
            "PGPASSWORD=x",
            "DB_HOST=h",
            "shop?user=me",
            "//h/shop?PASSWORD=x",
            "--user=me",
            "größe;user=me",
        ];
        connections.iter().for_each(|text| assert_eq!(foreign(text), Some(Foreign::Connection), "{text}"));
        let schemes = [
            ("jdbc:postgresql://h/d?user=me", "jdbc"),
            ("mysql+pymysql:x", "mysql+pymysql"),
            ("oracle+cx_oracle://me:x@h", "oracle+cx_oracle"),
            ("sqlite3:shop.db", "sqlite3"),
            ("file:a.csv", "file"),
            ("s3://b/a.csv", "s3"),
            ("HTTPS://h/a.csv", "HTTPS"),
            ("me:x@h/shop", "me"),
            ("mysql:host=h;dbname=d", "mysql"),
            ("C:\\out.csv", "C"),
            ("Postgresql://h/d", "postgresql"),
            ("PostgreSQL:d", "postgresql"),
        ];
        schemes.iter().for_each(|(text, scheme)| assert_eq!(foreign(text), Some(Foreign::Scheme(scheme)), "{text}"));
    }

    #[test]
    fn paths() {
        let paths = [
            "out/day=2026-11-30/x.csv",
            "logs/host=web1/user=me/a.csv",
            "day=2026-11-30/x.csv",
            "out-12:30.csv",
            "2026-11-30T12:30.csv",
            "12:30.csv",
            "in/a:b.csv",
            "./dbname=shop user=me",
            "./jdbc:x",
            "/data/a:b",
            "a.b:c",
            "ghost=1.csv",
            "hosts.csv",
            "user password.csv",
            "a=b",
            "",
            ":",
            "=",
        ];
        paths.iter().for_each(|text| assert_eq!(foreign(text), None, "{text}"));
    }
}
