//! The reader that takes one byte after the other: slow, and plainly right.

use std::borrow::Cow;

use super::{Record, Setting};
use crate::batch::{ErrorType, LineEnds};
use crate::format::csv::{Dialect, resolve};

/// What a file is.
#[derive(Debug)]
pub struct Naive {
    /// Every record, as `read_in_pieces` gives it.
    pub records: Vec<Record>,
    /// What ends its lines; `None` where none ends.
    pub ends: Option<LineEnds>,
}

/// Reads a whole file.
pub fn naive(input: &[u8], setting: &Setting) -> Naive {
    let (mut at, mut line, mut records, mut ends) = (0, 1, Vec::new(), None);
    while at < input.len() {
        let comment = setting.dialect.comment == Some(input[at]);
        let outcome = if comment { Err(None) } else { naive_record(input, at, setting, ends).map_err(Some) };
        let text_end = match &outcome {
            Ok((_, end)) => *end,
            Err(_) => (at..input.len()).find(|&at| line_end(input, at, ends) > 0).unwrap_or(input.len()),
        };
        let kept = if outcome.is_err() { text_end.min(at + 65_536) } else { text_end };
        let raw = &input[at..kept];
        let cells = match outcome {
            Ok((fields, _)) => judge(raw, fields, setting),
            Err(why) => why.map(Err),
        };
        let next = text_end + line_end(input, text_end, ends);
        if ends.is_none() && next > text_end {
            ends = Some(if input[next - 1] == b'\r' { LineEnds::Return } else { LineEnds::Feed });
        }
        records.extend(cells.map(|cells| Record { line, offset: at as u64, raw: raw.to_vec(), cells }));
        line += line_ends(&input[at..next], ends);
        at = next;
    }
    Naive { records, ends }
}

/// What `first_end` gives.
pub fn naive_first_end(input: &[u8], naive: &Naive, setting: &Setting) -> Option<usize> {
    let broken = [ErrorType::BadQuote, ErrorType::UnclosedQuote, ErrorType::RecordTooLarge];
    let sound = |record: &&Record| !record.cells.as_ref().is_err_and(|why| broken.contains(why));
    let first = naive.records.iter().filter(|record| !is_blank_line(&record.raw, &setting.dialect)).find(sound)?;
    let end = first.offset as usize + first.raw.len();
    Some(end + line_end(input, end, naive.ends))
}

/// Encoding before width; `None` is a blank line.
fn judge(raw: &[u8], mut fields: Vec<Field>, setting: &Setting) -> Option<Result<Vec<Option<String>>, ErrorType>> {
    if is_blank_line(raw, &setting.dialect) && setting.width > 1 {
        return None;
    }
    if setting.dialect.bare_escape().is_some_and(|escape| raw == [escape, b'.']) {
        return Some(Err(ErrorType::MissingColumns)); // The mark at the end of COPY's data.
    }
    let has_empty_last = fields.last().is_some_and(|last| !last.quoted && last.text.is_empty());
    if setting.trailing_delimiter && fields.len() == setting.width + 1 && has_empty_last {
        fields.pop();
    }
    let wrong = match fields.len().cmp(&setting.width) {
        _ if std::str::from_utf8(raw).is_err() => Some(ErrorType::InvalidEncoding),
        std::cmp::Ordering::Less if !setting.pad => Some(ErrorType::MissingColumns),
        std::cmp::Ordering::Greater => Some(ErrorType::TooManyColumns),
        _ => None,
    };
    let cells: Result<Vec<_>, _> = match setting.dialect.escape.filter(|_| setting.dialect.quote.is_none()) {
        Some(escape) => fields.into_iter().map(|field| field.unescaped(escape)).collect(),
        None => fields.into_iter().map(|field| Ok(field.cell(setting.null_quoted))).collect(),
    };
    let padded = |mut cells: Vec<_>| {
        cells.resize(setting.width.max(cells.len()), None);
        cells
    };
    Some(wrong.map_or(cells.map(padded), Err))
}

#[derive(Default)]
struct Field {
    quoted: bool,
    text: Vec<u8>,
    /// Blanks behind a closing quote.
    pending: Vec<u8>,
}

impl Field {
    /// What is escaped without quotes is undone by what has examples of its own.
    fn unescaped(self, escape: u8) -> Result<Option<String>, ErrorType> {
        if self.text == [escape, b'N'] {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&self.text).into_owned();
        let text = resolve(&text, escape).map(Cow::into_owned).ok_or(ErrorType::InvalidEncoding)?;
        Ok(if self.text.is_empty() || self.text == b"a" { None } else { Some(text) })
    }

    fn cell(self, null_quoted: bool) -> Option<String> {
        let null = (!self.quoted || null_quoted) && (self.text.is_empty() || self.text == b"a");
        (!null).then(|| String::from_utf8_lossy(&self.text).into_owned())
    }

    /// Blanks at the end of what is unquoted are left out.
    fn close(&mut self, state: State, dialect: &Dialect) {
        while state == State::Plain && self.text.last().is_some_and(|byte| is_blank(*byte, dialect)) {
            self.text.pop();
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    Escaped,
    Closed,
}

/// The fields of the record at `start` and the end of its text.
fn naive_record(
    input: &[u8],
    start: usize,
    setting: &Setting,
    ends: Option<LineEnds>,
) -> Result<(Vec<Field>, usize), ErrorType> {
    let dialect = &setting.dialect;
    let mut fields = vec![Field::default()];
    let mut state = State::Start;
    // What stands behind the first byte too many does not count.
    let most = setting.max_record_size;
    let window = &input[..input.len().min(start + most + 1)];
    let full = window.len() == start + most + 1;
    let delimiter = dialect.delimiter.as_bytes();
    let mut at = start;
    while at < input.len() {
        if at - start > most {
            return Err(ErrorType::RecordTooLarge);
        }
        let field = fields.last_mut().unwrap();
        let outside = matches!(state, State::Start | State::Plain | State::Closed);
        if outside && line_end(input, at, ends) > 0 {
            field.close(state, dialect);
            return Ok((fields, at));
        }
        if at - start >= most {
            return Err(ErrorType::RecordTooLarge);
        }
        if outside && window[at..].starts_with(delimiter) {
            field.close(state, dialect);
            fields.push(Field::default());
            state = State::Start;
            at += delimiter.len();
            continue;
        }
        if state == State::Closed && full && delimiter.starts_with(&window[at..]) {
            return Err(ErrorType::RecordTooLarge);
        }
        if outside && dialect.quote.is_none() && Some(input[at]) == dialect.escape {
            let escaped = if at + 1 < input.len() { line_end(input, at + 1, Some(LineEnds::Feed)).max(1) } else { 0 };
            field.text.extend_from_slice(&input[at..=at + escaped]);
            state = State::Plain;
            at += 1 + escaped;
            continue;
        }
        state = naive_byte(input[at], state, field, dialect)?;
        at += 1;
    }
    fields.last_mut().unwrap().close(state, dialect);
    if at - start > most {
        return Err(ErrorType::RecordTooLarge);
    }
    match state {
        State::Quoted | State::Escaped => Err(ErrorType::UnclosedQuote),
        _ => Ok((fields, input.len())),
    }
}

/// What a byte does that ends no field.
fn naive_byte(byte: u8, state: State, field: &mut Field, dialect: &Dialect) -> Result<State, ErrorType> {
    let Dialect { quote, escape, lenient, .. } = *dialect;
    Ok(match state {
        State::Quoted if Some(byte) == quote => State::Closed,
        State::Quoted if Some(byte) == escape => State::Escaped,
        State::Closed if Some(byte) == quote && escape == quote && field.pending.is_empty() => {
            field.text.push(byte);
            State::Quoted
        }
        State::Closed if is_blank(byte, dialect) => {
            field.pending.push(byte);
            State::Closed
        }
        State::Start if is_blank(byte, dialect) => State::Start,
        State::Start if Some(byte) == quote => {
            field.quoted = true;
            State::Quoted
        }
        State::Closed if !lenient => return Err(ErrorType::BadQuote),
        State::Quoted | State::Escaped => {
            field.text.push(byte);
            State::Quoted
        }
        State::Start | State::Plain | State::Closed => {
            field.text.append(&mut field.pending);
            field.text.push(byte);
            State::Plain
        }
    })
}

fn is_blank(byte: u8, dialect: &Dialect) -> bool {
    let delimiter = dialect.delimiter.as_bytes();
    let begins_delimiter = matches!(delimiter, [b' ' | b'\t', ..]) && delimiter.contains(&byte);
    dialect.trim && (byte == b' ' || byte == b'\t') && !begins_delimiter
}

/// Whether a record is a blank line.
pub fn is_blank_line(raw: &[u8], dialect: &Dialect) -> bool {
    raw.iter().all(|byte| is_blank(*byte, dialect))
}

pub fn line_ends(bytes: &[u8], ends: Option<LineEnds>) -> u64 {
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let length = line_end(bytes, at, ends);
        count += u64::from(length > 0);
        at += length.max(1);
    }
    count
}

/// The length of the line end that begins there; 0 where none does.
pub fn line_end(bytes: &[u8], at: usize, ends: Option<LineEnds>) -> usize {
    match (&bytes[at..], ends) {
        ([b'\n', ..], _) => 1,
        ([b'\r', b'\n', ..], _) => 2,
        ([b'\r', b'\r', b'\n', ..], None | Some(LineEnds::Feed)) => 3,
        ([b'\r', ..], None | Some(LineEnds::Return)) => 1,
        _ => 0,
    }
}
