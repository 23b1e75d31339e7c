//! Fills a template with the digits of a number. The steps are PostgreSQL's, whose results have corners that no simpler
//! rule gives.

use super::key::Key;
use super::template::{Piece, SignPlace, Template};

/// A number as its template needs it.
pub struct Figure {
    pub negative: bool,
    /// Digits, with a point where there are digits behind it; or `#` where the number does not fit.
    pub digits: String,
    /// Digits before the point that the template has and the number has not.
    pub missing: usize,
    /// With the digits that `V` moved.
    pub before: usize,
    pub after: usize,
}

/// Appends the number.
pub fn fill(template: &Template, figure: &Figure, out: &mut String) -> Result<(), String> {
    let start = out.len();
    let mut filling = Filling::new(template, figure, out);
    for piece in &template.pieces {
        match piece {
            Piece::Literal(character) => filling.out.push(*character),
            Piece::Key(key) => filling.key(*key)?,
        }
    }
    // A number that was cut to the digits that a double has ends the text where a digit is wanted.
    if let Some(end) = out.get(start..).and_then(|written| written.find('\0')) {
        out.truncate(start + end);
    }
    Ok(())
}

struct Filling<'a> {
    template: &'a Template,
    figure: &'a Figure,
    out: &'a mut String,
    /// The place in the digits.
    at: usize,
    /// The count of digits and points of the template so far.
    current: usize,
    count: usize,
    /// The last digit that FM keeps, or the point.
    last: Option<usize>,
    sign_written: bool,
    bracket: bool,
    /// A digit was written, so that commas are.
    inside: bool,
}

impl<'a> Filling<'a> {
    fn new(template: &'a Template, figure: &'a Figure, out: &'a mut String) -> Filling<'a> {
        let Template { compact, plus, minus, sign, .. } = *template;
        let bracket = template.bracket && (figure.negative || !compact || plus || minus);
        let sign_written = match plus || minus {
            true => minus,
            false => !figure.negative && compact && sign == SignPlace::None,
        };
        let last = if compact && template.point { last_relevant(template, figure) } else { None };
        let count = figure.before + figure.after;
        let own_sign = !sign_written && figure.missing == 0;
        let count = if own_sign { count as i64 } else { count as i64 - 1 };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Filling { template, figure, out, at: 0, current: 0, count, last, sign_written, bracket, inside: false }
    }

    fn key(&mut self, key: Key) -> Result<(), String> {
        let (compact, negative) = (self.template.compact, self.figure.negative);
        match key {
            Key::Nine | Key::Zero | Key::Point => self.digit(key),
            Key::Comma | Key::Group if self.inside => self.out.push(','),
            Key::Comma | Key::Group => self.blank(),
            Key::Currency => self.out.push(' '),
            Key::Roman { capital } => self.roman(capital),
            Key::Ordinal { capital } => self.ordinal(capital)?,
            Key::Minus if negative => self.out.push('-'),
            Key::Plus if !negative && !self.template.roman => self.out.push('+'),
            Key::Minus | Key::Plus if !compact => self.out.push(' '),
            Key::EitherSign if self.template.roman => self.out.push('\0'),
            Key::EitherSign => self.out.push(if negative { '-' } else { '+' }),
            _ => {}
        }
        Ok(())
    }

    fn blank(&mut self) {
        self.out.push_str(if self.template.compact { "" } else { " " });
    }

    fn digit(&mut self, key: Key) {
        if self.template.roman {
            return;
        }
        let (current, missing) = (self.current, self.figure.missing);
        self.inside = false;
        let zero = self.template.zero_start.is_some_and(|start| start <= current);
        let hidden = self.leading_zero_is_hidden() && !self.last_is_point();
        if !self.sign_written
            && (current >= missing || self.template.zero_start.is_some_and(|start| start == current))
            && !hidden
        {
            self.sign_before();
        }
        match current < missing {
            true if zero => {
                self.out.push('0');
                self.inside = true;
            }
            true => self.blank(),
            false => self.take(key),
        }
        self.end_of_number(current);
        self.current += 1;
    }

    fn sign_before(&mut self) {
        let negative = self.figure.negative;
        let sign = match (self.template.sign, negative) {
            (SignPlace::After, _) => return,
            (SignPlace::Before, false) => "+",
            (SignPlace::None, true) if self.bracket => "<",
            (SignPlace::None, false) if self.template.compact && !self.bracket => "",
            (SignPlace::None, false) => " ",
            (_, true) => "-",
        };
        self.out.push_str(sign);
        self.sign_written = true;
    }

    /// Writes the next character of the digits.
    fn take(&mut self, key: Key) {
        let next = self.figure.digits.as_bytes().get(self.at).copied();
        if next == Some(b'.') {
            self.out.push('.');
        } else if self.last.is_some_and(|last| self.at > last) && key != Key::Zero {
            // FM leaves it out.
        } else if self.leading_zero_is_hidden() {
            match self.template.compact {
                true => self.out.push_str(if self.last_is_point() { "0" } else { "" }),
                false => self.out.push(' '),
            }
        } else {
            self.out.push(next.map_or('\0', char::from));
            self.inside = true;
        }
        self.at += usize::from(next.is_some());
    }

    /// The sign behind the last digit.
    fn end_of_number(&mut self, current: usize) {
        let missing = usize::from(self.figure.missing > 0);
        let mut end = self.count.wrapping_add(missing + usize::from(self.template.point));
        if self.last.is_some_and(|last| last == self.at) {
            end = current;
        }
        if current + 1 == end {
            if self.sign_written && self.bracket {
                self.out.push(if self.figure.negative { '>' } else { ' ' });
            } else if self.template.sign == SignPlace::After {
                self.out.push(if self.figure.negative { '-' } else { '+' });
            }
        }
    }

    /// A zero before the point is left out, as in .5, where digits follow and the template has no 0.
    fn leading_zero_is_hidden(&self) -> bool {
        self.template.zero_start.is_none()
            && self.at == 0
            && self.figure.digits.starts_with('0')
            && self.figure.after != 0
    }

    fn last_is_point(&self) -> bool {
        self.last.is_some_and(|last| self.figure.digits.as_bytes().get(last) == Some(&b'.'))
    }

    fn roman(&mut self, capital: bool) {
        let digits = &self.figure.digits;
        let digits = if capital { digits.clone() } else { digits.to_lowercase() };
        self.out.push_str(&if self.template.compact { digits } else { format!("{digits:>15}") });
    }

    fn ordinal(&mut self, capital: bool) -> Result<(), String> {
        let digits = &self.figure.digits;
        if self.template.roman || digits.starts_with('#') || self.figure.negative || self.template.point {
            return Ok(());
        }
        if !digits.ends_with(|last: char| last.is_ascii_digit()) {
            return Err(format!("{digits:?} is not a number, and has no ordinal"));
        }
        let ending = crate::transform::functions::time::ordinal(digits);
        self.out.push_str(&if capital { ending.to_string() } else { ending.to_lowercase() });
        Ok(())
    }
}

/// The last digit behind the point that is not 0, or that the template wants as 0; the point where there is none.
fn last_relevant(template: &Template, figure: &Figure) -> Option<usize> {
    let point = figure.digits.find('.')?;
    let last = figure.digits.rfind(|digit: char| digit != '0').filter(|last| *last > point).unwrap_or(point);
    let wanted = template.zero_end.checked_sub(figure.missing).filter(|wanted| *wanted > 0);
    let wanted = wanted.map_or(0, |wanted| wanted.min(figure.digits.len() - 1));
    Some(last.max(wanted))
}
