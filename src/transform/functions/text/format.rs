//! `format`: a text with places for values.

use super::GROUP;
use super::concat::{Part, rendered};
use super::fill::check_size;
use super::quote::{name, quoted_literal};
use crate::transform::function::{Arguments, Function, KernelFault};
use crate::transform::functions::rows::{Outcome, check_room, texts_or_null};
use crate::transform::functions::signature::{ANY, TEXT, text};

const FORMAT: &str = "%s replaced by a value, %L by a literal, %I by a name, %2$s by the second value, %% by %: format('%s-%s', 'a', 1) = 'a-1'";
const NAMES: &str = "%I quotes every name that is not of small letters, digits and _, but no reserved words";

pub static FUNCTIONS: &[Function] = &[Function::strict("format", GROUP, &[TEXT, ANY], text, format, FORMAT)
    .optional(1)
    .variadic_over_nulls()
    .differs(NAMES)];

/// NULL where the template is.
fn format(arguments: &Arguments) -> Outcome {
    let parts = rendered(arguments.values, arguments.session)?;
    let Some((template, values)) = parts.split_first() else { return Err("argument 1 is missing".into()) };
    texts_or_null(arguments, |row, out| match template.at(row) {
        Some(template) => Row { arguments, values, row, next: 0 }.fill(template, out).map(|()| true),
        None => Ok(false),
    })
}

/// The values of one row, and which of them is next.
struct Row<'a> {
    arguments: &'a Arguments<'a>,
    values: &'a [Part],
    row: usize,
    next: usize,
}

impl Row<'_> {
    fn fill(&mut self, template: &str, out: &mut String) -> Result<(), KernelFault> {
        let mut pieces = template.split('%');
        out.push_str(pieces.next().unwrap_or_default());
        while let Some(piece) = pieces.next() {
            if piece.is_empty() {
                // %%, unless the template ends here.
                out.push('%');
                out.push_str(pieces.next().ok_or("unterminated format() type specifier")?);
                continue;
            }
            let start = out.len();
            let rest = self.specifier(piece, start, out)?;
            out.push_str(rest);
        }
        Ok(())
    }

    /// `[position$][-][width]type`; gives what follows it.
    fn specifier<'t>(&mut self, piece: &'t str, start: usize, out: &mut String) -> Result<&'t str, KernelFault> {
        let (number, after) = digits(piece)?;
        let (position, rest) = match (number, after.strip_prefix('$')) {
            (Some(number), Some(rest)) => (Some(number), rest),
            _ => (None, piece),
        };
        let left = rest.starts_with('-');
        let (width, rest) = digits(rest.trim_start_matches('-'))?;
        let kind = rest.chars().next().ok_or("unterminated format() type specifier")?;
        let place = position.unwrap_or(self.next + 1);
        let place = place.checked_sub(1).ok_or("format specifies argument 0, but arguments are numbered from 1")?;
        self.next = place + 1;
        let value = self.values.get(place).ok_or("too few arguments for format()")?.at(self.row);
        check_room(self.arguments, out, value.map_or(0, str::len))?;
        write(kind, value, out)?;
        pad(start, width.unwrap_or(0), left, out)?;
        Ok(rest.get(kind.len_utf8()..).unwrap_or(""))
    }
}

fn digits(text: &str) -> Result<(Option<usize>, &str), String> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end).unwrap_or(("", text));
    let number = if digits.is_empty() { None } else { Some(digits.parse().map_err(|_| "number is out of range")?) };
    Ok((number, rest))
}

fn write(kind: char, value: Option<&str>, out: &mut String) -> Result<(), String> {
    match (kind, value) {
        ('s', value) => out.push_str(value.unwrap_or("")),
        ('L', Some(value)) => quoted_literal(value, out),
        ('L', None) => out.push_str("NULL"),
        ('I', Some(value)) => name(value, out),
        ('I', None) => return Err("null values cannot be formatted as an SQL identifier".to_string()),
        (kind, _) => return Err(format!("unrecognized format() type specifier {:?}; write %s, %I, %L or %%", kind)),
    }
    Ok(())
}

/// Brings what was written from `start` on to a width.
fn pad(start: usize, width: usize, left: bool, out: &mut String) -> Result<(), String> {
    let missing = width.saturating_sub(out.get(start..).unwrap_or("").chars().count());
    check_size(missing)?;
    let at = if left { out.len() } else { start };
    out.insert_str(at, &" ".repeat(missing));
    Ok(())
}
