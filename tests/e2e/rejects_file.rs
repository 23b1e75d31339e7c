//! The life of the rejects file: its name, where it grows, what becomes of those of earlier runs, and what is never touched.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::time::Duration;

use crate::support::{Done, Folder, GRISTMILL, records};

const BAD: &str = "id,name\n1\n2,b\n";
const GOOD: &str = "id,name\n1,a\n";

/// Names of rejects files, those of earlier runs told by their number only.
fn rejects_files(folder: &Folder) -> (Vec<String>, usize) {
    let (present, earlier): (Vec<String>, Vec<String>) = folder
        .files()
        .into_iter()
        .filter(|name| name.contains("rejects"))
        .partition(|name| name.ends_with(".rejects.csv") && !name.starts_with('.'));
    let time = regex::Regex::new(r"\.rejects\.20\d{6}T\d{6}Z(-\d+)?\.csv$").unwrap();
    assert!(earlier.iter().all(|name| time.is_match(name)), "{earlier:?}");
    (present, earlier.len())
}

#[test]
fn it_is_named_after_the_target_or_the_job() {
    let folder = Folder::with("in.csv", BAD);
    let check = |arguments: &[&str], name: &str| {
        folder.mill([&["run", "-q", "in.csv"], arguments].concat()).exits(3);
        assert_eq!(rejects_files(&folder), (vec![name.to_owned()], 0), "{arguments:?}");
        folder.remove(&[name]);
    };
    fs::create_dir(folder.path().join("out")).unwrap();
    check(&["out/x.csv"], "x.csv.rejects.csv");
    check(&["-"], "stdout.rejects.csv");
    check(&["sqlite:out/shop.db?table=orders"], "shop.db.orders.rejects.csv");
    check(&["out/parts/", "--set", "load.max_rows=4"], "parts.rejects.csv");
    check(&["null:", "--set", "load.2.to=out/y.jsonl"], "y.jsonl.rejects.csv");
    check(&["out/x.csv", "--set", "name=nightly"], "nightly.rejects.csv");
    check(&["null:", "--rejects", "asked.rejects.csv"], "asked.rejects.csv");
    folder.write("night.toml", "[extract]\npath = \"in.csv\"\n[[load]]\nto = \"out/x.csv\"\n");
    folder.mill(["run", "-q", "night.toml"]).exits(3);
    assert_eq!(rejects_files(&folder), (vec!["night.rejects.csv".to_owned()], 0));
}

#[test]
fn without_a_target_rejects_are_counted_and_shown() {
    let folder = Folder::with("in.csv", format!("id,name\n{}", "1\n2,b\n".repeat(12)));
    let done = folder.mill(["run", "in.csv", "null:"]).exits(3).says("rejects   12, not written: MISSING_COLUMNS 12");
    let shown = "gristmill: rejected: in.csv, line 2: 1 column where the header has 2 (MISSING_COLUMNS)\n";
    assert_eq!((done.stderr.contains(shown), done.stderr.matches("rejected: in.csv").count()), (true, 10));
    assert_eq!(folder.files(), ["in.csv"]);
}

/// The second run has no rejects, the third is of another kind of job, the last one fails.
#[test]
fn rejects_that_nobody_has_seen_are_never_deleted() {
    let folder = Folder::with("in.csv", BAD);
    folder.mill(["run", "in.csv", "out.csv"]).exits(3).says("rejects   1 in out.csv.rejects.csv: MISSING_COLUMNS 1");
    let first = folder.rejects();
    folder.mill(["run", "-q", "in.csv", "-", "--limit", "1", "--rejects", "x.csv"]).exits(3);
    assert_eq!((folder.rejects(), rejects_files(&folder).1), (first.clone(), 0));
    folder.write("in.csv", GOOD);
    folder.mill(["run", "in.csv", "out.csv"]).exits(0).says("earlier   rejects are in out.csv.rejects.20");
    assert_eq!(rejects_files(&folder), (vec![], 1));
    folder.write("in.csv", BAD);
    folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(3);
    folder.mill(["run", "-q", "in.csv", "out.csv", "--on-error", "stop"]).exits(65);
    assert_eq!(rejects_files(&folder), (vec!["out.csv.rejects.csv".to_owned()], 2));
    assert_eq!(folder.rejects(), first);
    let done = folder.mill(["run", "in.csv", "out.csv", "--set", "errors.keep=1", "--summary", "s.json"]).exits(3);
    let done = done.says("removed   out.csv.rejects.20").says(", the oldest, as errors.keep says");
    assert_eq!((done.stderr.matches("removed ").count(), rejects_files(&folder).1), (2, 1));
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("s.json")).unwrap();
    assert_eq!(summary["rejects"]["removed"].as_array().unwrap().len(), 2);
    assert_eq!(summary["rejects"]["moved"].as_array().unwrap().len(), 1);
}

#[test]
fn two_runs_over_one_source_or_one_rejects_file_keep_both() {
    let folder = Folder::with("in.csv", BAD);
    let mut first = folder.start(["run", "-", "null:", "--rejects", "bad.csv", "--columns", "id:text,name:text"]);
    let mut stdin = first.stdin.take().unwrap();
    stdin.write_all(b"id,name\n9\n8,z\n").unwrap();
    while !folder.files().iter().any(|name| name.starts_with(".bad.csv.")) {
        std::thread::sleep(Duration::from_millis(5));
    }
    symlink("bad.csv", folder.path().join("link.csv")).unwrap();
    folder.mill(["run", "in.csv", "null:", "--rejects", "link.csv"]).exits(3);
    assert_eq!(records(&folder.read("bad.csv"))[1][8], "1");
    drop(stdin);
    Done::wait(first).exits(3);
    assert_eq!(records(&folder.read("bad.csv"))[1][8], "9");
    let earlier = folder.files().into_iter().find(|name| name.starts_with("bad.20")).unwrap();
    assert_eq!(records(&folder.read(&earlier))[1][8], "1");
    assert!(fs::symlink_metadata(folder.path().join("link.csv")).unwrap().is_symlink());
}

#[test]
fn one_can_be_read_where_it_stands() {
    let folder = Folder::with("in.csv", BAD);
    folder.mill(["run", "-q", "in.csv", "x.csv", "--rejects", "x.rejects.csv"]).exits(3);
    let text = folder.text("x.rejects.csv");
    folder.mill(["run", "-q", "x.rejects.csv", "-", "--select", "raw"]).exits(0);
    folder.mill(["run", "-q", "x.rejects.csv", "-", "--rejects", "x.rejects.csv"]).exits(78).says("also an input");
    assert_eq!(folder.text("x.rejects.csv"), text);
    // What is read is not removed, however old it is.
    folder.write("y.rejects.20200101T000000Z.csv", &text);
    folder.write("y.rejects.20210101T000000Z.csv", &text);
    folder.write("y.rejects.csv", &text);
    let read = ["run", "-q", "y.rejects.20200101T000000Z.csv", "-", "--rejects", "y.rejects.csv"];
    folder.mill([&read[..], &["--set", "errors.keep=0"]].concat()).exits(0);
    assert!(folder.files().contains(&"y.rejects.20200101T000000Z.csv".to_owned()));
    assert!(!folder.files().contains(&"y.rejects.20210101T000000Z.csv".to_owned()));
    let lookup = "[extract]\npath = \"in.csv\"\n[lookup.l]\npath = \"y.rejects.20200101T000000Z.csv\"\n[transform]\nsql = \"select \
                  l.raw from input i left join l on i.id = l.raw\"\n[[load]]\nto = \"-\"\n";
    folder.write("job.toml", lookup);
    folder.write("y.rejects.csv", &text);
    folder.mill(["run", "-q", "job.toml", "--rejects", "y.rejects.csv", "--set", "errors.keep=0"]).exits(3);
    assert!(folder.files().contains(&"y.rejects.20200101T000000Z.csv".to_owned()));
}

/// Under whatever name, from the command line and from a job file, with rejects of its own.
#[test]
fn one_of_the_default_name_can_be_read_where_it_stands() {
    let folder = Folder::with("in.csv", BAD);
    folder.write("night.toml", "[extract]\npath = \"night.rejects.csv\"\n[[load]]\nto = \"out.jsonl\"\n");
    let check = |name: &str, own: &str, run: &[&str]| {
        folder.mill(["run", "-q", "in.csv", "null:", "--rejects", name]).exits(3);
        let text = folder.text(name);
        let run = [&["run", "-q"], run].concat();
        folder.mill(&run).exits(0);
        assert_eq!(rejects_files(&folder), (vec![name.to_owned()], 0), "{name}");
        folder.mill([&run[..], &["--set", "extract.columns.line=date", "--max-errors", "9"]].concat()).exits(4);
        assert_eq!(folder.text(name), text, "{name}");
        assert_eq!(records(&folder.read(own))[1][8], text.lines().nth(1).unwrap(), "{own}");
        folder.remove(&[name, own]);
    };
    check("stdout.rejects.csv", "stdout-2.rejects.csv", &["stdout.rejects.csv", "-"]);
    check("x.csv.rejects.csv", "x.csv-2.rejects.csv", &["./x.csv.rejects.csv", "x.csv"]);
    check("night.rejects.csv", "night-2.rejects.csv", &["night.toml"]);
    // A name that somebody has given is never changed.
    let asked = ["run", "stdout.rejects.csv", "-", "--rejects", "stdout.rejects.csv"];
    folder.mill(["run", "-q", "in.csv", "-"]).exits(3);
    folder.mill(asked).exits(78).says("errors.rejects: stdout.rejects.csv is also an input");
    let stdin = folder.read("stdout.rejects.csv");
    folder.mill_on(&stdin, ["run", "-q", "-", "-"]).exits(0);
}

#[test]
fn globs_leave_them_out() {
    let folder = Folder::with("in.csv", BAD);
    // Nor is what is hidden found, such as the target of a run that was killed.
    folder.write(".b.csv", "id,name\n3,hidden\n");
    for _ in 0..2 {
        let done = folder.mill(["run", "*.csv", "out.jsonl", "--rejects", "a.csv", "--mode", "replace"]).exits(3);
        assert_eq!(folder.text("out.jsonl"), "{\"id\":2,\"name\":\"b\"}\n", "{}", done.stderr);
    }
    let done = folder.mill(["run", "*.csv", "-"]).exits(3);
    done.says("warning: \"*.csv\" leaves out the rejects file a.20").says(" and 1 more; its own name would read it");
    folder.mill(["run", "a*.csv", "-"]).exits(66).says("no file matches \"a*.csv\" but rejects files");
}

#[test]
fn no_file_of_another_kind_is_touched() {
    let folder = Folder::with("in.csv", BAD);
    folder.write("precious.csv", "file,line\nmine,1\n");
    for more in [&[][..], &["--dry-run"]] {
        let done = folder.mill([&["run", "in.csv", "null:", "--rejects", "precious.csv"], more].concat());
        done.exits(73).says("precious.csv is not a rejects file");
    }
    assert_eq!(folder.text("precious.csv"), "file,line\nmine,1\n");
    folder.mill(["run", "-q", "in.csv", "null:", "--rejects", "/dev/null"]).exits(3);
    folder.write("empty.csv", "");
    folder.mill(["run", "-q", "in.csv", "null:", "--rejects", "empty.csv"]).exits(3);
    assert_eq!(folder.files(), ["empty.csv", "in.csv", "precious.csv"]);
    assert_eq!(records(&folder.read("empty.csv")).len(), 2);
}

#[test]
fn what_a_killed_run_had_rejected_is_found_by_the_next() {
    let folder = Folder::with("in.csv", GOOD);
    let mut killed = folder.start(["run", "-", "out.csv", "--columns", "id:text,name:text"]);
    let mut stdin = killed.stdin.take().unwrap();
    stdin.write_all(b"id,name\n9\n8,z\n").unwrap();
    let hidden = || folder.files().into_iter().find(|name| name.starts_with(".out.csv.rejects.csv."));
    while hidden().is_none_or(|name| folder.text(&name).lines().count() < 2) {
        std::thread::sleep(Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    folder.mill(["run", "in.csv", "out.csv"]).exits(0).says("holds the rejects of a run that was killed");
    assert_eq!((rejects_files(&folder), hidden()), ((vec![], 1), None));
    let earlier = folder.files().into_iter().find(|name| name.contains(".rejects.20")).unwrap();
    assert_eq!(records(&folder.read(&earlier))[1][8], "9");
}

#[test]
fn a_descriptor_or_a_pipe_is_written_straight_through() {
    let folder = Folder::with("in.csv", BAD);
    let shell = |script: &str| {
        let script = script.replace("gristmill", GRISTMILL);
        Command::new("bash").args(["-c", &script]).current_dir(folder.path()).status().unwrap().code()
    };
    assert_eq!(shell("(echo first; gristmill run -q in.csv null: --rejects /dev/stderr) >err 2>&1"), Some(3));
    assert!(folder.text("err").starts_with("first\nfile,line,"), "{}", folder.text("err"));
    assert_eq!(shell("gristmill run -q in.csv null: --rejects /dev/fd/3 3>log 2>err"), Some(73));
    assert_eq!(folder.text("log"), "");
    assert_eq!(shell("gristmill run -q in.csv null: --rejects >(cat >copy); c=$?; sleep 0.3; exit $c"), Some(3));
    assert_eq!(records(&folder.read("copy")).len(), 2);
}

#[test]
fn a_private_input_has_private_rejects() {
    let folder = Folder::with("in.csv", BAD);
    folder.write("more.csv", BAD);
    let mode =
        |name: &str, mode| fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    mode("more.csv", 0o600);
    folder.mill(["run", "-q", "*.csv", "out.jsonl"]).exits(3);
    let found = fs::metadata(folder.path().join("out.jsonl.rejects.csv")).unwrap().permissions().mode();
    assert_eq!(found & 0o777, 0o600);
}

#[test]
fn one_that_a_spreadsheet_has_saved_is_moved_aside_like_any_other() {
    let folder = Folder::with("in.csv", BAD);
    folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(3);
    let written = folder.text("out.csv.rejects.csv");
    let saved =
        format!("\u{feff}{}", written.replacen(",", "\";\"", 8).replacen("file", "\"file", 1).replace('\n', "\r\n"));
    let saved = saved.replacen("raw", "raw\"", 1);
    folder.write("out.csv.rejects.csv", &saved);
    folder.mill(["run", "-q", "in.csv", "out.csv"]).exits(3);
    assert_eq!(folder.text("out.csv.rejects.csv"), written);
    let earlier = folder.files().into_iter().find(|name| name.contains(".rejects.20")).unwrap();
    assert_eq!(folder.text(&earlier), saved);
    folder.remove(&["out.csv"]);
    folder.mill(["run", "-q", "out*.csv", "-"]).exits(66).says("but rejects files");
}
