//! Foreign keys: a bad row costs nobody else, and no load leaves a row that refers to nothing.

use super::{load, rows, shop};
use crate::support::{Done, Folder, records};

const INPUT: &str = "id,name,amt\n1,a,1.50\n2,b,2.25\n3,c,7.00\n";
const NAMES: &str = "create table o (k text primary key); insert into o values ('a'), ('b');";

/// The load goes on without its third row, which stands in the rejects file.
fn loses_the_third_row(schema: &str, mode: &str) {
    let folder = shop(INPUT, &format!("{NAMES} {schema}"));
    load(&folder, &["--mode", mode], 3);
    assert_eq!(rows(&folder, "select name from t order by id"), "t:a\nt:b", "{mode} into {schema}");
    assert_eq!(rows(&folder, "select * from pragma_foreign_key_check"), "", "{mode} into {schema}");
    let rejects = records(folder.rejects().as_bytes());
    assert_eq!((rejects.len(), rejects[1][1].as_str(), rejects[1][6].as_str()), (2, "4", "CONSTRAINT"));
    assert_eq!(rejects[1][7], "FOREIGN KEY constraint failed");
}

#[test]
fn a_row_whose_key_finds_nothing_costs_nobody_else() {
    let itself = "create table t (id int primary key, name text references o(k), amt real, up int references t(id));";
    loses_the_third_row(itself, "replace");
    // What dangled before hides nothing.
    let dangling = "pragma foreign_keys = off; insert into t values (1, 'zzz', 0, null), (2, 'yyy', 0, null)";
    loses_the_third_row(&format!("{itself} {dangling}"), "replace");
    for mode in ["append", "truncate", "replace"] {
        let deferred = "deferrable initially deferred";
        loses_the_third_row(&format!("create table t (id, name references o {deferred}, amt)"), mode);
        loses_the_third_row(
            &format!("create table t (id primary key, name references O(K) {deferred}, amt) without rowid"),
            mode,
        );
    }
}

#[test]
fn a_key_compares_like_its_parent() {
    let schema = "create table o (k integer primary key, n text collate nocase unique); insert into o values (7, 'A');
        create table t (id int primary key, name text references o(n), amt text references o(k), up references t)";
    let folder = shop("id,name,amt\n1,a,7\n2,A,07\n3,b,7\n4,,8\n5,,\n", schema);
    load(&folder, &["--mode", "replace"], 3);
    assert_eq!(rows(&folder, "select id from t order by id"), "i:1\ni:2\ni:5");
    assert_eq!(rows(&folder, "select * from pragma_foreign_key_check"), "");
}

/// The load is refused as a whole, and leaves the database as it was.
fn refused(folder: &Folder, mode: &str) -> Done {
    let before = rows(folder, "select * from t");
    let done = load(folder, &["--mode", mode], 65);
    assert_eq!(rows(folder, "select * from t"), before, "{mode}");
    assert_eq!(rows(folder, "select name from sqlite_schema where name like 'gristmill%'"), "", "{mode}");
    done
}

#[test]
fn a_deferred_key_into_its_own_table_costs_one_row() {
    let input = "id,up\n1,2\n2,\n3,99\n";
    let folder = shop(input, "create table t (id int primary key, up int references t deferrable initially deferred)");
    for mode in ["append", "replace"] {
        load(&folder, &["--mode", mode], 3);
        assert_eq!(rows(&folder, "select id from t order by id"), "i:1\ni:2", "{mode}");
        assert!(folder.rejects().contains("up = 99 refers to no row of table t"), "{mode}");
    }
    folder.write("in.csv", "id,up\n1,2\n2,\n3,1\n");
    load(&folder, &["--mode", "replace"], 0);
    load(&folder, &["--mode", "truncate"], 0);
    assert_eq!(rows(&folder, "select count(*) from t"), "i:3");
}

#[test]
fn rows_that_dangled_before_do_not_hide_rows_that_are_orphaned() {
    for rowid in ["", "without rowid"] {
        let schema = format!(
            "create table t (id integer primary key, name); insert into t values (9, 'old');
             create table items (n primary key, t_id references t(id)) {rowid};
             pragma foreign_keys = off; insert into items values (1, 1), (2, 9), (3, 8)"
        );
        let folder = shop("id,name\n1,a\n2,b\n", &schema);
        // The row that refers to 1 is mended, the one that refers to 8 stays as it is; 9 is lost.
        refused(&folder, "replace").says("a row of table items with t_id");
        folder.write("in.csv", "id,name\n1,a\n9,b\n");
        load(&folder, &["--mode", "replace"], 0);
        assert_eq!(rows(&folder, "select id from t"), "i:1\ni:9");
    }
}

#[test]
fn wrong_keys_between_other_tables_are_no_concern() {
    let schema = format!(
        "{NAMES} create table p1 (a, b); create table c1 (x references p1(a));
         create table t (id int, name text references o(k), amt)"
    );
    let folder = shop(INPUT, &schema);
    load(&folder, &["--mode", "replace"], 3);
    assert_eq!(rows(&folder, "select count(*) from t"), "i:2");
}

#[test]
fn others_may_refer_to_a_table_that_is_yet_to_come() {
    for key in ["references t(id)", "references t", "references t(id) deferrable initially immediate"] {
        let folder = shop(INPUT, &format!("create table c (t_id {key})"));
        load(&folder, &["--mode", "replace"], 0);
        assert_eq!(rows(&folder, "select count(*) from t"), "i:3", "{key}");
    }
}

#[test]
fn a_used_key_beside_a_deferred_one_is_told_at_second_zero() {
    let schema = "create table t (id integer primary key, name, amt); insert into t values (9, 'old', 0);
        create table p (k primary key);
        create table c (x references t, y references p deferrable initially deferred); insert into c values (9, null)";
    let folder = shop(INPUT, schema);
    load(&folder, &["--mode", "truncate"], 78).says("table t cannot be emptied, for rows of table c refer to its rows");
}
