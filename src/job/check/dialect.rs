//! The bytes that give a CSV file its structure: one ASCII byte each, all different.

use crate::format::csv::Dialect;
use crate::job::file::ExtractFile;
use crate::job::problem::Problem;

/// `default_delimiter` follows the files' extension.
pub fn check(file: &ExtractFile, default_delimiter: u8) -> Result<Dialect, Problem> {
    let delimiter = match &file.delimiter {
        Some(text) => delimiter(text).map_err(|predicate| Problem::at("extract.delimiter", predicate))?,
        None => default_delimiter,
    };
    let quote = optional("extract.quote", file.quote.as_deref().unwrap_or("\""))?;
    let comment = optional("extract.comment", file.comment.as_deref().unwrap_or(""))?;
    let escape = escape(file.escape.as_deref(), quote)?;
    let dialect = Dialect {
        delimiter: delimiter.into(),
        quote,
        escape,
        comment,
        lenient: file.lenient.unwrap_or(false),
        trim: file.trim.unwrap_or(false),
    };
    distinct(&dialect)?;
    Ok(dialect)
}

/// Of a format of lines: only `comment` means anything.
pub fn lines(file: &ExtractFile) -> Result<Dialect, Problem> {
    Ok(Dialect::lines(optional("extract.comment", file.comment.as_deref().unwrap_or(""))?))
}

/// Left out, quotes are doubled, whatever the quote is.
fn escape(text: Option<&str>, quote: Option<u8>) -> Result<Option<u8>, Problem> {
    match (text, quote) {
        (None, quote) => Ok(quote),
        (Some(_), None) => Err(Problem::at(
            "extract.escape",
            "needs a quote, and extract.quote is empty; an escape without quotes is not supported yet",
        )),
        (Some(text), Some(_)) => byte("extract.escape", text).map(Some),
    }
}

fn distinct(dialect: &Dialect) -> Result<(), Problem> {
    let escape = dialect.escape.filter(|_| dialect.escape != dialect.quote);
    let roles = [
        ("extract.delimiter", dialect.delimiter.single()),
        ("extract.quote", dialect.quote),
        ("extract.escape", escape),
        ("extract.comment", dialect.comment),
    ];
    for (index, (key, byte)) in roles.iter().enumerate().filter(|(_, (_, byte))| byte.is_some()) {
        if let Some((other, _)) = roles.iter().take(index).find(|(_, other)| other == byte) {
            let shown = byte.map(char::from).unwrap_or_default();
            return Err(Problem::at(*key, format!("must differ from {other}, both are {shown:?}")));
        }
    }
    Ok(())
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

/// What separates fields.
pub fn delimiter(text: &str) -> Result<u8, String> {
    match text.len() {
        2..=4 if single_byte(text).is_err() => {
            Err(format!("must be a single ASCII character: more than one byte, as in {text:?}, is not supported yet"))
        }
        _ => single_byte(text),
    }
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
