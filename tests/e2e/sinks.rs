//! Several targets from one run, and what becomes of the others when one fails or hangs.

use std::fs::File;
use std::process::Command;

use crate::support::{Folder, records};

/// More than any pipe and any channel holds.
fn rows(count: usize) -> String {
    let rows: String = (0..count).map(|id| format!("{id},\"name, {id}\",{}.50\n", id % 1000)).collect();
    format!("id,name,amount\n{rows}")
}

fn table(folder: &Folder, database: &str) -> Vec<(i64, String, f64)> {
    let connection = rusqlite::Connection::open(folder.path().join(database)).unwrap();
    let mut rows = connection.prepare("select id, name, amount from t order by rowid").unwrap();
    let row = |row: &rusqlite::Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    rows.query_map([], row).unwrap().map(Result::unwrap).collect()
}

/// `--set` for each.
fn sets<'a>(settings: &[&'a str]) -> Vec<&'a str> {
    settings.iter().flat_map(|setting| ["--set", setting]).collect()
}

/// Runs into `out.csv` and the targets of further sections.
fn mill(folder: &Folder, settings: &[&str]) -> crate::support::Done {
    folder.mill([&["run", "in.csv", "out.csv", "--summary", "summary.json"], sets(settings).as_slice()].concat())
}

fn sinks(folder: &Folder) -> Vec<serde_json::Value> {
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    summary["sinks"].as_array().unwrap().clone()
}

#[test]
fn one_run_equals_three() {
    let folder = Folder::with("in.csv", rows(50_000));
    for target in ["one.csv", "one.jsonl", "sqlite:one.db?table=t"] {
        folder.mill(["run", "in.csv", target, "--where", "id % 3 = 1"]).exits(0);
    }
    let others = sets(&["load.2.to=out.jsonl", "load.3.to=sqlite:out.db?table=t", "load.4.to=copy.csv"]);
    let arguments = ["run", "in.csv", "out.csv", "--where", "id % 3 = 1"];
    folder.mill([&arguments, others.as_slice()].concat()).exits(0).says("balance ok");
    assert!(folder.read("out.csv") == folder.read("one.csv") && folder.read("copy.csv") == folder.read("one.csv"));
    assert!(folder.read("out.jsonl") == folder.read("one.jsonl"));
    assert_eq!(table(&folder, "out.db"), table(&folder, "one.db"));
}

#[test]
fn an_optional_target_that_hangs_holds_nobody_up() {
    let folder = Folder::with("in.csv", rows(300_000));
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // A reader that never reads.
    let reader = File::options().read(true).write(true).open(&pipe).unwrap();
    let optional =
        ["load.2.to=pipe", "load.2.format=jsonl", "load.2.required=false", "load.2.when_full=drop"].as_slice();
    let others = ["load.3.to=sqlite:out.db?table=t", "run.chunk_size=64KiB"];
    let done = mill(&folder, &[optional, others.as_slice()].concat());
    done.exits(3).says("pipe, which is not required, failed: it did not take its rows within 5 s").says("balance ok");
    drop(reader);
    assert!(folder.text("out.csv") == rows(300_000));
    assert_eq!(table(&folder, "out.db").len(), 300_000);
    let sinks = sinks(&folder);
    assert_eq!((&sinks[0]["failed"], &sinks[1]["failed"]), (&false.into(), &true.into()));
    assert!(sinks[1]["rows_dropped"].as_u64().unwrap() > 0, "{}", sinks[1]);
    assert_eq!((&sinks[1]["rows_loaded"], &sinks[2]["rows_loaded"]), (&0.into(), &300_000.into()));
}

#[test]
fn an_optional_target_that_fails_fails_alone() {
    let folder = Folder::with("in.csv", rows(50_000));
    for when_full in ["block", "drop"] {
        let when_full = format!("load.2.when_full={when_full}");
        let optional = ["load.2.to=/dev/full", "load.2.format=jsonl", "load.2.required=false", &when_full];
        let done = mill(&folder, &[optional.as_slice(), &["load.3.to=out.jsonl"]].concat());
        done.exits(3).says("full, which is not required, failed: cannot write /dev/full");
        assert!(folder.text("out.csv") == rows(50_000));
        assert_eq!(folder.text("out.jsonl").lines().count(), 50_000);
        folder.remove(&["out.csv", "out.jsonl"]);
    }
}

#[test]
fn a_required_target_that_fails_leaves_nothing() {
    let folder = Folder::with("in.csv", rows(50_000));
    let others = ["load.2.to=/dev/full", "load.2.format=jsonl", "load.3.to=sqlite:out.db?table=t"];
    mill(&folder, &others).exits(74).says("cannot write /dev/full");
    assert_eq!(folder.files(), ["in.csv", "summary.json"]);
    assert!(sinks(&folder).iter().all(|sink| sink["failed"] == true && sink["rows_loaded"] == 0));
    mill(&folder, &["load.2.to=out.jsonl", "load.3.to=missing/out.csv"]).exits(73);
    assert_eq!(folder.files(), ["in.csv", "summary.json"]);
}

/// Needs root, to mount a small tmpfs.
#[test]
#[ignore = "mounts a small tmpfs, which takes root; scripts/test.sh runs it"]
fn an_optional_target_on_a_full_tmpfs_fails_alone() {
    let folder = Folder::with("in.csv", rows(200_000));
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mount = ["-t", "tmpfs", "-o", "size=1m", "tmpfs"];
    assert!(Command::new("mount").args(mount).arg(&disk).status().unwrap().success(), "mounting a tmpfs failed");
    let done = mill(&folder, &["load.2.to=disk/out.csv", "load.2.required=false", "load.3.to=out.jsonl"]);
    let left = std::fs::read_dir(&disk).unwrap().count();
    assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    done.exits(3).says("out.csv, which is not required, failed: cannot write disk/out.csv");
    assert_eq!(left, 0);
    assert!(folder.text("out.csv") == rows(200_000));
}

#[test]
fn a_row_that_one_target_refuses_goes_to_the_others() {
    let folder = Folder::with("in.csv", rows(10));
    let connection = rusqlite::Connection::open(folder.path().join("out.db")).unwrap();
    connection.execute_batch("create table t (id integer check (id <> 4), name text, amount real)").unwrap();
    drop(connection);
    mill(&folder, &["load.2.to=sqlite:out.db?table=t", "errors.max_error_ratio=1.0"]).exits(3).says("balance ok");
    assert_eq!((folder.text("out.csv"), table(&folder, "out.db").len()), (rows(10), 9));
    let rejects = records(folder.rejects().as_bytes());
    assert_eq!(rejects.len(), 2);
    assert_eq!((rejects[1][1].as_str(), rejects[1][4].as_str(), rejects[1][6].as_str()), ("6", "out.db", "CONSTRAINT"));
    let sinks = sinks(&folder);
    assert_eq!((&sinks[0]["rows_loaded"], &sinks[0]["rows_rejected"]), (&10.into(), &0.into()));
    assert_eq!((&sinks[1]["rows_loaded"], &sinks[1]["rows_rejected"]), (&9.into(), &1.into()));
}

#[test]
fn a_reader_that_has_seen_enough_ends_its_own_target_only() {
    let folder = Folder::with("in.csv", rows(200_000));
    let command = format!("{} run in.csv - --set load.2.to=out.csv 2>err | head -n 1", crate::support::GRISTMILL);
    let script = format!("{command}; printf '%s' \"${{PIPESTATUS[0]}}\" >code");
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    assert_eq!((output.stdout, folder.text("code")), (b"id,name,amount\n".to_vec(), "0".to_owned()));
    assert!(folder.text("out.csv") == rows(200_000));
}

#[test]
fn a_dry_run_and_validate_write_to_none() {
    let folder = Folder::with("in.csv", rows(1000));
    folder.write("job.toml", "extract.path = 'in.csv'\n[[load]]\nto = 'out.csv'\n[[load]]\nto = 'out.jsonl'\n[[load]]\nto = 'sqlite:out.db?table=t'\n");
    folder.mill(["validate", "job.toml"]).exits(0).says("3 columns out");
    folder.mill(["run", "job.toml", "--dry-run"]).exits(0).says("dry run: nothing was written");
    assert_eq!(folder.files(), ["in.csv", "job.toml"]);
}

/// JSON has neither; CSV keeps them.
#[test]
fn numbers_that_json_has_no_form_for_are_null_and_that_is_said() {
    let folder = Folder::with("n.csv", "k,d\n1,1.5\n2,NaN\n3,inf\n");
    let said = "gristmill: warning: NaN and infinities are NULL in column d, for JSON has no such numbers\n";
    let run =
        |source: &str, target: &str, more: &[&str]| folder.mill([&["run", source, target], more].concat()).exits(0);
    let lines = "{\"k\":1,\"d\":1.5}\n{\"k\":2,\"d\":null}\n{\"k\":3,\"d\":null}\n";
    run("n.csv", "n.jsonl", &["--columns", "d:double", "--summary", "s.json"]).says(said);
    assert_eq!(folder.text("n.jsonl"), lines);
    assert!(folder.text("s.json").contains("NaN and infinities are NULL in column d"));
    let piped = run("n.csv", "-", &["--columns", "d:double", "--to-format", "jsonl"]).says(said);
    assert_eq!(piped.stdout_text(), lines);
    run("n.csv", "c.jsonl", &["--columns", "d:double", "--select", "k, d * 2 as d"]).says(said);
    run("n.csv", "n.parquet", &["--columns", "d:double"]);
    run("n.parquet", "p.jsonl", &[]).says(said);
    assert_eq!(folder.text("p.jsonl"), lines);
    // Past the sample that the type was guessed from.
    folder.write("late.csv", format!("k,d\n{}2,NaN\n", "1,0.25\n".repeat(20_000)));
    run("late.csv", "late.jsonl", &[]).says(said);
    assert!(folder.text("late.jsonl").ends_with("{\"k\":2,\"d\":null}\n"));
    for (target, more) in [("n2.csv", &[][..]), ("f.jsonl", &["--where", "k = 1"])] {
        let done = run("n.csv", target, &[&["--columns", "d:double"], more].concat());
        assert!(!done.stderr.contains("warning"), "{}", done.stderr);
    }
}
