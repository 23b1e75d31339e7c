//! Rights, roles and keys: what is missing is told at second zero, and a role that `before_load` takes is kept.

use std::thread;
use std::time::Duration;

use super::server::Schema;
use crate::support::Done;

/// A role of the test's own, that may use its schema.
struct Role<'a> {
    schema: &'a Schema,
    name: String,
}

impl Role<'_> {
    fn new<'a>(schema: &'a Schema, options: &str) -> Role<'a> {
        let name = format!("r_{}", schema.name);
        schema.sql(&format!("create role {name} login {options}; grant usage on schema {} to {name}", schema.name));
        Role { schema, name }
    }

    /// Loads as this role.
    fn load(&self, rows: &str, options: &[&str]) -> Done {
        self.schema.folder.write("in.csv", rows);
        let target = self.schema.table("t").replacen("postgres@", &format!("{}@", self.name), 1);
        self.schema.folder.mill([&["run", "in.csv", &target], options].concat())
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        self.schema.sql(&format!("drop owned by {0} cascade; drop role {0}", self.name));
    }
}

const UPSERT: [&str; 4] = ["--set", "load.mode=upsert", "--set", "load.key=['id']"];

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_is_missing_is_told_at_second_zero() {
    let schema = Schema::new();
    let role = Role::new(&schema, "");
    let (rows, name) = ("id,v\n1,a\n", &role.name);
    role.load(rows, &[]).exits(78).says("no right to make a table");
    schema.sql("create table t (id integer, v text)");
    role.load(rows, &[]).exits(78).says("may not insert table t");
    schema.sql(&format!("grant insert (id, v), select on t to {name}"));
    role.load(rows, &[]).exits(0).says("gristmill_state cannot be kept");
    role.load(rows, &["--mode", "truncate"]).exits(78).says("may not truncate table t");
    role.load(rows, &UPSERT).exits(78).says("may not update table t");
    schema.sql(&format!("grant update on t to {name}; revoke select on t from {name}"));
    role.load(rows, &[&UPSERT[..], &["--dry-run"]].concat()).exits(78).says("may not select table t");
    schema.sql(&format!("grant select on t to {name}"));
    schema.sql(&format!("alter table t enable row level security; create policy p on t to {name} using (true)"));
    role.load(rows, &[]).exits(78).says("row-level security");
    schema.sql(&format!("grant truncate on t to {name}; grant create on schema {} to {name}", schema.name));
    role.load(rows, &["--mode", "replace"]).exits(78).says("row-level security");
    assert_eq!(schema.sql("select count(*) from t"), "1");
    schema.folder.write("in.csv", rows);
    let nowhere = schema.table("t").replacen(&format!("table={}.t", schema.name), "table=nosuch.t", 1);
    schema.folder.mill(["run", "in.csv", &nowhere]).exits(78).says("there is no schema nosuch");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn upsert_needs_a_key_that_is_judged_at_once() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text, constraint u unique (id, v))");
    let rows = "id,v\n1,a\n";
    schema.load(rows, "t", &UPSERT).exits(78).says("no unique index on just (id)");
    schema.sql("alter table t add constraint d unique (id) deferrable");
    schema.load(rows, "t", &UPSERT).exits(78).says("no unique index on just (id)");
    schema.sql("create unique index i on t (id) where v is null");
    schema.load(rows, "t", &UPSERT).exits(78).says("no unique index on just (id)");
    schema.sql("alter table t drop constraint d; create unique index j on t (id) include (v)");
    schema.load(rows, "t", &UPSERT).exits(0);
    schema.load(rows, "t", &["--set", "load.mode=upsert", "--set", "load.key=['V','id']"]).exits(0);
}

/// Its notes stay those of who connects; and so it is after a new connection.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_role_is_taken_and_kept() {
    for mode in [&["--mode", "append"][..], &["--mode", "replace"], &UPSERT] {
        let schema = Schema::new();
        let role = Role::new(&schema, "");
        schema.sql("create table t (id integer primary key, v text, by text default current_user)");
        schema.sql(&format!("grant all on t to {0}; grant create on schema {1} to {0}", role.name, schema.name));
        schema.folder.write("in.csv", (0..20_000).fold("id,v\n".to_owned(), |rows, id| rows + &format!("{id},x\n")));
        let (table, hook) = (schema.table("t"), format!("load.before_load='set role {}'", role.name));
        let options = ["--set", &hook, "--set", "load.batch.count=100", "--columns", "id:integer"];
        let child = schema.folder.start([&["run", "in.csv", &table], &options[..], mode].concat());
        let session = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and \
                       objid = (hashtext(format('\"%s\".\"t\"', current_schema()))::bigint & 4294967295)::oid";
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(200));
            schema.sql(session);
        }
        let done = Done::wait(child).exits(0);
        let by = schema.sql("select by, count(*) from t group by by");
        assert_eq!(by, format!("{}|20000", role.name), "{}", done.stderr);
        assert_eq!(schema.sql("select count(*) from gristmill_state"), "0");
    }
}

/// Who connects needs no more than to be allowed to take it.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn rights_may_be_those_of_the_role_that_is_taken() {
    let schema = Schema::new();
    let login = Role::new(&schema, "noinherit");
    let owner = Role { schema: &schema, name: format!("o_{}", schema.name) };
    schema.sql(&format!(
        "create role {0}; grant usage on schema {1} to {0}; grant {0} to {2}; \
         create collation c (provider = icu, locale = 'und-u-ks-level2', deterministic = false); \
         create table t (id text collate c primary key, v varchar(3)); alter table t owner to {0}",
        owner.name, schema.name, login.name
    ));
    let hook = format!("load.before_load='set role {}'", owner.name);
    let (key, rows) = (UPSERT, "id,v\na,1\nb,2\nA,3\n");
    login.load(rows, &[&key[..], &["--set", &hook]].concat()).exits(0);
    assert_eq!(schema.sql("select string_agg(v, ' ' order by v) from t"), "2 3");
}

/// One that is granted is used, though no table may be made.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn the_state_table_may_be_granted() {
    let schema = Schema::new();
    let role = Role::new(&schema, "");
    schema.sql(
        "create table t (id integer); create table gristmill_state (run_id text primary key, batch bigint not null)",
    );
    schema.sql(&format!("grant insert on t to {0}; grant select, delete on gristmill_state to {0}", role.name));
    role.load("id\n1\n", &[]).exits(0).says("gristmill_state cannot be kept");
    schema.sql(&format!("grant insert, update on gristmill_state to {}", role.name));
    let done = role.load("id\n2\n", &[]).exits(0);
    assert!(!done.stderr.contains("gristmill_state"), "{}", done.stderr);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 2");
}

/// The server keeps 63 bytes of each.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn long_names_are_found_again() {
    let schema = Schema::new();
    let (table, long) = ("t".repeat(70), "ä".repeat(40));
    let rows = format!("{long},{long}2\n1,2\n");
    for mode in ["append", "append", "replace", "truncate"] {
        schema.load(&rows, &table, &["--mode", mode]).exits(0);
    }
    assert_eq!(schema.sql(&format!("select count(*) from {}", "t".repeat(63))), "1");
}
