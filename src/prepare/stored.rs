//! The types of columns that the file itself tells.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::format::parquet::{Layout, is_finer, is_in_96_bits, type_of};
use crate::job::Extract;
use crate::types::{InputColumn, Known, Type};

/// Each column has the type of its values, unless the job declares another.
pub fn types(origin: &str, settings: &Extract, layout: &Layout, columns: &mut [InputColumn]) -> Result<()> {
    for (column, stored) in columns.iter_mut().zip(&layout.columns) {
        // What cannot be read is refused where the query uses it.
        let own = type_of(&stored.field).unwrap_or(Type::Text);
        match column.known {
            Known::Declared if column.typing.format.is_some() && own != Type::Text => {
                let name = &column.name;
                let message = format!("{origin}: extract.columns.{name}: format is for text, and the file has a {own}");
                return Err(fatal(ExitCode::Config, message));
            }
            Known::Declared => {}
            _ if settings.all_text => {}
            _ if is_finer(&stored.field) => {
                column.typing = own.into();
                column.known = Known::Finer { in_64_bits: !is_in_96_bits(&stored.field) };
                continue;
            }
            _ => column.typing = own.into(),
        }
        column.known = Known::Stored;
    }
    Ok(())
}
