//! Our scanner beside serde_json, over texts that are JSON and texts that are nearly so.

use proptest::prelude::*;

use super::{Form, lenient, step, walk};
use crate::transform::functions::check::{big, check, text};

/// Strings with escapes, halves of surrogate pairs and what a string may not hold.
fn strings() -> impl Strategy<Value = String> {
    let pair = r#""\ud83d\ude00é""#;
    let sound =
        prop_oneof![Just(r#""a""#), Just(r#""\u0061""#), Just("\"\""), Just(r#""b\n\"\\/\u00e4\u0000""#), Just(pair)];
    let odd =
        prop_oneof![Just(r#""\ud800""#), Just(r#""\udc00x""#), Just(r#""\u12""#), Just("\"\u{1}\""), Just("\"]},{\"")];
    prop_oneof![sound, odd].prop_map(str::to_owned)
}

/// Values with blanks, keys that stand twice and numbers in every spelling.
fn values() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        Just("1e999".to_owned()),
        Just("01".to_owned())
    ];
    let word = prop_oneof![Just("null"), Just("true"), Just("false"), Just("nul")].prop_map(str::to_owned);
    let key = prop_oneof![8 => Just(r#""a""#), 4 => Just(r#""b""#), 2 => Just(r#""\u0061""#), 1 => Just(r#""\ud800""#)];
    let blank = || prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\n\t"), 1 => Just("\r")];
    let leaf = prop_oneof![4 => strings(), 4 => number, 2 => word];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        let spaced = (blank(), inner, blank()).prop_map(|(before, value, after)| format!("{before}{value}{after}"));
        let member = (blank(), key.clone(), blank(), spaced.clone())
            .prop_map(|(before, key, after, value)| format!("{before}{key}{after}:{value}"));
        prop_oneof![
            proptest::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(","))),
            proptest::collection::vec(spaced, 0..4).prop_map(|values| format!("[{}]", values.join(","))),
        ]
    })
}

/// A value, or one that lost, doubled or swapped a byte.
fn texts() -> impl Strategy<Value = String> {
    let spoilt = (values(), any::<prop::sample::Index>(), "[\\[\\]{}:,\"\\\\ 0x]{0,2}").prop_map(|(text, at, put)| {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        characters.splice(at..=at, put.chars());
        characters.into_iter().collect()
    });
    prop_oneof![3 => values(), 1 => values().prop_map(|text| format!(" {text}\n")), 2 => spoilt]
}

/// The walk as it was: each step by serde_json.
fn slow_walk<'j>(json: &'j str, steps: &[&str]) -> Result<Option<&'j str>, String> {
    let mut value = lenient::value(json)?;
    for step in steps {
        let next = match step.trim().parse() {
            Ok(place) if value.starts_with('[') => lenient::element(value, place)?,
            _ => lenient::member(value, step)?,
        };
        match next {
            Some(next) => value = next,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

proptest! {
    #[test]
    fn steps_are_those_of_serde_json(text in texts(), place in -4i64..4) {
        prop_assert_eq!(step::value(&text), lenient::value(&text));
        prop_assert_eq!(step::length(&text), lenient::length(&text));
        prop_assert_eq!(step::element(&text, place), lenient::element(&text, place));
        for key in ["a", "b", "", "\u{fffd}"] {
            prop_assert_eq!(step::member(&text, key), lenient::member(&text, key));
        }
    }

    #[test]
    fn walks_are_those_of_serde_json(text in texts(), steps in proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("0"), Just(" -1"), Just("1")], 0..4)) {
        prop_assert_eq!(walk(&text, steps.iter().copied()), slow_walk(&text, &steps));
    }

    #[test]
    fn strings_are_decoded_as_serde_json_decodes_them(text in strings()) {
        if lenient::value(&text).is_ok() {
            prop_assert_eq!(step::decoded(&text), lenient::parsed::<String>(&text).map(Into::into));
        }
    }
}

#[test]
fn deep_nesting_and_half_a_pair_are_walked_through() {
    let deep = format!("{{\"a\":{}{},\"b\":1}}", "[".repeat(2000), "]".repeat(2000));
    assert_eq!(step::member(&deep, "b"), Ok(Some("1")));
    assert_eq!(step::member(r#"{"a":"\ud800","b":1}"#, "b"), Ok(Some("1")));
    let mut out = String::new();
    let refused = Form::Text.write(Some(r#""\ud800""#), &mut out).unwrap_err();
    assert_eq!(refused, "invalid JSON: unexpected end of hex escape at line 1 column 8");
}

#[test]
fn what_is_no_json_is_told_as_before() {
    let refused = |text: &str| step::member(text, "a").unwrap_err();
    assert_eq!(refused("{\"a\":1"), "invalid JSON: EOF while parsing an object at line 1 column 6");
    assert_eq!(refused(" x"), "invalid JSON: expected value at line 1 column 2");
    assert_eq!(refused(r#"{"\ud800x":1}"#), "invalid JSON: unexpected end of hex escape at line 1 column 9");
}

/// The answers are PostgreSQL's for the same text as json.
#[test]
fn parts_of_json() {
    check("->", &[text(r#"{"a": [1,  2]}"#), text("a")], "[1,  2]");
    check("->", &[text("[1, 2]"), big(-1)], "2");
    check("->", &[text("[1, 2]"), big(5)], "NULL");
    check("->>", &[text(r#"{"a": "b\u00e4"}"#), text("a")], "bä");
    check("->", &[text(r#"{"a": "b"}"#), text("a")], "\"b\"");
    check("->>", &[text("[null]"), big(0)], "NULL");
    check("->", &[text("[null]"), big(0)], "null");
    check("#>", &[text(r#"{"a": [1, {"b c": 3}]}"#), text("{a, 1}")], r#"{"b c": 3}"#);
    check("#>>", &[text(r#"{"a": [1, {"b c": 3}]}"#), text(r#"{a,1,"b c"}"#)], "3");
    check("->", &[text("[1]"), text("a")], "NULL");
    check("->", &[text("{}"), big(0)], "NULL");
    check("#>", &[text("[1, 2]"), text("{}")], "[1, 2]");
    check("#>", &[text("[1, 2]"), text("0")], "error: a path is written {a,0,b}, not \"0\"");
}
