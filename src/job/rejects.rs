//! The rejects file: what it is called where the job does not say, and how one is known.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Target;
use crate::batch::REJECTS_HEADER;
use crate::paths::{display_name, fitted};

/// The name after a job or a target, in the working folder. Where the job itself reads or writes that file, as when rejects
/// are read where they stand, it has a number: `NAME-2.rejects.csv`.
pub fn named_after(name: &str, is_used: impl Fn(&Path) -> bool) -> PathBuf {
    let mut path = PathBuf::from(fitted(name, ".rejects.csv"));
    let mut number = 1u64;
    while is_used(&path) {
        number += 1;
        path = PathBuf::from(fitted(name, &format!("-{number}.rejects.csv")));
    }
    path
}

/// What the rejects of a target are named after; `None` for one that writes nothing.
pub fn target_name(target: &Target) -> Option<String> {
    let name = match target {
        Target::Null => return None,
        Target::Stdout { .. } => "stdout".to_owned(),
        Target::File { path, .. } | Target::Parquet { path, .. } => display_name(path),
        Target::Sqlite { path, table } => format!("{}.{table}", display_name(path)),
        Target::Postgres { url, table } => match database(&url.0) {
            Some(database) => format!("{database}.{table}"),
            None => table.clone(),
        },
    };
    Some(name.chars().map(|c| if c == '/' || c.is_control() { '_' } else { c }).collect())
}

/// The name of the database in a URL. Where signs stand in it that would have to be written as codes, part of a password may
/// have got there, and it is not told.
fn database(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let (location, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, name) = location.split_once('/')?;
    let (_, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let port = |host: &str| {
        host.rsplit_once(']').map_or(host, |(_, port)| port).split_once(':').map(|(_, port)| port.to_owned())
    };
    let is_meant = hosts.split(',').filter_map(port).all(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        && !parameters.contains('@')
        && !name.contains(['/', '@', ':', '%']);
    (is_meant && !name.is_empty()).then_some(name)
}

/// More than the longest header takes.
const LONGEST_HEADER: u64 = 256;

/// Whether a regular file begins as our rejects files do, also where a spreadsheet has saved it since.
pub fn is_rejects_file(path: &Path) -> bool {
    let mut begin = Vec::new();
    // What is no regular file may wait for its writer when it is opened.
    fs::metadata(path).is_ok_and(|found| found.is_file())
        && File::open(path).and_then(|file| file.take(LONGEST_HEADER).read_to_end(&mut begin)).is_ok()
        && begins_with_header(&begin)
}

/// Whether the first line has our names, and maybe more behind them: with or without a byte order mark and quotes, between
/// any of the bytes that spreadsheets write there.
fn begins_with_header(begin: &[u8]) -> bool {
    let text = begin.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(begin);
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    b",;\t".iter().any(|delimiter| {
        let fields: Vec<&[u8]> = line.split(|byte| byte == delimiter).map(without_quotes).collect();
        fields.get(..REJECTS_HEADER.len()).is_some_and(|fields| fields == REJECTS_HEADER.map(str::as_bytes))
    })
}

fn without_quotes(field: &[u8]) -> &[u8] {
    field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{Secret, TextFormat};

    #[test]
    fn rejects_are_named_after_their_target() {
        let check = |target: &Target, expected: Option<&str>| {
            let name = target_name(target).map(|name| named_after(&name, |_| false));
            assert_eq!(name, expected.map(PathBuf::from));
        };
        let format = TextFormat::Csv { delimiter: b',' };
        check(&Target::Null, None);
        check(&Target::Stdout { format: format.clone() }, Some("stdout.rejects.csv"));
        check(&Target::File { path: "out/x.csv".into(), format }, Some("x.csv.rejects.csv"));
        check(&Target::Sqlite { path: "a/shop.db".into(), table: "orders".into() }, Some("shop.db.orders.rejects.csv"));
        check(&Target::Sqlite { path: "a.db".into(), table: "a/b\n".into() }, Some("a.db.a_b_.rejects.csv"));
        let postgres = |url: &str| Target::Postgres { url: Secret(url.into()), table: "sales.orders".into() };
        check(&postgres("postgresql://u:p@h:5432,[::1]:1/shop?a=b"), Some("shop.sales.orders.rejects.csv"));
        check(&postgres("postgresql:///shop"), Some("shop.sales.orders.rejects.csv"));
    }

    #[test]
    fn a_rejects_file_is_known_by_its_first_line_whatever_saved_it() {
        let header = REJECTS_HEADER.join(",");
        let quoted = format!("\"{}\"", REJECTS_HEADER.join("\";\""));
        let check =
            |text: String, expected: bool| assert_eq!(begins_with_header(text.as_bytes()), expected, "{text:?}");
        check(header.clone(), true);
        check(format!("{header}\r\na.csv,2"), true);
        check(format!("\u{feff}{header},mine\n"), true);
        check(header.replace(',', ";"), true);
        check(header.replace(',', "\t") + "\r", true);
        check(format!("{quoted}\n"), true);
        check(format!("\u{feff}{}\n", quoted.replace(';', ",")), true);
        check(String::new(), false);
        check(format!("{header}s\n"), false);
        check(format!("id,{header}\n"), false);
        check(format!("\n{header}\n"), false);
        check(header.replace(',', "|"), false);
        check(header.replacen(',', ";", 1), false);
        check(header.replace(",raw", "\nraw"), false);
    }

    #[test]
    fn a_name_that_the_job_uses_is_followed_by_a_free_one() {
        let used = ["a.csv.rejects.csv", "a.csv-2.rejects.csv"].map(Path::new);
        let name = named_after("a.csv", |path| used.contains(&path));
        assert_eq!(name, Path::new("a.csv-3.rejects.csv"));
    }

    #[test]
    fn no_part_of_a_password_gets_into_a_name() {
        for url in [
            "postgresql://u:se/cr@et@host:5432/db",
            "postgresql://u:12/cr@host/db",
            "postgresql://u:a@secret@host/s%65cret",
            "postgresql://u:pa/ss?word@host/db",
            "postgresql://u:se/cret",
            "postgresql://host",
        ] {
            assert_eq!(database(url), None, "{url}");
        }
    }
}
