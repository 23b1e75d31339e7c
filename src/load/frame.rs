//! What stands around the rows of a text target, and the encoder of what stands between.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;

use super::Account;
use super::null::NullEncoder;
use crate::batch::Encoder;
use crate::exit::{ExitCode, fatal};
use crate::format::csv::CsvEncoder;
use crate::format::jsonl::JsonlEncoder;
use crate::format::{Template, TemplateEncoder};
use crate::job::{Figure, Lines, TextFormat};
use crate::nearest::nearest;
use crate::types::{OutputColumn, Session};

/// What a new text begins and ends with.
#[derive(Default)]
pub struct Frame {
    /// The header, its line end included.
    pub header: Vec<u8>,
    pub footer: Option<Template<Figure>>,
}

impl Frame {
    /// The footer with the run's figures in it, its line end included.
    pub fn footer(&self, account: &Account) -> Vec<u8> {
        let mut line = Vec::new();
        let write = |figure: &Figure, out: &mut Vec<u8>| {
            // A vector takes whatever is written to it.
            write!(out, "{}", account.figure(*figure)).unwrap_or_default();
        };
        if let Some(footer) = &self.footer {
            footer.write_line(&mut line, write);
        }
        line
    }
}

/// The encoder of a text format, and what stands around its rows.
pub fn text_encoder(
    format: &TextFormat,
    columns: &[OutputColumn],
    session: Session,
) -> Result<(Arc<dyn Encoder>, Frame)> {
    match format {
        TextFormat::Csv { delimiter } => {
            let encoder = CsvEncoder::new(columns.into(), *delimiter, session);
            let header = encoder.header();
            Ok((Arc::new(encoder), Frame { header, footer: None }))
        }
        TextFormat::Jsonl => Ok((Arc::new(JsonlEncoder::new(columns.into())), Frame::default())),
        TextFormat::Template(lines) => {
            let frame = Frame { header: lines.header.clone(), footer: Some(lines.footer.clone()) };
            Ok((row_encoder(lines, columns, session)?, frame))
        }
    }
}

fn row_encoder(lines: &Lines, columns: &[OutputColumn], session: Session) -> Result<Arc<dyn Encoder>> {
    if lines.row.is_empty() {
        return Ok(Arc::new(NullEncoder));
    }
    let position = |name: &str| columns.iter().position(|column| column.name == name);
    let row = lines.row.bind(position).map_err(|name| unknown(name, columns))?;
    Ok(Arc::new(TemplateEncoder::new(columns.into(), row, session)))
}

fn unknown(name: &str, columns: &[OutputColumn]) -> anyhow::Error {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let known = match nearest(name, names.iter().copied()) {
        Some(nearest) => format!("the nearest is {{{nearest}}}"),
        None => format!("there are {{{}}}", names.join("}, {")),
    };
    let message = format!("load.row has {{{name}}}, which is no column of the query's output; {known}");
    fatal(ExitCode::Config, message)
}
