//! `extract.encoding`: a name to an encoding in which the dialect can be found.

use encoding_rs::Encoding as Table;

use crate::format::csv::Dialect;
use crate::format::encoding::{encoded, supports};
use crate::job::Encoding;
use crate::job::problem::Problem;

const KEY: &str = "extract.encoding";

/// The dialect in bytes of a file in `encoding`.
pub fn dialect(encoding: Encoding, dialect: Dialect) -> Result<Dialect, Problem> {
    let Encoding::Other(encoding) = encoding else { return Ok(dialect) };
    let delimiter = encoded(dialect.delimiter, encoding);
    let delimiter = delimiter.map_err(|why| Problem::new(KEY, format!("{KEY}: {why}")))?;
    Ok(Dialect { delimiter, ..dialect })
}

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
    } else {
        supports(encoding, dialect).map_err(|why| Problem::new(KEY, format!("{KEY}: {why}")))?;
        Ok(Encoding::Other(encoding))
    }
}
