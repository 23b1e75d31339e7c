//! Refusals of all kinds: which cost a row, which end the run, and that a signal ends the search for bad rows.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::server::Schema;
use crate::support::Done;

/// A before-trigger of table t.
fn trigger(body: &str) -> String {
    format!(
        "create function f() returns trigger language plpgsql as $$ begin {body} end $$;
         create trigger b before insert on t for each row execute function f()"
    )
}

/// The second of three rows is refused, with this code.
#[track_caller]
fn one_is_refused(definition: &str, cell: &str, code: &str, options: &[&str]) {
    let schema = Schema::new();
    schema.sql(definition);
    let rows = format!("id,v\n1,a\n2,{cell}\n3,b\n");
    let done = schema.load(&rows, "t", &[&["--set", "errors.max_error_ratio=1"], options].concat()).exits(3);
    let rejects = schema.folder.rejects();
    assert_eq!(rejects.matches(&format!("[SQLSTATE {code}]")).count(), 1, "{rejects}{}", done.stderr);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 3");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_row_is_lost_and_no_more() {
    let plain = "create table t (id integer primary key, v text);";
    let own = trigger("if new.v = 'x' then raise 'no' using errcode = 'MY001'; end if; return new;");
    one_is_refused(&format!("{plain} {own}"), "x", "MY001", &[]);
    one_is_refused("create table t (id integer, v tsquery)", "a &", "42601", &[]);
    one_is_refused(
        "create table t (id integer, v regproc)",
        "nosuch",
        "42883",
        &["--select", "id, case v when 'nosuch' then v end as v"],
    );
    let upsert = ["--mode", "upsert", "--set", "load.key=['id']"];
    let folded = trigger("new.id = abs(new.id); return new;");
    let schema = Schema::new();
    schema.sql(&format!("{plain} {folded}"));
    let rows = "id,v\n1,a\n-1,b\n3,c\n";
    let done = schema.load(rows, "t", &[&["--set", "errors.max_error_ratio=1"], &upsert[..]].concat());
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 3", "{}", done.stderr);
}

/// What a new table of an odd database cannot hold has its origin too.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn new_tables_refuse_rows() {
    let schema = Schema::new();
    let wide: Vec<String> = (0..1100).map(|column| format!("c{column}")).collect();
    let full = vec!["x".repeat(20); 1100].join(",");
    let rows = format!("{}\n{}\n{full}\n", wide.join(","), vec!["1"; 1100].join(","));
    schema.load(&rows, "wide", &["--set", "errors.max_error_ratio=1"]).exits(3);
    assert!(schema.folder.rejects().contains("54000"));
    let database = format!("{}_latin", schema.name);
    schema.sql(&format!("create database {database} encoding latin1 template template0 locale 'C'"));
    let target = schema.url.replacen("/postgres?", &format!("/{database}?"), 1) + "&table=public.t";
    schema.folder.write("in.csv", "id,v\n1,a\n2,€\n3,ä\n");
    let done = schema.folder.mill(["run", "in.csv", &target, "--set", "errors.max_error_ratio=1"]);
    schema.sql(&format!("drop database {database} with (force)"));
    done.exits(3);
    assert!(schema.folder.rejects().contains("22P05"));
}

/// Nothing is rejected for it.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_statement_that_never_works_ends_the_run() {
    let schema = Schema::new();
    schema.sql(&format!("create table t (id integer, v text); {}", trigger("perform nosuch(); return new;")));
    let rows = (0..100).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},x\n"));
    schema.load(&rows, "t", &["--max-errors", "1000", "--set", "errors.max_error_ratio=1"]).exits(78).says("42883");
    schema.load("id,v\n1,x\n", "t", &[]).exits(78).says("nosuch()");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_copy_that_nobody_reads_ends_the_run() {
    let schema = Schema::new();
    schema.sql("create table t (id integer)");
    let hook = "load.before_load='copy (select 1) to stdout'";
    schema.load("id\n1\n", "t", &["--set", hook]).exits(78).says("nobody who reads it");
    assert_eq!(schema.sql("select count(*) from t"), "0");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_signal_ends_the_search() {
    let schema = Schema::new();
    schema.sql(&format!("create table t (id integer, v text); {}", trigger("perform pg_sleep(0.002); raise 'no';")));
    schema.folder.write("in.csv", (0..20_000).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},x\n")));
    let table = schema.table("t");
    let options = ["--max-errors", "100000", "--set", "errors.max_error_ratio=1"];
    let child = schema.folder.start([&["run", "in.csv", &table], &options[..]].concat());
    thread::sleep(Duration::from_secs(2));
    let start = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    Done::wait(child).exits(143);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

/// A server that is away is said to be, where that can be said; the run is not worse for it where it cannot.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_full_standard_error() {
    let schema = Schema::new();
    schema.folder.write("in.csv", "id\n1\n");
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut mill = Command::new(env!("CARGO_BIN_EXE_gristmill"));
    mill.args(["run", "in.csv", "postgresql://localhost:1/d?table=t", "--set", "load.retry.max_elapsed_time=1s"]);
    mill.current_dir(schema.folder.path()).stdin(Stdio::null()).stderr(full);
    assert_eq!(mill.status().unwrap().code(), Some(69));
}

/// Under one more name of it: no later run would find it free.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn two_sections_of_one_table_are_told_as_such() {
    let schema = Schema::new();
    schema.sql("create table a1 (id integer); create table a2 (id integer)");
    let second = |table: &str| format!("load.2.to={}", schema.table(table));
    let done = schema.load("id\n1\n", "a1", &["--set", &second("A1")]).exits(78);
    done.says("load.2.to: its table is also that of load.to; write to another table");
    schema.load("id\n1\n", "a1", &["--set", &second("a1")]).exits(78);
    schema.load("id\n1\n", "a1", &["--set", &second("a2")]).exits(0);
    assert_eq!(schema.sql("select (select count(*) from a1), (select count(*) from a2)"), "1|1");
}
