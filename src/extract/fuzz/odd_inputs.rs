//! One case for each odd input that users of other CSV readers know: what becomes a row, what a reject, and where.

use std::sync::Arc;

use super::naive::naive;
use super::pieces::read_in_pieces;
use super::{Record, Setting};
use crate::batch::{Chunk, InputFile, Records, Selection};
use crate::extract::cut::{Cutter, Position};
use crate::format::csv::{Dialect, Fields, Layout, NullWords, Shape, header, read};
use crate::format::encoding::{Unicode, Utf16Decoder, bom};

fn standard(width: usize) -> Setting {
    Setting::plain(width)
}

/// Rows as `1|Ann|~` (`~` is NULL), rejects as `!TYPE line offset`.
fn check_with(setting: Setting, input: &[u8], expected: &[&str]) {
    for feed in [1, 2, 3, 7, input.len()] {
        let records = read_in_pieces(input, &setting, || feed);
        let shown: Vec<String> = records.iter().map(shown).collect();
        assert_eq!(shown, expected, "fed {feed} bytes at a time");
        assert_eq!(records, naive(input, &setting).records);
    }
}

fn shown(record: &Record) -> String {
    match &record.cells {
        Ok(cells) => cells.iter().map(|cell| cell.as_deref().unwrap_or("~")).collect::<Vec<_>>().join("|"),
        Err(why) => format!("!{} {} {}", why.name(), record.line, record.offset),
    }
}

fn check(input: &str, expected: &[&str]) {
    check_with(standard(3), input.as_bytes(), expected);
}

#[test]
fn line_ends() {
    let rows = ["id|name|age", "1|Ann|10", "2|Bob|20"];
    check("id,name,age\n1,Ann,10\n2,Bob,20\n", &rows);
    check("id,name,age\r\n1,Ann,10\r\n2,Bob,20\r\n", &rows);
    check("id,name,age\r1,Ann,10\r2,Bob,20\r", &rows);
    check("id,name,age\r\r\n1,Ann,10\r\r\n2,Bob,20\r\r\n", &rows);
    check("id,name,age\r1,Ann,10\r\n2,Bob,20\n", &rows);
    check("id,name,age\r\n1,Ann,10\n2,Bob,20\r\r\n", &rows);
    check("id,name,age\n1,Ann,10\n2,Bob,20", &rows);
}

#[test]
fn the_first_line_end_decides_what_a_lone_return_is() {
    check("1,a\rb,3\n", &["!MISSING_COLUMNS 1 0", "!MISSING_COLUMNS 2 4"]);
    check("1,2,3\n1,a\rb,3\n\r\n1,\"a\r\",\r\r\r\n\r\n", &["1|2|3", "1|a\rb|3", "1|a\r|\r"]);
    check("1,2,3\n1,2,3\r4,5,6\r", &["1|2|3", "!TOO_MANY_COLUMNS 2 6"]);
    check("1,2,3\r\n\"a\"\r,2,3\n4,5,\"\"\r", &["1|2|3", "!BAD_QUOTE 2 7", "!BAD_QUOTE 3 16"]);
    let returns =
        ["1|2|3", "4|5|~", "7|8|9", "!MISSING_COLUMNS 4 18", "!MISSING_COLUMNS 5 22", "!MISSING_COLUMNS 6 27"];
    check("1,2,3\r4,5,\r\n7,8,9\n\"a\"\r,\"\"\r\n,\r", &returns);
    // Quoted, it decides nothing; in a broken first record nothing is quoted.
    check("1,\"a\rb\",3\n4,5\r,6\n", &["1|a\rb|3", "4|5\r|6"]);
    check("1,\"a\r4,5,6\n", &["!UNCLOSED_QUOTE 1 0", "4|5|6"]);
    check("1,2,\"\"", &["1|2|"]);
    let comment = Setting { dialect: Dialect { comment: Some(b'#'), ..Dialect::default() }, ..standard(3) };
    check_with(comment.clone(), b"#\"\n1,a\rb,3\n#\r1,2,3\n", &["1|a\rb|3"]);
    check_with(comment, b"#\"\r1,2,3\r#\n4,5,6\n", &["1|2|3", "4|5|6"]);
    let small = Setting { max_record_size: 5, ..standard(3) };
    check_with(
        small,
        b"1,2,3\n1,2,3\r\r\n1,2,\r\r\r\n1,2,3\r\r\r\n",
        &["1|2|3", "1|2|3", "1|2|\r", "!RECORD_TOO_LARGE 4 22"],
    );
    let lenient = Setting { dialect: Dialect { lenient: true, ..Dialect::default() }, ..standard(3) };
    check_with(lenient, b"1,2,3\n\"a\"\rb,2,\"c\"\r\n", &["1|2|3", "a\rb|2|c"]);
}

#[test]
fn blank_lines() {
    check("1,2,3\n\n\n4,5,6\n\n", &["1|2|3", "4|5|6"]);
    check("", &[]);
    check("\n", &[]);
    check_with(standard(1), b"x\n\n\"\"\n\n", &["x", "~", "", "~"]);
    check("1,2,3\n   \n4,5,6\n", &["1|2|3", "!MISSING_COLUMNS 2 6", "4|5|6"]);
}

#[test]
fn odd_bytes() {
    check("1,A\0n,3\n", &["1|A\0n|3"]);
    check("1,2,3\n\x1A", &["1|2|3", "!MISSING_COLUMNS 2 6"]);
    check("1,2,3\n\0\0\0\0", &["1|2|3", "!MISSING_COLUMNS 2 6"]);
    check("1,=1+1,\u{1F600}\n", &["1|=1+1|\u{1F600}"]);
    check_with(standard(3), b"1,Jos\xE9,3\n4,5,6\n", &["!INVALID_ENCODING 1 0", "4|5|6"]);
    check_with(standard(3), b"1,\xC0\xAF,3\n", &["!INVALID_ENCODING 1 0"]); // Overlong.
    check_with(standard(3), b"1,\xED\xA0\xBD,3\n4,5,6", &["!INVALID_ENCODING 1 0", "4|5|6"]); // CESU-8.
    // The encoding comes before the width; a comment needs no encoding; neighbours keep their places.
    check_with(standard(3), b"\xFF,2\n1,2\n4,5,6\n", &["!INVALID_ENCODING 1 0", "!MISSING_COLUMNS 2 4", "4|5|6"]);
    let comment = Setting { dialect: Dialect { comment: Some(b'#'), ..Dialect::default() }, ..standard(3) };
    check_with(comment, b"#\xFF,\"\n1,2,3\n\"\xFF\n\"x\n", &["1|2|3", "!BAD_QUOTE 3 11", "!UNCLOSED_QUOTE 4 14"]);
}

#[test]
fn ragged_rows() {
    check(
        "1,2\n1,2,3\n1,2,3,4\n1,2,3,\n",
        &["!MISSING_COLUMNS 1 0", "1|2|3", "!TOO_MANY_COLUMNS 3 10", "!TOO_MANY_COLUMNS 4 18"],
    );
    let pad = Setting { pad: true, ..standard(3) };
    check_with(pad, b"1\n1,\n1,2,3,4\n", &["1|~|~", "1|~|~", "!TOO_MANY_COLUMNS 3 5"]);
    // A ragged record costs the record, inner newlines included.
    check("1,\"x\ny\"\n1,2,3\n", &["!MISSING_COLUMNS 1 0", "1|2|3"]);
}

#[test]
fn quotes() {
    check("1,\"A\nnn\",10\n2,Bob,20\n", &["1|A\nnn|10", "2|Bob|20"]);
    check("1,5\" disk,x\"y\"\n", &["1|5\" disk|x\"y\""]);
    check("1,\"Ann\"x,10\n2,Bob,20\n", &["!BAD_QUOTE 1 0", "2|Bob|20"]);
    check("1,\"An\\\"n\",10\n2,Bob,20\n", &["!BAD_QUOTE 1 0", "2|Bob|20"]);
    check("1,\"Ann,10\n2,Bob,20\n3,Cy,30\n", &["!UNCLOSED_QUOTE 1 0", "2|Bob|20", "3|Cy|30"]);
    check("1,Ann,10\n2,\"Bob", &["1|Ann|10", "!UNCLOSED_QUOTE 2 9"]);
    // A stray quote that happens to close is one legal field.
    check("1,\"Ann,10\n2,Bob\",20\n", &["1|Ann,10\n2,Bob|20"]);
    let lenient = Setting { dialect: Dialect { lenient: true, ..Dialect::default() }, ..standard(3) };
    check_with(lenient, b"1,\"Ann\"x,10\n", &["1|Annx|10"]);
    let backslash = Setting { dialect: Dialect { escape: Some(b'\\'), ..Dialect::default() }, ..standard(3) };
    check_with(backslash, b"1,\"An\\\"n\",10\n", &["1|An\"n|10"]);
    let none = Setting { dialect: Dialect { quote: None, escape: None, ..Dialect::default() }, ..standard(3) };
    check_with(none, b"\"1,\"\"\",\"\n", &["\"1|\"\"\"|\""]);
}

#[test]
fn nulls() {
    check("1,,\"\"\n\"a\",a,A\n", &["1|~|", "a|~|A"]);
}

#[test]
fn large_fields() {
    let field = "x".repeat(70_000);
    check(&format!("1,{field},3\n"), &[&format!("1|{field}|3")]);
    let small = Setting { max_record_size: 1000, ..standard(3) };
    check_with(small.clone(), format!("1,{field},3\n4,5,6\n").as_bytes(), &["!RECORD_TOO_LARGE 1 0", "4|5|6"]);
    // An unclosed quote costs neither the rest of the file nor the memory.
    let rest = "4,5,6\n".repeat(500);
    let expected: Vec<&str> =
        std::iter::once("!RECORD_TOO_LARGE 1 0").chain(std::iter::repeat_n("4|5|6", 500)).collect();
    check_with(small, format!("1,\"x\n{rest}").as_bytes(), &expected);
}

fn layout(width: usize, encoding: Option<&'static encoding_rs::Encoding>) -> Layout {
    let shape =
        Shape { dialect: Dialect::default(), width, pad: false, trailing_delimiter: false, skips_header: false };
    Layout { shape, null: NullWords::new(&[String::new()]), repeats: Arc::default(), encoding, zone: chrono_tz::UTC }
}

fn cut(bytes: Vec<u8>, from_utf16: bool, offset: u64) -> Chunk {
    let mut cutter = Cutter::new(Dialect::default(), 1 << 20, from_utf16);
    let cut = cutter.cut(&bytes, Position { offset, ..Position::first() }, true);
    let file = Arc::new(InputFile::new(0, "input.csv"));
    let plain_quotes = cut.plain_quotes;
    Chunk {
        sequence: 0,
        file,
        offset,
        line: 1,
        bytes,
        skips: cut.skips,
        plain_quotes,
        from_utf16,
        line_ends: cut.line_ends.unwrap_or_default(),
        values: None,
        upto: None,
    }
}

#[test]
fn other_encodings_are_decoded_field_by_field() {
    let bytes = b"1,Jos\xE9,\"\x80 \"\"5\"\"\"\n2,\x81,x\n3,,\n".to_vec();
    let chunk = cut(bytes, false, 0);
    let layout = layout(3, encoding_rs::Encoding::for_label(b"windows-1252"));
    let mut fields = Fields::default();
    let found = read(&chunk, &layout, &mut fields);
    let rows = &found.records;
    assert_eq!((rows.len(), found.read), (3, 3));
    assert_eq!(rows.text(0, 1).as_deref(), Some("José"));
    assert_eq!(rows.text(0, 2).as_deref(), Some("€ \"5\""));
    assert_eq!(rows.text(2, 1), None);
    assert_eq!(rows.verbatim(0, 0..=2, b','), Some("1,José,\"€ \"\"5\"\"\"".as_bytes()));
    let origin = rows.origin(2);
    assert_eq!((origin.line, origin.offset, origin.raw.as_slice()), (3, 23, b"3,,".as_slice()));
    assert_eq!(rows.lines(&Selection::All(3)), [1, 2, 3]);
}

#[test]
fn records_that_are_no_shift_jis_are_refused() {
    let chunk = cut(b"1,\x83\x5C,x\n2,\x83,x\n3,y,z\n".to_vec(), false, 0);
    let layout = layout(3, encoding_rs::Encoding::for_label(b"shift_jis"));
    let mut fields = Fields::default();
    let found = read(&chunk, &layout, &mut fields);
    assert_eq!(found.records.text(0, 1).as_deref(), Some("ソ"));
    assert_eq!(found.records.text(1, 1).as_deref(), Some("y"));
    let reject = &found.rejects[0];
    assert_eq!((reject.origin.line, reject.origin.offset, reject.origin.record), (2, 7, 1));
    assert_eq!(reject.message, "not valid Shift_JIS; extract.encoding names the file's encoding");
    assert_eq!(found.records.origin(1).record, 2);
}

#[test]
fn utf16_keeps_its_own_offsets() {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend("id,n\n1,é😀\n".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0x32, 0, 0x2C, 0, 0x3D, 0xD8, 0x0A, 0]); // `2,` and an unpaired surrogate.
    bytes.extend("3,x\n".encode_utf16().flat_map(u16::to_le_bytes));
    let (encoding, mark) = bom(&bytes).unwrap();
    assert_eq!((encoding, mark), (Unicode::Utf16Le, 2));
    let (mut decoder, mut text) = (Utf16Decoder::new(false), Vec::new());
    decoder.decode(&bytes[mark..], &mut text);
    decoder.finish(&mut text);
    let chunk = cut(text, true, mark as u64);
    let (layout, mut fields) = (layout(2, None), Fields::default());
    let found = read(&chunk, &layout, &mut fields);
    assert_eq!(found.records.text(1, 1).as_deref(), Some("é😀"));
    let last = found.records.origin(2);
    assert_eq!((last.line, last.offset as usize, last.record), (4, bytes.len() - 8, 3));
    let reject = &found.rejects[0];
    assert_eq!((reject.origin.line, reject.origin.offset as usize), (3, bytes.len() - 16));
    assert_eq!(reject.message, "an unpaired surrogate or half a character, which is not valid UTF-16");
}

#[test]
fn headers() {
    let check = |input: &str, expected: Option<(&[&str], u64)>| {
        let header = header::read(&cut(input.as_bytes().to_vec(), false, 0), &layout(0, None)).unwrap();
        let expected = expected.map(|(names, line)| (names.iter().map(|name| name.to_string()).collect(), line));
        assert_eq!(header.map(|header| (header.names, header.line)), expected);
    };
    check("id,\"na\nme\", age \n", Some((&["id", "na\nme", " age "], 1)));
    check("\n\nid\n", Some((&["id"], 3)));
    check("id,,id\n", Some((&["id", "", "id"], 1)));
    check("\n\r\n", None);
    check("\n\"na\rme\",x\r\n", Some((&["na\rme", "x"], 2)));
    check("\r\r\"na\r\"\r", Some((&["na\r"], 3)));
    let lone = header::read(&cut(b"\nid,na\rme\n".to_vec(), false, 0), &layout(0, None)).unwrap_err();
    assert!(lone.starts_with("line 2, column 2: behind \"na\" stands a CR outside quotes"), "{lone}");
    check("", None);
    let latin = header::read(&cut(b"id,pr\xE9nom\n".to_vec(), false, 0), &layout(0, None));
    assert_eq!(
        latin.unwrap_err(),
        "byte 6 of the record, 0xe9, is not valid UTF-8; extract.encoding names the file's encoding, such as \"windows-1252\""
    );
}

/// What the fuzz target has found, as it was given.
#[test]
fn what_was_found_stays_mended() {
    super::fuzz(b"\x5F\x7C\\."); // COPY's end mark, alone.
    super::fuzz(b"\x27\x0D\\\r\r\n\r\\z"); // An escaped line end before the first one that ends a line.
}
