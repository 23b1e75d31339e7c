//! PostgreSQL's templates for numbers, `9G990D00`, taken apart.

use super::key::{Key, key};

/// One piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Literal(char),
    Key(Key),
}

/// More digits than any number has; the program's own formatting ends at 65,535.
const MAX_DIGITS: usize = 1000;

/// Where a sign that `S` asks for stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignPlace {
    #[default]
    None,
    Before,
    After,
}

/// What all of a template says.
#[derive(Clone, Debug, Default)]
pub struct Template {
    pub pieces: Vec<Piece>,
    /// Digits before the point, and behind it.
    pub before: usize,
    pub after: usize,
    /// Digits that `V` moves before the point.
    pub shift: usize,
    /// The first digit that is written as zero, if there is one, and the last.
    pub zero_start: Option<usize>,
    pub zero_end: usize,
    pub sign: SignPlace,
    /// Digits before the sign.
    sign_digits: usize,
    pub point: bool,
    pub compact: bool,
    pub plus: bool,
    pub minus: bool,
    pub bracket: bool,
    pub roman: bool,
    pub scientific: bool,
    blank: bool,
    multi: bool,
}

impl Template {
    pub fn read(template: &str) -> Result<Template, String> {
        let mut read = Template::default();
        let mut rest = template;
        while let Some(first) = rest.chars().next() {
            if let Some((key, after)) = key(rest) {
                read.take(key)?;
                read.pieces.push(Piece::Key(key));
                rest = after;
            } else if first == '"' {
                rest = read.quoted(rest.get(1..).unwrap_or(""));
            } else {
                let text = rest.strip_prefix('\\').filter(|after| after.starts_with('"')).unwrap_or(rest);
                let first = text.chars().next().unwrap_or(first);
                read.pieces.push(Piece::Literal(first));
                rest = text.get(first.len_utf8()..).unwrap_or("");
            }
        }
        // A sign right before the point, or behind all digits, stands behind the number.
        let late = read.sign == SignPlace::Before && read.sign_digits == read.before + read.shift;
        read.sign = if late { SignPlace::After } else { read.sign };
        Ok(if read.roman { read.roman_alone() } else { read })
    }

    /// Of a roman number only its filling counts.
    fn roman_alone(self) -> Template {
        Template { pieces: self.pieces, compact: self.compact, roman: true, ..Template::default() }
    }

    /// Literal text up to the closing quote; gives what follows. A backslash lets the next character stand for itself.
    fn quoted<'t>(&mut self, text: &'t str) -> &'t str {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let literal = match character {
                '"' => break,
                '\\' => characters.next().unwrap_or('\\'),
                other => other,
            };
            self.pieces.push(Piece::Literal(literal));
        }
        characters.as_str()
    }

    /// What a key says about the whole.
    fn take(&mut self, key: Key) -> Result<(), String> {
        if self.scientific && key != Key::Scientific {
            return Err("EEEE must be the last of the template".to_string());
        }
        match key {
            Key::Nine | Key::Zero => self.digit(key == Key::Zero)?,
            Key::Blank => self.blank |= self.before == 0 && self.after == 0 && self.zero_start.is_none(),
            Key::Point => self.decimal_point()?,
            Key::Fill => self.compact = true,
            Key::Sign => self.signed()?,
            Key::Minus | Key::Plus | Key::EitherSign => {
                if self.sign != SignPlace::None {
                    return Err("S does not go with MI, PL or SG".to_string());
                }
                self.minus |= key != Key::Plus;
                self.plus |= key != Key::Minus;
            }
            Key::Bracket => {
                if self.sign != SignPlace::None || self.plus || self.minus {
                    return Err("PR does not go with S, MI, PL or SG".to_string());
                }
                self.bracket = true;
            }
            Key::Roman { .. } => self.roman = true,
            Key::Shift if self.point => return Err("V does not go with a point".to_string()),
            Key::Shift => self.multi = true,
            Key::Scientific => self.exponent()?,
            Key::Comma | Key::Group | Key::Currency | Key::Ordinal { .. } | Key::Nothing => {}
        }
        Ok(())
    }

    fn digit(&mut self, zero: bool) -> Result<(), String> {
        if self.bracket {
            return Err("PR stands behind all digits".to_string());
        }
        if self.before + self.after + self.shift >= MAX_DIGITS {
            return Err(format!("it has more than {MAX_DIGITS} digits"));
        }
        if !zero && self.multi {
            self.shift += 1;
            return Ok(());
        }
        if zero && !self.point && self.zero_start.is_none() {
            self.zero_start = Some(self.before);
        }
        *(if self.point { &mut self.after } else { &mut self.before }) += 1;
        if zero {
            self.zero_end = self.before + self.after;
        }
        Ok(())
    }

    fn decimal_point(&mut self) -> Result<(), String> {
        if self.point {
            return Err("a number has one point".to_string());
        }
        if self.multi {
            return Err("V does not go with a point".to_string());
        }
        self.point = true;
        Ok(())
    }

    fn signed(&mut self) -> Result<(), String> {
        if self.sign != SignPlace::None {
            return Err("S stands once".to_string());
        }
        if self.plus || self.minus || self.bracket {
            return Err("S does not go with MI, PL, SG or PR".to_string());
        }
        self.sign = if self.point { SignPlace::After } else { SignPlace::Before };
        self.sign_digits = self.before;
        Ok(())
    }

    fn exponent(&mut self) -> Result<(), String> {
        if self.scientific {
            return Err("EEEE stands once".to_string());
        }
        let signs = self.sign != SignPlace::None || self.minus || self.plus || self.bracket;
        if signs || self.blank || self.compact || self.roman || self.multi {
            return Err("EEEE goes with digits and a point only".to_string());
        }
        self.scientific = true;
        Ok(())
    }
}
