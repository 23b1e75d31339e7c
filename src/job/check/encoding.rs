//! `extract.encoding`: a name to an encoding in which the dialect can be found.

use encoding_rs::Encoding as Table;

use crate::format::csv::Dialect;
use crate::job::Encoding;
use crate::job::problem::Problem;

const KEY: &str = "extract.encoding";

pub fn check(label: Option<&str>, dialect: &Dialect) -> Result<Encoding, Problem> {
    let Some(label) = label else { return Ok(Encoding::Utf8) };
    let unknown =
        || Problem::at(KEY, format!("must be an encoding such as utf-8, utf-16le or windows-1252, found {label:?}"));
    let encoding = Table::for_label(label.as_bytes()).ok_or_else(unknown)?;
    if encoding == encoding_rs::UTF_8 {
        Ok(Encoding::Utf8)
    } else if encoding == encoding_rs::UTF_16LE {
        Ok(Encoding::Utf16Le)
    } else if encoding == encoding_rs::UTF_16BE {
        Ok(Encoding::Utf16Be)
    } else if !encoding.is_ascii_compatible() {
        Err(Problem::at(KEY, format!("{label} cannot be read, because its bytes change their meaning on the way")))
    } else {
        other(encoding, label, dialect)
    }
}

/// In an encoding of several bytes a character, a digit, a letter or one of ``@[\]^`{|}~`` may be half of another character.
fn other(encoding: &'static Table, label: &str, dialect: &Dialect) -> Result<Encoding, Problem> {
    let ambiguous = |byte: &u8| byte.is_ascii_digit() || *byte >= b'@';
    let bytes = [Some(dialect.delimiter), dialect.quote, dialect.quote.map(|_| dialect.escape), dialect.comment];
    match bytes.into_iter().flatten().find(ambiguous) {
        Some(byte) if !encoding.is_single_byte() => {
            let message =
                format!("{label} cannot be cut at {:?}, which may be half of a character there", char::from(byte));
            Err(Problem::at(KEY, message))
        }
        _ => Ok(Encoding::Other(encoding)),
    }
}
