//! The first record: the header, or a row that would be lost as one.

use std::io::Write;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Done, Folder};

const ROWS: &str = "1,2026-01-02,3.5\n2,2026-01-03,4.25\n";
const SAID: &str = "line 1: this record was taken for the header and looks like a row";

/// What a run of a file of this text says.
fn said(text: &str, more: &[&str]) -> String {
    let folder = Folder::with("in.csv", text);
    folder.mill([&["run", "-q", "in.csv", "null:"], more].concat()).exits(0).stderr
}

#[test]
fn a_row_that_is_taken_for_the_header_is_warned_of() {
    let told = "gristmill: warning: in.csv, line 1: this record was taken for the header and looks like a row, for it holds \
                \"1\", \"2026-01-02\", \"3.5\"; extract.header = false (--no-header) keeps it as one, \
                extract.header = true says that it is the header\n";
    assert_eq!(said(ROWS, &[]), told);
    // Whatever the query needs.
    assert_eq!(said(ROWS, &["--select", "count(*)"]), told);
    assert_eq!(said(ROWS, &["--all-text"]), told);
    for done in ["extract.header=false", "extract.header=true"] {
        assert_eq!(said(ROWS, &["--set", done]), "");
    }
    let folder = Folder::with("in.csv", ROWS);
    let done = folder.mill(["run", "-q", "in.csv", "-", "--no-header"]).exits(0);
    assert_eq!(done.stdout_text(), format!("column_1,column_2,column_3\n{ROWS}"));
}

#[test]
fn each_name_must_be_what_the_rows_have() {
    let check = |text: &str, warned: bool| assert_eq!(said(text, &[]).contains(SAID), warned, "{text:?}");
    check("Ann,1\nBob,2\n", true);
    check("1,Ann\n2,\n", true);
    // A double among them, a date among timestamps, NULL.
    check("1,2026-01-02,\n2.5,2026-01-02 10:00:00,7\n", true);
    check("true\nfalse\n", true);
    // Years may be either, and a false alarm costs nothing.
    check("country,2019,2020\nde,1,2\n", true);
    check("7,7,7\n1,2,3\n", true);
    // A text over numbers is a name.
    check("id,2019,2020\n1,1,2\n", false);
    check("country,2019\nde,yes\n", false);
    check("1.5\n1\n2\n", false);
    check("Ann,Bob\nCarl,Dora\n", false);
    check("007,x\n008,y\n", false);
    check("2019\n2020-01-01\n", false);
    // A header alone.
    check("id,2019\n", false);
    check("1,2\n", true);
    check("2019,\n", true);
}

#[test]
fn whoever_names_a_column_knows_the_header() {
    assert_eq!(said("country,2019\nde,1\n", &["--columns", "country:text"]), "");
    assert_eq!(said("2019\n1\n", &["--columns", "2019:bigint"]), "");
    // A NULL word says nothing.
    assert!(said("NA,1\n2,2\n", &["--set", "extract.null=['NA']"]).contains(SAID));
}

#[test]
fn rows_are_seen_however_they_come() {
    let folder = Folder::with("in.csv", ROWS);
    folder.mill_on(ROWS.as_bytes(), ["run", "-q", "-", "null:"]).exits(0).says("warning: -, line 1: this record");
    let utf16 = format!("\u{feff}#c\r\n\r\n{}", ROWS.replace(',', ";").replace('\n', "\r\n"));
    let utf16: Vec<u8> = utf16.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&utf16).unwrap();
    folder.write("utf16.csv.gz", packed.finish().unwrap());
    let comments = ["run", "-q", "utf16.csv.gz", "null:", "--set", "extract.comment='#'"];
    folder.mill(comments).exits(0).says("utf16.csv.gz, line 3: this record was taken for the header");
    folder.write("job.toml", "[extract]\npath = \"in.csv\"\n[[load]]\nto = \"null:\"\n");
    folder.mill(["validate", "job.toml"]).exits(0).says("in.csv, line 1: this record was taken for the header");
}

#[test]
fn files_of_rows_have_different_headers() {
    let folder = Folder::with("a.csv", "Ann,1\nBob,2\n");
    folder.write("b.csv", "Carl,3\nDora,4\n");
    let both = |more: &[&str]| folder.mill([&["run", "-q", "*.csv", "-"], more].concat());
    let rows = "they look like rows, and extract.header = false (--no-header) keeps them; of headers, \
                extract.union_by_name = true matches columns by name\n";
    both(&[]).exits(65).says("column 1 is \"Carl\", in the first file \"Ann\"; ").says(rows);
    let named = both(&["--set", "extract.header=true"]).exits(65);
    assert!(!named.stderr.contains("rows") && named.stderr.contains("union_by_name"), "{}", named.stderr);
    both(&["--union-by-name"]).exits(0).says("a.csv, line 1: this record was taken for the header");
    assert_eq!(both(&["--no-header"]).exits(0).stdout_text(), "column_1,column_2\nAnn,1\nBob,2\nCarl,3\nDora,4\n");
    // The first has a header.
    folder.write("a.csv", "name,age\nAnn,1\n");
    both(&["--union-by-name"]).exits(0).says("b.csv, line 1: this record was taken for the header");
}

#[test]
fn a_lookup_of_rows_is_warned_of_by_its_own_key() {
    let folder = Folder::with("in.csv", "k\n2\n");
    folder.write("names.csv", "1,Ann\n2,Bob\n");
    let job = "[extract]\npath = \"in.csv\"\n[lookup.names]\npath = \"names.csv\"\n[transform]\n\
               sql = 'select \"Ann\" from input join names on k = names.\"1\"'\n[[load]]\nto = \"-\"\n";
    folder.write("job.toml", job);
    let done = folder.mill(["run", "-q", "job.toml"]).exits(0);
    let said = "lookup names: names.csv, line 1: this record was taken for the header and looks like a row, for it holds \
                \"1\"; lookup.names.header = false keeps it as one, lookup.names.header = true says that it is the header\n";
    assert_eq!(
        (done.stdout_text(), done.stderr.as_str()),
        ("Ann\nBob\n", format!("gristmill: warning: {said}").as_str())
    );
}

/// As R writes a table of two columns: the names of its rows have none.
fn of_r(rows: usize, delimiter: char) -> String {
    let rows: String = (1..=rows).map(|row| format!("\"r{row}\",{row}.5,a\n")).collect();
    format!("\"x\",\"y\"\n{rows}").replace(',', &delimiter.to_string())
}

const SHORT: [&str; 2] = ["--set", "extract.header=short"];

#[test]
fn a_header_one_name_short_gets_row_names_as_its_first() {
    let folder = Folder::with("in.csv", of_r(2, ','));
    let rows = "\"r1\",1.5,a\n\"r2\",2.5,a\n";
    let run =
        |input: &str, more: &[&str]| folder.mill([&["run", "-q", input, "-"], &SHORT[..], more].concat()).exits(0);
    assert_eq!(run("in.csv", &[]).stdout_text(), format!("row_names,x,y\n{rows}"));
    let piped = folder.mill_on(of_r(2, ',').as_bytes(), [&["run", "-q", "-", "-"], &SHORT[..]].concat()).exits(0);
    assert_eq!(piped.stdout_text(), format!("row_names,x,y\n{rows}"));
    let declared = ["--columns", "row_names:text,x:double", "--select", "y, x + 1 as x, row_names"];
    assert_eq!(run("in.csv", &declared).stdout_text(), "y,x,row_names\na,2.5,\"r1\"\na,3.5,\"r2\"\n");
    // Another delimiter is guessed as ever.
    folder.write("semi.csv", of_r(2, ';'));
    let done = run("semi.csv", &[]);
    assert_eq!(done.stdout_text(), "row_names,x,y\nr1,1.5,a\nr2,2.5,a\n");
    assert_eq!(done.stderr, "");
    folder.write("one.csv", "x\nr1,1\n");
    assert_eq!(run("one.csv", &[]).stdout_text(), "row_names,x\nr1,1\n");
    folder.write("taken.csv", "row_names,x\nr1,1,2\n");
    assert_eq!(run("taken.csv", &[]).stdout_text(), "row_names,row_names_2,x\nr1,1,2\n");
    folder.write("alone.csv", "x,y\n");
    assert_eq!(run("alone.csv", &[]).stdout_text(), "row_names,x,y\n");
}

#[test]
fn pace_chunk_size_and_threads_change_no_short_header() {
    let text = of_r(3, ';').replace('\n', "\r\n");
    let folder = Folder::with("in.csv", &text);
    let rows = "row_names,x,y\nr1,1.5,a\nr2,2.5,a\nr3,3.5,a\n";
    for chunk_size in ["1B", "5B", "64B", "1MiB"] {
        for threads in ["1", "3"] {
            let chunk_size = format!("run.chunk_size={chunk_size}");
            let more = [&SHORT[..], &["--threads", threads, "--set", &chunk_size]].concat();
            let file = folder.mill([&["run", "-q", "in.csv", "-"], &more[..]].concat()).exits(0);
            let pipe = folder.mill_on(text.as_bytes(), [&["run", "-q", "-", "-"], &more[..]].concat()).exits(0);
            assert_eq!([file.stdout_text(), pipe.stdout_text()], [rows; 2]);
        }
    }
    // One byte at a time.
    let mut child = folder.start([&["run", "-q", "-", "-"], &SHORT[..]].concat());
    let mut pipe = child.stdin.take().unwrap();
    for byte in text.as_bytes() {
        pipe.write_all(&[*byte]).unwrap();
        thread::sleep(Duration::from_millis(5));
    }
    drop(pipe);
    assert_eq!(Done::wait(child).exits(0).stdout_text(), rows);
}

#[test]
fn files_with_a_short_header_are_read_together() {
    let folder = Folder::with("a.csv", "x,y\nr1,1,2\n");
    folder.write("b.csv", "x,y\nr2,3,4\n");
    folder.write("c.csv", "y\nr3,5\n");
    let run = |input: &str, more: &[&str]| folder.mill([&["run", "-q", input, "-"], &SHORT[..], more].concat());
    assert_eq!(run("[ab].csv", &[]).exits(0).stdout_text(), "row_names,x,y\nr1,1,2\nr2,3,4\n");
    run("*.csv", &[]).exits(65).says("the header of c.csv is not that of the first file");
    let union = run("*.csv", &["--union-by-name"]).exits(0);
    assert_eq!(union.stdout_text(), "row_names,x,y\nr1,1,2\nr2,3,4\nr3,,5\n");
}

#[test]
fn rows_all_one_wider_than_the_header_name_the_key() {
    let folder = Folder::with("in.csv", of_r(12, ','));
    let told = "in.csv, line 2: 3 columns where the header has 2, as in every row of the sample; where the header lacks the \
                name of the first column, as R writes it, extract.header = \"short\" calls that row_names; else is \
                extract.delimiter = \",\" right, or does the header stand below other lines, which extract.skip counts?\n";
    assert_eq!(folder.mill(["run", "-q", "in.csv", "null:"]).exits(65).stderr, format!("gristmill: {told}"));
    folder.mill(["run", "-q", "in.csv", "null:", "--set", "extract.ragged=pad"]).exits(65).says(told);
    // Of few rows all are rejects, and that is said before.
    folder.write("in.csv", of_r(3, ','));
    folder.mill(["run", "-q", "in.csv", "null:"]).exits(4).says(&format!("gristmill: warning: {told}"));
    folder.write("in.csv", of_r(2, ',') + "r3,3\n");
    let mixed = folder.mill(["run", "-q", "in.csv", "null:"]).exits(3).stderr;
    assert!(!mixed.contains("short"), "{mixed}");
    // A title above the header.
    let titled = format!("Cars\nid,name,n\n{}", "1,a,2\n".repeat(12));
    folder.write("in.csv", &titled);
    let below = "in.csv, line 2: 3 columns where the header has 1, as in every row of the sample; is extract.delimiter = \",\" \
                 right, or does the header stand below other lines, which extract.skip counts?\n";
    folder.mill(["run", "-q", "in.csv", "null:"]).exits(65).says(below);
    folder.mill(["run", "-q", "in.csv", "null:", "--set", "extract.skip=1"]).exits(0);
    // And the other way round.
    let rows = "1,2\n".repeat(12);
    folder.write("in.csv", format!("a,b\n{rows}"));
    let full = folder.mill([&["run", "-q", "in.csv", "null:"], &SHORT[..]].concat()).exits(65);
    assert!(full.stderr.ends_with("; is extract.header = \"short\" right?\n"), "{}", full.stderr);
    folder.write("in.csv", "a,b\nr1,1,2\n1,2\n");
    let some = folder.mill([&["run", "-q", "in.csv", "-"], &SHORT[..]].concat()).exits(3);
    assert_eq!(some.stdout_text(), "row_names,a,b\nr1,1,2\n");
    assert!(folder.rejects().contains("MISSING_COLUMNS"), "{}", folder.rejects());
}

#[test]
fn a_delimiter_that_would_leave_a_short_header_is_told_so() {
    let folder = Folder::with("in.csv", of_r(3, ';'));
    let why = "; may separate columns, but the first record has one less than all others, as a header that \
               extract.header = \"short\" reads: say extract.delimiter (--delimiter ';')";
    folder.mill(["run", "-q", "in.csv", "null:"]).exits(65).says("the header is broken").says(why);
    folder.write("in.csv", of_r(3, ';').replace('"', ""));
    folder.mill(["run", "-q", "in.csv", "null:"]).exits(0).says(why);
}

#[test]
fn a_lookup_may_have_a_short_header_too() {
    let folder = Folder::with("in.csv", "k\nr2\n");
    folder.write("names.csv", of_r(3, ','));
    let job = "[extract]\npath = \"in.csv\"\n[lookup.names]\npath = \"names.csv\"\n[transform]\n\
               sql = 'select k, x from input join names on k = row_names'\n[[load]]\nto = \"-\"\n";
    folder.write("job.toml", job);
    let told = "lookup names: names.csv, line 2: 3 columns where the header has 2, as in every row of the sample; where the \
                header lacks the name of the first column, as R writes it, lookup.names.header = \"short\"";
    folder.mill(["run", "-q", "job.toml"]).exits(65).says(told);
    folder.write("names.csv", of_r(20, ','));
    folder.mill(["run", "-q", "job.toml"]).exits(65).says(told);
    let short = folder.mill(["run", "-q", "job.toml", "--set", "lookup.names.header=short"]).exits(0);
    assert_eq!(short.stdout_text(), "k,x\nr2,2.5\n");
}

#[test]
fn padding_that_every_row_needs_is_warned_of() {
    let check = |rows: &str, more: &[&str], warned: bool| {
        let folder = Folder::with("in.csv", format!("a,b,c\n{rows}"));
        let run = [&["run", "-q", "in.csv", "null:", "--set", "extract.ragged=pad"], more].concat();
        let told = "gristmill: warning: in.csv: 2 columns where the header has 3, as in every row of the sample, so that \
                    extract.ragged = \"pad\" leaves \"c\" empty in all; if rows lack another column than the last, or \
                    extract.delimiter = \",\" is wrong, their values stand under wrong names; extract.columns.c declares it \
                    if this is right\n";
        assert_eq!(folder.mill(run).exits(0).stderr, if warned { told } else { "" }, "{rows}");
    };
    check(&"1,2\n".repeat(10), &[], true);
    check(&"1,2\n".repeat(9), &[], false);
    check(&format!("{}1,2,3\n", "1,2\n".repeat(20)), &[], false);
    check(&format!("{}1\n", "1,2\n".repeat(20)), &[], false);
    // Whoever declares what is filled up knows it.
    check(&"1,2\n".repeat(10), &["--columns", "c:text"], false);
    check(&"1,2\n".repeat(10), &["--columns", "a:text"], true);
}
