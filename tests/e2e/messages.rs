//! What the data brings into messages: a terminal shows it and does not obey it, and none of it looks like a line of ours.

use serde_json::Value;

use crate::support::{Done, Folder};

/// Clears a terminal, and turns the direction of writing around.
const ESCAPES: &str = "a\u{1b}[2J\u{9b}31m\u{202e}b\u{7f}";

/// Asserts that nothing said is obeyed, and that every line is one of ours.
#[track_caller]
fn is_plain(done: &Done) {
    let is_obeyed = |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    assert!(!done.stderr.chars().any(is_obeyed), "{:?}", done.stderr);
    assert!(!done.stderr.lines().any(|line| line.starts_with("forged")), "{}", done.stderr);
}

#[test]
fn names_of_columns_are_shown_escaped() {
    let folder = Folder::with("in.csv", format!("{ESCAPES},\"n\nforged\"\n1,2\n"));
    let done = folder.mill(["run", "-v", "in.csv", "null:"]).exits(0);
    is_plain(&done);
    let done = done.says("guessed a\\x1b[2J\\u{9b}31m\\u{202e}b\\x7f bigint\n").says("guessed n\\nforged bigint\n");
    drop(done);
    is_plain(&folder.mill(["run", "in.csv", "null:", "--select", "nope"]).exits(78));
    is_plain(&folder.mill(["run", "in.csv", "null:", "--columns", &format!("\"{ESCAPES}\":boolean")]));
    is_plain(&folder.mill([
        "run",
        "in.csv",
        "sqlite:a.db?table=t",
        "--set",
        "load.mode=upsert",
        "--set",
        "load.key=x",
    ]));
}

#[test]
fn values_and_file_names_are_shown_escaped() {
    // Without a bracket, which would make it a glob.
    let name = format!("x{}\nforged", ESCAPES.replace('[', "c"));
    let folder = Folder::with(&name, "a\n1\n");
    is_plain(&folder.mill(["run", &format!("{name}x"), "null:"]).exits(78));
    is_plain(&folder.mill(["run", &format!("{name}x"), "null:", "--set", "name=x"]).exits(66));
    is_plain(&folder.mill(["run", "--no-such-flag", &format!("--{name}")]).exits(2));
    folder.write("in.csv", format!("a\n\"{ESCAPES}\nforged\"\n"));
    let done = folder.mill(["run", "in.csv", "null:", "--columns", "a:bigint", "--on-error", "stop"]).exits(65);
    is_plain(&done);
    // The summary as JSON has the words themselves.
    let arguments = ["run", "-", &format!("./{ESCAPES}.csv"), "--summary", "s.json"];
    let done = folder.mill_on(b"a\n1\n", arguments).exits(0);
    is_plain(&done);
    let summary: Value = serde_json::from_slice(&folder.read("s.json")).expect("JSON");
    assert_eq!(summary["sinks"][0]["name"], Value::from(format!("{ESCAPES}.csv")));
}

#[test]
fn a_name_with_a_nul_is_told_at_second_zero() {
    let folder = Folder::with("in.csv", "id,a\0b\n1,2\n");
    for target in ["sqlite:a.db?table=t", "out.parquet", "postgresql://127.0.0.1:1/none?table=t"] {
        let done = folder.mill(["run", "in.csv", target]).exits(78);
        done.says("the name of column 2, \"a\\0b\", holds a NUL").says("extract.header = false");
    }
    folder.mill(["run", "in.csv", "postgresql://127.0.0.1:1/none?table=a%00b"]).exits(78).says("NUL");
    assert_eq!(folder.files(), ["in.csv"]);
    folder.mill(["run", "in.csv", "out.csv"]).exits(0);
}

#[test]
fn an_unknown_key_of_a_mebibyte_is_told_at_once_and_in_short() {
    let folder = Folder::with("in.csv", "a\n1\n");
    folder.write("job.toml", format!("{} = 1\n", "k".repeat(1 << 20)));
    let done = folder.mill(["run", "job.toml"]).exits(78).says("unknown key kkk").says("bytes left out");
    assert!(done.stderr.len() < 10_000, "{}", done.stderr.len());
    let done = folder.mill(["run", "in.csv", "null:", "--select", &"c".repeat(100_000)]).exits(78);
    assert!(done.stderr.len() < 10_000, "{}", done.stderr.len());
}
