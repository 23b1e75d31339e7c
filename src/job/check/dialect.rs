//! The bytes that give a CSV file its structure: one ASCII byte each but for the delimiter, all different.

use crate::format::csv::{Delimiter, Dialect};
use crate::job::file::ExtractFile;
use crate::job::problem::Problem;

/// `default_delimiter` follows the files' extension.
pub fn check(file: &ExtractFile, default_delimiter: u8) -> Result<Dialect, Problem> {
    let delimiter = match &file.delimiter {
        Some(text) => delimiter(text).map_err(|predicate| Problem::at("extract.delimiter", predicate))?,
        None => default_delimiter.into(),
    };
    let quote = optional("extract.quote", file.quote.as_deref().unwrap_or("\""))?;
    let comment = optional("extract.comment", file.comment.as_deref().unwrap_or(""))?;
    let escape = escape(file.escape.as_deref(), quote)?;
    let dialect = Dialect {
        delimiter,
        quote,
        escape,
        comment,
        lenient: file.lenient.unwrap_or(false),
        trim: file.trim.unwrap_or(false),
    };
    distinct(&dialect)?;
    match untrimmable(&dialect) {
        Some(predicate) => Err(Problem::at("extract.trim", predicate)),
        None => Ok(dialect),
    }
}

/// Why blanks beside delimiters cannot be left out.
fn untrimmable(dialect: &Dialect) -> Option<String> {
    if !dialect.trim {
        return None;
    }
    if dialect.bare_escape().is_some() {
        return Some("has no meaning with an escape without quotes, which never has blanks beside it".to_owned());
    }
    let delimiter = String::from_utf8_lossy(dialect.delimiter.as_bytes());
    let bare = delimiter.trim_matches([' ', '\t']);
    // Blanks alone part fields, and the others beside them are left out.
    (delimiter.starts_with([' ', '\t']) && !bare.is_empty()).then(|| {
        format!("leaves blanks beside the delimiter out, which must not begin with one then: say extract.delimiter = {bare:?}")
    })
}

/// Of a format of lines: only `comment` means anything.
pub fn lines(file: &ExtractFile) -> Result<Dialect, Problem> {
    Ok(Dialect::lines(optional("extract.comment", file.comment.as_deref().unwrap_or(""))?))
}

/// Left out, quotes are doubled, whatever the quote is.
fn escape(text: Option<&str>, quote: Option<u8>) -> Result<Option<u8>, Problem> {
    match (text, quote) {
        (None, quote) => Ok(quote),
        (Some("\""), None) => Err(Problem::at(
            "extract.escape",
            "needs a quote, which it doubles, and extract.quote is empty; leave it out, or say \"\\\\\" if that escapes",
        )),
        (Some(text), _) => byte("extract.escape", text).map(Some),
    }
}

fn distinct(dialect: &Dialect) -> Result<(), Problem> {
    let escape = dialect.escape.filter(|_| dialect.escape != dialect.quote);
    let roles = [("extract.quote", dialect.quote), ("extract.escape", escape), ("extract.comment", dialect.comment)];
    for (key, byte) in &roles {
        byte.map_or(Ok(()), |byte| beside(key, byte, dialect.delimiter))?;
    }
    for (index, (key, byte)) in roles.iter().enumerate().filter(|(_, (_, byte))| byte.is_some()) {
        if let Some((other, _)) = roles.iter().take(index).find(|(_, other)| other == byte) {
            let shown = byte.map(char::from).unwrap_or_default();
            return Err(Problem::at(*key, format!("must differ from {other}, both are {shown:?}")));
        }
    }
    Ok(())
}

/// A byte that means something is no part of what separates fields.
fn beside(key: &str, byte: u8, delimiter: Delimiter) -> Result<(), Problem> {
    let shown = char::from(byte);
    match delimiter.single() {
        _ if !delimiter.holds(byte) => Ok(()),
        Some(_) => Err(Problem::at(key, format!("must differ from extract.delimiter, both are {shown:?}"))),
        None => Err(Problem::at(key, format!("must be no part of extract.delimiter, {delimiter:?}, and is {shown:?}"))),
    }
}

fn optional(key: &str, text: &str) -> Result<Option<u8>, Problem> {
    match text {
        "" => Ok(None),
        text => byte(key, text).map(Some),
    }
}

fn byte(key: &str, text: &str) -> Result<u8, Problem> {
    single_byte(text).map_err(|predicate| Problem::at(key, predicate))
}

/// What separates fields: one to four bytes, in which a tab and a backslash may be written as in a shell.
pub fn delimiter(text: &str) -> Result<Delimiter, String> {
    if text.contains(['\r', '\n']) {
        return Err("must not be a line end".to_owned());
    }
    let bytes = match text {
        "tab" => "\t".to_owned(),
        text => unescaped(text),
    };
    Delimiter::new(bytes.as_bytes()).ok_or_else(|| format!("must be one to four bytes, found {text:?}"))
}

fn unescaped(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let (character, length) = match rest.as_bytes() {
            [b'\\', b't', ..] => ('\t', 2),
            [b'\\', b'\\', ..] => ('\\', 2),
            _ => (next, next.len_utf8()),
        };
        unescaped.push(character);
        rest = rest.get(length..).unwrap_or_default();
    }
    unescaped
}

/// One ASCII byte, also by its name, since a shell makes a tab or a backslash hard to write.
fn single_byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        b"\\\\" => Ok(b'\\'),
        [b'\r' | b'\n'] => Err("must not be a line end".to_owned()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err(format!("must be a single ASCII character, found {text:?}")),
    }
}
