//! What each mode leaves in the table.

use super::server::Schema;

fn counted(schema: &Schema) -> String {
    schema.sql("select string_agg(id || coalesce(v, '-'), ' ' order by id) from t")
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn append_truncate_and_replace() {
    let schema = Schema::new();
    schema.load("id,v\n1,a\n2,b\n", "t", &["--columns", "id:integer"]).exits(0);
    schema.load("v,ID\nc,3\n", "t", &[]).exits(0);
    assert_eq!(counted(&schema), "1a 2b 3c");
    schema.load("id\n4\n", "t", &["--set", "load.mode=truncate"]).exits(0);
    assert_eq!(counted(&schema), "4-");
    schema.load("id,v\n", "t", &["--set", "load.mode=truncate", "--columns", "id:integer"]).exits(0);
    assert_eq!(counted(&schema), "");
    schema.load("id,v\n5,e\n", "new", &["--set", "load.mode=replace", "--columns", "id:integer"]).exits(0);
    assert_eq!(schema.sql("select * from new"), "5|e");
}

/// Staging tables in the test's own schema.
const STAGED: &str = "select count(*) from pg_class where relname like 'gristmill_staging%' \
    and relnamespace = current_schema::regnamespace";

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn replace_keeps_what_hangs_on_the_table() {
    let schema = Schema::new();
    schema.sql(
        "create table kinds (kind text primary key); insert into kinds values ('a'), ('b');
         create table t (id integer primary key, v text references kinds check (v <> 'zz'), made timestamptz default now());
         create index by_v on t (v); create view seen as select id from t; insert into t values (9, 'a')",
    );
    let rows = "id,v\n1,a\n2,nokind\n3,zz\n1,b\n4,b\n";
    schema.load(rows, "t", &["--set", "load.mode=replace"]).exits(3);
    assert_eq!(counted(&schema), "1a 4b");
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from seen"), "1 4");
    assert_eq!(
        schema.sql("select count(*) from pg_indexes where tablename = 't' and schemaname = current_schema"),
        "2"
    );
    assert_eq!(schema.sql(STAGED), "0");
    let rejects = schema.folder.rejects();
    for code in ["23503", "23514", "23505"] {
        assert!(rejects.contains(code), "{code}: {rejects}");
    }
    // A key of another table's stands in the way.
    schema.sql("create table others (t integer references t)");
    schema.load(rows, "t", &["--set", "load.mode=replace"]).exits(78).says("others");
    assert_eq!(counted(&schema), "1a 4b");
}

/// A run that breaks off before the end.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_failed_replace_changes_nothing() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text); insert into t values (1, 'old')");
    let rows: String = (0..1000).map(|id| format!("{id},x\n")).collect();
    let options = ["--set", "load.mode=replace", "--set", "load.batch.count=10", "--max-errors", "0"];
    schema.load(&format!("id,v\n{rows}x,x\n"), "t", &options).exits(4);
    assert_eq!(counted(&schema), "1old");
    assert_eq!(schema.sql(STAGED), "0");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn upsert_updates_by_key() {
    let schema = Schema::new();
    let upsert = ["--set", "load.mode=upsert", "--set", "load.key=['id']"];
    schema.sql("create table t (id integer primary key, v text check (v <> 'bad'), n integer default 7)");
    schema.sql("insert into t values (1, 'old', 1), (2, 'old', 2)");
    schema.load("id,v\n1,a\n3,c\n1,b\n4,bad\n", "t", &upsert).exits(3);
    assert_eq!(schema.sql("select * from t order by id"), "1|b|1\n2|old|2\n3|c|7");
    schema.load("id,v\n1,a\n", "t", &["--set", "load.mode=upsert"]).exits(78).says("load.key");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn statements_around_the_load() {
    let schema = Schema::new();
    let name = schema.sql("select current_schema()");
    let before = format!("load.before_load=create table {name}.t (id integer, v text)");
    let after = format!("load.after_load=['insert into {name}.t values (99, null)', 'analyze {name}.t']");
    // The table is looked at as that statement will have made it.
    schema.load("id,v\n1,a\n", "t", &["--set", &before, "--set", &after]).exits(0);
    assert_eq!(counted(&schema), "1a 99-");
    schema.load("id,v\n1,a\n", "t", &["--set", &before]).exits(78).says("already exists");
}

/// The server takes such rows and counts them out.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_trigger_leaves_rows_out() {
    let schema = Schema::new();
    schema.sql(
        "create function sift() returns trigger language plpgsql as
           $$ begin if new.id % 3 = 0 then return null; end if; return new; end $$;
         create table t (id integer, v text not null);
         create trigger sifting before insert on t for each row execute function sift()",
    );
    let rows = "id,v\n1,a\n3,b\n4,\n6,c\n7,d\n";
    let done = schema.load(rows, "t", &["--summary", "s.json"]).exits(3);
    done.says("a trigger of table t has put 2 rows elsewhere or left them out");
    assert_eq!(counted(&schema), "1a 7d");
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    assert!(summary["warnings"][0].as_str().unwrap().contains("2 rows"), "{summary}");
}

/// The load is in place by then, and the run says so.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_statement_after_the_load_fails() {
    let schema = Schema::new();
    schema.sql("create table t (id integer, v text)");
    let after = "load.after_load=select 1 / 0";
    for (mode, found) in [("replace", "1|1"), ("append", "2|1")] {
        let mode = format!("load.mode={mode}");
        let done = schema.load("id,v\n1,a\n", "t", &["--set", &mode, "--set", after, "--summary", "s.json"]);
        done.exits(78).says("table t is loaded and stays so, but after_load failed").says("complete: postgresql:t");
        assert_eq!(schema.sql("select count(*), count(distinct id) from t"), found);
        let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
        let sink = &summary["sinks"][0];
        assert_eq!((&sink["rows_loaded"], &sink["failed"]), (&1.into(), &false.into()), "{sink}");
    }
}

/// What has been committed stays, and the run says so.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_failed_append_tells_what_it_has_loaded() {
    let schema = Schema::new();
    let rows: String = (0..5000).map(|id| format!("{id},x\n")).collect();
    let options = ["--set", "load.batch.count=1000", "--set", "run.chunk_size=1KiB", "--max-errors", "0"];
    let done = schema.load(&format!("id,v\n{rows}x,x,x,x\n"), "t", &[&options[..], &["--summary", "s.json"]].concat());
    let loaded: u64 = schema.sql("select count(*) from t").parse().unwrap();
    let done = done.exits(4);
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    assert_eq!(summary["sinks"][0]["rows_loaded"], loaded);
    if loaded > 0 {
        done.says("rows are loaded already");
    }
}

/// Four targets of one run, one of which refuses a row that the others take.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn every_kind_of_target_at_once() {
    let schema = Schema::new();
    schema.sql("create table t (id integer primary key, v text)");
    let rows: String = (0..3000).map(|id| format!("{id},v{id}\n")).collect();
    schema.folder.write("in.csv", format!("id,v\n{rows}7,again\n"));
    let targets = ["out.csv", "out.parquet", "sqlite:out.db?table=t", &schema.table("t")];
    let loads: String = targets.iter().map(|to| format!("[[load]]\nto = \"{to}\"\n")).collect();
    let job = format!("[extract]\npath = \"in.csv\"\ncolumns = {{ id = \"bigint\" }}\n{loads}");
    schema.folder.write("job.toml", job);
    schema.folder.mill(["run", "job.toml", "--summary", "s.json"]).exits(3);
    assert_eq!(schema.sql("select count(*), sum(id) from t"), "3000|4498500");
    let summary: serde_json::Value = serde_json::from_slice(&schema.folder.read("s.json")).unwrap();
    let loaded: Vec<u64> =
        summary["sinks"].as_array().unwrap().iter().map(|sink| sink["rows_loaded"].as_u64().unwrap()).collect();
    assert_eq!(loaded, [3001, 3001, 3001, 3000]);
    let back = schema.folder.mill(["run", "-q", "out.parquet", "-"]).exits(0);
    assert_eq!(back.stdout_text(), schema.folder.text("out.csv"));
}
