use std::fs;
use std::io::Read;
use std::num::NonZeroUsize;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::*;
use crate::batch::{Encoded, Payload};
use crate::exit::ExitCode;
use crate::format::Template;
use crate::job::{BatchLimits, Breaker, Figure, Hooks, Key, Lines, Load, Mode, Retry, Target, WhenFull};
use crate::load::ClosedPipe;
use crate::types::{Known, OutputColumn, Session, Type};

/// A folder in which `out.csv` is the target.
struct Place {
    folder: tempfile::TempDir,
    stopped: bool,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap(), stopped: false }
    }

    fn with(old: &str) -> Place {
        let place = Place::new();
        fs::write(place.path("out.csv"), old).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self) -> String {
        fs::read_to_string(self.path("out.csv")).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn open(&self, name: &str, mode: Mode) -> Result<Box<dyn Sink>> {
        self.open_as(name, mode, TextFormat::Csv { delimiter: b',' }, false)
    }

    fn open_as(&self, name: &str, mode: Mode, format: TextFormat, dry_run: bool) -> Result<Box<dyn Sink>> {
        let batch = BatchLimits { count: None, byte_size: NonZeroUsize::MIN, period: Duration::ZERO };
        let load = Load {
            target: Target::File { path: self.path(name), format },
            mode,
            keys: Vec::new(),
            hooks: Hooks::default(),
            retry: Retry::default(),
            breaker: Breaker::default(),
            batch,
            required: true,
            when_full: WhenFull::Block,
            key: Key::from("load"),
        };
        let column = |name: &str| OutputColumn {
            name: name.into(),
            typing: Type::Text.into(),
            field: None,
            known: Known::Declared,
        };
        let session = Session { zone: chrono_tz::Tz::UTC, now: 0 };
        let setting = Setting {
            session,
            dry_run,
            threads: NonZeroUsize::MIN,
            memory_limit: usize::MAX,
            stop: Arc::new(AtomicBool::new(self.stopped)),
        };
        crate::load::open(&load, &[column("a"), column("b")], &setting).map(|opened| opened.sink)
    }
}

fn part(line: &str) -> Part {
    let payload = Payload::Text(line.as_bytes().to_vec());
    Part { encoded: Arc::new(Encoded { payload, ends: vec![line.len()], origins: Vec::new() }), rows: 0..1 }
}

fn load(mut sink: Box<dyn Sink>, line: &str) -> Result<()> {
    sink.write(&[part(line)], None)?;
    sink.prepare(&Account::default())?;
    sink.publish()
}

/// What `out.csv` holds once "1,2" has been loaded into it over `old`.
fn check(old: Option<&str>, mode: Mode, expected: &str) {
    let place = old.map_or_else(Place::new, Place::with);
    load(place.open("out.csv", mode).unwrap(), "1,2\n").unwrap();
    assert_eq!(place.read(), expected, "{mode:?} over {old:?}");
    assert_eq!(place.names(), ["out.csv"]);
}

#[test]
fn modes() {
    check(None, Mode::Replace, "a,b\n1,2\n");
    check(Some("old"), Mode::Replace, "a,b\n1,2\n");
    check(Some("old"), Mode::Truncate, "a,b\n1,2\n");
    check(None, Mode::Append, "a,b\n1,2\n");
    check(Some(""), Mode::Append, "a,b\n1,2\n");
    check(Some("a,b\n7,8\n"), Mode::Append, "a,b\n7,8\n1,2\n");
    // The old file's own quoting, mark and line ends stay; a last line without an end gets one.
    check(Some("\u{feff}\"a\",b\r\n7,8"), Mode::Append, "\u{feff}\"a\",b\r\n7,8\n1,2\n");
}

#[test]
fn jsonl_appends_without_a_header() {
    let place = Place::with("{\"a\":0}");
    load(place.open_as("out.csv", Mode::Append, TextFormat::Jsonl, false).unwrap(), "{\"a\":1}\n").unwrap();
    assert_eq!(place.read(), "{\"a\":0}\n{\"a\":1}\n");
}

#[test]
fn a_load_without_rows_leaves_a_header() {
    let place = Place::new();
    let mut sink = place.open("out.csv", Mode::Replace).unwrap();
    sink.prepare(&Account::default()).unwrap();
    assert_eq!(sink.bytes_written(), 4);
    sink.publish().unwrap();
    assert_eq!(place.read(), "a,b\n");
}

#[test]
fn nothing_shows_before_publish_and_nothing_stays_without() {
    let place = Place::with("old");
    let mut sink = place.open("out.csv", Mode::Replace).unwrap();
    sink.write(&[part("1,2\n")], None).unwrap();
    sink.prepare(&Account::default()).unwrap();
    assert_eq!((place.read().as_str(), place.names()), ("old", vec![".out.csv.partial".into(), "out.csv".into()]));
    drop(sink);
    assert_eq!((place.read().as_str(), place.names()), ("old", vec!["out.csv".into()]));
}

#[test]
fn what_a_killed_run_left_is_taken_over() {
    let place = Place::new();
    fs::write(place.path(".out.csv.partial"), "half a row of a longer fi").unwrap();
    load(place.open("out.csv", Mode::Replace).unwrap(), "1,2\n").unwrap();
    assert_eq!((place.read().as_str(), place.names()), ("a,b\n1,2\n", vec!["out.csv".into()]));
}

#[test]
fn a_dry_run_touches_nothing() {
    let place = Place::new();
    load(place.open_as("out.csv", Mode::Replace, TextFormat::Jsonl, true).unwrap(), "x\n").unwrap();
    assert!(place.names().is_empty());
    let missing = place.open_as("missing/out.csv", Mode::Replace, TextFormat::Jsonl, true);
    assert_eq!(ExitCode::of(&missing.err().unwrap()), ExitCode::CannotCreate);
}

#[test]
fn permissions_are_kept() {
    let place = Place::with("old");
    fs::set_permissions(place.path("out.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    load(place.open("out.csv", Mode::Replace).unwrap(), "1,2\n").unwrap();
    assert_eq!(fs::metadata(place.path("out.csv")).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_link_stays_and_its_target_is_replaced() {
    let place = Place::with("old");
    symlink("out.csv", place.path("link")).unwrap();
    load(place.open("link", Mode::Replace).unwrap(), "1,2\n").unwrap();
    assert_eq!(place.read(), "a,b\n1,2\n");
    assert!(fs::symlink_metadata(place.path("link")).unwrap().is_symlink());
}

#[test]
fn a_dangling_link_gets_its_target() {
    let place = Place::new();
    symlink("out.csv", place.path("link")).unwrap();
    load(place.open("link", Mode::Append).unwrap(), "1,2\n").unwrap();
    assert_eq!(place.read(), "a,b\n1,2\n");
}

/// Opening `name` fails with this code and these words, and leaves nothing.
fn check_refused(place: &Place, name: &str, mode: Mode, code: ExitCode, words: &str) {
    let before = place.names();
    let error = place.open(name, mode).err().unwrap();
    assert_eq!(ExitCode::of(&error), code, "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert_eq!(place.names(), before);
}

#[test]
fn impossible_targets_are_refused_at_once() {
    use ExitCode::CannotCreate;
    let place = Place::with("a\n");
    fs::create_dir(place.path("folder")).unwrap();
    check_refused(&place, "missing/out.csv", Mode::Replace, CannotCreate, "missing does not exist; create it first");
    check_refused(&place, "out.csv/x.csv", Mode::Replace, CannotCreate, "out.csv is not a folder");
    check_refused(&place, "folder", Mode::Replace, CannotCreate, "it is a folder; name a file");
    check_refused(&place, "new/", Mode::Replace, CannotCreate, "it names a folder");
    check_refused(&place, &"x".repeat(300), Mode::Replace, CannotCreate, "xxx");
    check_refused(&place, "/proc/x.csv", Mode::Replace, CannotCreate, "/proc/x.csv");
}

#[test]
fn a_header_that_differs_is_refused() {
    let check = |old: &str, words| check_refused(&Place::with(old), "out.csv", Mode::Append, ExitCode::Config, words);
    check("a,c\n1,2\n", "column 2 of its header is \"c\", of the query \"b\"");
    check("a\n1\n", "its header has 1 columns, the query has 2");
    check("a,b,c\n", "its header has 3 columns, the query has 2");
    check("a;b\n", "column 1 of its header is \"a;b\", of the query \"a\"");
}

#[test]
fn a_second_run_is_turned_away_and_the_first_goes_on() {
    let place = Place::new();
    let first = place.open("out.csv", Mode::Replace).unwrap();
    check_refused(&place, "out.csv", Mode::Replace, ExitCode::TryAgain, "another run is writing");
    load(first, "1,2\n").unwrap();
    load(place.open("out.csv", Mode::Replace).unwrap(), "3,4\n").unwrap();
    assert_eq!(place.read(), "a,b\n3,4\n");
}

#[test]
fn a_full_disk_names_the_file() {
    let error = load(Place::new().open("/dev/full", Mode::Replace).unwrap(), "1,2\n").unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::Io);
    assert!(error.to_string().starts_with("cannot write /dev/full: No space left on device"), "{error}");
}

#[test]
fn devices_are_written_through() {
    load(Place::new().open("/dev/null", Mode::Replace).unwrap(), "1,2\n").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

fn with_pipe(stopped: bool) -> Place {
    let place = Place { stopped, ..Place::new() };
    rustix::fs::mknodat(rustix::fs::CWD, place.path("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    place
}

#[test]
fn a_pipe_waits_for_its_reader() {
    let place = with_pipe(false);
    let path = place.path("pipe");
    let reader = std::thread::spawn(move || fs::read_to_string(path).unwrap());
    load(place.open("pipe", Mode::Replace).unwrap(), "1,2\n").unwrap();
    assert_eq!(reader.join().unwrap(), "a,b\n1,2\n");
    assert_eq!(place.names(), ["pipe"]);
}

#[test]
fn waiting_for_a_reader_ends_with_the_run() {
    let error = with_pipe(true).open("pipe", Mode::Replace).err().unwrap();
    assert!(error.is::<crate::stop::Stopped>());
}

#[test]
fn a_reader_that_leaves_closes_the_pipe() {
    let place = with_pipe(false);
    let reader = fs::File::options().read(true).write(true).open(place.path("pipe")).unwrap();
    let sink = place.open("pipe", Mode::Replace).unwrap();
    drop(reader);
    assert!(load(sink, "1,2\n").unwrap_err().is::<ClosedPipe>());
}

/// A template of the columns `a` and `b`, as the job's check would make it.
fn template(footer: &str) -> TextFormat {
    let footer = Template::parse(footer).unwrap();
    let footer = footer.bind(|name| (name == "loaded").then_some(Figure::Loaded)).unwrap();
    let row = Template::parse("{a}").unwrap();
    TextFormat::Template(Arc::new(Lines { header: b"top\n".to_vec(), row, footer }))
}

#[test]
fn a_template_has_its_footer_when_it_is_prepared() {
    let place = Place::new();
    load(place.open_as("out.csv", Mode::Replace, template("{loaded} rows"), false).unwrap(), "1\n").unwrap();
    assert_eq!(place.read(), "top\n1\n0 rows\n");
}

#[test]
fn a_pipe_has_the_footer_of_a_template_only_when_all_went_well() {
    let place = with_pipe(false);
    let mut reader = fs::File::options().read(true).write(true).open(place.path("pipe")).unwrap();
    let mut sink = place.open_as("pipe", Mode::Replace, template("end"), false).unwrap();
    sink.write(&[part("1\n")], None).unwrap();
    sink.prepare(&Account::default()).unwrap();
    let mut read = [0; 16];
    let before = reader.read(&mut read).unwrap();
    assert_eq!(&read[..before], b"top\n1\n");
    sink.publish().unwrap();
    let after = reader.read(&mut read).unwrap();
    assert_eq!(&read[..after], b"end\n");
    assert_eq!(sink.bytes_written(), 10);
}
