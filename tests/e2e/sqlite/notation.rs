//! Numbers with a decimal comma: a column of numbers gets the number, a column of texts the text.

use super::{load, rows, shop};

const INPUT: &str = "id;amount;count\n1;1.299,50;1.299\n2;12,75;7\n3;-0,25;1.000.000\n4;;\n";
const KEYS: [&str; 4] = ["--set", "extract.decimal=,", "--set", "extract.thousands=."];

#[test]
fn a_table_of_our_making_holds_the_numbers() {
    let folder = shop(INPUT, "");
    load(&folder, &KEYS, 0);
    let expected = "i:1 r:1299.5 i:1299\ni:2 r:12.75 i:7\ni:3 r:-0.25 i:1000000\ni:4 null null";
    assert_eq!(rows(&folder, "select * from t order by id"), expected);
    let keyed = shop(&INPUT.replace("4;;\n", "4;1;1299\n"), "");
    load(&keyed, &[&KEYS[..], &["--mode", "upsert", "--key", "count"]].concat(), 0);
    // The texts tell rows apart.
    assert_eq!(
        rows(&keyed, "select id, count from t order by id"),
        "i:1 t:1.299\ni:2 t:7\ni:3 t:1.000.000\ni:4 t:1299"
    );
}

#[test]
fn a_column_that_stands_gets_what_it_takes() {
    let numbers = "r:1299.5 i:1299\nr:12.75 i:7\nr:-0.25 i:1000000\nnull null";
    let texts = "t:1.299,50 t:1.299\nt:12,75 t:7\nt:-0,25 t:1.000.000\nnull null";
    for (amount, count, expected) in [
        ("real", "integer", numbers),
        ("numeric", "numeric", numbers),
        ("decimal(12,2)", "decimal(12,0)", numbers),
        ("text", "varchar(20)", texts),
        ("", "blob", texts),
    ] {
        let folder = shop(INPUT, &format!("create table t (id integer, amount {amount}, count {count})"));
        load(&folder, &KEYS, 0);
        assert_eq!(rows(&folder, "select amount, count from t order by id"), expected, "{amount}");
    }
}

/// A type that has a meaning only for its author takes digits as numbers, whatever we call it: `1.299` would be another one.
#[test]
fn an_affinity_never_reads_thousands_as_places() {
    let folder = shop("id;count\n1;1.299\n2;7\n", "create table t (id integer, count money)");
    load(&folder, &KEYS, 0);
    assert_eq!(rows(&folder, "select count from t order by id"), "i:1299\ni:7");
}

#[test]
fn what_is_not_written_so_is_a_reject() {
    let folder = shop("id;amount\n1;12,50\n2;12.50\n3;1.299\n", "create table t (id integer, amount real)");
    load(&folder, &["--set", "extract.decimal=,"], 3);
    assert_eq!(rows(&folder, "select * from t"), "i:1 r:12.5");
    let rejects = folder.rejects();
    let message =
        "\"\"12.50\"\" is not a number written with decimal = \"\",\"\", which column amount of table t takes";
    assert!(rejects.contains(message), "{rejects}");
}
