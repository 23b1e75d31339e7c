//! Samples whose records all have another width than the header: no accident, but a header, a delimiter or a key that is wrong.

use anyhow::Result;

use crate::batch::{Chunk, ErrorType, Reject};
use crate::excerpt::excerpt;
use crate::exit::{ExitCode, fatal};
use crate::format::Found;
use crate::format::csv::TRAILING_DELIMITER;
use crate::format::csv::header::{self, ROW_NAMES};
use crate::job::{Extract, Header, Ragged};

/// So many records of one other width than the header's are no accident.
const TELLING_RECORDS: usize = 10;

/// The width that the header of the first file tells, or that is declared.
pub struct Width<'a> {
    pub settings: &'a Extract,
    /// Of the columns, in order.
    pub names: &'a [String],
}

impl Width<'_> {
    /// One message at the start rather than a million rejects; of few records, or of what is padded, what there is to say.
    pub fn check(&self, found: &Found, sample: &Chunk) -> Result<Option<String>> {
        let [first, rest @ ..] = found.rejects.as_slice() else { return Ok(self.shifted(sample)) };
        let is_width =
            |reject: &Reject| matches!(reject.error_type, ErrorType::MissingColumns | ErrorType::TooManyColumns);
        let same = is_width(first) && rest.iter().all(|reject| width_of(reject) == width_of(first));
        if !found.records.is_empty() || !same {
            return Ok(None);
        }
        let fields = header::width(sample, &self.settings.dialect).unwrap_or_default();
        let (path, line) = (&sample.file.name, first.origin.line);
        if found.rejects.iter().all(|reject| reject.message.ends_with(TRAILING_DELIMITER)) {
            let (why, remedy) = (width_of(first), TRAILING_DELIMITER.trim_start_matches("; "));
            return told(found, format!("{path}, line {line}: {why}, as in every row of the sample; {remedy}"));
        }
        let alike = rest.iter().all(|reject| reject.message == first.message);
        let why = if alike { first.message.as_str() } else { width_of(first) };
        let message = format!("{path}, line {line}: {why}, as in every row of the sample; {}", self.remedy(fields));
        Ok(told(found, message)?.filter(|_| self.is_short(fields)))
    }

    /// What rows of so many fields ask for.
    fn remedy(&self, fields: usize) -> String {
        let delimiter = self.settings.dialect.delimiter;
        let further_down = match self.settings.header.is_there() && fields > self.names.len() {
            true => ", or does the header stand below other lines, which extract.skip counts?",
            false => "?",
        };
        let delimiter = format!("is extract.delimiter = {delimiter:?} right{further_down}");
        match self.settings.header {
            _ if self.is_short(fields) => format!(
                "where the header lacks the name of the first column, as R writes it, extract.header = \"short\" calls that \
                 {ROW_NAMES}; else {delimiter}"
            ),
            Header::Short if fields + 1 == self.names.len() => "is extract.header = \"short\" right?".to_owned(),
            _ => delimiter,
        }
    }

    /// Whether a name is all that the header lacks.
    fn is_short(&self, fields: usize) -> bool {
        matches!(self.settings.header, Header::Assumed | Header::Names) && fields == self.names.len() + 1
    }

    /// Rows that are all narrower may lack any column, and `pad` fills up the last. Whoever declares these knows it.
    fn shifted(&self, sample: &Chunk) -> Option<String> {
        let Extract { ragged, header, dialect, columns, .. } = self.settings;
        if *ragged != Ragged::Pad || !header.is_there() {
            return None;
        }
        let (records, fields) = header::common_width(sample, dialect)?;
        let filled = self.names.get(fields..).filter(|filled| records >= TELLING_RECORDS && !filled.is_empty())?;
        let declared = |name: &String| columns.iter().any(|(declared, _)| declared == name);
        let name = excerpt(filled.iter().find(|name| !declared(name))?);
        let (path, width, delimiter) = (&sample.file.name, self.names.len(), dialect.delimiter);
        Some(format!(
            "{path}: {fields} columns where the header has {width}, as in every row of the sample, so that extract.ragged = \
             \"pad\" leaves {name:?} empty in all; if rows lack another column than the last, or extract.delimiter = \
             {delimiter:?} is wrong, their values stand under wrong names; extract.columns.{name} declares it if this is right"
        ))
    }
}

/// An error of many records; of few, what there is to say.
fn told(found: &Found, message: String) -> Result<Option<String>> {
    if found.read < TELLING_RECORDS { Ok(Some(message)) } else { Err(fatal(ExitCode::Data, message)) }
}

/// What a reject says of the record's width, without the remedy that the record itself asks for.
fn width_of(reject: &Reject) -> &str {
    reject.message.split_once(';').map_or(&reject.message, |(width, _)| width)
}
