//! Tables and Parquet files that a run makes: a type that is only guessed changes no value.

use crate::support::{Done, Folder, records};

fn load(folder: &Folder, rows: &str, target: &str, more: &[&str]) -> Done {
    folder.write("in.csv", rows);
    folder.mill([&["run", "in.csv", target], more].concat())
}

/// The declared type and all values of a column, as SQLite shows them.
fn column(folder: &Folder, name: &str) -> (String, Vec<String>) {
    let database = rusqlite::Connection::open(folder.path().join("t.db")).unwrap();
    let ty = format!("select type from pragma_table_info('t') where name = '{name}'");
    let ty = database.query_row(&ty, [], |row| row.get(0)).unwrap();
    let mut values = database.prepare(&format!("select cast({name} as text) from t order by rowid")).unwrap();
    let values = values.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (ty, values)
}

#[track_caller]
fn check(values: &[&str], ty: &str, stored: &[&str], said: Option<&str>) {
    let folder = Folder::new();
    let rows: String = values.iter().enumerate().map(|(n, value)| format!("{n},{value}\n")).collect();
    let done = load(&folder, &format!("n,v\n{rows}"), "sqlite:t.db?table=t", &[]).exits(0);
    assert_eq!(column(&folder, "v"), (ty.to_owned(), stored.iter().map(|value| (*value).to_owned()).collect()));
    assert_eq!(done.stderr.lines().find_map(|line| line.strip_prefix("gristmill: guessed, t.db gets ")), said);
    let done = load(&folder, &format!("n,v\n{rows}"), "t.parquet", &[]).exits(0);
    assert_eq!(done.stderr.lines().find_map(|line| line.strip_prefix("gristmill: guessed, t.parquet gets ")), said);
    let read = folder.mill(["run", "-q", "t.parquet", "-", "--select", "v"]).exits(0);
    let read: Vec<String> = records(&read.stdout).into_iter().skip(1).flatten().collect();
    let expected = stored.iter().map(|value| value.strip_suffix(".0").unwrap_or(value));
    assert_eq!(read, expected.collect::<Vec<_>>());
}

#[test]
fn a_guessed_double_is_one_where_it_gives_its_texts_back() {
    let text = Some("v text, for as numbers its values would be written in other ways");
    let zeros = Some("v double, without zeros at the end");
    check(&["1.9", "1.10"], "TEXT", &["1.9", "1.10"], text);
    check(&["1.9", "12", "0.25"], "REAL", &["1.9", "12.0", "0.25"], None);
    check(&["29.90", "5.50"], "REAL", &["29.9", "5.5"], zeros);
    check(&["1.5", ".5"], "TEXT", &["1.5", ".5"], text);
    check(&["1e3", "2.5"], "TEXT", &["1e3", "2.5"], text);
    check(&["12E12", "7E3"], "TEXT", &["12E12", "7E3"], None);
}

#[test]
fn what_a_later_value_would_lose_is_a_reject() {
    let folder = Folder::new();
    let rows = |first: &str, last: &str| format!("v,n\n{}{last},1\n", format!("{first},1\n").repeat(10_000));
    let last = |first: &str, last: &str, code: i32| {
        for target in ["sqlite:t.db?table=t", "t.parquet"] {
            let done = load(&folder, &rows(first, last), target, &["-q"]).exits(code);
            if code == 3 {
                let rejects = records(folder.rejects().as_bytes());
                let error = format!(
                    "{last:?} would not come back from a double as it is written, as which column v was guessed from the sample; declare it, as in --columns 'v:text', or cast it in the query where the input has no column v"
                );
                assert_eq!(
                    (rejects[1][5].as_str(), rejects[1][6].as_str(), rejects[1][7].as_str()),
                    ("v", "CAST", error.as_str())
                );
            }
            drop(done);
        }
        folder.remove(&["t.db", "t.parquet"]);
    };
    last("1.9", "1.10", 3);
    last("1.25", "+5.25", 3);
    last("1.25", "1e3", 3);
    last("1.25", "7", 0);
    last("29.90", "5.50", 0);
    last("29.90", "5", 0);
    last("29.90", "5.500", 3);
}

#[test]
fn keys_are_their_texts() {
    let folder = Folder::new();
    let key = ["--mode", "upsert", "--set", "load.key=v"];
    let done = load(&folder, "v,n\n1.5,1\n2.5,2\n1.5,3\n", "sqlite:t.db?table=t", &key).exits(0);
    assert!(done.stderr.contains("guessed, t.db gets v text, for it is a key"), "{}", done.stderr);
    assert_eq!(column(&folder, "v"), ("TEXT".to_owned(), vec!["1.5".to_owned(), "2.5".to_owned()]));
    load(&folder, "v,n\n1.50,7\n", "sqlite:t.db?table=t", &key).exits(0);
    assert_eq!(column(&folder, "v").1, ["1.5", "2.5", "1.50"]);
}

#[test]
fn so_behind_groups_and_parts_of_a_query() {
    let folder = Folder::new();
    let rows = "v,n\n1.9,1\n1.10,2\n1.1,4\n";
    for sql in [
        "select v, sum(n) as s from input group by v",
        "select v, n from (select v, n from input) t",
        "with t as (select v, n from input) select v from t",
    ] {
        load(&folder, rows, "sqlite:t.db?table=t", &["--sql", sql]).exits(0);
        assert_eq!(column(&folder, "v"), ("TEXT".to_owned(), vec!["1.9".into(), "1.10".into(), "1.1".into()]), "{sql}");
        folder.remove(&["t.db"]);
    }
    // What is computed is a number.
    load(&folder, rows, "sqlite:t.db?table=t", &["--select", "v * 1 as v"]).exits(0);
    assert_eq!(column(&folder, "v").0, "REAL");
}

#[test]
fn keys_that_have_several_texts_are_not_merged() {
    for texts in
        [["TRUE", "true"], ["2024-01-31 12:00", "2024-01-31T12:00:00"], ["2024-01-31 12:00Z", "2024-01-31 12:00+00"]]
    {
        let folder = Folder::new();
        let rows = format!("v,n\n{},1\n{},2\n", texts[0], texts[1]);
        load(&folder, &rows, "sqlite:t.db?table=t", &["--mode", "upsert", "--key", "v"]).exits(0);
        assert_eq!(column(&folder, "v"), ("TEXT".to_owned(), texts.map(str::to_owned).to_vec()));
    }
}
