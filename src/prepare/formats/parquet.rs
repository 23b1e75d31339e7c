//! Parquet: names and types are those of the files, unless the job declares another type.

use anyhow::Result;

use crate::exit::{ExitCode, fatal};
use crate::extract::{Head, Kind, Refusal};
use crate::format;
use crate::format::parquet::{Layout, StoredColumn, common, is_finer, is_in_96_bits, type_of};
use crate::job::Extract;
use crate::prepare::columns::Columns;
use crate::prepare::names::Names;
use crate::types::{InputColumn, Known, Session, Type, Typing};

/// Refuses declared columns that the files do not have, and patterns for values that are no texts.
pub fn describe(origin: &str, head: &mut Head, session: &Session) -> Result<Columns> {
    let names = names(head);
    names.refuse_unknown(origin, &head.settings.columns)?;
    let empty = Layout { columns: Vec::new(), zone: session.zone };
    let mut described = Columns::new(names, format::Layout::Parquet(empty), &head.settings);
    let (mut columns, mut refusals) = (Vec::new(), Vec::new());
    for (column, stored) in described.columns.iter_mut().zip(head.stored_columns()) {
        let kinds: Vec<&Kind> = stored.kinds.iter().filter(|kind| !kind.is_missing()).collect();
        let (settled, refusal) = settle(origin, &head.settings, &kinds, column)?;
        columns.push(settled);
        refusals.push(refusal);
    }
    for (index, refusal) in refusals.into_iter().enumerate() {
        refusal.into_iter().for_each(|refusal| head.refuse(index, refusal));
    }
    described.layout = format::Layout::Parquet(Layout { columns, zone: session.zone });
    Ok(described)
}

/// Those of the first file, then those that others have beside them.
fn names(head: &Head) -> Names {
    let (first, columns) = (head.first_index(), head.stored_columns());
    let of_first = columns.iter().filter_map(|column| column.kinds.first()).filter(|kind| kind.file.index == first);
    let of_first: Vec<String> = of_first.map(|kind| kind.field.name().clone()).collect();
    let mut names = Names::of_header(head, &of_first);
    names.add(columns.iter().map(|column| column.name.clone()), first);
    names
}

/// The column has the type of its values, unless the job declares another. `kinds`: what they are in the files.
fn settle(
    origin: &str,
    settings: &Extract,
    kinds: &[&Kind],
    column: &mut InputColumn,
) -> Result<(StoredColumn, Option<Refusal>)> {
    let name = column.name.clone();
    let is_text = |kind: &&Kind| type_of(&kind.field).is_ok_and(|ty| ty == Type::Text);
    match column.known {
        Known::Declared
            if !kinds.iter().all(is_text)
                && let Some(keys) = of_text(&column.typing) =>
        {
            let own = kinds.iter().find(|kind| !is_text(kind)).map_or(Type::Text, |kind| own_type(kind));
            let message = format!("{origin}: extract.columns.{name}: {keys} for text, and the file has a {own}");
            Err(fatal(ExitCode::Config, message))
        }
        known if known == Known::Declared || settings.all_text => {
            column.known = Known::Stored;
            Ok((StoredColumn { name, ty: None, is_finer: false }, None))
        }
        _ => {
            let (ty, refusal) = of_all(kinds, &name);
            (column.typing, column.known) = (ty.into(), of_values(kinds));
            Ok((StoredColumn { name, ty: Some(ty), is_finer: column.known.is_finer() }, refusal))
        }
    }
}

/// The type that holds the values of all files; that of the first, and why not, where there is none.
fn of_all(kinds: &[&Kind], name: &str) -> (Type, Option<Refusal>) {
    let first = kinds.first().map_or(Type::Text, |kind| own_type(kind));
    let mut ty = first;
    for kind in kinds {
        let own = own_type(kind);
        match common(ty, own) {
            Some(both) => ty = both,
            None => return (first, Some(apart(kinds, kind, (ty, own), name))),
        }
    }
    (ty, None)
}

/// What cannot be read is refused where the query uses it.
fn own_type(kind: &Kind) -> Type {
    type_of(&kind.field).unwrap_or(Type::Text)
}

/// Why a column cannot be one of several files, one of which has it as `kind`.
fn apart(kinds: &[&Kind], kind: &Kind, (ty, own): (Type, Type), name: &str) -> Refusal {
    let others = kinds.iter().find(|other| common(own_type(other), own).is_none());
    let (others, other) =
        others.map_or(("the others".to_owned(), ty), |other| (other.file.name.clone(), own_type(other)));
    let why = format!(
        "is {own}, in {others} {other}, and no type holds the values of both as they are; declare which is meant, as in \
         extract.columns.{name} = \"text\""
    );
    Refusal { code: ExitCode::Data, file: kind.file.clone(), why }
}

/// What is declared that only a text has.
fn of_text(typing: &Typing) -> Option<&'static str> {
    match typing {
        Typing { format: Some(_), .. } => Some("format is"),
        Typing { notation, .. } if !notation.is_plain() => Some("decimal and thousands are"),
        _ => None,
    }
}

fn of_values(kinds: &[&Kind]) -> Known {
    match kinds.iter().any(|kind| is_finer(&kind.field)) {
        true => Known::Finer { in_64_bits: !kinds.iter().any(|kind| is_in_96_bits(&kind.field)) },
        false => Known::Stored,
    }
}
