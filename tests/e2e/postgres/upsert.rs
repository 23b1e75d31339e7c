//! Which of several rows of a key wins.

use super::server::Schema;

fn load(schema: &Schema, rows: &str, key: &str) {
    let key = format!("load.key=['{key}']");
    schema.load(rows, "t", &["--columns", "v:text", "--set", "load.mode=upsert", "--set", &key]).exits(0);
}

/// Rows of all widths: the server puts a short one where there is room left, before rows that came earlier.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn the_last_row_wins_whatever_its_width() {
    const KEYS: usize = 5000;
    let schema = Schema::new();
    schema.sql("create table t (id integer primary key, n integer, v text)");
    let (mut chance, mut last, mut rows) = (0x5EED_u64, vec![None; KEYS], "id,n,v\n".to_owned());
    for n in 0..20_000 {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (id, width) = ((chance >> 33) as usize % KEYS, [1, 10, 100, 500, 1500][(chance >> 50) as usize % 5]);
        last[id] = Some(n);
        rows += &format!("{id},{n},{}\n", "x".repeat(width));
    }
    load(&schema, &rows, "id");
    let found = schema.sql("select string_agg(id || ':' || n, ' ' order by id) from t");
    let expected = last.iter().enumerate().filter_map(|(id, n)| n.map(|n| format!("{id}:{n}")));
    let stale = found.split(' ').zip(expected).filter(|(found, expected)| found != expected).count();
    assert_eq!(stale, 0);
}

/// As the unique index has it.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_key_without_a_value_is_like_no_other() {
    let schema = Schema::new();
    let rows = "k,v\n,a\n,b\n1,c\n1,d\n";
    let look = "select string_agg(coalesce(k, 0) || v, ' ' order by k nulls first, v) from t";
    schema.sql("create table t (k integer unique, v text)");
    load(&schema, rows, "k");
    assert_eq!(schema.sql(look), "0a 0b 1d");
    schema.sql("drop table t; create table t (k integer unique nulls not distinct, v text)");
    load(&schema, rows, "k");
    load(&schema, rows, "K");
    assert_eq!(schema.sql(look), "0b 1d");
    // What is only included in an index is not of its key.
    schema.sql(
        "drop table t; create table t (k integer unique, v text);
         create unique index on t (v) include (k) nulls not distinct",
    );
    load(&schema, rows, "k");
    assert_eq!(schema.sql(look), "0a 0b 1d");
}

/// A row that was refused for its foreign key does not come back over a later one of its key.
#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn no_row_is_put_over_a_later_one() {
    let schema = Schema::new();
    schema.sql("create table t (id int primary key, parent int references t, name text check (name <> 'bad'))");
    let rows = "id,parent,name\n1,3,a\n7,,bad\n1,,b\n3,,c\n";
    schema.load(rows, "t", &["--set", "load.mode=upsert", "--set", "load.key=['id']"]).exits(3);
    assert_eq!(schema.sql("select * from t order by id"), "1||b\n3||c");
}
