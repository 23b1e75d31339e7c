//! Columns whose declared type makes numbers of texts, whatever it is called: a value comes back as it went in, or is a reject.

use super::{load, rows, shop};
use crate::support::records;

const TYPES: [&str; 15] = [
    "string",
    "date",
    "datetime",
    "timestamp",
    "json",
    "uuid",
    "money",
    "enum",
    "point",
    "FLOATING POINT",
    "charint",
    "interval",
    "time",
    "any",
    "decade",
];

/// The lines of the rejects, all of column v.
fn refused(folder: &crate::support::Folder) -> Vec<String> {
    let rejects = records(folder.rejects().as_bytes());
    assert!(rejects[1..].iter().all(|reject| reject[5..7] == ["v", "CAST"].map(str::to_owned)), "{rejects:?}");
    rejects[1..].iter().map(|reject| reject[1].clone()).collect()
}

const INPUT: &str = "id,v\n1,07867\n2,7\n3,1.10\n4,2024-01-31\n5,20240131\n6,1e5\n7,+5\n8,\" 5\"\n9,0x1F\n10,9223372036854775808\n\
                     11,314e59\n12,-0\n13,0.0\n14,Infinity\n15,nan\n16,1.1\n17,\n18,007\n";

#[test]
fn values_that_would_be_changed_are_rejects() {
    for declared in TYPES {
        for mode in ["append", "truncate", "replace"] {
            let folder = shop(INPUT, &format!("create table t (id int, v {declared})"));
            load(&folder, &["--mode", mode], 3);
            let kept = "t:2 7 t:4 2024-01-31 t:5 20240131 t:9 0x1F t:14 Infinity t:15 nan t:16 1.1 t:17 -";
            let found = rows(&folder, "select id || ' ' || coalesce(v, '-') from t order by id");
            assert_eq!(found.replace('\n', " "), kept, "{declared} {mode}");
            assert_eq!(refused(&folder), ["2", "4", "7", "8", "9", "11", "12", "13", "14", "19"], "{declared} {mode}");
        }
    }
}

#[test]
fn the_reject_says_what_to_do() {
    let folder = shop("id,v\n1,07867\n2,8\n", "create table t (id int, v string)");
    load(&folder, &["--columns", "v:text"], 3);
    let expected = "\"07867\" would be changed by the affinity of column v of table t, whose declared type makes numbers of \
                    texts; make it TEXT in the table to keep texts, or declare column v as bigint or double to load numbers";
    assert_eq!(records(folder.rejects().as_bytes())[1][7], expected);
    load(&folder, &["--columns", "v:bigint", "--mode", "truncate"], 0);
    assert_eq!(rows(&folder, "select v from t"), "i:7867\ni:8");
}

#[test]
fn columns_that_keep_texts_take_them_all() {
    for table in
        ["(id int, v text)", "(id int, v blob)", "(id int, v)", "(id int, v varchar(9))", "(id int, v any) strict"]
    {
        let folder = shop(INPUT, &format!("create table t {table}"));
        load(&folder, &[], 0);
        let first = "select v from t where id in (1, 3, 11, 12, 18) order by id";
        assert_eq!(rows(&folder, first), "t:07867\nt:1.10\nt:314e59\nt:-0\nt:007", "{table}");
    }
}

#[test]
fn computed_texts_are_looked_at_and_computed_numbers_are_numbers() {
    let folder = shop("id,v\n1,07867\n2,x\n", "create table t (id int, v string)");
    load(&folder, &["--select", "id, v || '' as v"], 3);
    assert_eq!((rows(&folder, "select v from t"), refused(&folder)), ("t:x".into(), vec!["2".to_owned()]));
    load(&folder, &["--mode", "truncate", "--select", "id, id * 1.50 as v"], 0);
    assert_eq!(rows(&folder, "select v from t"), "r:1.5\ni:3");
}

#[test]
fn keys_of_an_upsert_are_not_merged() {
    let folder = shop("v,n\n007,1\n7,2\n1.10,3\n1.1,4\n", "create table t (v string primary key, n int)");
    load(&folder, &["--mode", "upsert", "--set", "load.key=[\"v\"]"], 3);
    assert_eq!(rows(&folder, "select v, n from t order by n"), "i:7 i:2\nr:1.1 i:4");
    assert_eq!(refused(&folder), ["2", "4"]);
}

#[test]
fn numbers_that_would_lose_digits_are_rejects() {
    let input = "id,v\n1,12345678901234567890\n2,9223372036854775807\n3,0.1234567890123456789\n4,1.10\n5,1e20\n6,-5.\n";
    let folder = shop(input, "create table t (id int, v numeric)");
    load(&folder, &[], 3);
    assert_eq!(rows(&folder, "select v from t"), "i:9223372036854775807\nr:1.1\nr:100000000000000000000\ni:-5");
    assert_eq!(refused(&folder), ["2", "4"]);
    // Two to the power of 53, and one more, into doubles.
    let folder = shop("v\n9007199254740992\n9007199254740993\n", "create table t (v real)");
    load(&folder, &["--columns", "v:bigint"], 3);
    assert_eq!(
        (rows(&folder, "select v from t"), refused(&folder)),
        ("r:9007199254740992".into(), vec!["3".to_owned()])
    );
}

#[test]
fn nan_is_null_and_infinities_stay() {
    let input = "id,v\n1,1.5\n2,NaN\n3,Infinity\n4,-inf\n5,0.5\n";
    let tables = [
        "",
        "create table t (id int, v real)",
        "create table t (id int, v numeric)",
        "create table t (id int, v real) strict",
    ];
    for (schema, columns) in tables.iter().flat_map(|schema| [(schema, "id:int"), (schema, "v:double")]) {
        let folder = shop(input, schema);
        let done = folder.mill(["run", "in.csv", "sqlite:t.db?table=t", "--columns", columns]).exits(0);
        done.says("NaN is NULL in column v, for SQLite has no such number");
        assert_eq!(rows(&folder, "select v from t"), "r:1.5\nnull\nr:inf\nr:-inf\nr:0.5", "{schema} {columns}");
        assert_eq!(rows(&folder, "select avg(v) from t where abs(v) < 9"), "r:1", "{schema} {columns}");
    }
    let folder = shop(input, "create table t (id int, v double not null)");
    load(&folder, &["--select", "id, v * 1.0 as v"], 3);
    assert_eq!(rows(&folder, "select count(*) from t"), "i:4");
    // A text is a text.
    let folder = shop(input, "create table t (id int, v text)");
    load(&folder, &["--select", "id, v * 1.0 as v"], 0);
    assert_eq!(rows(&folder, "select v from t where id in (2, 3)"), "t:NaN\nt:Infinity");
}
