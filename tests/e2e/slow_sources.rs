//! Pipes that bring their bytes in pieces, and inputs that are not what a path usually is.

use std::io::{Read, Write};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::support::{Done, Folder, GRISTMILL, records};

/// Long enough for a run to have read what was sent.
const A_WHILE: Duration = Duration::from_millis(400);

/// Sends the pieces to a run on standard input, with a while between them.
fn run_on(folder: &Folder, pieces: &[&str]) -> Done {
    let mut child = folder.start(["run", "-", "out.csv", "--all-text"]);
    let mut pipe = child.stdin.take().unwrap();
    for piece in pieces {
        pipe.write_all(piece.as_bytes()).unwrap();
        thread::sleep(A_WHILE);
    }
    drop(pipe);
    Done::wait(child)
}

#[test]
fn a_broken_last_record_is_not_lost_when_the_end_comes_later() {
    let folder = Folder::new();
    run_on(&folder, &["a,b\n1,2\n", "\"x\"y,3"]).exits(3).says("BAD_QUOTE 1");
    assert_eq!(records(folder.rejects().as_bytes())[1][8], "\"x\"y,3");
}

#[test]
fn a_broken_last_record_is_not_lost_at_the_edge_of_a_chunk() {
    let rows = "1,2\n\"x\"";
    let folder = Folder::with("in.csv", format!("a,b\n{rows}{}", "y".repeat(3 * 65536 - rows.len())));
    for chunk_size in ["65535B", "65536B", "65537B", "1MiB"] {
        let done = folder.mill(["run", "in.csv", "null:", "--set", &format!("run.chunk_size={chunk_size}")]);
        done.exits(3).says("2 rows read").says("BAD_QUOTE 1");
    }
}

#[test]
fn rows_go_on_while_the_pipe_is_idle() {
    let folder = Folder::new();
    let mut child = folder.start(["run", "-", "-", "--all-text", "-q", "--batch-period", "50ms"]);
    let (mut pipe, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    pipe.write_all(b"a,b\n1,2\n3,4\n").unwrap();
    // Nothing more is written until these have come, so a run that waited for more would hang here.
    let mut lines = [0; 12];
    output.read_exact(&mut lines).unwrap();
    assert_eq!(&lines, b"a,b\n1,2\n3,4\n");
    pipe.write_all(b"5,6\n").unwrap();
    drop(pipe);
    let mut rest = Vec::new();
    output.read_to_end(&mut rest).unwrap();
    assert_eq!((rest.as_slice(), child.wait().unwrap().code()), (&b"5,6\n"[..], Some(0)));
}

#[test]
fn a_named_pipe_may_come_after_a_file() {
    let folder = Folder::with("first.csv", "a,b\n1,2\n");
    assert!(Command::new("mkfifo").arg(folder.path().join("second")).status().unwrap().success());
    folder.write("job.toml", "[extract]\npath = [\"first.csv\", \"second\"]\n[[load]]\nto = \"out.csv\"\n");
    let child = folder.start(["run", "job.toml"]);
    thread::sleep(A_WHILE);
    folder.write("second", "a,b\n3,4\n");
    Done::wait(child).exits(0);
    assert_eq!(folder.text("out.csv"), "a,b\n1,2\n3,4\n");
}

#[test]
fn standard_input_may_stand_in_the_middle_of_a_file() {
    let folder = Folder::with("in.csv", "a comment\na,b\n1,2\n");
    let script = format!("(read line; {GRISTMILL} run -q - -) < in.csv");
    let output = Command::new("bash").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
    assert_eq!((output.stdout.as_slice(), output.status.code()), (&b"a,b\n1,2\n"[..], Some(0)));
}

#[test]
fn the_summary_never_lands_on_the_data() {
    let folder = Folder::with("in.csv", "a,b\n1,2\n");
    for path in ["in.csv", "out.csv", ".out.csv.partial"] {
        folder.mill(["run", "in.csv", "out.csv", "--summary", path]).exits(78).says(path);
    }
    folder.mill(["run", "in.csv", "out.csv", "--rejects", ".out.csv.partial"]).exits(78).says("errors.rejects");
    assert_eq!(folder.text("in.csv"), "a,b\n1,2\n");
}

#[test]
fn what_a_file_is_does_not_depend_on_how_it_comes() {
    let folder = Folder::new();
    let come = |arguments: &[&str], pieces: &[&[u8]]| {
        let mut child = folder.start([&["run", "-", "-", "-q", "--rejects", "rejects.csv"], arguments].concat());
        let mut pipe = child.stdin.take().unwrap();
        for piece in pieces {
            // It may have seen enough.
            if pipe.write_all(piece).is_err() {
                break;
            }
            thread::sleep(A_WHILE);
        }
        drop(pipe);
        Done::wait(child)
    };
    come(&[], &[b"\x89PNG\r\n", b"\x1a\n\0\0\0\rIHDR"]).exits(65).says("is an image");
    come(&[], &[b"i\0d\0\n", b"\x001\0\n\0"]).exits(65).says("utf-16le");
    come(&[], &[b"[1,2]\n", b"3,4\n"]).exits(0);
    come(&[], &[b"{\"a\":1}", b"{\"a\":2}\n"]).exits(65).says("no line ends between them");
    let jsonl = ["--from-format", "jsonl", "--columns", "id:bigint"];
    come(&jsonl, &[b"[1,2]\n", b"{\"id\":1}\n"]).exits(3).says("BAD_JSON 1");
    come(&jsonl, &[b"[1,2]\n", b"\n"]).exits(65).says("a JSON document");
}

#[test]
fn a_first_line_that_is_text_waits_for_nothing() {
    let folder = Folder::new();
    for format in ["csv", "lines"] {
        let mut child =
            folder.start(["run", "-", "-", "--all-text", "-q", "--batch-period", "50ms", "--from-format", format]);
        let (mut pipe, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        pipe.write_all("größe\nMZ\n".as_bytes()).unwrap();
        // Nothing more is written until these have come, so a run that waited for more would hang here.
        let mut begin = [0; 5];
        output.read_exact(&mut begin).unwrap();
        drop(pipe);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn what_its_name_belies_is_judged_by_the_same_bytes() {
    let folder = Folder::with("in.csv.gz", b"a,b\n1,2\n\xff\0\n");
    folder.mill(["run", "in.csv.gz", "out.csv"]).exits(65).says("is not gzip-compressed");
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe.csv.gz")).status().unwrap().success());
    let child = folder.start(["run", "pipe.csv.gz", "out.csv"]);
    let mut pipe = std::fs::File::options().write(true).open(folder.path().join("pipe.csv.gz")).unwrap();
    for piece in [b"a,b\n1,2\n".as_slice(), b"\xff\0\n"] {
        pipe.write_all(piece).unwrap();
        thread::sleep(A_WHILE);
    }
    drop(pipe);
    Done::wait(child).exits(65).says("is not gzip-compressed");
}
