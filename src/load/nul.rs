//! Names that no table takes: a NUL ends a text where C reads it.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::types::OutputColumn;

/// Refuses the first column whose name has a NUL. `place`: what would have such columns.
pub fn refuse(columns: &[OutputColumn], place: &str) -> Result<()> {
    let Some(index) = columns.iter().position(|column| column.name.contains('\0')) else { return Ok(()) };
    let name = columns.get(index).map(|column| column.name.as_str()).unwrap_or_default();
    let message = format!(
        "the name of column {}, {name:?}, holds a NUL, which no column of {place} may have; mend the header, or leave it \
         out with extract.header = false and extract.skip = 1 and name the columns in extract.columns",
        index + 1
    );
    Err(fatal(ExitCode::Config, message))
}

#[cfg(test)]
mod tests {
    use super::refuse;
    use crate::types::{Known, OutputColumn, Type};

    #[test]
    fn the_column_and_the_remedy_are_told() {
        let column = |name: &str| OutputColumn {
            name: name.to_owned(),
            typing: Type::Text.into(),
            field: None,
            known: Known::Computed,
        };
        assert!(refuse(&[column("a"), column("b")], "SQLite").is_ok());
        let error = refuse(&[column("a"), column("b\0c")], "SQLite").expect_err("a NUL");
        assert!(
            error.to_string().starts_with("the name of column 2, \"b\\0c\", holds a NUL, which no column of SQLite")
        );
    }
}
