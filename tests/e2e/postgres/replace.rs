//! What `replace` makes of the table's own keys, of names that are long, and of what stands in its way.

use super::server::Schema;

const REPLACE: [&str; 2] = ["--set", "load.mode=replace"];

fn staging_tables(schema: &Schema) -> String {
    schema.sql(
        "select count(*) from pg_class where relname like 'gristmill_staging%' and relkind = 'r' \
                and relnamespace = current_schema()::regnamespace",
    )
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_key_may_lead_to_the_table_itself() {
    let schema = Schema::new();
    schema.sql(
        "create table emp (id int, part int, boss int, constraint emp_key primary key (id, part),
           constraint emp_boss foreign key (boss, part) references emp on delete cascade);
         insert into emp values (1, 1, null), (9, 1, 1)",
    );
    schema.load("id,part,boss\n3,1,2\n1,1,\n2,1,1\n4,1,9\n", "emp", &REPLACE).exits(3);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from emp"), "1 2 3");
    assert!(schema.folder.rejects().contains("23503"));
    assert_eq!(
        schema.sql("select count(*) from pg_constraint where conrelid = 'emp'::regclass and contype = 'f'"),
        "1"
    );
    assert_eq!(staging_tables(&schema), "0");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_key_may_lead_to_a_partitioned_table() {
    let schema = Schema::new();
    schema.sql(
        "create table parts (id int primary key) partition by range (id);
         create table parts1 partition of parts for values from (0) to (10);
         create table parts2 partition of parts for values from (10) to (20);
         insert into parts values (1), (11); create table t (id int references parts)",
    );
    schema.load("id\n1\n11\n12\n", "t", &REPLACE).exits(3);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 11");
}

/// Names that are the same in all that a name may keep.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn long_names_have_staging_tables_of_their_own() {
    let schema = Schema::new();
    let [a, b] = ["a", "b"].map(|end| format!("{}ä{end}", "long".repeat(14)));
    let rows: String = (0..3000).map(|id| format!("{id}\n")).collect();
    schema.folder.write("in.csv", format!("id\n{rows}"));
    let load = |table: &str| {
        schema.sql(&format!("create table {table} (id int)"));
        let target = schema.table(&table.replace('ä', "%C3%A4"));
        format!("[[load]]\nto = \"{target}\"\nmode = \"replace\"\nbatch = {{ count = 100 }}\n")
    };
    schema.folder.write("job.toml", format!("[extract]\npath = \"in.csv\"\n{}{}", load(&a), load(&b)));
    schema.folder.mill(["run", "job.toml"]).exits(0);
    for table in [a, b] {
        assert_eq!(schema.sql(&format!("select count(*), count(distinct id) from {table}")), "3000|3000");
    }
    assert_eq!(staging_tables(&schema), "0");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn tables_that_inherit_are_not_emptied() {
    let schema = Schema::new();
    schema.sql(
        "create table t (id int); create table child () inherits (t);
         insert into t values (1); insert into child values (2)",
    );
    for mode in ["load.mode=replace", "load.mode=truncate"] {
        schema.load("id\n3\n", "t", &["--set", mode]).exits(78).says("child inherits from it").says("truncate only");
    }
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "1 2");
    let before = format!("load.before_load=truncate only {}.t", schema.name);
    schema.load("id\n3\n", "t", &["--set", &before]).exits(0);
    assert_eq!(schema.sql("select string_agg(id::text, ' ' order by id) from t"), "2 3");
}

/// A row that only the real table would refuse would fail the whole load at its end.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn what_only_the_real_table_refuses_is_told_at_second_zero() {
    let schema = Schema::new();
    schema.sql(
        "create function judge() returns trigger language plpgsql as
           $$ begin if new.id = 2 then raise 'no twos'; end if; return new; end $$;
         create table t (id int); create trigger judging before insert on t for each row execute function judge();
         create table p (id int) partition by range (id); create table p1 partition of p for values from (0) to (2)",
    );
    let truncate = ["--set", "load.mode=truncate"];
    schema.load("id\n1\n2\n", "t", &REPLACE).exits(78).says("trigger judging").says("use mode truncate");
    schema.load("id\n1\n2\n", "t", &truncate).exits(3);
    schema.load("id\n1\n2\n", "p", &REPLACE).exits(78).says("partition").says("use mode truncate");
    schema.load("id\n1\n2\n", "p1", &REPLACE).exits(78).says("partition").says("use mode truncate");
    schema.load("id\n1\n2\n", "p", &truncate).exits(3);
    assert_eq!(
        schema.sql("select (select string_agg(id::text, ' ') from t), (select string_agg(id::text, ' ') from p)"),
        "1|1"
    );
    schema.sql("alter table t disable trigger judging");
    schema.load("id\n1\n2\n", "t", &REPLACE).exits(0);
}
