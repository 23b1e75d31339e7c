use super::patterns::{MOST_OF_CONSTANT, MOST_OF_ROW};
use super::regex::compiled;
use crate::transform::functions::check::*;
use crate::types::Type;

#[track_caller]
fn like(value: &str, pattern: &str, expected: &str) {
    check("like", &[text(value), text(pattern)], expected);
}

#[track_caller]
fn replaced(value: &str, pattern: &str, replacement: &str, flags: &str, expected: &str) {
    check("regexp_replace", &[text(value), text(pattern), text(replacement), text(flags)], expected);
}

#[test]
fn like_patterns() {
    like("mill", "mill", "true");
    like("mill", "m%", "true");
    like("mill", "%ll", "true");
    like("mill", "%il%", "true");
    like("mill", "m_l%", "true");
    like("größe", "gr__e", "true");
    like("abcbcd", "a%bcd", "true"); // The % must be tried again further on.
    like("abcbce", "a%bcd", "false");
    like("", "", "true");
    like("", "%", "true");
    like("", "_", "false");
    like("a\nb", "a%b", "true");
    like("10%", r"10\%", "true");
    like("10x", r"10\%", "false");
    like("a", r"a\", "error: a like pattern must not end with its escape character");
    check("like", &[text("10%"), text("10#%"), text("#")], "true");
    check("like", &[text(r"a\b"), text(r"a\b"), text("")], "true");
    check("like", &[text("a"), text("a"), text("##")], "error: escape \"##\" must be one character or empty");
    check("like", &[text("a"), null(Type::Text)], "NULL");
    check("ilike", &[text("GRÖSSE"), text("grö%")], "true");
    check("ilike", &[text("a"), text("B")], "false");
    check("ilike", &[text("ΑΣ"), text("%Σ")], "true"); // At the end of a word or not.
    check("ilike", &[text("İ"), text("_")], "true");
    check("ilike", &[text("a%"), text("AE%"), text("E")], "true");
}

#[test]
fn regular_expressions() {
    check("~", &[text("mill"), text("^m.l+$")], "true");
    check("~", &[text("a\nb"), text("a.b")], "true"); // A dot takes a line end, ^ and $ only those of the text.
    check("~", &[text("a\nb"), text("^b")], "false");
    check("~", &[text("the mill"), text(r"\mmill\M")], "true");
    check("~", &[text("windmill"), text(r"\ymill")], "false");
    check("~*", &[text("Mill"), text("^m")], "true");
    check("!~", &[text("Mill"), text("^m")], "true");
    check("!~*", &[text("Mill"), text("^m")], "false");
    check("~", &[text("a"), text("(")], "error: invalid regular expression \"(\": unclosed group");
    check("~", &[null(Type::Text), text("(")], "NULL");
    check("~", &[text("a&b"), text("^a[a&&b]b$")], "true"); // Brackets know no operators on sets.
    check("~", &[text("a~b"), text("[a~~b]b")], "true");
    check("~", &[text("a-b"), text("a[+--]b")], "true");
    check("~", &[text("a,b"), text("a[+--]b")], "true");
    check("~", &[text("a.b"), text("a[+--]b")], "false");
    check("~", &[text("."), text("^[--/]$")], "true");
    check("~", &[text("-"), text("^[a-]$")], "true");
    check("~", &[text("a[b"), text("[[]")], "true");
    check("~", &[text("]"), text("^[]a]$")], "true");
    check("~", &[text("a"), text("^[^]b]$")], "true");
    check("~", &[text("x1"), text("^[[:alpha:]][[:digit:]-]$")], "true");
    check("~", &[text("x{"), text("x{")], "true");
    check("~", &[text("xx"), text("^x{2}$")], "true");
}

/// Many of these would mean something else to the crate.
#[test]
fn what_is_no_pattern_to_postgresql() {
    for pattern in [
        "(?P<n>a)",
        "(?<n>a)",
        "(?=a)",
        "(?U)a",
        "(?-i)a",
        "b(?i)a",
        "(?i:a)",
        r"\pL",
        r"\z",
        r"\x{61}",
        "a**",
        "a+??",
        "^*",
        "a{1,2}{2}",
        "a{256}",
        "a{2,1}",
        "a{2",
        "[a-c-e]",
        r"[\d-z]",
        r"[\y]",
        "[[:foo:]]",
        "[[.hyphen.]]",
        r"(a)\1",
        "[a",
    ] {
        let message = compiled(pattern, "", MOST_OF_ROW).unwrap_err();
        assert!(message.starts_with(&format!("invalid regular expression {pattern:?}: ")), "{message}");
    }
}

#[test]
fn large_patterns() {
    let large = r"^\w{1,255}$";
    assert!(compiled(large, "", MOST_OF_CONSTANT).is_ok_and(|regex| regex.is_match("abc")));
    for (pattern, most) in [(large, MOST_OF_ROW), (r"(\w{255}){255}", MOST_OF_CONSTANT)] {
        let message = format!("it takes more than {most} MiB; repeat less, or letters of one language");
        let expected = format!("invalid regular expression {pattern:?}: {message}");
        assert_eq!(compiled(pattern, "", most).unwrap_err(), expected);
    }
}

#[test]
fn replacing() {
    replaced("a***:b", "***:", "x", "q", "axb"); // Nothing in a literal pattern has a meaning.
    replaced("a***=b", "***=", "x", "q", "axb");
    check("regexp_replace", &[text("a1b2"), text("[0-9]"), text("")], "ab2");
    replaced("a1b2", "[0-9]", "", "g", "ab");
    replaced("Hello", "L", "x", "gi", "Hexxo");
    replaced("john smith", r"(\w+) (\w+)", r"\2, \1", "", "smith, john");
    replaced("abc", "b", r"[\&]", "", "a[b]c");
    replaced("abc", "b", r"\\ \x \0", "", r"a\ \x \0c");
    replaced("abc", "b*", "-", "g", "-a--c-");
    replaced("ßß", "x*", "-", "g", "-ß-ß-");
    replaced("a.b", ".", "x", "q", "axb");
    replaced(
        "a",
        "a",
        "b",
        "z",
        "error: invalid regular expression \"a\": its flag z is unknown; the flags are g i c n m p w s x t q",
    );
}

#[test]
fn beginnings() {
    check("starts_with", &[text("mill"), text("mi")], "true");
    check("starts_with", &[text("mill"), text("")], "true");
    check("starts_with", &[text("m"), text("mi")], "false");
}
