use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::Result;
use rustix::process::{Pid, WaitOptions, waitpid};

use super::Command;
use crate::exit::ExitCode;
use crate::extract::Source;
use crate::extract::chunks::Chunks;
use crate::extract::head::Head;
use crate::extract::input::Input;
use crate::extract::origin::{Kind, Origin};
use crate::job::{Changes, Job};
use crate::metrics::Metrics;
use crate::stop::Stop;

/// No wait of ours is longer than a tenth of a second; the rest is for a machine that is very busy.
const SOON: Duration = Duration::from_secs(15);

fn shell(line: &str) -> Origin {
    Origin::Command(Command::shell(line))
}

/// Takes the chunks of the input, as a run does, until `take` has enough; what follows is never read.
fn read(origin: Origin, stop: &Stop, mut take: impl FnMut(&[u8]) -> bool) -> Result<()> {
    let job = Job::from_arguments("in.csv", "-", Changes::default()).unwrap();
    let head = Head::of(job.extract, vec![Input::new(0, origin)], stop)?;
    assert!(head.inputs.iter().all(|input| input.origin.is_piped()));
    let metrics = Metrics::default();
    let mut chunks = Chunks::new(head, 1 << 16, &metrics, stop);
    while let Some(chunk) = chunks.next(Vec::new())? {
        if !take(&chunk.bytes) {
            break;
        }
    }
    Ok(())
}

/// All that was read before the end, and how that was.
fn all(line: &str) -> (Vec<u8>, Result<()>) {
    let mut rows = Vec::new();
    let ended = read(shell(line), &Stop::default(), |bytes| {
        rows.extend_from_slice(bytes);
        true
    });
    (rows, ended)
}

fn refusal(ended: Result<()>) -> (ExitCode, String) {
    let error = ended.expect_err("an error");
    (ExitCode::of(&error), error.to_string())
}

/// The number that a program wrote into a file of this name, which is awaited.
fn number(path: &Path) -> u32 {
    let begin = Instant::now();
    loop {
        match fs::read_to_string(path).unwrap_or_default().trim().parse() {
            Ok(number) => return number,
            Err(_) => assert!(begin.elapsed() < 2 * SOON, "no number in {}", path.display()),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the program, and whom it started, come to an end. It is ours to reap; the other is given to init, which reaps it
/// in its own time.
fn are_gone(files: &[PathBuf; 2]) -> bool {
    let begin = Instant::now();
    let [own, other] = files.each_ref().map(|file| format!("/proc/{}/stat", number(file)));
    let runs = || fs::read_to_string(&other).is_ok_and(|stat| !stat.contains(") Z "));
    while runs() && begin.elapsed() < SOON {
        thread::sleep(Duration::from_millis(5));
    }
    !runs() && !Path::new(&own).exists()
}

#[test]
fn a_command_is_read_once_and_has_no_size() {
    let origin = shell("cat in.csv | sort");
    assert_eq!((origin.name(), origin.title()), ("cat in.csv | sort".to_owned(), "cat in.csv | sort".to_owned()));
    assert_eq!((origin.kind().unwrap(), origin.size()), (Kind::Stream, None));
    assert!(origin.is_piped() && !origin.can_reopen() && origin.file().is_none());
    assert!(origin.open_ranged().unwrap().is_none());
    assert_eq!(ExitCode::of(&origin.open_at(1).err().unwrap()), ExitCode::NoInput);
    assert!(origin.open_at(0).is_ok());
}

#[test]
fn its_rows_are_read_as_those_of_a_file() {
    let (rows, ended) = all("echo id,name; echo 1,Ann; sleep 0.2; echo 2,Bob");
    ended.unwrap();
    assert_eq!(rows, b"1,Ann\n2,Bob\n");
}

#[test]
fn words_are_handed_to_a_program_as_they_are() {
    let words = ["%s\n", "id,name", "$HOME,'*'"].map(Into::into);
    let mut rows = Vec::new();
    let origin = Origin::Command(Command::program("printf", words));
    assert_eq!(origin.name(), "printf %s\n id,name $HOME,'*'");
    read(origin, &Stop::default(), |bytes| {
        rows.extend_from_slice(bytes);
        true
    })
    .unwrap();
    assert_eq!(rows, b"$HOME,'*'\n");
}

#[test]
fn more_than_a_pipe_holds_comes_through() {
    let (rows, ended) = all("echo n; seq 1 400000");
    ended.unwrap();
    let expected: String = (1..=400_000).map(|n| format!("{n}\n")).collect();
    assert!(rows == expected.as_bytes());
}

#[test]
fn what_it_packs_is_unpacked() {
    let (rows, ended) = all("(echo n; seq 1 50000) | gzip -c");
    ended.unwrap();
    assert!(rows.ends_with(b"\n49999\n50000\n") && rows.len() == 288_894);
}

#[test]
fn a_command_that_fails_gives_no_whole_input_whenever_it_fails() {
    let (rows, ended) = all("echo n; seq 1 9; exit 3");
    assert_eq!(rows, b"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "rows stand before what is wrong behind them");
    let message = "echo n; seq 1 9; exit 3: it ended with exit status 3, so what it wrote is no whole input";
    assert_eq!(refusal(ended), (ExitCode::Data, message.to_owned()));
    for (line, how) in [
        ("exit 4", "exit status 4"),
        ("echo n; seq 1 200000; exit 5", "exit status 5"),
        ("(echo n; seq 1 9) | gzip -c; exit 6", "exit status 6"),
        ("(echo n; seq 1 9) | gzip -c | head -c 20; exit 7", "exit status 7"),
        ("echo n; exec >&-; sleep 0.3; exit 8", "exit status 8"),
        ("echo n; echo 1; kill -9 $$", "signal 9"),
        ("no-such-program-anywhere 2>&-", "exit status 127"),
    ] {
        let (code, message) = refusal(all(line).1);
        assert_eq!(code, ExitCode::Data, "{line}");
        assert!(message.starts_with(&format!("{line}: it ended with {how},")), "{message}");
    }
}

#[test]
fn a_program_that_is_not_there_is_no_input() {
    let origin = Origin::Command(Command::program("no-such-program-anywhere", []));
    let (code, message) = refusal(read(origin, &Stop::default(), |_| true));
    assert_eq!(code, ExitCode::NoInput);
    assert!(message.starts_with("cannot run no-such-program-anywhere: No such file"), "{message}");
}

/// A command that leaves its number, and that of one whom it started, in files; it ends by itself only much later.
fn endless(folder: &Path, line: &str) -> (Origin, [PathBuf; 2]) {
    let files = ["own", "other"].map(|name| folder.join(name));
    let [own, other] = files.each_ref().map(|file| file.display());
    // Nothing is read before both numbers are there.
    let begin = format!("echo $$ > {own}; sleep 1000 & echo $! > {other}; echo number; echo 1");
    (shell(&format!("{begin}; {line}")), files)
}

#[test]
fn who_wants_no_more_ends_it_and_all_whom_it_started() {
    for line in ["sleep 1000", "exec >&-; sleep 1000", "yes 1", "yes 1 | cat", "exit 0", "yes 1 | gzip -c"] {
        let folder = tempfile::tempdir().unwrap();
        let (origin, files) = endless(folder.path(), line);
        let mut begin = Instant::now();
        read(origin, &Stop::default(), |_| {
            begin = Instant::now();
            false
        })
        .unwrap();
        assert!(begin.elapsed() < SOON, "{line}: {:?}", begin.elapsed());
        assert!(are_gone(&files), "{line}");
    }
}

#[test]
fn a_program_whose_end_was_not_kept_is_no_whole_input_and_its_number_is_left_alone() {
    let (_output, mut running) = Command::shell("exit 0").start().unwrap();
    assert!(running.is_known());
    // As the system does by itself where SIGCHLD is ignored.
    waitpid(Some(Pid::from_child(&running.child)), WaitOptions::empty()).unwrap();
    assert!(!running.is_known() && !running.has_ended);
    let (code, message) = refusal(running.has_ended(Duration::ZERO).map(drop));
    assert_eq!(code, ExitCode::Io);
    assert!(message.starts_with("cannot wait for exit 0: the system does not tell how it ended;"), "{message}");
    assert!(running.has_ended);
}

#[test]
fn a_stop_ends_it_at_once_whatever_it_does() {
    for line in ["sleep 1000", "exec >&-; kill $!; sleep 1000", "trap '' TERM INT; sleep 1000", "gzip -c /dev/zero"] {
        let folder = tempfile::tempdir().unwrap();
        let (origin, files) = endless(folder.path(), line);
        let stop = Stop::default();
        let asking = {
            let (stop, file) = (stop.clone(), files[1].clone());
            thread::spawn(move || {
                number(&file);
                thread::sleep(Duration::from_millis(150));
                stop.ask(ExitCode::Terminate);
                Instant::now()
            })
        };
        read(origin, &stop, |_| true).unwrap();
        let asked = asking.join().unwrap();
        assert!(asked.elapsed() < SOON, "{line}: {:?}", asked.elapsed());
        assert!(are_gone(&files), "{line}");
    }
}
