//! SQLite targets, looked at through SQLite itself.

mod affinities;
mod codes;
mod itself;
mod keys;
mod made;
mod notation;
mod second_zero;
mod times;
mod upsert;

use std::io::Write;

use rusqlite::Connection;

use crate::support::{Done, Folder};

const INPUT: &str = "id,paid,price,share,zip,day,note\n1,true,1.50,0.5,01234,2024-02-29,\"a, \"\"b\"\"\"\n2,FALSE,-2,1e3,7,,\"\"\n3,,,,,2024-03-01,\n";

/// All rows of a query: values with their storage classes, separated by blanks; one line a row.
fn rows(folder: &Folder, query: &str) -> String {
    let db = Connection::open(folder.path().join("t.db")).unwrap();
    let mut statement = db.prepare(query).unwrap();
    let count = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let value = |index| match row.get_ref(index).unwrap() {
            rusqlite::types::ValueRef::Null => "null".to_owned(),
            rusqlite::types::ValueRef::Integer(value) => format!("i:{value}"),
            rusqlite::types::ValueRef::Real(value) => format!("r:{value}"),
            rusqlite::types::ValueRef::Text(text) => format!("t:{}", String::from_utf8_lossy(text)),
            rusqlite::types::ValueRef::Blob(bytes) => format!("b:{bytes:?}"),
        };
        lines.push((0..count).map(value).collect::<Vec<_>>().join(" "));
    }
    lines.join("\n")
}

/// A folder with this `in.csv` and, in `t.db`, what the statements make.
fn shop(input: &str, schema: &str) -> Folder {
    let folder = Folder::with("in.csv", input);
    Connection::open(folder.path().join("t.db")).unwrap().execute_batch(schema).unwrap();
    folder
}

/// Runs `in.csv` into table `t` with these arguments.
#[track_caller]
fn load(folder: &Folder, arguments: &[&str], code: i32) -> Done {
    let mut all = vec!["run", "in.csv", "sqlite:t.db?table=t", "-q"];
    all.extend(arguments);
    folder.mill(all).exits(code)
}

#[test]
fn every_type_has_its_storage_class() {
    let folder = Folder::with("in.csv", INPUT);
    load(&folder, &["--columns", "price:decimal(8,2)"], 0);
    let expected = "i:1 i:1 r:1.5 t:0.5 t:01234 t:2024-02-29 t:a, \"b\"\n\
                    i:2 i:0 i:-2 t:1e3 t:7 null t:\n\
                    i:3 null null null null t:2024-03-01 null";
    assert_eq!(rows(&folder, "select * from t order by id"), expected);
    let types = "select group_concat(name || ' ' || type, ', ') from pragma_table_info('t')";
    assert_eq!(
        rows(&folder, types),
        "t:id INTEGER, paid BOOLEAN INTEGER, price NUMERIC(8,2), share TEXT, zip TEXT, day DATE TEXT, note TEXT"
    );
}

#[test]
fn computed_values_have_the_text_forms_of_postgresql() {
    let folder = Folder::with("in.csv", "id,at\n1,2024-02-29 12:30\n");
    let items = "id + 1 as next, at + interval '1 hour' as later, id / 4.0 as quarter, id > 0 as positive";
    load(&folder, &["--select", items], 0);
    assert_eq!(rows(&folder, "select * from t"), "i:2 t:2024-02-29 13:30:00 r:0.25 i:1");
}

#[test]
fn append_adds_truncate_empties_and_replace_makes_anew() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2,b\n");
    load(&folder, &[], 0);
    load(&folder, &["--mode", "append"], 0);
    assert_eq!(rows(&folder, "select count(*) from t"), "i:4");
    load(&folder, &["--mode", "truncate", "--where", "id = 2"], 0);
    assert_eq!(rows(&folder, "select * from t"), "i:2 t:b");
    load(&folder, &["--mode", "replace"], 0);
    assert_eq!(rows(&folder, "select * from t order by id"), "i:1 t:a\ni:2 t:b");
}

#[test]
fn an_existing_table_keeps_its_definition_and_matches_by_name() {
    let folder = Folder::with("in.csv", "NAME,id\na,1\nb,2\n");
    let db = Connection::open(folder.path().join("t.db")).unwrap();
    db.execute_batch("create table t (id integer primary key, name text default 'none', extra int default 7); create index n on t (name); insert into t values (9, 'old', 0)").unwrap();
    drop(db);
    load(&folder, &["--mode", "replace"], 0);
    assert_eq!(rows(&folder, "select * from t order by id"), "i:1 t:a i:7\ni:2 t:b i:7");
    assert_eq!(rows(&folder, "select name from sqlite_schema where type = 'index' and tbl_name = 't'"), "t:n");
}

#[test]
fn a_failed_run_leaves_the_table_as_it_was_and_makes_no_database() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n");
    load(&folder, &[], 0);
    folder.write("in.csv", "id,name\n2,b\n3\n");
    for mode in ["append", "truncate", "replace"] {
        load(&folder, &["--mode", mode, "--on-error", "stop"], 65);
        assert_eq!(rows(&folder, "select * from t"), "i:1 t:a", "{mode}");
        assert_eq!(rows(&folder, "select name from sqlite_schema"), "t:t", "{mode}");
    }
    folder.mill(["run", "in.csv", "sqlite:new.db?table=t", "--on-error", "stop"]).exits(65);
    let made: Vec<_> = folder.files().into_iter().filter(|name| !name.contains(".rejects.")).collect();
    assert_eq!(made, ["in.csv", "t.db"]);
}

#[test]
fn a_value_that_the_column_cannot_hold_is_the_sinks_reject() {
    let folder = Folder::with("in.csv", "id,name\n1,a\nx,b\n");
    let db = Connection::open(folder.path().join("t.db")).unwrap();
    db.execute_batch("create table t (id integer, name text check (name <> 'c'))").unwrap();
    drop(db);
    load(&folder, &[], 3);
    assert_eq!(rows(&folder, "select * from t"), "i:1 t:a");
    let rejects = crate::support::records(folder.rejects().as_bytes());
    assert_eq!(rejects[1][3..7], ["load", "t.db", "id", "CAST"].map(str::to_owned)[..]);
    folder.write("in.csv", "id,name\n1,c\n2,b\n");
    load(&folder, &[], 3);
    let rejects = crate::support::records(folder.rejects().as_bytes());
    assert_eq!(rejects[1][3..7], ["load", "t.db", "", "CONSTRAINT"].map(str::to_owned)[..]);
}

#[test]
fn a_table_that_does_not_fit_is_78_before_a_row_is_read() {
    let folder = Folder::with("in.csv", "id,nme\n1,a\n");
    let db = Connection::open(folder.path().join("t.db")).unwrap();
    db.execute_batch("create table t (id integer, name text)").unwrap();
    drop(db);
    load(&folder, &[], 78).says("nme").says("name");
}

#[test]
fn a_declared_type_does_not_rewrite_what_goes_into_a_text_column() {
    let folder = shop("id,amt,zip\n1,1.50,01\n2,x,2\n3,007,3\n", "create table t (id int, amt text, zip)");
    load(&folder, &["--columns", "amt:double, zip:bigint"], 3);
    assert_eq!(rows(&folder, "select amt, zip from t"), "t:1.50 t:01\nt:007 t:3");
    let rejects = crate::support::records(folder.rejects().as_bytes());
    assert_eq!((rejects.len(), rejects[1][1].as_str(), rejects[1][5].as_str()), (2, "3", "amt"));
}

#[test]
fn only_integers_are_taken_for_integers() {
    let folder = shop("d,p\na,(1;2)\n7,\n", "create table t (d interval, p point)");
    load(&folder, &[], 0);
    assert_eq!(rows(&folder, "select d, p from t"), "t:a t:(1;2)\ni:7 null");
}

#[test]
fn a_check_that_names_its_table_blames_no_column() {
    let folder = shop("id,name\n1,a\n5,b\n", "create table t (id int check (t.id > 4), name)");
    load(&folder, &[], 3);
    let rejects = crate::support::records(folder.rejects().as_bytes());
    assert_eq!(rejects[1][5..7], ["", "CONSTRAINT"].map(str::to_owned)[..]);
}

#[test]
fn names_may_be_long_but_not_like_ours() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n");
    let long = format!("sqlite:t.db?table={}", "a.".repeat(60));
    folder.mill(["run", "in.csv", &long, "-q"]).exits(0);
    let ours = "sqlite:t.db?table=gristmill_staging_q";
    folder.mill(["run", "in.csv", ours, "-q"]).exits(78).says("name another table");
    assert_eq!(folder.files(), ["in.csv", "t.db"]);
}

/// Starts a load of standard input into this table.
fn start(folder: &Folder, target: &str, mode: &str) -> std::process::Child {
    folder.start(["run", "-", target, "-q", "--mode", mode, "--columns", "id:bigint"])
}

#[test]
fn loads_of_two_tables_stand_in_nobodys_way_before_their_first_row() {
    let folder = Folder::with("in.csv", "id\n1\n");
    let mut silent = start(&folder, "sqlite:t.db?table=first", "append");
    silent.stdin.as_mut().unwrap().write_all(b"id\n").unwrap();
    load(&folder, &[], 0);
    folder.mill(["run", "in.csv", "sqlite:t.db?table=second", "-q", "--mode", "truncate"]).exits(0);
    silent.stdin.take().unwrap().write_all(b"7\n").unwrap();
    Done::wait(silent).exits(0);
    let all = "select * from t union all select * from second union all select * from first";
    assert_eq!(rows(&folder, all), "i:1\ni:1\ni:7");
    assert_eq!(folder.files(), ["in.csv", "t.db"]);
}
