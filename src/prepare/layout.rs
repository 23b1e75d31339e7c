//! How the input's bytes are to be read once its columns are known.

use std::collections::HashMap;
use std::sync::Arc;

use crate::extract::begin;
use crate::extract::head::Head;
use crate::format::csv::{NullWords, header};
use crate::format::jsonl::Keys;
use crate::format::parquet::{self, StoredColumn};
use crate::format::text::Latest;
use crate::format::union::FileLayout;
use crate::format::{Layout, jsonl, text, union};
use crate::job::Format;
use crate::types::Session;

/// The layout of an input with columns of these names.
pub fn layout(head: &Head, names: &[String], session: &Session) -> Layout {
    let settings = &head.settings;
    let of_width = |width| begin::layout(settings, width, session.zone);
    match &settings.format {
        Format::Csv if !head.headers.is_empty() => {
            let file = |header: &Vec<String>| {
                let own = header::names(header.iter()).0;
                let places: HashMap<&String, usize> = own.iter().zip(0..).collect();
                let places = names.iter().map(|name| places.get(name).copied());
                FileLayout::new(of_width(own.len()), places.collect())
            };
            let files = head.headers.iter().map(file).collect();
            Layout::Union(union::Layout { files, others: FileLayout::new(of_width(0), Vec::new()) })
        }
        Format::Csv | Format::Lines => Layout::Csv(of_width(names.len())),
        Format::Text(pattern) => Layout::Text(text::Layout {
            lines: of_width(1),
            pattern: Arc::clone(pattern),
            null: NullWords::new(&settings.null),
            latest: Latest::new(session.now, session.zone),
        }),
        Format::Parquet => {
            let fields = head.stored.iter().flat_map(|stored| stored.fields());
            let columns =
                fields.zip(names).map(|(field, name)| StoredColumn { name: name.clone(), field: field.clone() });
            Layout::Parquet(parquet::Layout { columns: columns.collect(), zone: session.zone })
        }
        Format::Jsonl => {
            // Where columns are declared, these are the keys that the job wants.
            let keys = Keys::new(names.to_vec(), !settings.columns.is_empty());
            Layout::Jsonl(jsonl::Layout { lines: of_width(1), keys })
        }
    }
}
