//! `load.format`, and with `template` the texts that rows are written into.

use std::sync::Arc;

use crate::format::Template;
use crate::job::check::choice;
use crate::job::file::LoadFile;
use crate::job::problem::Problem;
use crate::job::{Figure, Lines, TextFormat};
use crate::nearest::nearest;

/// What the footer may name.
const FIGURES: [(&str, Figure); 5] = [
    ("read", Figure::Read),
    ("filtered", Figure::Filtered),
    ("rejected", Figure::Rejected),
    ("aggregated", Figure::Aggregated),
    ("loaded", Figure::Loaded),
];

#[derive(Clone, Copy)]
enum Name {
    Csv,
    Jsonl,
    Parquet,
    Template,
}

/// What a file may hold.
pub enum FileFormat {
    Text(TextFormat),
    Parquet,
}

/// The format by its name; `None` where the target's name is to tell.
pub fn check(section: &LoadFile) -> Result<Option<FileFormat>, Problem> {
    let key = "load.format";
    let names = [("csv", Name::Csv), ("jsonl", Name::Jsonl), ("parquet", Name::Parquet), ("template", Name::Template)];
    let name = section.format.as_deref().map(|name| choice::of(key, Some(name), name, &names)).transpose()?;
    let format = match name {
        Some(Name::Template) => {
            let lines = Arc::new(lines(section)?);
            return Ok(Some(FileFormat::Text(TextFormat::Template(lines))));
        }
        Some(Name::Csv) => Some(FileFormat::Text(TextFormat::Csv { delimiter: b',' })),
        Some(Name::Jsonl) => Some(FileFormat::Text(TextFormat::Jsonl)),
        Some(Name::Parquet) => Some(FileFormat::Parquet),
        None => None,
    };
    let texts = [("load.header", &section.header), ("load.row", &section.row), ("load.footer", &section.footer)];
    match texts.into_iter().find(|(_, text)| text.is_some()) {
        Some((key, _)) => Err(Problem::at(key, "needs load.format = \"template\"")),
        None => Ok(format),
    }
}

fn lines(section: &LoadFile) -> Result<Lines, Problem> {
    let row = section.row.as_deref().ok_or_else(|| {
        Problem::at(
            "load.row",
            "is missing; write what a row looks like, as in \"{name}: {total}\", or \"\" for no rows",
        )
    })?;
    Ok(Lines {
        header: header(section.header.as_deref().unwrap_or_default())?,
        row: parse("load.row", row)?,
        footer: footer(section.footer.as_deref().unwrap_or_default())?,
    })
}

fn parse(key: &str, text: &str) -> Result<Template<String>, Problem> {
    Template::parse(text).map_err(|predicate| Problem::at(key, predicate))
}

fn header(text: &str) -> Result<Vec<u8>, Problem> {
    let key = "load.header";
    let header = parse(key, text)?;
    let header = header.bind(|_| None::<()>).map_err(|name| {
        Problem::at(key, format!("has {{{name}}}, and a header has no values; write {{{{{name}}}}} for plain braces"))
    })?;
    let mut line = Vec::new();
    header.write_line(&mut line, |(), _| {});
    Ok(line)
}

fn footer(text: &str) -> Result<Template<Figure>, Problem> {
    let key = "load.footer";
    let meaning = |name: &str| FIGURES.into_iter().find(|(known, _)| *known == name).map(|(_, figure)| figure);
    parse(key, text)?.bind(meaning).map_err(|name| {
        let names = FIGURES.map(|(name, _)| name);
        let nearest = nearest(name, names).map(|name| format!("; the nearest is {{{name}}}")).unwrap_or_default();
        let known = names.map(|name| format!("{{{name}}}")).join(", ");
        Problem::at(key, format!("has {{{name}}}, and a footer knows only {known}{nearest}"))
    })
}
