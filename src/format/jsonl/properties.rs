//! The reader of JSONL beside serde_json: both take the same lines, and see the same values.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::keys::Keys;
use super::read::Layout as JsonlLayout;
use crate::batch::{Chunk, InputFile, LineEnds};
use crate::format::csv::{self, Dialect, NullWords, Shape};
use crate::format::{Layout, Workspace, read};

const KEYS: [&str; 3] = ["a", "é", "b\n"];

fn layout() -> Layout {
    let shape =
        Shape { dialect: Dialect::lines(None), width: 1, pad: false, trailing_delimiter: false, skips_header: false };
    let lines =
        csv::Layout { shape, null: NullWords::new(&[]), repeats: Arc::default(), encoding: None, zone: chrono_tz::UTC };
    let keys = Keys::new(KEYS.map(str::to_owned).to_vec(), true);
    Layout::Jsonl(JsonlLayout { lines, keys })
}

fn chunk(bytes: Vec<u8>) -> Chunk {
    let file = Arc::new(InputFile::new(0, "in.jsonl"));
    Chunk {
        sequence: 0,
        file,
        offset: 0,
        line: 1,
        bytes,
        skips: vec![],
        plain_quotes: true,
        from_utf16: false,
        line_ends: LineEnds::Feed,
        values: None,
        upto: None,
    }
}

/// The columns of the one line; `Err` is why it was refused, `Ok(None)` that it is blank.
fn ours(line: &str) -> Result<Option<Vec<Option<String>>>, String> {
    let (chunk, layout, mut space) = (chunk(line.as_bytes().to_vec()), layout(), Workspace::default());
    let found = read(&chunk, &layout, &mut space);
    assert!(found.read <= 1 && found.read == found.records.len() + found.rejects.len(), "{line:?}");
    match found.rejects.first() {
        Some(reject) => Err(reject.message.clone()),
        None if found.read == 0 => Ok(None),
        None => {
            let text = |column| found.records.text(0, column).map(|text| text.into_owned());
            Ok(Some((0..KEYS.len()).map(text).collect()))
        }
    }
}

/// Checks that serde_json says the same of a line, but for what we refuse on purpose: keys that stand twice.
fn check(line: &str) {
    let theirs: Result<Value, _> = serde_json::from_str(line);
    match (ours(line), theirs) {
        (Ok(None), _) => assert!(line.trim().is_empty(), "{line:?}"),
        (Ok(Some(cells)), Ok(Value::Object(members))) => {
            for (key, cell) in KEYS.iter().zip(cells) {
                match members.get(*key) {
                    None | Some(Value::Null) => assert_eq!(cell, None, "{line:?}"),
                    Some(Value::String(text)) => assert_eq!(cell.as_ref(), Some(text), "{line:?}"),
                    Some(value) => {
                        let found: Value = serde_json::from_str(cell.as_deref().unwrap_or_default()).unwrap();
                        assert_eq!(&found, value, "{line:?}");
                    }
                }
            }
        }
        // It has a number that no double holds, which stays text here.
        (Ok(Some(_)), Err(error)) if error.to_string().starts_with("number out of range") => {}
        (Ok(Some(cells)), theirs) => panic!("{line:?}: {cells:?}, but serde_json says {theirs:?}"),
        (Err(why), Ok(Value::Object(_))) => assert!(why.contains("stands here again"), "{line:?}: {why}"),
        (Err(_), _) => {}
    }
}

/// Pieces of JSON, most of which fit behind each other somewhere.
fn any_line() -> impl Strategy<Value = String> {
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\t",
        "\"a\"",
        "\"é\"",
        "\"\\u00e9\"",
        "\"b\\n\"",
        "\"",
        "\\",
        "\\\"",
        "\\ud83d",
        "\\ude00",
        "\\u00",
        "0",
        "1",
        "-",
        ".",
        "e",
        "+",
        "12.50",
        "1e5",
        "-0",
        "true",
        "false",
        "null",
        "nul",
        "x",
        "\u{1}",
        "😀",
        "{\"a\":",
        "{\"a\":1,",
        "\"x\\\\\"",
        "{}",
        "[]",
        "[1,{\"a\":[]}]",
    ];
    vec(select(pieces.to_vec()), 0..14).prop_map(|pieces| pieces.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any_key(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(KEYS.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn pieces_of_json_are_judged_as_serde_json_judges_them(line in any_line()) {
        check(&line);
    }

    #[test]
    fn objects_are_read_as_serde_json_wrote_them(members in vec((any_key(), any_value()), 0..5), cut in any::<prop::sample::Index>()) {
        let object = Value::Object(members.into_iter().collect());
        let line = object.to_string();
        prop_assert!(ours(&line).is_ok(), "{}", line);
        check(&line);
        // And with one character missing.
        let mut short: Vec<char> = line.chars().collect();
        short.remove(cut.index(short.len()));
        check(&short.into_iter().collect::<String>());
    }
}

#[test]
fn what_is_wrong_with_a_line_is_told_with_its_place() {
    let refused = |line: &str, message: &str| assert_eq!(ours(line), Err(message.to_owned()), "{line}");
    refused(
        "[{\"a\":1}]",
        "byte 1 of the line: an array where one object a line is read; jq -c '.[]' FILE makes lines of it",
    );
    refused("5", "byte 1 of the line: no JSON object begins here");
    refused("{\"a\":01}", "byte 7 of the line: a comma or } is expected");
    refused("{\"a\":1", "byte 7 of the line: the line ends within its object");
    refused("{\"a\":1} x", "byte 9 of the line: something follows the object; one object a line is read");
    refused("{\"a\":\"\\q\"}", "byte 7 of the line: JSON has no such escape");
    refused("{\"a\":\"\\ud800\"}", "byte 7 of the line: half a character, one \\u of a pair, stands alone");
    refused("{\"a\":1,\"a\":2}", "byte 8 of the line: the key stands here again");
    refused(
        &format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200)),
        "byte 132 of the line: more than 127 objects and arrays stand in each other",
    );
    assert_eq!(ours(" \t "), Ok(None));
    let digits = "{\"a\":123456789012345678901234567890.10}";
    assert_eq!(ours(digits).unwrap().unwrap()[0].as_deref(), Some("123456789012345678901234567890.10"));
}
