//! What stands before the first row: blank lines, comments, marks, other files.

use crate::support::{Folder, records};

/// More than a cut has lines.
const MANY: usize = 40_000;
const ROWS: &str = "id,name\n1,a\n2,b\n";

#[test]
fn a_header_stands_behind_any_number_of_blank_lines_and_comments() {
    let folder = Folder::with("blank.csv", format!("{}{ROWS}", "\n".repeat(MANY)));
    folder.write("noted.csv", format!("{}#{}\n{ROWS}", "#c\n".repeat(MANY), "long".repeat(1 << 18)));
    for input in ["blank.csv", "noted.csv"] {
        let done = folder.mill(["run", "-q", input, "-", "--set", "extract.comment='#'"]).exits(0);
        assert_eq!(done.stdout_text(), ROWS);
    }
    folder.mill(["run", "-q", "blank.csv", "null:", "--columns", "id:bigint,name:text"]).exits(0);
}

#[test]
fn a_header_that_is_broken_is_said_at_once() {
    let folder = Folder::with("in.csv", format!("{}\n\"a\"b,c\n1,2\n", "\n".repeat(MANY)));
    let line = format!("in.csv, line {}: the header is broken", MANY + 2);
    folder.mill(["run", "in.csv", "null:"]).exits(65).says(&line);
}

#[test]
fn without_a_header_the_first_sound_record_tells_the_width() {
    let broken = "\"a\"b,c\n".repeat(200);
    let folder = Folder::with("in.csv", format!("{broken}1,2\n"));
    let any_share = ["--set", "errors.max_error_ratio=1.0"];
    let run = ["run", "in.csv", "-", "--no-header"];
    let done = folder.mill([&run[..], &any_share].concat()).exits(3).says("201 rows read");
    assert_eq!(done.stdout_text(), "column_1,column_2\n1,2\n");
    assert_eq!(records(folder.rejects().as_bytes()).len(), 201);
    folder.write("in.csv", &broken);
    folder.mill(["run", "in.csv", "-", "--no-header"]).exits(65).says("no sound record").says("extract.columns");
    folder.mill(["run", "in.csv", "null:", "--no-header", "--columns", "a:text,b:text"]).exits(4).says("BAD_QUOTE 200");
}

#[test]
fn an_empty_file_among_others_is_no_rows_where_columns_are_declared() {
    let folder = Folder::with("a.csv", ROWS);
    folder.write("empty.csv", "");
    for files in [r#"["empty.csv", "a.csv"]"#, r#"["a.csv", "empty.csv"]"#] {
        let extract = format!("[extract]\npath = {files}\n[extract.columns]\nid = \"bigint\"\n");
        folder.write("job.toml", format!("{extract}[[load]]\nto = \"-\"\n"));
        assert_eq!(folder.mill(["run", "-q", "job.toml"]).exits(0).stdout_text(), ROWS);
    }
    folder.write("job.toml", "[extract]\npath = [\"a.csv\", \"empty.csv\"]\n[[load]]\nto = \"-\"\n");
    folder.mill(["run", "job.toml"]).exits(65).says("empty.csv");
}

#[test]
fn a_byte_order_mark_tells_more_than_a_name() {
    let big_endian: Vec<u8> = "\u{feff}id,name\n1,é\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let folder = Folder::with("in.csv", big_endian);
    for encoding in ["utf-8", "utf-16", "utf-16le", "utf-16be"] {
        let done = folder.mill(["run", "-q", "in.csv", "-", "--set", &format!("extract.encoding={encoding}")]).exits(0);
        assert_eq!(done.stdout_text(), "id,name\n1,é\n", "{encoding}");
    }
}
