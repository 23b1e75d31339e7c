//! A folder to work in and the binary to run in it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The binary under test.
pub const GRISTMILL: &str = env!("CARGO_BIN_EXE_gristmill");

/// A temporary folder, removed at the end of the test.
pub struct Folder(TempDir);

/// A finished run.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder that holds one file.
    pub fn with(name: &str, content: impl AsRef<[u8]>) -> Folder {
        let folder = Folder::new();
        folder.write(name, content);
        folder
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).expect("a writable folder");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).expect("text")
    }

    /// What all rejects files hold that no later run has moved aside.
    pub fn rejects(&self) -> String {
        let names = self.files().into_iter().filter(|name| name.ends_with(".rejects.csv"));
        names.map(|name| self.text(&name)).collect()
    }

    pub fn remove(&self, names: &[&str]) {
        names.iter().for_each(|name| std::fs::remove_file(self.path().join(name)).expect("a file to remove"));
    }

    /// Names of all files, hidden ones included, in order.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).expect("a readable folder");
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs `gristmill ARGUMENTS` here, with nothing on standard input.
    pub fn mill<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Done {
        self.mill_on(b"", arguments)
    }

    /// Runs `gristmill ARGUMENTS` here, with `input` on standard input.
    pub fn mill_on<A: AsRef<OsStr>>(&self, input: &[u8], arguments: impl IntoIterator<Item = A>) -> Done {
        let mut child = self.start(arguments);
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        // A run that fails early closes its end; that is not this test's failure.
        let feed = std::thread::spawn(move || stdin.write_all(&input).is_ok());
        let done = Done::wait(child);
        feed.join().expect("the feeding thread");
        done
    }

    /// Starts `gristmill ARGUMENTS` here, all three streams piped.
    pub fn start<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Child {
        self.start_with(&[], arguments)
    }

    /// The same with some variables set.
    pub fn start_with<A: AsRef<OsStr>>(
        &self,
        variables: &[(&str, &str)],
        arguments: impl IntoIterator<Item = A>,
    ) -> Child {
        // Whoever runs the tests may ignore signals, and what is ignored stays so.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT,HUP,TERM", GRISTMILL]).args(arguments).current_dir(self.path());
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary starts")
    }
}

impl Done {
    pub fn wait(child: Child) -> Done {
        let output = child.wait_with_output().expect("the run ends");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Done { code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Asserts the exit code; on failure shows what the run said.
    #[track_caller]
    pub fn exits(self, code: i32) -> Done {
        assert_eq!(self.code, Some(code), "stderr:\n{}", self.stderr);
        self
    }

    /// Asserts that the run said `words`.
    #[track_caller]
    pub fn says(self, words: &str) -> Done {
        assert!(self.stderr.contains(words), "{words:?} is not in:\n{}", self.stderr);
        self
    }

    pub fn stdout_text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("text on standard output")
    }
}

/// The project's own folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The fields of a CSV file's records, by the csv crate.
pub fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let record =
        |record: Result<csv::StringRecord, csv::Error>| record.expect("CSV").iter().map(str::to_owned).collect();
    reader.records().map(record).collect()
}
