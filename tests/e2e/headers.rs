//! The first record: the header, or a row that would be lost as one.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::Folder;

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
