//! PostgreSQL's classes of characters, as the items of a bracket of the `regex` crate. They are those of its C library,
//! which counts the digits of all scripts but ours as letters, and no blank that forbids a line break as a blank.

macro_rules! space {
    () => {
        r"\t-\r \u{1680}\u{2000}-\u{2006}\u{2008}-\u{200a}\u{2028}\u{2029}\u{205f}\u{3000}"
    };
}

pub const DIGIT: &str = "0-9";
pub const WORD: &str = r"\p{Alphabetic}\p{Nd}_";
pub const SPACE: &str = space!();

const ALPHA: &str = r"\p{Alphabetic}[\p{Nd}--0-9]";

/// The items of `[:name:]`. Where case does not count, small and capital letters are all letters.
pub fn named(name: &str, fold: bool) -> Option<&'static str> {
    Some(match name {
        "upper" | "lower" if fold => ALPHA,
        "alpha" => ALPHA,
        "alnum" => r"\p{Alphabetic}\p{Nd}",
        "upper" => r"\p{Uppercase}\p{Lt}",
        "lower" => r"\p{Lowercase}",
        "digit" => DIGIT,
        "word" => WORD,
        "space" => SPACE,
        "blank" => r" \t",
        "punct" => concat!(r"[^\p{Cc}\p{Cn}\p{Alphabetic}\p{Nd}", space!(), "]"),
        "graph" => concat!(r"[^\p{Cc}\p{Cn}", space!(), "]"),
        "print" => r"[^\p{Cc}\p{Cn}\u{2028}\u{2029}]",
        "cntrl" => r"\p{Cc}\u{2028}\u{2029}",
        "xdigit" => "0-9A-Fa-f",
        "ascii" => r"\x00-\x7f",
        _ => return None,
    })
}
