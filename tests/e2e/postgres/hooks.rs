//! `before_load`: the table is looked at as it will be then, and what is tried leaves nothing behind.

use std::thread;
use std::time::Duration;

use super::server::Schema;
use crate::support::Done;

fn job(schema: &Schema, mode: &str, before: &[&str]) {
    let name = &schema.name;
    let before: Vec<String> =
        before.iter().map(|sql| format!("{:?}", sql.replace("t(", &format!("{name}.t(")))).collect();
    let before = before.join(", ").replace(" T", &format!(" {name}.t"));
    let load = format!("to = '{}'\n{mode}\nbefore_load = [{before}]\n", schema.table("t"));
    schema.folder.write("job.toml", format!("extract.path = 'in.csv'\n[[load]]\n{load}"));
}

const MODES: [&str; 4] = ["mode='append'", "mode='truncate'", "mode='replace'", "mode='upsert'\nkey='id'"];

/// The examples of tables that are dropped, altered and made.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn the_table_is_loaded_as_it_then_is() {
    for mode in MODES {
        let schema = Schema::new();
        schema.folder.write("in.csv", "id,v\n5,7\n6,8\n");
        let sum = "select sum(id), sum(v), pg_typeof(v) from t group by pg_typeof(v)";
        schema.sql("create table t (id integer primary key, v integer)");
        job(&schema, mode, &["drop table T", "create table t(id bigint primary key, v double precision)"]);
        schema.folder.mill(["validate", "job.toml"]).exits(0);
        schema.folder.mill(["run", "job.toml", "--dry-run"]).exits(0);
        assert_eq!(schema.sql("select count(*), pg_typeof(null::t) from t"), "0|t", "{mode}");
        schema.folder.mill(["run", "job.toml"]).exits(0);
        assert_eq!(schema.sql(sum), "11|15|double precision", "{mode}");
        schema.sql("drop table t; create table t (id integer primary key, v numeric)");
        job(&schema, mode, &["alter table T alter v type real", "alter table T add column n int"]);
        schema.folder.write("in.csv", "id,v,n\n5,7,1\n6,8,2\n");
        schema.folder.mill(["run", "job.toml"]).exits(0);
        assert_eq!(schema.sql(sum), "11|15|real", "{mode}");
        assert_eq!(schema.sql("select sum(n) from t"), "3", "{mode}");
    }
}

/// Neither where no row comes for a mistake, nor where every row is refused.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn nothing_is_done_before_a_row_is_there() {
    for mode in MODES {
        let schema = Schema::new();
        schema
            .sql("create table t (id integer primary key, v text check (v <> 'bad')); insert into t values (1, 'old')");
        let look = "select string_agg(id || v, ' ' order by id) from t";
        job(&schema, mode, &["delete from T"]);
        schema.folder.write("in.csv", "id,v,w\n1,a,a\n");
        schema.folder.mill(["run", "job.toml"]).exits(78).says("has no column w");
        schema.folder.write("in.csv", "id,v\n1,bad\n2,bad\n");
        let done = schema.folder.mill(["run", "job.toml", "--set", "load.batch.count=1", "--max-errors", "9"]);
        assert_ne!(done.code, Some(0));
        assert_eq!(schema.sql(look), "1old", "{mode}: {}", done.stderr);
        // The first row that is loaded takes it along.
        schema.folder.write("in.csv", "id,v\n1,bad\n2,new\n");
        let options = ["--set", "load.batch.count=1", "--set", "errors.max_error_ratio=1"];
        schema.folder.mill([&["run", "job.toml"], &options[..]].concat()).exits(3);
        assert_eq!(schema.sql(look), "2new", "{mode}");
        // No row and no reject: done at publication.
        schema.folder.write("in.csv", "id,v\n");
        let done = schema.folder.mill(["run", "-q", "job.toml", "--columns", "id:integer"]).exits(0);
        done.says("postgresql:t held rows and holds none now");
        assert_eq!(schema.sql("select count(*) from t"), "0", "{mode}");
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_must_stand_alone_is_left_out_of_the_trial() {
    let schema = Schema::new();
    schema.sql(&format!(
        "create table t (id integer); create procedure p() language plpgsql as
           $$ begin insert into {0}.t values (8); commit; insert into {0}.t values (9); end $$",
        schema.name
    ));
    schema.folder.write("in.csv", "id\n1\n");
    let call = format!("call {}.p()", schema.name);
    job(&schema, "mode='append'", &["insert into T values (7)", "vacuum T", &call, "insert into T values (10)"]);
    let done = schema.folder.mill(["validate", "job.toml"]).exits(0);
    done.says("statement 2 of before_load was not tried").says("statement 3 of before_load was not tried");
    assert_eq!(schema.sql("select count(*) from t"), "0");
    schema.folder.mill(["run", "job.toml"]).exits(0);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 7 8 9 10");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_fails_is_told_at_second_zero() {
    let schema = Schema::new();
    schema.sql("create table t (id integer); insert into t values (3)");
    schema.folder.write("in.csv", "id\n1\n");
    for (sql, words) in [
        ("select 1 / 0", "division by zero"),
        ("delete from T; commit", "no commit"),
        ("rollback; delete from T", "no rollback"),
        ("alter table T drop column id", "has no column id"),
    ] {
        job(&schema, "mode='append'", &[sql]);
        schema.folder.mill(["validate", "job.toml"]).exits(78).says(words);
        schema.folder.mill(["run", "job.toml"]).exits(78).says(words);
    }
    // Somebody else's lock is not waited for long.
    job(&schema, "mode='append'", &["truncate T"]);
    thread::scope(|scope| {
        scope.spawn(|| schema.sql("begin; lock table t; select pg_sleep(9)"));
        thread::sleep(Duration::from_millis(500));
        schema.folder.mill(["validate", "job.toml"]).exits(75).says("lock timeout");
    });
    assert_eq!(schema.sql("select string_agg(id::text, ' ') from t"), "3");
}

/// Somebody else changes the table between two flushes: not one value of the old type is read as one of the new.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_table_that_is_changed_meanwhile_ends_the_run() {
    for (mode, change, words) in [
        ("append", "alter v type double precision using v", "was integer and is double precision now"),
        ("append", "alter v type bigint", "was integer and is bigint now"),
        ("truncate", "alter v type text", "was integer and is text now"),
        ("upsert", "alter v type smallint using 1", "was integer and is smallint now"),
        ("append", "rename v to w", "column v of table t is gone"),
        ("replace", "alter v type double precision", "was integer and is double precision now"),
    ] {
        let schema = Schema::new();
        schema.sql("create table t (id integer primary key, v integer)");
        schema.folder.write("first.csv", "id,v\n1,5\n");
        let pipe = schema.folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let target = schema.table("t");
        let options = ["--columns", "id:integer,v:integer", "--mode", mode, "--set", "load.batch.period=50ms"];
        let key: &[&str] = if mode == "upsert" { &["--set", "load.key=id"] } else { &[] };
        let child =
            schema.folder.start([&["run", "pipe", &target, "--from-format", "csv"], &options[..], key].concat());
        let mut input = std::fs::File::options().write(true).open(&pipe).unwrap();
        std::io::Write::write_all(&mut input, b"id,v\n1,5\n").unwrap();
        thread::sleep(Duration::from_millis(1500));
        schema.sql(&format!("alter table t {change}"));
        std::io::Write::write_all(&mut input, b"2,5\n").unwrap();
        drop(input);
        Done::wait(child).exits(78).says(words);
        assert_eq!(schema.sql("select count(*) from t where id = 2"), "0", "{mode} {change}");
    }
}

/// Also after a new connection; and types of the user's own are made with the first row.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn types_and_settings_of_before_load() {
    for mode in MODES {
        let schema = Schema::new();
        let name = &schema.name;
        schema.folder.write("in.csv", "id,v\n1,sad\n2,glad\n");
        let kind = format!("create type {name}.mood as enum ('sad', 'glad')");
        let table = format!(
            "create table t(id integer primary key, v {name}.mood, who text default current_setting('application_name'))"
        );
        job(&schema, mode, &[&kind, &table, "set application_name = 'mine'"]);
        schema.folder.mill(["validate", "job.toml"]).exits(0);
        schema.folder.mill(["run", "job.toml", "--set", "load.batch.count=1"]).exits(0);
        assert_eq!(schema.sql("select count(*) from t where v = 'glad'"), "1");
        if mode != MODES[2] {
            assert_eq!(schema.sql("select distinct who from t"), "mine", "{mode}");
        }
    }
}
