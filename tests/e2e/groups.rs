//! Groups, distinct rows, the first rows of an order and limits: the same on every machine, within the memory limit, and
//! every row accounted for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::determinism::check_some;
use crate::support::{Folder, project};

/// Queries over the shipped orders, of every kind that gathers rows.
const QUERIES: [&str; 9] = [
    "select country, status, count(*), sum(quantity * unit_price) as total, avg(discount), stddev(unit_price) \
     from input group by country, status",
    "select distinct product, country from input",
    "select distinct on (country) * from input",
    "select * from input order by unit_price desc, quantity limit 25",
    "select country, string_agg(product, ';' order by quantity desc), count(distinct product), min(ordered_at), \
     max(note), bool_or(quantity > 5) from input group by country",
    "select count(*), sum(unit_price), avg(quantity) from input where country = 'DE'",
    "with big as (select country, quantity * unit_price as total from input where quantity > 3) \
     select country, max(total) as most from big group by country having count(*) > 10 order by most desc",
    "select status, count(*) from (select * from input limit 1000) some group by status order by 2, 1",
    "select sum(n) as groups, max(n) from (select order_id % 1000 as k, count(*) as n from input group by 1) counted",
];

#[test]
fn what_is_gathered_comes_out_the_same() {
    let orders = project().join("data/orders.csv").display().to_string();
    for query in QUERIES {
        check_some(&orders, &["--sql", query], |threads, size| (threads + size) % 2 == 1);
    }
}

/// The accounts of a run over `rows` rows of `id,half`, each `half` twice.
fn accounts(query: &str, rows: usize) -> BTreeMap<String, u64> {
    let rows: String = (0..rows).map(|id| format!("{id},{}\n", id / 2)).collect();
    let folder = Folder::with("in.csv", format!("id,half\n{rows}x,0\n"));
    let arguments = ["run", "in.csv", "null:", "--columns", "id:bigint,half:bigint", "--summary", "s.json"];
    let done = folder.mill(
        [&arguments[..], &["--set", "run.chunk_size=1KiB", "--set", "errors.max_error_ratio=1.0", "--sql", query]]
            .concat(),
    );
    let summary: Value = serde_json::from_slice(&folder.read("s.json")).unwrap();
    assert_eq!(summary["balanced"], Value::Bool(true), "{query}: {}", done.stderr);
    let mut accounts: BTreeMap<String, u64> = summary["rows"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, count)| (name.clone(), count.as_u64().unwrap()))
        .collect();
    accounts.insert("loaded".to_owned(), summary["sinks"][0]["rows_loaded"].as_u64().unwrap());
    accounts
}

#[track_caller]
fn balances(query: &str, expected: [u64; 6]) {
    let accounts = accounts(query, 1000);
    let names = ["read", "filtered", "aggregated", "groups", "rejected", "loaded"];
    assert_eq!(names.map(|name| accounts[name]), expected, "{query}: {names:?}");
}

#[test]
fn every_row_is_accounted_for() {
    // One row of 1,001 is a reject where its id is needed.
    balances("select half, count(id) from input group by half", [1001, 0, 1000, 500, 1, 500]);
    balances("select half, sum(id) from input where id < 10 group by half", [1001, 990, 10, 5, 1, 5]);
    balances("select half, sum(id) from input group by half having half < 7", [1001, 493, 1000, 500, 1, 7]);
    balances("select sum(id) from input", [1001, 0, 1000, 1, 1, 1]);
    balances("select sum(id) from input where id < 0", [1001, 1000, 0, 1, 1, 1]);
    balances("select distinct half from input", [1001, 0, 1001, 500, 0, 500]);
    balances("select distinct on (half) id, half from input", [1001, 0, 1000, 500, 1, 500]);
    balances("select id from input order by id desc limit 3", [1001, 997, 0, 0, 1, 3]);
    balances("select id from input order by id desc limit 0", [0, 0, 0, 0, 0, 0]);
    balances("select half, count(*) from input group by half order by half limit 3", [1001, 497, 1001, 500, 0, 3]);
    balances("select half, count(*) from input group by half limit 3", [1001, 497, 1001, 500, 0, 3]);
    balances("select half from (select half from input limit 10) t where half < 3", [10, 4, 0, 0, 0, 6]);
    balances("select count(*) from (select distinct half from input) t", [1001, 0, 1501, 501, 0, 1]);
    balances("select half, 1 / (count(*) - 2) from input group by half", [1001, 0, 1001, 500, 499, 1]);
}

/// A sum that no bigint holds costs its group, and no other.
#[test]
fn a_group_without_a_result_is_rejected() {
    let folder = Folder::with("in.csv", "k,v\na,2147483647\nb,1\na,9223372036854775807\nb,2\n");
    let arguments = ["run", "in.csv", "out.csv", "--columns", "v:bigint", "--rejects", "rejects.csv"];
    let query = "select k, sum(v)::bigint as s from input group by k";
    folder.mill([&arguments[..], &["--sql", query]].concat()).exits(3);
    assert_eq!(folder.text("out.csv"), "k,s\nb,3\n");
    let rejects = crate::support::records(&folder.read("rejects.csv"));
    let [file, line, offset, stage, _, column, kind, _, raw] = rejects[1].as_slice() else { panic!("{rejects:?}") };
    assert_eq!([file, line, offset, stage, column, kind], ["", "", "", "transform", "", "CAST"]);
    assert_eq!(raw, "a,9223372039002259454");
}

#[test]
fn more_groups_than_the_limit_allows_are_refused_with_figures() {
    let rows: String = (0..400_000).map(|id| format!("{id}\n")).collect();
    let folder = Folder::with("in.csv", format!("id\n{rows}"));
    let run =
        |query: &str, limit: &str| folder.mill(["run", "in.csv", "out.csv", "--memory-limit", limit, "--sql", query]);
    let query = "select id, count(*) from input group by id";
    run(query, "8MiB")
        .exits(78)
        .says("run.memory_limit of 8.4 MB is reached")
        .says("groups take")
        .says("--memory-limit");
    assert!(!folder.path().join("out.csv").exists());
    run("select * from input order by id limit 300000", "8MiB").exits(78).says("rows to be ordered take");
    run(query, "256MiB").exits(0);
    assert_eq!(folder.text("out.csv").lines().count(), 400_001);
}

/// The first rows of an order take the memory of these rows, whatever the input's size.
#[test]
fn the_first_rows_of_a_large_input_fit_in_a_small_memory() {
    let rows: String = (0..400_000).map(|id: u64| format!("{}\n", id.wrapping_mul(7_919) % 400_009)).collect();
    let folder = Folder::with("in.csv", format!("id\n{rows}"));
    let query = "select id from input order by id desc limit 3";
    folder.mill(["run", "in.csv", "out.csv", "--memory-limit", "4MiB", "--sql", query]).exits(0);
    assert_eq!(folder.text("out.csv"), "id\n400008\n400007\n400006\n");
}

/// Groups of a part of the input are no result, not even on standard output.
#[test]
fn a_run_that_breaks_off_shows_no_groups() {
    let folder = Folder::with("in.csv", "k,v\na,1\nb,x\n");
    let query = "select k, sum(v) from input group by k";
    let arguments = ["run", "in.csv", "-", "--columns", "v:bigint", "--on-error", "stop", "--sql", query];
    let done = folder.mill(arguments).exits(65);
    assert!(!done.stdout_text().contains('a'), "{}", done.stdout_text());
}

#[test]
fn a_limit_stops_the_reading_early() {
    let folder = Folder::with("in.csv", format!("k\n{}", "x\n".repeat(1_000_000)));
    for query in [
        "select k from input limit 10",
        "select distinct k from (select k from input limit 10) t",
        "select k, count(*) from (select k from input limit 10) t group by k",
    ] {
        folder.mill(["run", "in.csv", "null:", "--summary", "s.json", "--sql", query]).exits(0);
        let summary: Value = serde_json::from_slice(&folder.read("s.json")).unwrap();
        assert_eq!(summary["rows"]["read"], 10, "{query}");
        assert!(summary["bytes_read"].as_u64() < Some(2_000_000), "{query}");
    }
}

/// What waits to be merged is many times what comes of it: it does not count against the limit before it is merged.
#[test]
fn parts_that_wait_are_merged_before_the_limit_is_judged() {
    let rows: String = (0..400_000_u64).map(|row| format!("{},{}\n", row % 250, row * 7919 % 4000)).collect();
    let folder = Folder::with("in.csv", format!("k,v\n{rows}"));
    let query = "select k, count(distinct v) as n from input group by k";
    let done = folder.mill(["run", "in.csv", "null:", "--memory-limit", "8MiB", "--sql", query]).exits(0);
    assert!(done.stderr.contains("250 from 400,000"), "{}", done.stderr);
}
