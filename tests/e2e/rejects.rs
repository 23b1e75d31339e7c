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
