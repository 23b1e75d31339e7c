//! Rows that the server refuses: exactly these are rejects, and all others are loaded.

use std::sync::atomic::Ordering::SeqCst;

use super::link::Link;
use super::server::Schema;

const ROWS: usize = 5000;

/// A table whose constraint the rows of `bad` violate, among 5,000.
fn check(definition: &str, code: &str, bad: &dyn Fn(usize) -> String, good: &dyn Fn(usize) -> String) {
    for count in [1, 2, 50, ROWS] {
        let schema = Schema::new();
        schema.sql(definition);
        let is_bad = |row: usize| row * count / ROWS != (row + 1) * count / ROWS;
        let rows: String = (0..ROWS).map(|row| if is_bad(row) { bad(row) } else { good(row) }).collect();
        let options = ["--max-errors", "5000", "--set", "errors.max_error_ratio=1"];
        schema.folder.write("in.csv", format!("id,v\n{rows}"));
        let link = Link::new(&schema);
        let done = schema.folder.mill([&["run", "in.csv", &Link::target(&schema, "t")], &options[..]].concat());
        let loaded = schema.sql("select count(*) from t where id >= 0");
        assert_eq!(loaded, (ROWS - count).to_string(), "{definition}: {}", done.stderr);
        let rejects = schema.folder.rejects();
        assert_eq!(rejects.matches(code).count(), count, "{definition}");
        // Where no row is left nothing is published.
        assert_eq!(done.code, Some(if count == ROWS { 4 } else { 3 }), "{}", done.stderr);
        let statements = link.traffic.statements.load(SeqCst);
        assert!(statements as f64 <= enough(code, count), "{definition}: {statements} statements for {count} rows");
    }
}

/// Statements that finding so many bad rows may take, of three at most for each attempt: the server names the line of most, and so
/// does away with halving; the others cost two attempts for each halving.
fn enough(code: &str, bad: usize) -> f64 {
    const AROUND: f64 = 20.0;
    let halvings = if code == "23503" { 1.0 + (ROWS as f64 / bad as f64).log2() } else { 1.0 };
    AROUND + 9.0 * bad as f64 * halvings
}

/// An answer for how it begins, one for its rows, one for what they violate and one for its end.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_batch_takes_four_statements() {
    for mode in ["append", "truncate", "replace", "upsert"] {
        let statements = |batches: usize| {
            let schema = Schema::new();
            schema.sql("create table t (id integer primary key, v text)");
            let rows: String = (0..ROWS).map(|row| format!("{row},x\n")).collect();
            schema.folder.write("in.csv", format!("id,v\n{rows}"));
            let (link, batch) = (Link::new(&schema), format!("load.batch.count={}", ROWS / batches));
            let options = ["--mode", mode, "--set", &batch, "--set", "load.batch.period=60s"];
            let key: &[&str] = if mode == "upsert" { &["--set", "load.key=id"] } else { &[] };
            schema.folder.mill([&["run", "in.csv", &Link::target(&schema, "t")], &options[..], key].concat()).exits(0);
            link.traffic.statements.load(SeqCst)
        };
        assert_eq!(statements(10) - statements(1), 9 * 4, "{mode}");
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn not_null() {
    let good = |row| format!("{row},x\n");
    check("create table t (id integer, v text not null)", "23502", &|row| format!("{row},\n"), &good);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn checks() {
    let good = |row| format!("{row},x\n");
    check("create table t (id integer, v text check (v <> 'bad'))", "23514", &|row| format!("{row},bad\n"), &good);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn unique() {
    let definition = "create table t (id integer, v text unique); insert into t values (-1, 'bad')";
    check(definition, "23505", &|row| format!("{row},bad\n"), &|row| format!("{row},{row}\n"));
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn too_long() {
    let good = |row| format!("{row},x\n");
    check("create table t (id integer, v varchar(3))", "22001", &|row| format!("{row},long\n"), &good);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn foreign_keys() {
    let definition = "create table p (v text primary key); insert into p values ('x');
                      create table t (id integer, v text references p)";
    check(definition, "23503", &|row| format!("{row},bad\n"), &|row| format!("{row},x\n"));
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn deferred_constraints() {
    let definition = "create table p (v text primary key); insert into p values ('x');
                      create table t (id integer, v text references p deferrable initially deferred)";
    check(definition, "23503", &|row| format!("{row},bad\n"), &|row| format!("{row},x\n"));
}

/// Whose key leads to a row that comes later.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn rows_may_wait_for_later_ones() {
    let schema = Schema::new();
    schema.sql("create table t (id integer primary key, v integer references t)");
    schema.load("id,v\n3,\n1,2\n2,3\n4,9\n", "t", &[]).exits(3);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 2 3");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_does_not_fit_is_told_at_second_zero() {
    let schema = Schema::new();
    schema.sql(
        "create table t (id integer, v text not null, day date, made integer generated always as (id + 1) stored)",
    );
    schema.load("id\n1\n", "t", &[]).exits(78).says("column v of table t is not null");
    schema.load("id,v,x\n1,a,b\n", "t", &[]).exits(78).says("has no column x");
    schema.load("id,v,made\n1,a,2\n", "t", &[]).exits(78).says("generated");
    schema.load("id,v,day\n1,a,7\n", "t", &["--columns", "day:bigint"]).exits(78).says("cast(day as date)");
    schema.sql("create view seen as select id, v from t");
    schema.load("id,v\n1,a\n", "seen", &[]).exits(78).says("plain table");
    assert_eq!(schema.sql("select count(*) from t"), "0");
}
