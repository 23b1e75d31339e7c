//! Servers that lose what they have confirmed: the run does not end as if all were well.

use std::thread;
use std::time::Duration;

use super::outages::{QUICK, restart, rows};
use super::server::Schema;
use crate::support::Done;

fn waits_for(schema: &Schema, condition: &str) {
    while schema.sql(condition) != "t" {
        thread::sleep(Duration::from_millis(5));
    }
}

/// As a standby does that lags behind when it takes over.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_server_without_the_last_batches_ends_the_run() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    schema.folder.write("in.csv", rows());
    let target = schema.table("t");
    let arguments = ["run", "in.csv", &target, "--columns", "id:bigint"];
    let child = schema.folder.start([&arguments[..], &QUICK, &["--set", "load.batch.count=10"]].concat());
    waits_for(&schema, "select count(*) > 100 from t");
    schema.sql(
        "delete from gristmill_state; select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' \
         and granted and objid = (hashtext(format('\"%s\".\"t\"', current_schema()))::bigint & 4294967295)::oid",
    );
    Done::wait(child).exits(70).says("rows of table t are missing");
}

/// Alone, for it takes the server from everybody.
#[test]
#[ignore = "needs a PostgreSQL server of its own; scripts/test.sh starts one"]
fn alone_while_a_crash_empties_an_unlogged_table() {
    for (mode, code) in [("fast", 0), ("immediate", 70)] {
        let schema = Schema::new();
        schema.sql("create unlogged table t (id integer, v text)");
        schema.folder.write("in.csv", rows());
        let target = schema.table("t");
        let arguments = ["run", "in.csv", &target, "--columns", "id:bigint"];
        let child = schema.folder.start([&arguments[..], &QUICK, &["--set", "load.batch.count=10"]].concat());
        waits_for(&schema, "select count(*) > 100 from t");
        restart(mode);
        Done::wait(child).exits(code);
    }
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_is_confirmed_is_written() {
    let schema = Schema::new();
    schema.sql("create table t (id integer); create table seen (v text)");
    let after =
        format!("load.after_load=insert into {}.seen select current_setting('synchronous_commit')", schema.name);
    for (chosen, held) in [("off", "on"), ("local", "local")] {
        schema.folder.write("in.csv", "id\n1\n");
        let target = format!("{}&options=-c%20synchronous_commit%3D{chosen}", schema.table("t"));
        schema.folder.mill(["run", "in.csv", &target, "--set", &after]).exits(0);
        assert_eq!(schema.sql("delete from seen returning v"), held);
    }
}
