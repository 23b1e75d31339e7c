//! Names and values that look like something else.

use super::{load, rows, shop};
use crate::support::Folder;

#[test]
fn a_table_may_be_called_as_a_column_of_sqlites_own_answers() {
    for name in ["type", "name", "pk", "hidden", "rowid"] {
        let folder = shop("id,v\n1,x\n", &format!("create table \"{name}\" (id int, v text)"));
        for mode in ["append", "truncate", "replace"] {
            folder.mill(["run", "-q", "in.csv", &format!("sqlite:t.db?table={name}"), "--mode", mode]).exits(0);
        }
        assert_eq!(rows(&folder, &format!("select * from \"{name}\"")), "i:1 t:x");
    }
}

/// Guessed from the first rows, a column of codes is one of numbers until the first code with a zero comes.
#[test]
fn zeros_that_nobody_declared_away_are_not_lost() {
    let mut input = "id,zip\n".to_owned();
    (0..12_000).for_each(|id| input += &format!("{id},{}\n", 10_000 + id));
    let folder = Folder::with("in.csv", input + "12000,01234\n12001,-007\n");
    folder.mill(["run", "in.csv", "sqlite:t.db?table=t"]).exits(3).says("CAST 2");
    let reject = folder.rejects();
    assert!(reject.contains("begins with zeros that a number does not keep; declare column zip as text"), "{reject}");
    // So it is on every later night, until it is declared to be a number.
    folder.write("in.csv", "id,zip\n1,00501\n2,\t007\n3,999\n");
    for mode in ["append", "truncate", "replace"] {
        load(&folder, &["--mode", mode], 3);
    }
    load(&folder, &["--mode", "truncate", "--columns", "zip:bigint"], 0);
    assert_eq!(rows(&folder, "select zip from t where zip < 1000"), "i:501\ni:7\ni:999");
}

#[test]
fn a_quoted_name_is_the_name() {
    let folder = shop("id,parent\n1,\n", "create table \"Quoted\" (id integer primary key autoincrement, parent int)");
    let run = |table: &str, code| {
        let target = format!("sqlite:t.db?table={table}");
        folder.mill(["run", "-q", "in.csv", &target]).exits(code)
    };
    run("\"Quoted\"", 0);
    run("\"a \"\"b\"\" & c?d=50%25\"", 0);
    assert_eq!(
        rows(&folder, "select count(*) from Quoted union all select count(*) from \"a \"\"b\"\" & c?d=50%25\""),
        "i:1\ni:1"
    );
    run("\"", 78).says("must quote the table's name as SQL does");
    run("\"a\"b\"", 78).says("must quote the table's name as SQL does");
}

#[test]
fn a_table_numbers_its_rows_where_the_query_does_not() {
    for mode in ["append", "truncate", "replace"] {
        let folder = shop("name\na\nb\n", "create table t (id integer primary key autoincrement, name text)");
        load(&folder, &["--mode", mode], 0);
        assert_eq!(rows(&folder, "select * from t"), "i:1 t:a\ni:2 t:b", "{mode}");
        folder.write("in.csv", "id,name\n70,c\n50,d\n");
        load(&folder, &["--mode", mode], 0);
        assert_eq!(rows(&folder, "select name from t where id in (50, 70)"), "t:d\nt:c", "{mode}");
        folder.write("in.csv", "name\ne\n");
        load(&folder, &["--mode", "append"], 0);
        assert_eq!(rows(&folder, "select id from t where name = 'e'"), "i:71", "{mode}");
    }
}

#[test]
fn no_number_is_given_twice() {
    for mode in ["truncate", "replace"] {
        let schema = "create table t (id integer primary key autoincrement, name text);
                      insert into t values (70, 'x'); delete from t";
        let folder = shop("name\na\nb\n", schema);
        load(&folder, &["--mode", mode], 0);
        assert_eq!(rows(&folder, "select * from t"), "i:71 t:a\ni:72 t:b", "{mode}");
        folder.write("in.csv", "id,name\n5,c\n");
        load(&folder, &["--mode", mode], 0);
        let counted = "select name, seq from sqlite_sequence";
        assert_eq!(rows(&folder, counted), "t:t i:72", "{mode}");
        folder.write("in.csv", "name\n");
        load(&folder, &["--mode", mode], 0);
        assert_eq!(rows(&folder, counted), "t:t i:72", "{mode}");
    }
}

#[test]
fn a_table_of_ours_takes_the_same_rows_again() {
    let folder = Folder::with("in.csv", "a,A,\"x y\",,a\n1,2,3,4,5\n");
    (0..2).for_each(|_| drop(load(&folder, &[], 0)));
    assert_eq!(rows(&folder, "select * from t"), ["i:1 i:2 i:3 i:4 i:5"; 2].join("\n"));
}
