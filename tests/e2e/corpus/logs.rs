//! Real logs: Apache's with a ready pattern, and those of loghub with a pattern each, against the tables that loghub made of
//! them.

use crate::support::{Folder, records};

/// A log's name and its pattern, whose groups have the names of its table's columns.
const LOGHUB: [(&str, &str); 8] = [
    ("Apache", r"\[(?<Time>[^\]]*)\] \[(?<Level>[^\]]*)\] (?<Content>.*)"),
    ("HDFS", r"(?<Date>\S+) (?<Time>\S+) (?<Pid>\S+) (?<Level>\S+) (?<Component>[^:]*): (?<Content>.*)"),
    ("HPC", r"(?<LogId>\S+) (?<Node>\S+) (?<Component>\S+) (?<State>\S+) (?<Time>\S+) (?<Flag>\S+) (?<Content>.*)"),
    (
        "Linux",
        r"(?<Month>\S+) +(?<Date>\S+) (?<Time>\S+) (?<Level>\S+) (?<Component>[^:\[]*)(?:\[(?<PID>\d+)\])?: (?<Content>.*)",
    ),
    (
        "Mac",
        r"(?<Month>\S+) +(?<Date>\S+) (?<Time>\S+) (?<User>\S+) (?<Component>.*?)\[(?<PID>\d+)\](?: \((?<Address>[^)]*)\))?: (?<Content>.*)",
    ),
    ("OpenSSH", r"(?<Date>\S+) (?<Day>\S+) (?<Time>\S+) (?<Component>\S+) sshd\[(?<Pid>\d+)\]: (?<Content>.*)"),
    ("Spark", r"(?<Date>\S+) (?<Time>\S+) (?<Level>\S+) (?<Component>[^:]*): (?<Content>.*)"),
    (
        "Zookeeper",
        r"(?<Date>\S+) (?<Time>\S+) - (?<Level>\S+) +\[(?<Node>[^:]*):(?<Component>.*)@(?<Id>\d+)\] - (?<Content>.*)",
    ),
];

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn loghub_s_logs_are_its_tables() {
    for (name, pattern) in LOGHUB {
        let stem = super::folder().join(format!("loghub/{name}/{name}_2k.log")).display().to_string();
        let done = Folder::new().mill([
            "run",
            stem.as_str(),
            "-",
            "--from-format",
            "text",
            "--set",
            &format!("extract.pattern='''{pattern}'''"),
            "-q",
        ]);
        let found = records(&done.exits(0).stdout);
        let table = records(&std::fs::read(format!("{stem}_structured.csv")).unwrap());
        assert_eq!((name, found.len()), (name, table.len()));
        let columns: Vec<usize> =
            found[0].iter().map(|column| table[0].iter().position(|name| name == column).unwrap()).collect();
        for (line, (row, expected)) in found.iter().zip(&table).enumerate() {
            // The tables have no blanks around their cells.
            let row: Vec<&str> = row.iter().map(|cell| cell.trim()).collect();
            let expected: Vec<&str> = columns.iter().map(|column| expected[*column].trim()).collect();
            assert_eq!(row, expected, "{name}, line {line}");
        }
    }
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn an_apache_log_is_read_by_its_ready_pattern() {
    let log = super::folder().join("elastic/apache_logs").display().to_string();
    let folder = Folder::new();
    let target = "sqlite:log.db?table=log";
    let pattern = "extract.pattern=combined";
    folder.mill(["run", log.as_str(), target, "--from-format", "text", "--set", pattern, "-q"]).exits(3);
    let db = rusqlite::Connection::open(folder.path().join("log.db")).unwrap();
    let sums = "select count(*), sum(bytes), count(bytes), min(time) from log";
    let sums = db.query_row(sums, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    let expected: (i64, i64, i64, String) = (9_999, 2_747_282_505, 9_330, "2015-05-17 10:05:00+00:00".to_owned());
    assert_eq!(sums, expected);
    let rejects = records(folder.rejects().as_bytes());
    assert_eq!((rejects.len(), rejects[1][1].as_str(), rejects[1][6].as_str()), (2, "8899", "NO_MATCH"));
}
