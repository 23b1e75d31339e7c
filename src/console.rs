//! What is said to a person, on standard error: one line at a time, in which nothing of the data is obeyed by a terminal or
//! taken for a line of ours, and no more of it than a person reads.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{Write as _, stderr};

use crate::excerpt::ends;

/// Says one line. Where even standard error is closed there is nobody to tell.
pub fn say(line: &str) {
    let _closed = writeln!(stderr(), "{}", shown(line)).is_err();
}

/// The text as one line that a terminal shows and does not obey.
pub fn shown(text: &str) -> Cow<'_, str> {
    let short = ends(text);
    if !short.chars().any(is_obeyed) {
        return short;
    }
    let mut line = String::with_capacity(short.len() + 16);
    for character in short.chars() {
        push(character, &mut line);
    }
    Cow::Owned(line)
}

fn push(character: char, line: &mut String) {
    match character {
        '\t' | '\n' | '\r' => line.extend(character.escape_default()),
        '\0'..='\x7f' if is_obeyed(character) => {
            // A text takes whatever is written to it.
            let _never = write!(line, "\\x{:02x}", u32::from(character)).is_err();
        }
        _ if is_obeyed(character) => line.extend(character.escape_unicode()),
        _ => line.push(character),
    }
}

/// Controls of both sets, line and paragraph separators, and what turns the direction of writing around.
fn is_obeyed(character: char) -> bool {
    let turns =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') || turns
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn nothing_of_the_data_is_obeyed() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text), expected, "{text:?}");
        check("Bäckerei, 5 € \u{1f600}", "Bäckerei, 5 € \u{1f600}");
        check("a\x1b[2Jb", "a\\x1b[2Jb");
        check("a\nb\rc\td", "a\\nb\\rc\\td");
        check("\0\x07\x08\x7f", "\\x00\\x07\\x08\\x7f");
        check("\u{9b}31m", "\\u{9b}31m");
        check("\u{202e}gpj.exe\u{2069}", "\\u{202e}gpj.exe\\u{2069}");
        check("a\u{2028}b", "a\\u{2028}b");
        // What was escaped where the message was made stays as it is.
        check(r#""a\n""#, r#""a\n""#);
    }

    #[test]
    fn a_line_is_as_long_as_a_person_reads() {
        let long = format!("begin {} end", "é".repeat(1 << 20));
        let line = shown(&long);
        assert!(line.len() < 5000, "{}", line.len());
        assert!(line.starts_with("begin é") && line.ends_with("é end"));
        assert!(line.contains("bytes left out"));
    }
}
