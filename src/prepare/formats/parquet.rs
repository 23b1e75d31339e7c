//! Parquet: names and types are those of the file, unless the job declares another type.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::extract::Head;
use crate::format;
use crate::format::parquet::{Layout, StoredColumn, is_finer, is_in_96_bits, type_of};
use crate::job::Extract;
use crate::prepare::columns::Columns;
use crate::prepare::names::Names;
use crate::types::{InputColumn, Known, Session, Type};

/// Refuses declared columns that the file does not have, and patterns for values that are no texts.
pub fn describe(origin: &str, head: &Head, session: &Session) -> Result<Columns> {
    let names: Vec<String> = head.stored_fields().map(|field| field.name().clone()).collect();
    let names = Names::of_header(head, &names);
    names.refuse_unknown(origin, &head.settings.columns)?;
    let stored = head.stored_fields().zip(&names.names);
    let stored: Vec<StoredColumn> =
        stored.map(|(field, name)| StoredColumn { name: name.clone(), field: field.clone() }).collect();
    let layout = format::Layout::Parquet(Layout { columns: stored.clone(), zone: session.zone });
    let mut described = Columns::new(names, layout, &head.settings);
    for (column, stored) in described.columns.iter_mut().zip(&stored) {
        settle(origin, &head.settings, stored, column)?;
    }
    Ok(described)
}

/// The column has the type of its values, unless the job declares another.
fn settle(origin: &str, settings: &Extract, stored: &StoredColumn, column: &mut InputColumn) -> Result<()> {
    // What cannot be read is refused where the query uses it.
    let own = type_of(&stored.field).unwrap_or(Type::Text);
    column.known = match column.known {
        Known::Declared if column.typing.format.is_some() && own != Type::Text => {
            let name = &column.name;
            let message = format!("{origin}: extract.columns.{name}: format is for text, and the file has a {own}");
            return Err(fatal(ExitCode::Config, message));
        }
        Known::Declared => Known::Stored,
        _ if settings.all_text => Known::Stored,
        _ => {
            column.typing = own.into();
            of_values(stored)
        }
    };
    Ok(())
}

fn of_values(stored: &StoredColumn) -> Known {
    match is_finer(&stored.field) {
        true => Known::Finer { in_64_bits: !is_in_96_bits(&stored.field) },
        false => Known::Stored,
    }
}
