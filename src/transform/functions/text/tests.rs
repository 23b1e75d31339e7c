use crate::transform::functions::check::*;
use crate::types::Type;

#[test]
fn case() {
    check("upper", &[text("mill")], "MILL");
    check("upper", &[text("straße ŉ ᾳ")], "STRAßE ŉ ᾼ"); // Capitals of two characters do not exist for PostgreSQL.
    check("UPPER", &[text("")], "");
    check("upper", &[null(Type::Text)], "NULL");
    check("lower", &[text("İẞΣ")], "ißσ");
    check("lower", &[text("E\u{301}A")], "e\u{301}a");
    check("initcap", &[text("hELLO wörld o'neil x_y 1a")], "Hello Wörld O'Neil X_Y 1a");
}

#[test]
fn trimming() {
    check("trim", &[text("  a b ")], "a b");
    check("btrim", &[text("xyaxy"), text("yx")], "a");
    check("ltrim", &[text("\ta")], "\ta"); // Only blanks are trimmed unasked.
    check("ltrim", &[text("ßßa"), text("ß")], "a");
    check("rtrim", &[text("aßß"), text("ß")], "a");
    check("rtrim", &[text("a "), text("")], "a ");
    check("trim", &[text("a"), null(Type::Text)], "NULL");
}

#[test]
fn lengths_and_places() {
    check("length", &[text("Straße")], "6");
    check("length", &[text("e\u{301}")], "2");
    check("char_length", &[text("")], "0");
    check("character_length", &[text("abc")], "3");
    check("strpos", &[text("größe"), text("e")], "5");
    check("strpos", &[text("abc"), text("")], "1");
    check("strpos", &[text("abc"), text("d")], "0");
    check("ascii", &[text("ß")], "223");
    check("ascii", &[text("")], "0");
    check("chr", &[big(223)], "ß");
    check("chr", &[big(0)], "error: the null character is not permitted");
    check("chr", &[big(0xd800)], "error: 55296 is not the code point of a character");
}

#[test]
fn pieces() {
    check("substr", &[text("größer"), big(3)], "ößer");
    check("substr", &[text("größer"), big(3), big(2)], "öß");
    check("substr", &[text("abc"), big(0), big(2)], "a");
    check("substr", &[text("abc"), big(-1), big(2)], "");
    check("substring", &[text("abc"), big(-5)], "abc");
    check("substr", &[text("abc"), big(2), big(i64::MAX)], "bc");
    check("substr", &[text("abc"), big(i64::MAX), big(i64::MAX)], "");
    check("substr", &[text("abc"), big(1), big(-1)], "error: negative substring length not allowed");
    check("left", &[text("größe"), big(3)], "grö");
    check("left", &[text("größe"), big(-1)], "größ");
    check("left", &[text("abc"), big(i64::MIN)], "");
    check("right", &[text("größe"), big(3)], "öße");
    check("right", &[text("größe"), big(-2)], "öße");
    check("right", &[text("abc"), big(0)], "");
    check("right", &[text("abc"), big(9)], "abc");
    check("right", &[text("abc"), big(i64::MIN)], "");
    check("split_part", &[text("a-b-c"), text("-"), big(2)], "b");
    check("split_part", &[text("a-b-c"), text("-"), big(-1)], "c");
    check("split_part", &[text("a-b-c"), text("-"), big(4)], "");
    check("split_part", &[text("a-b-c"), text("-"), big(-4)], "");
    check("split_part", &[text("aaa"), text("aa"), big(-1)], "a");
    check("split_part", &[text("a-b"), text("-"), big(i64::MIN)], "");
    check("split_part", &[text("a"), text(""), big(-1)], "a");
    check("split_part", &[text("a"), text(""), big(i64::MIN)], "");
    check("split_part", &[text("a"), text("-"), big(0)], "error: field position must not be zero");
}

#[test]
fn building() {
    check("replace", &[text("mill"), text("l"), text("ß")], "mißß");
    check("replace", &[text("mill"), text(""), text("x")], "mill");
    check("lpad", &[text("7"), big(3), text("0")], "007");
    check("lpad", &[text("größe"), big(2)], "gr");
    check("rpad", &[text("a"), big(5), text("xyz")], "axyzx");
    check("rpad", &[text("a"), big(5), text("")], "a");
    check("lpad", &[text("a"), big(-1)], "");
    check("rpad", &[text("a"), big(i64::MAX)], "error: the resulting text is longer than 16 MiB");
    check("repeat", &[text("ab"), big(2)], "abab");
    check("repeat", &[text("ab"), big(-2)], "");
    check("repeat", &[text(""), big(i64::MAX)], "");
    check("repeat", &[text("ab"), big(1 << 30)], "error: the resulting text is longer than 16 MiB");
    check("reverse", &[text("aß")], "ßa");
    check("||", &[text("a"), text("ß")], "aß");
    check("||", &[text("a"), null(Type::Text)], "NULL");
    check("concat", &[text("a"), null(Type::Text), int(1)], "a1");
    check("concat", &[null(Type::Text)], "");
    check("concat", &[boolean(true), boolean(false)], "tf");
    check("concat_ws", &[text("-"), text("a"), null(Type::Integer), int(1)], "a-1");
    check("concat_ws", &[null(Type::Text), text("a")], "NULL");
    check("concat_ws", &[text("-"), null(Type::Text)], "");
}
