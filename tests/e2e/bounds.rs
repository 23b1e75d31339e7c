//! What odd inputs may cost: memory asserted with a wide margin, and runs that would take hours if they were not bounded.

use std::time::Duration;

use crate::support::{Done, Folder};

/// Peak memory of a run in MiB, from its summary.
fn peak_of(folder: &Folder, arguments: &[&str], code: i32) -> u64 {
    let arguments = [arguments, &["--summary", "summary.json"]].concat();
    folder.mill(arguments).exits(code);
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    summary["peak_rss_bytes"].as_u64().unwrap() >> 20
}

#[test]
fn padded_rows_of_a_wide_header_fit_in_memory() {
    let names: Vec<String> = (0..8000).map(|column| format!("c{column}")).collect();
    let folder = Folder::with("in.csv", format!("{}\n{}", names.join(","), "1\n".repeat(40_000)));
    let run = ["run", "in.csv", "null:", "--set", "extract.ragged=pad", "--select", "c0", "--all-text"];
    let peak = peak_of(&folder, &run, 0);
    assert!(peak < 150, "{peak} MiB");
}

#[test]
fn a_line_without_end_is_not_held() {
    let folder = Folder::with("in.csv", vec![b'x'; 200 << 20]);
    folder.mill(["run", "in.csv", "null:"]).exits(65).says("the header is broken");
    folder.write("in.csv", [b"a,b\n1,2\n", vec![b'x'; 200 << 20].as_slice(), b"\n3,4\n"].concat());
    let peak = peak_of(&folder, &["run", "in.csv", "null:"], 3);
    assert!(peak < 120, "{peak} MiB");
}

#[test]
fn more_columns_than_any_table_has_are_refused() {
    let folder = Folder::with("in.csv", ",".repeat(2 << 20));
    folder.mill(["run", "in.csv", "null:"]).exits(65).says("columns");
    folder.mill(["run", "in.csv", "null:", "--no-header"]).exits(65).says("columns");
}

/// Every line opens a quote that closes nowhere: read to the end for each, these would be hours.
#[test]
fn quotes_that_lead_nowhere_do_not_hold_up_budget_or_signals() {
    let any = ["--max-errors", "10000000", "--set", "errors.max_error_ratio=1"];
    let run = |arguments: &[&'static str]| {
        ["run", "in.csv", "null:"].into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>()
    };
    let folder = Folder::with("in.csv", format!("a,b\n1,2\n{}", "x\",\"\n".repeat(100_000)));
    folder.mill(run(&["--on-error", "stop"])).exits(65).says("line 3");
    folder.mill(run(&any)).exits(3).says("100,001 rows read").says("UNCLOSED_QUOTE 100,000");
    folder.write("in.csv", format!("a,b\n1,2\n{}", "x\",\",\n".repeat(4_000_000)));
    let child = folder.start(run(&any));
    std::thread::sleep(Duration::from_millis(500));
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    Done::wait(child).exits(130);
}
