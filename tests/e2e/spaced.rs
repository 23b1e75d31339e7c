//! Blanks before quotes, which are told with the key that leaves them out.

use crate::support::Folder;

const KEY: &str = "a blank stands before the quote of";

/// What a run of a file of this text says.
fn said(text: &[u8], more: &[&str]) -> String {
    let folder = Folder::with("in.csv", text);
    folder.mill([&["run", "-q", "in.csv", "null:"], more].concat()).exits(0).stderr
}

#[test]
fn what_would_be_a_quoted_field_is_told_once_and_the_key_reads_it() {
    let text = "a, \"b\"\n1, \"x\"\n2, \"y\"\n";
    let told = "gristmill: warning: in.csv, line 1: a blank stands before the quote of \" \\\"b\\\"\", so that both are part of the \
                value; extract.trim = true leaves them out, extract.trim = false says that they belong there\n";
    assert_eq!(said(text.as_bytes(), &[]), told);
    for given in ["extract.trim=true", "extract.trim=false"] {
        assert_eq!(said(text.as_bytes(), &["--set", given]), "");
    }
    let folder = Folder::with("in.csv", text);
    let done = folder.mill(["run", "-q", "in.csv", "-", "--set", "extract.trim=true"]).exits(0);
    assert_eq!(done.stdout_text(), "a,b\n1,x\n2,y\n");
}

#[test]
fn rows_are_looked_at_whatever_is_declared() {
    let check = |text: &str, line: &str, more: &[&str]| {
        let said = said(text.as_bytes(), more);
        assert_eq!(said.matches(KEY).count(), 1, "{text:?}: {said}");
        assert!(said.contains(&format!("in.csv, line {line}: {KEY}")), "{text:?}: {said}");
    };
    check("a,b\n1,x\n2, \"y\"\n3, \"z\"\n", "3", &[]);
    check("a,b\n1,x\n2, \"y\"\n", "3", &["--all-text"]);
    check("a,b\n1,x\n2, \"y\"\n", "3", &["--select", "count(*)"]);
    check("a,b\n1,\"x\n, \"\"\"\n2,\t\"y\"\n", "4", &[]);
    check("a\tb\n1\t \"x\"\n", "2", &[]);
    check("1,x\n2, \"y\"\n", "2", &["--no-header"]);
    check("#, \"\na,b\n1,  'y'\n", "3", &["--set", "extract.quote='", "--set", "extract.comment=#"]);
    let wide: Vec<u8> = "\u{FEFF}a,b\n1, \"ü\"\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(said(&wide, &[]).contains(&format!("in.csv, line 2: {KEY} \" \\\"ü")));
}

#[test]
fn quotes_elsewhere_are_no_matter() {
    for text in ["a,b\n5\" disk, 5\"\n", "a,b\n\"x, \"\"y\"\"\",\" \"\"\"\n", "a,b\n x \"y\", 1\n", "a,b\n\"x\n \",1\n"]
    {
        assert!(!said(text.as_bytes(), &[]).contains(KEY), "{text:?}");
    }
    assert!(!said(b"a b\n1 \"x\"\n", &["--delimiter", " "]).contains(KEY));
    let none = ["--set", "extract.quote="];
    assert!(!said(b"a,b\n1, \"x\"\n", &none).contains(KEY));
    assert!(!said(b"{\"a\": \"b\"}\n", &["--from-format", "jsonl"]).contains(KEY));
    assert!(!said(b"a, \"b\"\n", &["--from-format", "lines"]).contains(KEY));
}

#[test]
fn a_lookup_is_told_by_its_own_key() {
    let folder = Folder::with("in.csv", "id\n1\n");
    folder.write("codes.csv", "id,name\n1, \"x\"\n");
    let query = "select i.id, c.name from input i left join c on c.id = i.id";
    let run = ["run", "-q", "in.csv", "null:", "--set", "lookup.c.path=codes.csv", "--sql", query];
    let said = folder.mill(run).exits(0).stderr;
    assert!(said.contains("lookup c: codes.csv, line 2: a blank stands before the quote"), "{said}");
    assert!(said.contains("lookup.c.trim = true") && said.contains("lookup.c.trim = false"), "{said}");
    for given in ["lookup.c.trim=true", "lookup.c.trim=false"] {
        assert_eq!(folder.mill([&run[..], &["--set", given]].concat()).exits(0).stderr, "");
    }
}

#[test]
fn a_blank_behind_the_last_delimiter_makes_no_column() {
    let text = "a,b\n1, \"x\" , \n2, y,\n";
    let folder = Folder::with("in.csv", text);
    let trim = ["run", "-q", "in.csv", "-", "--set", "extract.trim=true"];
    folder.mill(trim).exits(4).says("the last one is empty, and extract.trailing_delimiter = true leaves it out");
    let both = [&trim[..], &["--set", "extract.trailing_delimiter=true"]].concat();
    assert_eq!(folder.mill(&both).exits(0).stdout_text(), "a,b\n1,x\n2,y\n");
    folder.write("in.csv", "1, \"x\" , \n2, y,\n");
    let rows = folder.mill([&both[..], &["--no-header"]].concat()).exits(0);
    assert_eq!(rows.stdout_text(), "column_1,column_2\n1,x\n2,y\n");
}

#[test]
fn a_delimiter_with_blanks_of_its_own_is_not_trimmed_beside() {
    let folder = Folder::with("in.csv", "a | b\n1 |  \"x\"\n");
    let run = ["run", "-q", "in.csv", "-", "--set", "extract.trim=true", "--delimiter"];
    let with = |delimiter: &'static str| [&run[..], &[delimiter]].concat();
    folder.mill(with(" | ")).exits(78).says("extract.trim leaves blanks").says("say extract.delimiter = \"|\"");
    assert_eq!(folder.mill(with("|")).exits(0).stdout_text(), "a,b\n1,x\n");
    folder.write("in.csv", "a  b\n1  2\n");
    assert_eq!(folder.mill(with("  ")).exits(0).stdout_text(), "a,b\n1,2\n");
}
