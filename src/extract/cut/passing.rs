//! A line that is passed over: a comment, or the first line of a broken record. It may be longer than memory, so only its
//! begin is kept.

use crate::batch::{Broken, ErrorType, Spot};

use super::walk::Rules;
use crate::format::csv::is_space;

/// How much of a broken line is kept for the rejects file.
const KEPT: usize = 64 * 1024;

#[derive(Debug)]
pub struct Passing {
    /// `None` for a comment.
    broken: Option<Broken>,
    /// Of the line, so far.
    length: usize,
}

impl Passing {
    pub fn comment() -> Passing {
        Passing { broken: None, length: 0 }
    }

    /// A broken record that begins at `place`; `record` reaches up to the byte in which it showed, which is in column `column`.
    pub fn broken(why: ErrorType, record: &[u8], column: usize, place: Spot, rules: &Rules) -> Passing {
        let message = message(why, record, column, rules);
        let broken = Broken { error_type: why, message, offset: place.offset, line: place.line, raw: Vec::new() };
        Passing { broken: Some(broken), length: 0 }
    }

    /// What will be told of the line when it is over; `None` for a comment.
    pub fn broken_so_far(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    /// The line goes on with `text`.
    pub fn keep(&mut self, text: &[u8]) {
        self.length += text.len();
        if let Some(broken) = &mut self.broken {
            let room = KEPT - broken.raw.len();
            broken.raw.extend_from_slice(&text[..text.len().min(room)]);
        }
    }

    /// The line is over.
    pub fn finish(self) -> Option<Broken> {
        let mut broken = self.broken?;
        if self.length > broken.raw.len() {
            drop_half_character(&mut broken.raw);
            let kept = broken.raw.len();
            broken.message.push_str(&format!(" (the line has {} bytes, kept are the first {kept})", self.length));
        }
        Some(broken)
    }
}

/// Text that was cut within a character is still text without it.
fn drop_half_character(raw: &mut Vec<u8>) {
    if let Err(error) = std::str::from_utf8(raw)
        && error.error_len().is_none()
    {
        raw.truncate(error.valid_up_to());
    }
}

fn message(why: ErrorType, record: &[u8], column: usize, rules: &Rules) -> String {
    let Rules { dialect, max_record_size, .. } = rules;
    match why {
        ErrorType::BadQuote => {
            let (what, remedy) = match record {
                [.., b'\\', _, _] if dialect.escape != Some(b'\\') => {
                    ("text", r#"extract.escape = "\\" reads \" as a quote"#)
                }
                [.., byte] if is_space(*byte) && !dialect.trim => {
                    ("a blank", "extract.trim = true leaves it out, and extract.lenient = true takes it for text")
                }
                _ => ("text", "extract.lenient = true accepts it"),
            };
            format!("column {column} has {what} after its closing quote; {remedy}")
        }
        ErrorType::UnclosedQuote => {
            format!("the quote that opens column {column} is never closed; extract.quote = \"\" reads quotes as text")
        }
        _ if dialect.is_lines() => {
            format!("the line is longer than {max_record_size} bytes; extract.max_record_size raises the limit")
        }
        _ => format!(
            "the record is longer than {max_record_size} bytes, in column {column}; extract.max_record_size raises the limit"
        ),
    }
}
