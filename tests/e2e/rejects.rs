//! Every row accounted for, and every reject exact: its line, its place in the file, its own bytes.

use serde_json::Value;

use crate::support::{Folder, records};

/// A file under construction that remembers where its bad records stand.
struct Input {
    bytes: Vec<u8>,
    line: u64,
    expected: Vec<(u64, u64, &'static str, Vec<u8>)>,
    good: usize,
}

impl Input {
    fn good(&mut self, record: &[u8]) {
        self.good += 1;
        self.push(record);
    }

    /// `raw` is what must stand in the rejects file.
    fn bad(&mut self, error_type: &'static str, record: &[u8], raw: &[u8]) {
        self.expected.push((self.line, self.bytes.len() as u64, error_type, raw.to_vec()));
        self.push(record);
    }

    fn push(&mut self, record: &[u8]) {
        self.line += record.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        self.bytes.extend_from_slice(record);
        self.bytes.push(b'\n');
    }
}

/// 1,000 records with every kind of reject among them.
fn dirty() -> Input {
    let mut input = Input { bytes: b"id,name,quantity,price\n".to_vec(), line: 2, expected: Vec::new(), good: 0 };
    let long = format!("7,\"{}\",1,2", "x".repeat(3000));
    for n in 0..1000 {
        match n {
            11 => input.bad("CAST", b"x1,a,1,2", b"x1,a,1,2"),
            100 => input.bad("MISSING_COLUMNS", b"1,a", b"1,a"),
            200 => input.bad("TOO_MANY_COLUMNS", b"1,\"a\nb\",2,3,4", b"1,\"a\nb\",2,3,4"),
            300 => input.bad("BAD_QUOTE", b"1,\"a\"b,2,3", b"1,\"a\"b,2,3"),
            400 => input.bad("RECORD_TOO_LARGE", long.as_bytes(), long.as_bytes()),
            500 => input.bad("INVALID_ENCODING", b"1,a\\\xff,2,3", br"1,a\\\xFF,2,3"),
            600 => input.bad("EXPRESSION", b"1,a,0,3", b"1,a,0,3"),
            _ if n % 7 == 0 => input.good(format!("{n},\"name, {n}\nsecond line\",3,{n}.5").as_bytes()),
            _ => input.good(format!("{n},name {n},2,{n}.25").as_bytes()),
        }
    }
    input.bad("UNCLOSED_QUOTE", b"9,\"open,2,3", b"9,\"open,2,3");
    input
}

#[test]
fn a_thousand_rows_with_every_kind_of_reject() {
    let input = dirty();
    let folder = Folder::with("in.csv", &input.bytes);
    let arguments =
        ["run", "in.csv", "out.csv", "--columns", "id:bigint", "--where", "id % 2 = 0 or id < 20", "--select"];
    let more =
        ["id, name, 100 / quantity as share", "--set", "extract.max_record_size=2000", "--summary", "summary.json"];
    folder.mill(arguments.into_iter().chain(more)).exits(3).says("balance ok");

    let rejects = records(folder.rejects().as_bytes());
    let found: Vec<_> = rejects[1..].iter().map(|r| (r[1].clone(), r[2].clone(), r[6].clone(), r[8].clone())).collect();
    let text = |raw: &Vec<u8>| String::from_utf8(raw.clone()).unwrap();
    let expected: Vec<_> = input
        .expected
        .iter()
        .map(|(line, at, kind, raw)| (line.to_string(), at.to_string(), kind.to_string(), text(raw)))
        .collect();
    assert_eq!(found, expected);

    let summary: Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    let rows = |name: &str| summary["rows"][name].as_u64().unwrap();
    let loaded = summary["sinks"][0]["rows_loaded"].as_u64().unwrap();
    assert_eq!(rows("read") as usize, input.good + input.expected.len());
    assert_eq!(rows("rejected") as usize, input.expected.len());
    assert_eq!(rows("read"), loaded + rows("filtered") + rows("rejected"));
    assert_eq!(loaded as usize, records(&folder.read("out.csv")).len() - 1);
    assert_eq!(summary["balanced"], true);
}

#[test]
fn the_neighbours_of_every_reject_are_untouched() {
    let input = dirty();
    let folder = Folder::with("in.csv", &input.bytes);
    folder.mill(["run", "in.csv", "out.csv", "--set", "extract.max_record_size=2000"]).exits(3);
    let names: Vec<String> = records(&folder.read("out.csv")).iter().skip(1).map(|record| record[1].clone()).collect();
    for n in (0..1000).filter(|n| ![11, 100, 200, 300, 400, 500, 600].contains(n)) {
        let name = if n % 7 == 0 { format!("name, {n}\nsecond line") } else { format!("name {n}") };
        assert!(names.contains(&name), "{name:?} is lost");
    }
}

#[test]
fn without_a_header_the_first_record_is_rejected_like_any_other() {
    let folder = Folder::with("in.csv", b"1,\xff\n2,b\n\"3\"x,c\n4,d\n");
    folder.mill(["run", "in.csv", "out.csv", "--no-header"]).exits(3);
    assert_eq!(folder.text("out.csv"), "column_1,column_2\n2,b\n4,d\n");
    let rejects = records(folder.rejects().as_bytes());
    let found: Vec<_> = rejects[1..].iter().map(|r| (r[1].as_str(), r[6].as_str())).collect();
    assert_eq!(found, [("1", "INVALID_ENCODING"), ("3", "BAD_QUOTE")]);
}

#[test]
fn utf_16_offsets_count_the_files_own_bytes() {
    let text = "\u{feff}id,name\n1,ä😀\n2\n3,c\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at = bytes.len() - "2\n3,c\n".len() * 2;
    let folder = Folder::with("in.csv", bytes);
    folder.mill(["run", "in.csv", "out.csv"]).exits(3);
    assert_eq!(folder.text("out.csv"), "id,name\n1,ä😀\n3,c\n");
    let rejects = records(folder.rejects().as_bytes());
    assert_eq!(
        (rejects[1][1].as_str(), rejects[1][2].as_str(), rejects[1][8].as_str()),
        ("3", at.to_string().as_str(), "2")
    );
}

#[test]
fn a_database_refuses_a_row_and_keeps_the_others() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2,b\n2,c\n3,\n4,d\n");
    let db = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
    db.execute_batch("create table t (id integer primary key, name text not null)").unwrap();
    drop(db);
    folder.mill(["run", "in.csv", "sqlite:t.db?table=t"]).exits(3).says("CONSTRAINT 2").says("balance ok");
    let rejects = records(folder.rejects().as_bytes());
    assert_eq!(rejects[1][1..7], ["4", "16", "load", "t.db", "id", "CONSTRAINT"].map(str::to_owned)[..]);
    assert_eq!(rejects[2][8], "3,");
    let db = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
    let ids: String =
        db.query_row("select group_concat(id) from (select id from t order by id)", [], |row| row.get(0)).unwrap();
    assert_eq!(ids, "1,2,4");
}

/// `raw` of each reject, and whether it is escaped.
fn raws(folder: &Folder) -> Vec<(String, bool)> {
    let rejects = records(folder.rejects().as_bytes());
    rejects.into_iter().skip(1).map(|reject| (reject[8].clone(), reject[7].starts_with("escaped: "))).collect()
}

/// Broken records, values that do not fit their type and rows that a database refuses, in every format of lines.
#[test]
fn raw_is_decoded_by_the_files_encoding() {
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let check = |input: &[u8], arguments: &[&str], expected: &[(&str, bool)]| {
        let folder = Folder::with("in", input);
        let db = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
        db.execute_batch("create table t (a text check (a <> 'Bär'), b text)").unwrap();
        let all = ["run", "-q", "in", "sqlite:t.db?table=t", "--set", "errors.max_error_ratio=1.0"];
        folder.mill([&all[..], arguments].concat()).exits(3);
        let expected: Vec<_> = expected.iter().map(|(raw, escaped)| ((*raw).to_owned(), *escaped)).collect();
        assert_eq!(raws(&folder), expected, "{arguments:?}");
    };
    let of = |encoding: &'static str| format!("extract.encoding={encoding}");
    let windows = of("windows-1252");
    let csv = latin("a,b\nBäckerei\nÄ,\"x\"y\nBär,1\nÜ,C:\\\u{81}\nÖ,2\n");
    let in_order = [("Bäckerei", false), ("Ä,\"x\"y", false), ("Bär,1", false)];
    check(&csv, &["--set", &windows], &in_order);
    let typed = ["--set", &windows, "--columns", "b:bigint"];
    let cast = [("Bäckerei", false), ("Ä,\"x\"y", false), ("Ü,C:\\\u{81}", false), ("Bär,1", false)];
    check(&csv, &typed, &cast);
    // Of windows-1253, 0xAA is no character.
    check(
        b"a,b\n\xE1\\\xAA,1\n\xE1,2,3\n\xE2,3\n",
        &["--set", &of("windows-1253")],
        &[(r"α\\\xAA,1", true), ("α,2,3", false)],
    );
    let jsonl = latin("{\"a\":\"Bär\"}\n{\"a\":\"ö\"\n{\"a\":\"ok\"}\n");
    let expected = [("{\"a\":\"ö\"", false), ("{\"a\":\"Bär\"}", false)];
    check(&jsonl, &["--from-format", "jsonl", "--set", &windows], &expected);
    let text = latin("Bär 1\nö\nok 2\n");
    let pattern = "extract.pattern=(?<a>\\S+) (?<b>\\d)";
    check(&text, &["--from-format", "text", "--set", pattern, "--set", &windows], &[("ö", false), ("Bär 1", false)]);
    let lines = latin("Bär\nok\n");
    let select = ["--from-format", "lines", "--select", "line as a", "--set", &windows];
    check(&lines, &select, &[("Bär", false)]);
    // gb18030 has two codes for some characters, of which one comes back.
    let chinese = b"a,b\n\xD6\xD0\n\xA3\xA0\nok,1\n";
    check(chinese, &["--set", &of("gb18030")], &[("中", false), (r"\xA3\xA0", true)]);
}

#[test]
fn raw_of_utf_16_is_text_or_has_the_files_own_bytes() {
    for big_endian in [false, true] {
        let bytes = |unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let units = "\u{feff}a,b\nBär\nok,1\n".encode_utf16().chain([0xD83D, 0x2C, 0x32]);
        let folder = Folder::with("in.csv", units.flat_map(bytes).collect::<Vec<u8>>());
        folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(3);
        let bad = if big_endian { r"\xD8\x3D,2" } else { r"\x3D\xD8,2" };
        assert_eq!(raws(&folder), [("Bär".to_owned(), false), (bad.to_owned(), true)]);
    }
}
