//! What ends the lines of a file: its first line end outside quotes decides, whatever brings its bytes.

use std::io::Write;
use std::thread;
use std::time::Duration;

use flate2::write::GzEncoder;

use crate::determinism::check_some;
use crate::support::{Done, Folder, records};

/// Long enough for a run to have read what was sent.
const A_WHILE: Duration = Duration::from_millis(60);

/// Rows with every line end that is one, and returns that are bytes.
const FEEDS: &str = "id,note\r\n1,a\rb\n2,\"c\r\"\r\r\n\r\n3,\r\r\r\n4,d\r";
/// The same of a file where a lone CR ends lines.
const RETURNS: &str = "id,note\r1,a\n2,\"c\r\"\r\n\r3,\n4,d\r";

const READ_OF_FEEDS: [[&str; 3]; 4] = [["2", "1", "a\rb"], ["3", "2", "c\r"], ["5", "3", "\r"], ["6", "4", "d\r"]];
/// A CR within quotes is in a physical line end there.
const READ_OF_RETURNS: [[&str; 3]; 4] = [["2", "1", "a"], ["3", "2", "c\r"], ["6", "3", ""], ["7", "4", "d"]];

const LINED: [&str; 5] = ["--all-text", "--select", "_line, id, note", "-q", "--batch-period=10ms"];

#[track_caller]
fn check(output: &[u8], expected: [[&str; 3]; 4]) {
    let found = records(output);
    assert_eq!(found[1..], expected.map(|row| row.map(str::to_owned).to_vec()), "{:?}", output.escape_ascii());
}

/// Sends the bytes one by one, with a while between those of line ends.
fn run_on(folder: &Folder, bytes: &[u8], arguments: &[&str]) -> Done {
    let mut child = folder.start([&["run", "-", "-"], arguments].concat());
    let mut pipe = child.stdin.take().unwrap();
    for byte in bytes {
        pipe.write_all(&[*byte]).unwrap();
        if matches!(byte, b'\r' | b'\n') {
            thread::sleep(A_WHILE);
        }
    }
    drop(pipe);
    Done::wait(child)
}

#[test]
fn a_pipe_may_bring_the_bytes_of_a_line_end_apart() {
    let folder = Folder::new();
    for (text, expected) in [(FEEDS, READ_OF_FEEDS), (RETURNS, READ_OF_RETURNS)] {
        check(&run_on(&folder, text.as_bytes(), &LINED).exits(0).stdout, expected);
        let skipped = text.replacen("id,note", "\"a title", 1);
        let more = ["--set", "extract.skip=1", "--columns", "id:text,note:text", "--set", "extract.header=false"];
        check(&run_on(&folder, skipped.as_bytes(), &[&more[..], &LINED].concat()).exits(0).stdout, expected);
    }
}

#[test]
fn each_file_has_its_own_line_ends() {
    let folder = Folder::new();
    let utf16: Vec<u8> = format!("\u{feff}{FEEDS}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(RETURNS.as_bytes()).unwrap();
    folder.write("1.csv", RETURNS);
    folder.write("2.csv", utf16);
    folder.write("3.csv", gzip.finish().unwrap());
    folder.write("4.csv", FEEDS);
    for more in [&[][..], &["--union-by-name"]] {
        let done = folder.mill([&["run", "?.csv", "-"], &LINED[..], more].concat()).exits(0);
        let read: Vec<_> = [READ_OF_RETURNS, READ_OF_FEEDS, READ_OF_RETURNS, READ_OF_FEEDS].concat();
        let read: Vec<_> = read.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        assert_eq!(records(&done.stdout)[1..], read, "{more:?}");
    }
}

#[test]
fn a_lookup_has_its_own_too() {
    let folder = Folder::with("in.csv", "id\n1\n2\n3\n4\n");
    folder.write("names.csv", FEEDS);
    let sql = "select n.note from input i left join names n on i.id = n.id";
    let done = folder.mill(["run", "in.csv", "-", "--set", "lookup.names.path=names.csv", "--sql", sql, "-q"]);
    assert_eq!(done.exits(0).stdout_text(), "note\n\"a\rb\"\n\"c\r\"\n\"\r\"\n\"d\r\"\n");
}

#[test]
fn every_target_holds_the_byte() {
    let folder = Folder::with("in.csv", "id,note\n1,a\rb\n2,\"c\"\n");
    for target in ["out.csv", "out.jsonl", "out.parquet", "out.tsv"] {
        folder.mill(["run", "in.csv", target, "-q"]).exits(0);
        let back = folder.mill(["run", target, "-", "-q"]).exits(0);
        assert_eq!(records(&back.stdout), [["id", "note"], ["1", "a\rb"], ["2", "c"]], "{target}");
    }
    assert_eq!(folder.text("out.csv"), "id,note\n1,\"a\rb\"\n2,\"c\"\n");
    folder.mill(["run", "in.csv", "sqlite:t.db?table=t", "-q"]).exits(0);
    let db = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
    let note: String = db.query_row("select note from t where id = 1", [], |row| row.get(0)).unwrap();
    assert_eq!(note, "a\rb");
}

#[test]
fn a_reject_holds_it_and_names_the_line() {
    let folder = Folder::with("in.csv", "id,note\r\n1,a\rb,c\n2,\"d\"\re\n\"f\r,3\n4,g\n");
    folder.mill(["run", "in.csv", "null:", "--max-errors", "9", "--rejects", "bad.csv"]).exits(3);
    let rejects = records(&folder.read("bad.csv"));
    let told: Vec<_> = rejects[1..].iter().map(|reject| [&reject[1], &reject[2], &reject[6], &reject[8]]).collect();
    assert_eq!(
        told,
        [
            ["2", "9", "TOO_MANY_COLUMNS", "1,a\rb,c"],
            ["3", "17", "BAD_QUOTE", "2,\"d\"\re"],
            ["4", "25", "UNCLOSED_QUOTE", "\"f\r,3"],
        ]
    );
    assert!(rejects[1][7].contains("a CR in it ends no line"), "{}", rejects[1][7]);
    assert!(!rejects[2][7].contains("a CR in it ends no line"), "{}", rejects[2][7]);
}

#[test]
fn mixed_line_ends_come_out_the_same_whatever_the_threads_and_chunks() {
    let folder = Folder::new();
    let input = |name: &str| folder.path().join(name).display().to_string();
    let row = |n: usize| match n % 11 {
        0 => format!("{n},a\rb,\"c\r\"\r\r\n"),
        1 => "\r\n".repeat(90),
        2 => format!("{n},\r\r\r\n"),
        3 => "\n\r\r\n".repeat(40),
        4 => format!("#{n}\"\r#\n"),
        5 => format!("{n},\"a\"\rb,x\n"),
        6 => format!("\"{n}\rx,y\n"),
        _ => format!("{n},\"d\ne\",\r\n"),
    };
    let body: String = (0..600).map(row).collect();
    let comment = ["--set", "extract.comment=#"];
    for (name, begin) in [("feed.csv", "a,b,c\n"), ("return.csv", "a,b,c\r")] {
        folder.write(name, format!("{begin}{body}"));
        let some = |threads: usize, size: usize| threads == size || (threads, size) == (1, 3);
        check_some(&input(name), &comment, some);
        let no_header =
            ["--set", "extract.skip=1", "--set", "extract.header=false", "--columns", "a:text,b:text,c:text"];
        check_some(&input(name), &no_header, some);
        check_some(&input(name), &["--set", "extract.lenient=true", "--select", "_line, *"], some);
        check_some(&input(name), &["--from-format", "lines", "--select", "_line, line"], some);
    }
}
