//! Where things are written: names that mean the same file, pipes, open descriptors, and files that others change.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::support::{Done, Folder, GRISTMILL};

const ROWS: &str = "id,name\n1,a\n2,b\n";
/// Long enough for a run to have got where it waits.
const A_WHILE: Duration = Duration::from_millis(400);

fn shell(folder: &Folder, script: &str) -> Option<i32> {
    let script = script.replace("gristmill", GRISTMILL);
    Command::new("bash").args(["-c", &script]).current_dir(folder.path()).status().unwrap().code()
}

fn make_pipe(folder: &Folder, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap().success());
}

#[test]
fn a_link_to_a_file_still_to_be_made_is_that_file() {
    let folder = Folder::with("in.csv", "id,name\n1\n");
    symlink("rejects.csv", folder.path().join("out.csv")).unwrap();
    folder.mill(["run", "in.csv", "out.csv", "--rejects", "rejects.csv"]).exits(78).says("also the target");
    fs::create_dir(folder.path().join("sub")).unwrap();
    symlink("sub/real.csv", folder.path().join("far.csv")).unwrap();
    folder.mill(["run", "in.csv", "far.csv", "--rejects", "sub/.real.csv.partial"]).exits(78).says("also the target");
}

#[test]
fn the_jobs_own_files_are_never_written() {
    let folder = Folder::with("in.csv", ROWS);
    folder.write("q.sql", "select id from input");
    let job =
        |to: &str| format!("[extract]\npath = \"in.csv\"\n[transform]\nsql_file = \"q.sql\"\n[[load]]\nto = {to:?}");
    for target in ["job.toml", "q.sql"] {
        folder.write("job.toml", job(target));
        folder.mill(["run", "job.toml", "--set", "load.format=csv"]).exits(78).says("the job's own file");
    }
    folder.write("job.toml", job("out.csv"));
    folder.mill(["run", "job.toml", "--summary", "job.toml"]).exits(78).says("--summary");
    folder.mill(["run", "job.toml", "--rejects", "q.sql"]).exits(78).says("the job's own file");
}

#[test]
fn a_descriptor_of_a_regular_file_is_no_target() {
    let folder = Folder::with("in.csv", ROWS);
    let code = shell(
        &folder,
        "exec 3>out; echo first >&3; gristmill run in.csv /dev/fd/3 2>err; c=$?; echo last >&3; exit $c",
    );
    assert_eq!((code, folder.text("out")), (Some(73), "first\nlast\n".to_owned()), "{}", folder.text("err"));
    assert_eq!(shell(&folder, "gristmill run in.csv /dev/stderr 2>err"), Some(73));
    assert_eq!(shell(&folder, "gristmill run in.csv /dev/fd/3 --dry-run 3>out 2>err"), Some(73));
    assert_eq!(shell(&folder, "gristmill run -q in.csv >(cat >copy) && sleep 0.3"), Some(0));
    assert_eq!(folder.text("copy"), ROWS);
}

#[test]
fn standard_output_that_is_the_input_is_refused() {
    let folder = Folder::with("in.csv", ROWS);
    for script in ["gristmill run in.csv - >>in.csv 2>err", "gristmill run - - <in.csv >>in.csv 2>err"] {
        assert_eq!(shell(&folder, script), Some(78), "{script}");
        assert!(folder.text("err").contains("is also an input"), "{}", folder.text("err"));
    }
    assert_eq!(folder.text("in.csv"), ROWS);
    assert_eq!(shell(&folder, "gristmill run -q in.csv - >out.csv"), Some(0));
    assert_eq!(shell(&folder, "gristmill functions >/dev/full 2>err"), Some(74));
}

#[test]
fn what_others_append_meanwhile_is_not_lost() {
    let folder = Folder::with("out.csv", "id,name\n");
    let mut child = folder.start(["run", "-", "out.csv", "--mode", "append", "--all-text"]);
    let stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut &stdin, ROWS.as_bytes()).unwrap();
    thread::sleep(A_WHILE);
    folder.write("out.csv", "id,name\n9,z\n");
    drop(stdin);
    Done::wait(child).exits(75).says("out.csv was changed by somebody else");
    assert_eq!(folder.text("out.csv"), "id,name\n9,z\n");
    assert_eq!(folder.files(), ["out.csv"]);
}

#[test]
fn summary_and_rejects_may_be_pipes() {
    let folder = Folder::with("in.csv", "id,name\n1,a\n2\n");
    make_pipe(&folder, "summary");
    make_pipe(&folder, "rejects");
    let script = "cat summary >s & cat rejects >r & \
        gristmill run -q in.csv out.csv --summary summary --rejects rejects; c=$?; wait; exit $c";
    assert_eq!(shell(&folder, script), Some(3));
    assert!(folder.text("s").contains("\"exit_code\":3"), "{}", folder.text("s"));
    assert!(folder.text("r").contains("MISSING_COLUMNS"), "{}", folder.text("r"));
}

#[test]
fn a_pipe_without_a_reader_is_waited_for_until_a_signal_comes() {
    let folder = Folder::with("in.csv", ROWS);
    make_pipe(&folder, "pipe");
    let runs = [vec!["pipe"], vec!["out.csv", "--summary", "pipe"], vec!["out.csv", "--rejects", "pipe"]];
    for arguments in runs {
        let child = folder.start([vec!["run", "in.csv"], arguments].concat());
        thread::sleep(A_WHILE);
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        Done::wait(child).exits(143).says("interrupted by SIGTERM");
        assert_eq!(folder.files(), ["in.csv", "pipe"]);
    }
}

#[test]
fn a_rejects_file_that_cannot_be_made_is_said_before_anything_is() {
    let folder = Folder::with("in.csv", ROWS);
    folder.write(
        "job.toml",
        "[extract]\npath = \"in.csv\"\n[[load]]\nto = \"out.csv\"\n[errors]\nrejects = \"no/r.csv\"",
    );
    folder.mill(["validate", "job.toml"]).exits(73).says("no/r.csv");
    folder.mill(["run", "job.toml", "--dry-run"]).exits(73).says("no/r.csv");
    folder.mill(["run", "job.toml", "--summary", "s.json"]).exits(73);
    assert!(folder.text("s.json").contains("\"exit_code\":73"), "{}", folder.text("s.json"));
}

#[test]
fn a_summary_that_fails_says_that_the_load_is_published() {
    let folder = Folder::with("in.csv", ROWS);
    folder.mill(["run", "in.csv", "out.csv", "--summary", "/dev/full"]).exits(74).says("the load itself is published");
    assert_eq!(folder.text("out.csv"), ROWS);
}

#[test]
fn validate_reads_no_pipe_under_any_name() {
    let folder = Folder::with("job.toml", "[extract]\npath = \"/dev/stdin\"\n[[load]]\nto = \"out.csv\"\n");
    let script = "(printf 'id\\n1\\n') | (gristmill validate job.toml; cat)";
    let output =
        Command::new("bash").args(["-c", &script.replace("gristmill", GRISTMILL)]).current_dir(folder.path()).output();
    assert_eq!(output.unwrap().stdout, b"id\n1\n");
}

#[test]
fn targets_with_slips_are_refused() {
    let folder = Folder::with("in.csv", ROWS);
    let check = |target: &str, words: &str| {
        folder.mill(["run", "in.csv", target]).exits(78).says(words);
    };
    check("sqlit:x.db?table=t", "sqlite:FILE?table=NAME");
    check("sqlite://x.db?table=t", "sqlite:FILE?table=NAME");
    check("sqlite:x.db?table=a%20b", "without % codes");
    check("null", "null:");
    check("null:x", "null: alone");
    check("out.xlsx", "cannot be written");
    assert_eq!(folder.files(), ["in.csv"]);
    folder.mill(["run", "-q", "in.csv", "SQLite:x.db?table=50%"]).exits(0);
}

#[test]
fn a_name_may_be_as_long_as_names_may_be() {
    let folder = Folder::with("in.csv", ROWS);
    let name = format!("{}.csv", "ü".repeat(125));
    folder.mill(["run", "-q", "in.csv", &name]).exits(0);
    assert_eq!(folder.text(&name), ROWS);
}

#[test]
fn signals_that_were_set_to_be_ignored_stay_so() {
    let folder = Folder::new();
    make_pipe(&folder, "in");
    let script = "nohup gristmill run -q in out.csv --all-text >/dev/null 2>&1 & p=$!; exec 3>in; \
        echo id >&3; sleep 0.4; kill -HUP $p; sleep 0.2; echo 7 >&3; exec 3>&-; wait $p";
    assert_eq!(shell(&folder, script), Some(0));
    assert_eq!(folder.text("out.csv"), "id\n7\n");
}

#[test]
fn a_slip_in_a_setting_is_not_blamed_on_the_job_file() {
    let folder = Folder::with("in.csv", ROWS);
    folder.write("job.toml", "[extract]\npath = \"in.csv\"\n[[load]]\nto = \"out.csv\"\n");
    let check = |set: &str, words: &str| {
        folder.mill(["run", "job.toml", "--set", set]).exits(78).says(words);
    };
    check("a.b.c=1", "--set a.b.c");
    check("lookup.c.paht=x", "--set lookup.c.paht");
    check("load.1.1.to=x", "load");
}
