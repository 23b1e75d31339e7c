//! Exit codes that a script can trust, with messages that say what, where and what to do.

use crate::support::{Done, Folder};

const INPUT: &str = "id,name,quantity\n1,a,5\n2,b,6\n";

/// Runs `in.csv` into `null:` with these arguments and checks how it ends.
#[track_caller]
fn check(input: &str, arguments: &[&str], code: i32, words: &str) -> Done {
    let folder = Folder::with("in.csv", input);
    let mut all = vec!["run", "in.csv", "null:"];
    all.extend(arguments);
    folder.mill(all).exits(code).says(words)
}

#[test]
fn wrong_command_lines_are_2() {
    let folder = Folder::with("in.csv", INPUT);
    folder.mill(["run", "in.csv", "null:", "--no-such-flag"]).exits(2).says("--no-such-flag");
    folder.mill(["mill", "in.csv"]).exits(2).says("mill");
    folder.mill(["run", "in.csv"]).exits(2).says("in.csv");
    folder.mill(["run", "in.csv", "null:", "--summary", "-"]).exits(2).says("--summary must name a file");
    folder.mill(["run", "in.csv", "null:", "--rejects", "-"]).exits(78).says("errors.rejects must name a file");
    check(INPUT, &["--where", "id = 1", "--sql", "select * from input"], 2, "--sql");
    check(INPUT, &["--progress", "sometimes"], 2, "sometimes");
    check(INPUT, &["--columns", "id:bigintt"], 2, "bigint");
}

#[test]
fn missing_input_is_66() {
    let folder = Folder::new();
    folder.mill(["run", "none.csv", "null:"]).exits(66).says("none.csv");
    folder.mill(["run", "*.csv", "null:"]).exits(66).says("*.csv");
    folder.mill(["run", "none.toml"]).exits(66).says("none.toml");
    folder.mill(["run", ".", "null:", "--from-format", "csv"]).exits(66).says("folder");
}

#[test]
fn a_query_that_does_not_fit_is_78_with_its_place() {
    check(INPUT, &["--where", "quantitty > 5"], 78, "--where, column 1");
    check(INPUT, &["--where", "quantitty > 5"], 78, "quantity");
    check(INPUT, &["--select", "id, uper(name)"], 78, "upper");
    check(INPUT, &["--where", "name > 5"], 78, "--where, column");
    check(INPUT, &["--where", "quantity"], 78, "boolean");
    check(INPUT, &["--sql", "select id\nfrom inputt"], 78, "line 2, column 6");
    check(INPUT, &["--sql", "select id, count(*) from input group by name"], 78, "id must stand in group by");
    check(INPUT, &["--columns", "ID:bigint"], 78, "id");
}

#[test]
fn bad_input_that_cannot_go_on_is_65() {
    check("", &[], 65, "empty");
    check("\n", &[], 65, "empty");
    check("\u{feff}", &[], 65, "empty");
    let wide: String = (0..20).map(|n| format!("{n},x,y,z\n")).collect();
    check(&format!("id,name\n{wide}"), &[], 65, "4 columns where the header has 2");
    check("id,name\n1,a\n2\n", &["--on-error", "stop"], 65, "in.csv, line 3");
}

#[test]
fn an_empty_file_with_declared_columns_is_no_rows() {
    check("", &["--columns", "id:bigint"], 0, "0 rows read");
    check("id,name\n", &[], 0, "0 rows read");
    check("id,name", &[], 0, "0 rows read");
}

#[test]
fn files_with_another_header_are_65() {
    let folder = Folder::with("a.csv", "id,name\n1,a\n");
    folder.write("b.csv", "id,nome\n2,b\n");
    folder.mill(["run", "*.csv", "null:"]).exits(65).says("b.csv").says("nome");
    folder.write("b.csv", "id,name\n2,b\n");
    folder.mill(["run", "*.csv", "null:"]).exits(0).says("2 rows read");
}

#[test]
fn the_error_budget_is_4() {
    let bad: String = (0..1500).map(|_| "1,2,3,4\n1,2,3\n").collect();
    let input = format!("id,name,quantity\n{bad}");
    check(&input, &["--set", "errors.max_error_ratio=1.0"], 4, "max_errors");
    check(&input, &["--set", "errors.max_error_ratio=1.0", "--max-errors", "1500"], 3, "1,500, not written");
    let many = format!("id,name,quantity\n{}{}", bad, "1,2,3\n".repeat(12_000));
    check(&many, &["--max-errors", "5000"], 4, "max_error_ratio");
}

#[test]
fn exactly_the_first_reject_past_the_budget_stops_the_load() {
    let folder = Folder::with("in.csv", format!("id,name\n{}", "1\n2,b\n".repeat(40)));
    folder.mill(["run", "in.csv", "out.csv", "--max-errors", "10"]).exits(4);
    assert_eq!(crate::support::records(folder.rejects().as_bytes()).len(), 1 + 11);
    assert_eq!(folder.files(), ["in.csv", "out.csv.rejects.csv"]);
}

#[test]
fn compression_that_is_not_supported_is_refused_in_words() {
    let folder = Folder::with("in.csv", b"\x04\x22\x4d\x18\x64\x40\xa7\x00");
    folder.mill(["run", "in.csv", "null:"]).exits(78).says("lz4-compressed").says("lz4cat in.csv | gristmill run - …");
    folder.write("in.csv", b"PK\x03\x04\x14\x00\x00\x00");
    folder.mill(["run", "in.csv", "null:"]).exits(78).says("zip-compressed").says("unzip -p in.csv");
    folder.write("in.csv.sz", b"\xff\x06\x00\x00sNaPpY");
    folder.mill(["run", "in.csv.sz", "null:"]).exits(78).says("snappy-compressed");
}

#[test]
fn help_and_functions_go_to_standard_output() {
    let folder = Folder::new();
    assert!(folder.mill(["--help"]).exits(0).stdout_text().contains("run"));
    let functions = folder.mill(["functions"]).exits(0);
    for name in ["round", "date_trunc", "coalesce", "regexp_replace"] {
        assert!(functions.stdout_text().contains(name), "{name} is not in the reference");
    }
}

#[test]
fn validate_reads_no_further_than_the_sample_and_writes_nothing() {
    let folder = Folder::with("in.csv", INPUT);
    folder.write("job.toml", "[extract]\npath = \"in.csv\"\n[[load]]\nto = \"out.csv\"\n");
    folder.mill(["validate", "job.toml"]).exits(0).says("ok");
    assert_eq!(folder.files(), ["in.csv", "job.toml"]);
    folder.write(
        "job.toml",
        "[extract]\npath = \"in.csv\"\n[transform]\nsql = \"select nme from input\"\n[[load]]\nto = \"out.csv\"\n",
    );
    folder.mill(["validate", "job.toml"]).exits(78).says("job.toml: transform.sql, line 1, column 8").says("name");
}

#[test]
fn a_run_that_fails_at_its_start_has_a_summary_too() {
    let folder = Folder::with("in.csv", INPUT);
    folder.mill(["run", "in.csv", "null:", "--where", "nope", "--summary", "s.json"]).exits(78);
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("s.json")).unwrap();
    assert_eq!(summary["exit_code"], 78);
    assert!(summary["error"].as_str().unwrap().contains("nope"));
}
