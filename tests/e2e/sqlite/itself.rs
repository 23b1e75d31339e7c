//! A table that refers to itself: the row referred to may stand behind, and a batch may end anywhere.

use super::{load, rows, shop};
use crate::support::{Folder, records};

const SCHEMAS: [&str; 5] = [
    "create table t (id int primary key, parent int references t)",
    "create table t (id integer primary key, parent int references t(id))",
    "create table t (id int primary key, parent int references T(ID) deferrable initially deferred)",
    "create table t (id integer primary key, parent int references t deferrable initially deferred)",
    "create table t (id int primary key, parent int, foreign key (PARENT) references t) without rowid",
];

const UPSERT: [&str; 4] = ["--mode", "upsert", "--set", "load.key=[\"id\"]"];

/// The lines of the rejects, which all are of this sink.
fn refused(folder: &Folder) -> Vec<usize> {
    let rejects = records(&folder.read("in.rejects.csv"));
    let lines = rejects[1..].iter().map(|reject| {
        assert_eq!(reject[3..5], ["load", "t.db"].map(str::to_owned)[..]);
        assert_eq!(reject[6], "CONSTRAINT");
        reject[1].parse().unwrap()
    });
    lines.collect()
}

/// The same table and the same rejects for every mode and size of batch.
fn check(schema: &str, input: &str, modes: &[&[&str]], table: &str, lines: &[usize]) {
    for (mode, count) in modes.iter().flat_map(|mode| ["1", "2", "7", "20000"].map(|count| (mode, count))) {
        let folder = shop(input, schema);
        let code = if lines.is_empty() { 0 } else { 3 };
        load(&folder, &[mode, &["--batch-count", count, "--rejects", "in.rejects.csv"][..]].concat(), code);
        assert_eq!(
            rows(&folder, "select * from t order by id").replace('\n', ", "),
            table,
            "{schema} {mode:?} {count}"
        );
        assert_eq!(rows(&folder, "select * from pragma_foreign_key_check"), "", "{schema} {mode:?} {count}");
        if !lines.is_empty() {
            assert_eq!(refused(&folder), lines, "{schema} {mode:?} {count}");
        }
    }
}

const MODES: [&[&str]; 4] = [&["--mode", "append"], &["--mode", "truncate"], &["--mode", "replace"], &UPSERT];

#[test]
fn children_may_stand_before_their_parents() {
    for schema in SCHEMAS {
        let input = "id,parent\n4,3\n3,2\n2,1\n1,\n9,99\n";
        check(schema, input, &MODES, "i:1 null, i:2 i:1, i:3 i:2, i:4 i:3", &[6]);
    }
}

#[test]
fn what_hangs_on_a_row_that_dangles_goes_with_it() {
    for schema in SCHEMAS {
        let input = "id,parent\n9,99\n10,9\n11,10\n12,11\n1,1\n14,13\n13,\n15,9\n";
        check(schema, input, &MODES, "i:1 i:1, i:13 null, i:14 i:13", &[2, 3, 4, 5, 9]);
    }
}

#[test]
fn rows_that_refer_to_each_other_are_loaded() {
    for schema in SCHEMAS {
        let input = "id,parent\n1,2\n2,3\n3,1\n4,1\n5,6\n6,7\n8,8\n";
        check(schema, input, &MODES, "i:1 i:2, i:2 i:3, i:3 i:1, i:4 i:1, i:8 i:8", &[6, 7]);
    }
}

#[test]
fn composite_keys_and_several_of_them() {
    let schema = "create table o (k text primary key); insert into o values ('a');
        create table t (id int, sub text collate nocase, up int, upsub text, other text references o,
                        buddy int references t(num), num int unique, primary key (id, sub),
                        foreign key (up, upsub) references t)";
    let input = "id,sub,up,upsub,other,buddy,num\n1,x,2,Y,a,,10\n2,y,,,a,10,20\n3,z,2,,a,,\n4,z,9,y,a,,\n5,z,1,X,b,,\n\
                 6,z,1,x,,30,\n7,z,6,z,a,,30\n";
    let table = "i:1 t:x i:2 t:Y t:a null i:10, i:2 t:y null null t:a i:10 i:20, i:3 t:z i:2 null t:a null null, \
                 i:6 t:z i:1 t:x null i:30 null, i:7 t:z i:6 t:z t:a null i:30";
    // The fifth lacks a row of another table, which cannot come.
    check(schema, input, &MODES[..3], table, &[6, 5]);
}

#[test]
fn an_update_that_dangles_leaves_the_old_row() {
    for schema in SCHEMAS {
        let schema = format!("{schema}; insert into t values (1, null), (2, 1)");
        // 2 is set to a missing row, then to one that comes; 1 to one that comes, then to NULL; 3 is new and dangles once.
        let input = "id,parent\n2,99\n1,5\n2,5\n1,\n3,98\n3,2\n5,\n6,97\n7,6\n";
        check(&schema, input, &[&UPSERT], "i:1 null, i:2 i:5, i:3 i:2, i:5 null", &[2, 6, 9, 10]);
        check(&schema, "id,parent\n2,99\n3,2\n", &[&UPSERT], "i:1 null, i:2 i:1, i:3 i:2", &[2]);
        // The last one that can be wins.
        check(
            &schema,
            "id,parent\n2,5\n2,6\n2,99\n6,\n5,\n",
            &[&UPSERT],
            "i:1 null, i:2 i:6, i:5 null, i:6 null",
            &[4],
        );
    }
}

#[test]
fn the_reject_says_what_is_missing() {
    let folder = shop("id,parent\n9,99\n2,1\n", &format!("{}; insert into t values (1, null)", SCHEMAS[0]));
    load(&folder, &["--rejects", "in.rejects.csv"], 3);
    let reject = records(&folder.read("in.rejects.csv")).remove(1);
    let expected = ["in.csv", "2", "10", "load", "t.db", "parent", "CONSTRAINT"];
    assert_eq!(reject[..7], expected.map(str::to_owned));
    assert_eq!(
        reject[7..],
        ["FOREIGN KEY constraint failed: parent = 99 refers to no row of table t", "9,99"].map(str::to_owned)
    );
}

#[test]
fn rows_that_are_there_already_are_not_judged() {
    let schema = format!("{}; pragma foreign_keys = off; insert into t values (1, 77), (2, 1)", SCHEMAS[0]);
    let folder = shop("id,parent\n3,1\n4,5\n5,2\n", &schema);
    load(&folder, &[], 0);
    assert_eq!(rows(&folder, "select * from t").replace('\n', ", "), "i:1 i:77, i:2 i:1, i:3 i:1, i:5 i:2, i:4 i:5");
}

#[test]
fn a_row_that_a_ring_cannot_have_costs_that_ring_alone() {
    // The second 1 is refused where keys are unique, and is the last of its key in an upsert.
    let input = "id,parent\n1,2\n1,2\n2,1\n3,4\n4,3\n5,1\n";
    for schema in SCHEMAS {
        let table = "i:1 i:2, i:2 i:1, i:3 i:4, i:4 i:3, i:5 i:1";
        check(schema, input, &MODES[..3], table, &[3]);
        check(schema, input, &[&UPSERT], table, &[]);
    }
    // The partner of a row that is refused goes with it, and what hangs on them.
    let schema = "create table t (id int primary key, parent int references t, name text unique)";
    let input = "id,parent,name\n1,2,a\n2,1,b\n3,4,c\n4,3,a\n5,3,d\n6,2,e\n";
    let table = "i:1 i:2 t:a, i:2 i:1 t:b, i:6 i:2 t:e";
    check(schema, input, &MODES[..3], table, &[4, 5, 6]);
}

#[test]
fn a_row_that_a_later_one_has_overruled_waits_with_its_ring() {
    for schema in SCHEMAS {
        check(schema, "id,parent\n1,2\n1,\n2,5\n5,2\n", &[&UPSERT], "i:1 null, i:2 i:5, i:5 i:2", &[]);
        check(schema, "id,parent\n1,2\n1,\n2,5\n", &[&UPSERT], "i:1 null", &[2, 4]);
    }
}

#[test]
fn many_rings_take_their_number_and_no_more() {
    let (mut input, mut again) = ("id,parent\n".to_owned(), String::new());
    for id in (0..3_000).step_by(2) {
        input += &format!("{id},{0}\n{0},{id}\n", id + 1);
        again += &format!("{id},{}\n", id + 1);
    }
    let folder = shop(&(input + &again), SCHEMAS[0]);
    let errors = ["--max-errors", "9999", "--set", "errors.max_error_ratio=1", "--rejects", "in.rejects.csv"];
    load(&folder, &errors, 3);
    assert_eq!(rows(&folder, "select count(*) from t"), "i:3000");
    assert_eq!(refused(&folder), (3_002..4_502).collect::<Vec<_>>());
}

#[test]
fn long_chains_take_their_length_and_no_more() {
    let mut input = "id,parent\n".to_owned();
    (0..10_000).for_each(|id| input += &format!("{id},{}\n", id + 1));
    let folder = shop(&(input.clone() + "10000,\n"), SCHEMAS[0]);
    load(&folder, &[], 0);
    assert_eq!(rows(&folder, "select count(*) from t"), "i:10001");
    folder.write("in.csv", input + "20000,\n");
    load(
        &folder,
        &[
            "--mode",
            "replace",
            "--max-errors",
            "20000",
            "--set",
            "errors.max_error_ratio=1",
            "--rejects",
            "in.rejects.csv",
        ],
        3,
    );
    assert_eq!(refused(&folder), (2..10_002).collect::<Vec<_>>());
}
