//! Declared columns, and those that a format has whatever its input holds.

use std::str::FromStr;
use std::sync::Arc;

use crate::format::value::check_format;
use crate::job::Format;
use crate::job::check::notation::{Marks, of_column};
use crate::job::file::ColumnFile;
use crate::job::key::Key;
use crate::job::problem::Problem;
use crate::types::{Notation, Type, Typing};

/// `[extract.columns]`, of a file whose numbers are written so.
pub fn declared(columns: toml::Table, notation: Notation) -> Result<Vec<(String, Typing)>, Problem> {
    let section = Key::from("extract.columns");
    let checked = columns.into_iter().map(|(name, value)| {
        let key = section.child(&name);
        let column: ColumnFile = value.try_into().map_err(|_| Problem::at(key.clone(), "must be a type"))?;
        Ok((name, typing(&key, column, notation)?))
    });
    checked.collect()
}

fn typing(key: &Key, column: ColumnFile, file: Notation) -> Result<Typing, Problem> {
    let tell = |message: String| Problem::new(key.clone(), format!("{key}: {message}"));
    let (ty, format, marks) = match &column {
        ColumnFile::Type(ty) => (ty, None, Marks::default()),
        ColumnFile::Typing { ty, format, decimal, thousands } => {
            (ty, format.as_deref(), Marks { decimal: decimal.as_deref(), thousands: thousands.as_deref() })
        }
    };
    let ty = Type::from_str(ty).map_err(tell)?;
    let typing = Typing { notation: of_column(key, ty, marks, file)?, ..ty.into() };
    let Some(format) = format else { return Ok(typing) };
    if !matches!(ty, Type::Date | Type::Time | Type::Timestamp | Type::TimestampTz) {
        return Err(tell(format!("format is for dates and times, and the type is {ty}")));
    }
    check_format(ty, format).map_err(tell)?;
    Ok(Typing { format: Some(Arc::from(format)), ..typing })
}

/// JSON and databases hold numbers as such, beside which a text of the same column cannot have a notation of its own.
pub fn refuse_notation(columns: &[(String, Typing)], origin: &str) -> Result<(), Problem> {
    let Some((name, typing)) = columns.iter().find(|(_, typing)| !typing.notation.is_plain()) else { return Ok(()) };
    let key = Key::from("extract.columns").child(name);
    let message = format!(
        "cannot have {}: numbers of {origin} have one form; declare it as text, and cast(replace(…) as {}) in the query",
        typing.notation, typing.ty
    );
    Err(Problem::at(key, message))
}

/// The columns that the format has whatever the input holds, as the job declares them where it does; else those it declares.
pub fn of_format(
    format: &Format,
    declared: Vec<(String, Typing)>,
    all_text: bool,
    notation: Notation,
) -> Result<Vec<(String, Typing)>, Problem> {
    let mut columns = match format {
        Format::Csv | Format::Parquet => return Ok(declared),
        Format::Jsonl => return refuse_notation(&declared, "JSON").map(|()| declared),
        Format::Lines => vec![("line".to_owned(), Type::Text.into())],
        Format::Text(pattern) => pattern.columns.clone(),
    };
    if all_text {
        columns.iter_mut().for_each(|(_, typing)| *typing = Type::Text.into());
    }
    columns.iter_mut().for_each(|(_, typing)| typing.notation = notation);
    for (name, typing) in declared {
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let unknown = || {
            let key = Key::from("extract.columns").child(&name);
            Problem::at(key, format!("is no column of the input, whose columns are {}", names.join(", ")))
        };
        let place = names.iter().position(|known| *known == name).ok_or_else(unknown)?;
        columns.iter_mut().skip(place).take(1).for_each(|(_, known)| *known = typing.clone());
    }
    Ok(columns)
}
