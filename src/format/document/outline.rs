//! The brackets of a text that begins as JSON does. Whoever writes `NaN` for a number writes JSON otherwise.

/// What a text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outline {
    /// No value in brackets.
    None,
    /// The begin of one, as far as the text goes; `has_key`: in an object of it.
    Begun { has_key: bool },
    /// All of one, of so many bytes.
    Whole { length: usize },
}

/// Values that are words.
const WORDS: [&[u8]; 9] = [b"true", b"false", b"null", b"NaN", b"nan", b"Infinity", b"-Infinity", b"inf", b"-inf"];

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    /// What closes the brackets that are open.
    open: Vec<u8>,
    next: Next,
    has_key: bool,
}

/// Why a walk ends before the value does.
enum Stop {
    Fault,
    Text,
}

impl Outline {
    /// Of a text without blanks in front.
    pub fn of(text: &[u8]) -> Outline {
        if !matches!(text.first(), Some(b'{' | b'[')) {
            return Outline::None;
        }
        let mut walk = Walk { text, at: 0, open: Vec::new(), next: Next::Value, has_key: false };
        loop {
            match walk.step() {
                Ok(()) if walk.open.is_empty() => return Outline::Whole { length: walk.at },
                Ok(()) => {}
                Err(Stop::Fault) => return Outline::None,
                Err(Stop::Text) => return Outline::Begun { has_key: walk.has_key },
            }
        }
    }
}

impl Walk<'_> {
    /// Goes past one token.
    fn step(&mut self) -> Result<(), Stop> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.len() - rest.trim_ascii_start().len();
        let byte = *self.text.get(self.at).ok_or(Stop::Text)?;
        let closes = self.open.last() == Some(&byte);
        match (self.next, byte) {
            (Next::ValueOrEnd | Next::KeyOrEnd | Next::CommaOrEnd, b']' | b'}') if closes => self.close(),
            (Next::Value | Next::ValueOrEnd, b'{') => self.enter(b'}', Next::KeyOrEnd),
            (Next::Value | Next::ValueOrEnd, b'[') => self.enter(b']', Next::ValueOrEnd),
            (Next::Value | Next::ValueOrEnd, b'"') => self.string(Next::CommaOrEnd)?,
            (Next::Value | Next::ValueOrEnd, _) => self.scalar()?,
            (Next::Key | Next::KeyOrEnd, b'"') => self.string(Next::Colon)?,
            (Next::Colon, b':') => {
                self.has_key = true;
                self.pass(Next::Value);
            }
            (Next::CommaOrEnd, b',') => {
                self.pass(if self.open.last() == Some(&b'}') { Next::Key } else { Next::Value });
            }
            _ => return Err(Stop::Fault),
        }
        Ok(())
    }

    fn pass(&mut self, next: Next) {
        (self.at, self.next) = (self.at + 1, next);
    }

    fn enter(&mut self, end: u8, next: Next) {
        self.open.push(end);
        self.pass(next);
    }

    fn close(&mut self) {
        self.open.pop();
        self.pass(Next::CommaOrEnd);
    }

    /// A line does not end within one.
    fn string(&mut self, next: Next) -> Result<(), Stop> {
        let mut at = self.at + 1;
        loop {
            match self.text.get(at).ok_or(Stop::Text)? {
                b'"' => break,
                b'\\' => at += 2,
                b'\n' | b'\r' => return Err(Stop::Fault),
                _ => at += 1,
            }
        }
        (self.at, self.next) = (at + 1, next);
        Ok(())
    }

    /// A number, or a word.
    fn scalar(&mut self) -> Result<(), Stop> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let of_it = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let end = rest.iter().position(|byte| !of_it(byte));
        let token = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
        let is_number = std::str::from_utf8(token).is_ok_and(|token| token.parse::<f64>().is_ok());
        let is_word = WORDS.contains(&token);
        let may_be = WORDS.iter().any(|word| word.starts_with(token)) || token.iter().all(|byte| of_number(*byte));
        match end {
            None if may_be => Err(Stop::Text),
            Some(length) if is_number || is_word => {
                (self.at, self.next) = (self.at + length, Next::CommaOrEnd);
                Ok(())
            }
            _ => Err(Stop::Fault),
        }
    }
}

fn of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn brackets_are_walked_to_their_end() {
        let whole =
            |text: &str, length| assert_eq!(Outline::of(text.as_bytes()), Outline::Whole { length }, "{text:?}");
        whole("{}", 2);
        whole("[] ", 2);
        whole("{\"a\":1}{", 7);
        whole("[{\"a\": [1, -2.5e3, \"]\\\"\", {}]},\n null]\n", 38);
        whole("[NaN,-Infinity,nan]", 19);
        let begun = |text: &str, has_key| {
            assert_eq!(Outline::of(text.as_bytes()), Outline::Begun { has_key }, "{text:?}");
        };
        begun("[", false);
        begun("[\"a", false);
        begun("[\"a\\", false);
        begun("[1", false);
        begun("[Na", false);
        begun("{\"a\"", false);
        begun("{\"a\":", true);
        for text in [
            "",
            "1",
            "\"a\"",
            "{a}",
            "{1}",
            "[id]",
            "[1 2]",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "[}",
            "[\"a\nb\"]",
            "[ab",
        ] {
            assert_eq!(Outline::of(text.as_bytes()), Outline::None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_serde_reads_is_walked(keys in prop::collection::vec(".*", 0..4), numbers in prop::collection::vec(any::<f64>(), 0..4)) {
            let value = serde_json::json!([keys, numbers, { "a": { "b": [keys] } }, [], {}, true]);
            for text in [value.to_string(), format!("{value:#}")] {
                let length = text.len();
                prop_assert_eq!(Outline::of(text.as_bytes()), Outline::Whole { length });
                for end in 1..length {
                    let begun = matches!(Outline::of(&text.as_bytes()[..end]), Outline::Begun { .. });
                    prop_assert!(begun);
                }
            }
        }
    }
}
