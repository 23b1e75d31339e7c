//! A good target, a job or a query is not lost to a slip of the hand, and a password stands nowhere.

use crate::support::Folder;

const INPUT: &str = "a,b\n1,2\n";

#[test]
fn a_database_written_in_another_way_is_refused_and_not_repeated() {
    let folder = Folder::with("a.csv", INPUT);
    let texts = [
        "dbname=shop user=me password=x9secret",
        "jdbc:postgresql:me:x9secret@h/d",
        "jdbc:postgresql://h/d?user=me&password=x9secret",
        "Server=h;Password=x9secret",
        "mysql+pymysql:me:x9secret",
        "mysql+pymysql://me:x9secret@h/d",
        "me:x9secret@h/shop",
        "sqlite3:x9secret.db",
        "file:x9secret.csv",
        "s3://bucket/x9secret.csv",
        "https://me:x9secret@h/a.csv",
    ];
    let job = |part: &str| format!("name = 'n'\n{part}\n");
    for text in texts {
        let check = |arguments: &[&str], code: i32| {
            let done = folder.mill(arguments).exits(code).says("./NAME");
            assert!(!done.stderr.contains("x9secret"), "{text}: {}", done.stderr);
            assert_eq!(folder.files(), ["a.csv"], "{text}");
        };
        check(&["run", "a.csv", text], 78);
        check(&["run", text, "out.csv"], 78);
        check(&["run", "a.csv", "out.csv", "--rejects", text], 78);
        check(&["run", "a.csv", "out.csv", "--set", &format!("load.2.to={text}")], 78);
        check(&["run", "a.csv", "out.csv", "--set", &format!("lookup.c.path={text}")], 78);
        let done =
            folder.mill(["run", "a.csv", "out.csv", "--summary", text]).exits(78).says("--summary: must name a file");
        assert!(!done.stderr.contains("x9secret"), "{text}: {}", done.stderr);
        let done = folder.mill(["run", text]).exits(2);
        assert!(!done.stderr.contains("x9secret"), "{text}: {}", done.stderr);
        folder.write("j.toml", job(&format!("extract.path = 'a.csv'\n[[load]]\nto = '{text}'")));
        let done = folder.mill(["run", "j.toml"]).exits(78).says("j.toml: load.to");
        assert!(!done.stderr.contains("x9secret"), "{text}: {}", done.stderr);
        folder.remove(&["j.toml"]);
        assert_eq!(folder.files(), ["a.csv"], "{text}");
    }
    let done = folder
        .mill(["run", "postgresql://me:x9secret@h/d.toml"])
        .exits(78)
        .says("a job file must be a file, and postgresql: is none");
    assert!(!done.stderr.contains("x9secret"), "{}", done.stderr);
}

#[test]
fn paths_that_only_look_like_it_are_paths() {
    let folder = Folder::with("a.csv", INPUT);
    std::fs::create_dir_all(folder.path().join("out/day=2026-11-30")).unwrap();
    std::fs::create_dir_all(folder.path().join("host=web1")).unwrap();
    for path in ["out/day=2026-11-30/x.csv", "out-12:30.csv", "./dbname=shop", "./s3:x.csv"] {
        folder.mill(["run", "-q", "a.csv", path]).exits(0);
        assert_eq!(folder.read(path), INPUT.as_bytes(), "{path}");
        folder.mill(["run", "-q", path, "null:"]).exits(0);
    }
    folder.write("dbname=b.csv", INPUT);
    folder.mill(["run", "-q", "dbname=b.csv", "-"]).exits(0);
}

#[test]
fn jobs_and_queries_are_not_overwritten_with_rows() {
    let job = "[extract]\npath = 'a.csv'\n[[load]]\nto = 'out.csv'\n";
    let folder = Folder::with("a.csv", INPUT);
    folder.write("mine.toml", job);
    folder.write("mine.txt", job);
    folder.write("paid.sql", "select a from input\n");
    for target in ["mine.toml", "mine.txt", "paid.sql", "./mine.toml"] {
        for mode in ["append", "replace"] {
            folder.mill(["run", "a.csv", target, "--mode", mode]).exits(78).says("--to-format csv");
        }
        folder.mill(["run", "a.csv", "null:", "--rejects", target]).exits(78).says("name another file");
        folder.mill(["run", "a.csv", "null:", "--summary", target]).exits(78).says("name another file");
        folder.mill(["run", "a.csv", "null:", "--set", &format!("load.2.to={target}")]).exits(78).says("load.2.format");
    }
    assert_eq!(folder.files(), ["a.csv", "mine.toml", "mine.txt", "paid.sql"]);
    assert_eq!((folder.read("mine.toml"), folder.read("mine.txt")), (job.into(), job.into()));
    folder.mill(["run", "a.csv", "new.toml"]).exits(78).says("new.toml is named as a job file is");
    folder.mill(["run", "-q", "a.csv", "mine.toml", "--to-format", "csv"]).exits(0);
    assert_eq!(folder.read("mine.toml"), INPUT.as_bytes());
}

#[test]
fn files_of_programs_are_not_overwritten_with_rows() {
    let folder = Folder::with("a.csv", INPUT);
    folder.mill(["run", "-q", "a.csv", "sqlite:data?table=t"]).exits(0);
    folder.mill(["run", "-q", "a.csv", "pq", "--to-format", "parquet"]).exits(0);
    folder.write("run.csv", "#!/bin/sh\n");
    for (target, what) in [("data", "a SQLite database"), ("pq", "a Parquet file"), ("run.csv", "a script")] {
        let before = folder.read(target);
        for mode in ["append", "replace"] {
            let done = folder.mill(["run", "a.csv", target, "--mode", mode]).exits(78).says("--to-format csv");
            done.says(&format!("{target} is {what}"));
        }
        folder.mill(["run", "a.csv", "null:", "--set", &format!("load.2.to={target}")]).exits(78).says("load.2.format");
        folder.mill(["run", "a.csv", "null:", "--summary", target]).exits(73).says("would be lost");
        assert_eq!(folder.read(target), before, "{target}");
    }
    std::fs::copy(folder.path().join("pq"), folder.path().join("b.parquet")).unwrap();
    folder.mill(["run", "-q", "a.csv", "b.parquet"]).exits(0);
    folder.mill(["run", "-q", "a.csv", "sqlite:data?table=t", "--mode", "replace"]).exits(0);
    folder.mill(["run", "-q", "a.csv", "data", "--to-format", "csv"]).exits(0);
    assert_eq!(folder.read("data"), INPUT.as_bytes());
}

#[test]
fn rejects_are_not_overwritten_with_rows() {
    let folder = Folder::with("in.csv", "id,name\nx,Ann\n2,Bob\n");
    folder.mill(["run", "-q", "in.csv", "out.csv", "--columns", "id:bigint"]).exits(3);
    let rejects = folder.read("out.csv.rejects.csv");
    std::os::unix::fs::symlink("out.csv.rejects.csv", folder.path().join("link.jsonl")).unwrap();
    let check = |arguments: &[&str], words: &str| {
        folder.mill([&["run", "-q", "out.csv"], arguments].concat()).exits(78).says(words);
        assert_eq!(folder.read("out.csv.rejects.csv"), rejects, "{arguments:?}");
    };
    let words = "out.csv.rejects.csv is a rejects file, and its rejects would be lost; write to another file";
    check(&["out.csv.rejects.csv"], words);
    check(&["./out.csv.rejects.csv", "--mode", "append"], words);
    check(&["out.csv.rejects.csv", "--to-format", "parquet"], words);
    check(&["null:", "--set", "load.2.to=out.csv.rejects.csv"], words);
    check(&["link.jsonl"], "link.jsonl is a rejects file");
    check(&["sqlite:out.csv.rejects.csv?table=t"], words);
    // What is made of rejects looks like them, and may be made again.
    for _ in 0..2 {
        folder.mill(["run", "-q", "out.csv.rejects.csv", "copy.csv"]).exits(0);
    }
    folder.mill(["run", "-q", "out.csv", "copy.csv"]).exits(78).says("copy.csv is a rejects file");
    folder.write("b.rejects.csv", &rejects);
    folder
        .mill(["run", "-q", "out.csv.rejects.csv", "b.rejects.csv"])
        .exits(78)
        .says("b.rejects.csv is a rejects file");
    folder.remove(&["b.rejects.csv", "copy.csv"]);
    assert_eq!(folder.files(), ["in.csv", "link.jsonl", "out.csv", "out.csv.rejects.csv"]);
}

#[test]
fn a_summary_replaces_only_a_summary() {
    let folder = Folder::with("in.csv", INPUT);
    for (name, text) in [("precious.csv", "id,name\n1,Ann\n"), ("p.json", "{\"job\":\"a\"}\n"), ("q.json", "[1]")] {
        folder.write(name, text);
        let done = folder.mill(["run", "-q", "in.csv", "out.csv", "--summary", name]).exits(73);
        done.says(&format!("{name} is not a summary and would be lost; name another in --summary"));
        assert_eq!(folder.text(name), text);
    }
    assert!(!folder.files().contains(&"out.csv".to_owned()));
    folder.write("s.json", "");
    for (query, code) in [("a", 0), ("nope", 78), ("b", 0)] {
        folder.mill(["run", "-q", "in.csv", "out.csv", "--select", query, "--summary", "s.json"]).exits(code);
        assert!(folder.text("s.json").starts_with("{\"job\":\"in\","), "{}", folder.text("s.json"));
    }
}

#[test]
fn nothing_is_appended_to_what_would_not_be_read_with_it() {
    let folder = Folder::with("in.csv", INPUT);
    let check = |name: &str, old: &str, words: Option<&str>| {
        folder.write(name, old);
        let done =
            folder.mill(["run", "-q", "in.csv", name, "--mode", "append"]).exits(if words.is_some() { 78 } else { 0 });
        match words {
            Some(words) => drop(done.says(&format!("cannot append to {name}: {words}"))),
            None => assert!(folder.text(name).len() > old.len(), "{old}"),
        }
        assert!(folder.text(name).starts_with(old), "{old}");
        assert!(words.is_none() || folder.text(name) == old, "{old}");
    };
    let no_object = Some("its first line is no JSON object");
    check("o.jsonl", "a,b\n1,2\n", no_object);
    check("o.jsonl", "[{\"a\":1}]\n", no_object);
    check("o.jsonl", "\n{\n\"a\": 1\n}\n", no_object);
    check("o.jsonl", "{\"a\":1},\n", no_object);
    check("o.jsonl", "PAR1\u{15}\n", no_object);
    check("o.jsonl", "\n {\"a\":1}\r\n", None);
    check("o.jsonl", "\u{feff}{\"a\":1}", None);
    let quotes = Some("it ends inside quotes");
    check("o.csv", "a,b\n7,\"cut", quotes);
    check("o.csv", "a,b\n7,\"cut\n", quotes);
    check("o.csv", "a,b\n7,\"cut\"", None);
    check("o.csv", "a,b\n7,5\" disk", None);
}
