//! JSON into columns of `json`, `jsonb`, arrays and text.

use super::server::Schema;

const LINES: &str = r#"{"id":1,"j":{"a": 0.10, "a":"\u00e4"},"b":"5","t":["x y","q\"\\,{}","","NULL",null],"i":[1,2],"m":[[1,2],[3,4]],"w":"s"}
{"id":2,"j":"5","b":5,"t":[],"i":[],"m":null,"w":["x"]}
{"id":3,"j":null,"b":true,"t":null,"i":"{7,8}","m":[],"w":{"k": 1}}
{"id":4,"j":[1],"b":null,"t":["a"],"i":[1.5],"m":[],"w":"late"}
{"id":5,"j":[1],"b":[ ],"t":5,"i":[1],"m":[],"w":"later"}
{"id":6,"j":1,"b":"x","t":["b"],"i":[1],"m":[[1],[]],"w":"latest"}
{"id":7,"j":12345678901234567890.10,"b":{},"t":["c"],"i":[1],"m":[],"w":true}
"#;

fn load(schema: &Schema, table: &str, code: i32, more: &[&str]) {
    schema.folder.write("in.jsonl", LINES);
    let target = schema.table(table);
    schema
        .folder
        .mill([["run", "-q", "in.jsonl", &target, "--rejects", "r.csv"].as_slice(), more].concat())
        .exits(code);
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn json_arrives_as_it_stands_and_arrays_as_arrays() {
    let schema = Schema::new();
    schema.sql("create table t (id int, j json, b jsonb, t text[], i int[], m int[], w text)");
    load(&schema, "t", 3, &[]);
    let found = schema.sql("select id, j, b, b = '\"5\"', t, t[5] is null, i, m, w from t order by id");
    let expected = "1|{\"a\": 0.10, \"a\":\"\\u00e4\"}|\"5\"|t|{\"x y\",\"q\\\"\\\\,{}\",\"\",\"NULL\",NULL}|t|{1,2}|{{1,2},{3,4}}|s\n\
                    2|\"5\"|5|f|{}|t|{}||[\"x\"]\n\
                    3||true|f||t|{7,8}|{}|{\"k\": 1}\n\
                    7|12345678901234567890.10|{}|f|{c}|t|{1}|{}|true";
    assert_eq!(found, expected);
    let rejects = schema.folder.text("r.csv");
    let told = ["22P02", "5 is no JSON array", "has an empty array in it"].map(|why| rejects.contains(why));
    assert_eq!((told, rejects.lines().count()), ([true; 3], 4), "{rejects}");
}

#[test]
#[ignore = "needs a PostgreSQL server; scripts/test.sh starts one"]
fn a_new_table_has_json_and_computed_json_goes_everywhere() {
    let schema = Schema::new();
    load(&schema, "made", 0, &["--select", "id, j, j -> 'a' as part"]);
    let types = "select string_agg(format_type(atttypid, atttypmod), ',' order by attnum) from pg_attribute \
                 where attrelid = 'made'::regclass and attnum > 0";
    assert_eq!(schema.sql(types), "bigint,json,json");
    assert_eq!(
        schema.sql("select j, part from made where id in (1, 7) order by id"),
        "{\"a\": 0.10, \"a\":\"\\u00e4\"}|\"\\u00e4\"\n12345678901234567890.10|"
    );
    schema.sql("create type mood as enum ('s', 'x'); create table typed (id bigint, w mood, x text, js jsonb[])");
    let select = "id, w -> 0 as w, w -> 0 as x, t -> -9 as js";
    load(&schema, "typed", 0, &["--select", select, "--where", "id = 2"]);
    assert_eq!(schema.sql("select * from typed"), "2|x|x|");
    schema.sql("truncate typed");
    load(&schema, "typed", 0, &["--select", "id, t as js", "--where", "id = 1"]);
    assert_eq!(schema.sql("select js[1] = '\"x y\"', js[5] is null from typed"), "t|t");
    // Also by way of an order.
    schema.sql("create table ordered (b jsonb, t text[])");
    load(&schema, "ordered", 0, &["--sql", "select b, t from input where id < 5 order by id limit 2"]);
    assert_eq!(schema.sql("select b, t[1] from ordered order by t[1]"), "\"5\"|x y\n5|");
    schema.sql("create table numbers (id bigint, j bigint)");
    schema.folder.mill(["run", "-q", "in.jsonl", &schema.table("numbers"), "--select", "id, j -> 'a' as j"]).exits(78);
}
