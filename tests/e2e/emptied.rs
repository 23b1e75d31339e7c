//! A good target is not emptied by a day on which every row is rejected: exit 4, nothing published, the reason said.

use crate::support::Folder;

const GOOD: &str = "a,b,c\n7,8,9\n";

fn folder() -> Folder {
    let folder = Folder::with("x.csv", "a,b,c\n1,2\n3,4\n");
    folder.write("good.csv", GOOD);
    folder.write("good.jsonl", "{\"a\":7}\n");
    folder.write("comma.csv", "id,price\n1,\"9,50\"\n2,\"7,25\"\n");
    folder.write("log.txt", "nothing\nof the kind\n");
    folder.mill(["run", "-q", "good.csv", "good.parquet"]).exits(0);
    for mode in ["append", "truncate", "replace", "upsert"] {
        let key = ["--set", "load.key=a"].iter().take(if mode == "upsert" { 2 } else { 0 });
        let to = format!("sqlite:{mode}.db?table=t");
        folder.mill(["run", "-q", "good.csv", &to, "--mode", mode].iter().chain(key)).exits(0);
    }
    folder
}

fn rows(folder: &Folder, database: &str) -> Vec<(i64, i64, i64)> {
    let database = rusqlite::Connection::open(folder.path().join(database)).unwrap();
    let mut rows = database.prepare("select a, b, c from t").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_run_without_one_good_row_leaves_files_as_they_were() {
    let folder = folder();
    let parquet = folder.read("good.parquet");
    let said = |target: &str| {
        format!(
            "no row was loaded into {target} and 2 were rejected, 2 of them as x.csv, line 2: 2 columns where the header has 3 (MISSING_COLUMNS); nothing is published"
        )
    };
    for target in ["good.csv", "good.jsonl", "good.parquet", "new.csv", "null:"] {
        folder.mill(["run", "x.csv", target]).exits(4).says(&said(target)).says("balance ok");
    }
    folder.mill(["run", "-q", "x.csv", "good.csv", "--mode", "append"]).exits(4).says(&said("good.csv"));
    folder.mill(["run", "-q", "x.csv", "good.csv", "--dry-run"]).exits(4).says(&said("good.csv"));
    let done = folder.mill(["run", "-q", "x.csv", "-"]).exits(4).says(&said("-"));
    assert_eq!(done.stdout_text(), "");
    assert_eq!((folder.text("good.csv").as_str(), folder.text("good.jsonl").as_str()), (GOOD, "{\"a\":7}\n"));
    assert_eq!(folder.read("good.parquet"), parquet);
    assert!(!folder.files().contains(&"new.csv".to_owned()));
}

#[test]
fn so_in_every_mode_of_a_database() {
    let folder = folder();
    for mode in ["append", "truncate", "replace", "upsert"] {
        let key = ["--set", "load.key=a"].iter().take(if mode == "upsert" { 2 } else { 0 });
        let to = format!("sqlite:{mode}.db?table=t");
        let words = format!("no row was loaded into {mode}.db and 2 were rejected");
        folder.mill(["run", "-q", "x.csv", &to, "--mode", mode].iter().chain(key)).exits(4).says(&words);
        assert_eq!(rows(&folder, &format!("{mode}.db")), [(7, 8, 9)], "{mode}");
    }
}

#[test]
fn whatever_the_stage_that_refuses() {
    let folder = folder();
    let comma = ["run", "-q", "comma.csv", "good.csv", "--columns", "price:decimal(8,2)"];
    folder
        .mill(comma)
        .exits(4)
        .says("2 were rejected, 2 of them as comma.csv, line 2, column \"price\": \"9,50\" is not");
    let log = ["run", "-q", "log.txt", "good.csv", "--from-format", "text", "--set", "extract.pattern=(?<a>\\d+)"];
    folder.mill(log).exits(4).says("2 of them as log.txt, line 1: ").says("(NO_MATCH)");
    let zero = ["run", "-q", "comma.csv", "good.csv", "--select", "1 / (id - id) as a"];
    folder.mill(zero).exits(4).says("(EXPRESSION)");
    // The table's own constraint: a reject of the sink.
    let database = rusqlite::Connection::open(folder.path().join("check.db")).unwrap();
    database
        .execute_batch("create table t (id integer check (id > 5), price text); insert into t values (6, 'x')")
        .unwrap();
    drop(database);
    for mode in ["append", "truncate", "replace"] {
        folder
            .mill(["run", "-q", "comma.csv", "sqlite:check.db?table=t", "--mode", mode])
            .exits(4)
            .says("no row was loaded into check.db and 2 were rejected, 2 of them as comma.csv, line 2")
            .says("(CONSTRAINT)");
        let database = rusqlite::Connection::open(folder.path().join("check.db")).unwrap();
        let count: i64 = database.query_row("select count(*) from t", [], |row| row.get(0)).unwrap();
        assert_eq!(count, 1, "{mode}");
    }
    assert_eq!(folder.text("good.csv"), GOOD);
}

#[test]
fn one_row_or_one_group_is_something_and_what_was_filtered_is_not() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2\n");
    folder.write("out.csv", "id,name\n9,z\n");
    folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(3);
    assert_eq!(folder.text("out.csv"), "id,name\n1,a\n");
    folder.mill(["run", "-q", "in.csv", "out.csv", "--where", "id > 5"]).exits(4).says("1 was rejected");
    assert_eq!(folder.text("out.csv"), "id,name\n1,a\n");
    folder.write("in.csv", "id,name\n1\n2\n");
    folder.mill(["run", "-q", "in.csv", "-", "--sql", "select id, count(*) from input group by id"]).exits(4);
    let done = folder.mill(["run", "-q", "in.csv", "-", "--sql", "select count(*) as n from input"]).exits(3);
    assert_eq!(done.stdout_text(), "n\n0\n");
    // Nothing was rejected: an empty result is one.
    folder.write("in.csv", "id,name\n1,a\n");
    folder.mill(["run", "-q", "in.csv", "out.csv", "--where", "id > 5"]).exits(0);
    assert_eq!(folder.text("out.csv"), "id,name\n");
}

#[test]
fn of_several_targets_none_is_published_and_an_optional_one_fails_alone() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2,b\n");
    let made = |name: &str| {
        let database = rusqlite::Connection::open(folder.path().join(name)).unwrap();
        database.execute_batch("create table t (id integer check (id > 5), name text)").unwrap();
    };
    made("t.db");
    folder.write("out.csv", "id,name\n9,z\n");
    let two = ["run", "in.csv", "out.csv", "--set", "load.2.to=sqlite:t.db?table=t"];
    folder.mill(two).exits(4).says("no row was loaded into t.db and 2 were rejected");
    assert_eq!(folder.text("out.csv"), "id,name\n9,z\n");
    let optional = two.iter().chain(&["--set", "load.2.required=false"]);
    folder.mill(optional).exits(3).says("t.db, which is not required, failed: no row was loaded into t.db");
    assert_eq!(folder.text("out.csv"), "id,name\n1,a\n2,b\n");
}

#[test]
fn the_share_of_rejects_is_judged_before_publication() {
    let bad = |rows: usize, bad: usize| format!("id,name\n{}{}", "1\n".repeat(bad), "1,a\n".repeat(rows - bad));
    let folder = Folder::with("in.csv", bad(100, 11));
    folder.write("out.csv", "old\n");
    let words = "the share of rejects, 11 of 100 rows, is over errors.max_error_ratio = 0.1";
    folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(4).says(words);
    assert_eq!(folder.text("out.csv"), "old\n");
    folder.mill(["run", "-q", "in.csv", "out.csv", "--set", "errors.max_error_ratio=0.2"]).exits(3);
    folder.write("in.csv", bad(99, 98));
    folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(3);
    folder.write("in.csv", bad(3, 1));
    folder.mill(["run", "-q", "in.csv", "out.csv", "--set", "errors.max_error_ratio=0.1"]).exits(4).says("1 of 3 rows");
}

#[test]
fn a_target_that_is_emptied_is_named_also_under_q() {
    let folder = folder();
    folder.write("none.csv", "a,b,c\n");
    let said = |target: &str, words: &str, mode: &str| {
        let done = folder.mill(["run", "-q", "none.csv", target, "--mode", mode]).exits(0);
        assert_eq!(done.stderr, words, "{target} {mode}");
    };
    let words = |name: &str| format!("gristmill: warning: {name} held rows and holds none now, for no row came\n");
    for target in ["good.csv", "good.jsonl", "good.parquet"] {
        said(target, &words(target), "replace");
        said(target, "", "replace");
    }
    for mode in ["truncate", "replace"] {
        let (to, name) = (format!("sqlite:{mode}.db?table=t"), format!("{mode}.db"));
        said(&to, &words(&name), mode);
        said(&to, "", mode);
        assert_eq!(rows(&folder, &name), []);
    }
    said("sqlite:append.db?table=t", "", "append");
    said("new.csv", "", "replace");
}
