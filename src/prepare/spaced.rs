//! Blanks before quotes, which make the quotes part of the value: as programs write them that part fields with ", ".

use crate::batch::Chunk;
use crate::excerpt::excerpt;
use crate::extract::Head;
use crate::format::csv::{begins_with_blank_and_quote, blank_before_quote};
use crate::job::Extract;

/// What there is to say of them, once.
#[derive(Debug, Default)]
pub struct Spaced(Option<String>);

impl Spaced {
    /// Those of the headers.
    pub fn of(head: &Head) -> Spaced {
        let settings = &head.settings;
        if !settings.trim_is_open || !settings.header.is_there() {
            return Spaced::default();
        }
        Spaced(head.all_headers().find_map(|(index, header)| {
            let is_spaced = |name: &&String| begins_with_blank_and_quote(name.as_bytes(), &settings.dialect);
            let (name, input) = (header.names.iter().find(is_spaced)?, head.inputs.get(index)?);
            Some(told(&input.file.name, header.line, name))
        }))
    }

    /// Those of the first records of a file.
    pub fn look_at(&mut self, sample: &Chunk, settings: &Extract) {
        if !settings.trim_is_open || self.0.is_some() {
            return;
        }
        self.0 = blank_before_quote(sample, &settings.dialect).map(|(at, field)| {
            let mut spot = sample.start();
            spot.advance(&sample.bytes, at, sample.from_utf16, sample.line_ends);
            told(&sample.file.name, spot.line, &String::from_utf8_lossy(field))
        });
    }

    pub fn told(self) -> Option<String> {
        self.0
    }
}

fn told(path: &str, line: u64, field: &str) -> String {
    format!(
        "{path}, line {line}: a blank stands before the quote of {:?}, so that both are part of the value; extract.trim = true \
         leaves them out, extract.trim = false says that they belong there",
        excerpt(field)
    )
}
