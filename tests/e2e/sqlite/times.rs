//! Points in time, as SQLite's own functions read and sort them.

use super::{load, rows, shop};
use crate::support::{Folder, records};

const INPUT: &str = "id,at\n1,2024-10-27 02:30:00+02:00\n2,2024-10-27 02:15:00+01:00\n3,2024-07-01 14:00:00.25+02:00\n4,2024-07-01 14:00:00.5+02\n5,\n";
const EXPECTED: &str = "t:2024-10-27 00:30:00+00:00\nt:2024-10-27 01:15:00+00:00\nt:2024-07-01 12:00:00.25+00:00\nt:2024-07-01 12:00:00.5+00:00\nnull";

#[test]
fn a_timestamptz_is_in_utc_as_sqlite_reads_it() {
    let tables = ["", "create table t (id int, at timestamptz text)"];
    let ways: [&[&str]; 3] = [&[], &["--columns", "at:timestamptz"], &["--select", "id, at + interval '0 days' as at"]];
    for (schema, way) in tables.iter().flat_map(|schema| ways.map(|way| (schema, way))) {
        let folder = shop(INPUT, schema);
        load(&folder, &[way, &["--set", "run.timezone=Europe/Berlin"]].concat(), 0);
        assert_eq!(rows(&folder, "select at from t order by id"), EXPECTED, "{schema} {way:?}");
        let read = "select datetime(at), julianday(at) from t where id = 3";
        assert_eq!(rows(&folder, read), "t:2024-07-01 12:00:00 r:2460493.0000028936", "{schema} {way:?}");
        assert_eq!(rows(&folder, "select count(datetime(at)) from t"), "i:4");
        // Over the end of summer time.
        assert_eq!(rows(&folder, "select id from t where at is not null order by at"), "i:3\ni:4\ni:1\ni:2");
    }
}

#[test]
fn a_column_of_texts_gets_computed_times_in_utc_and_others_as_they_were_read() {
    for declared in ["text", "datetime", ""] {
        let folder = shop(INPUT, &format!("create table t (id int, at {declared})"));
        load(&folder, &["--columns", "at:timestamptz"], 0);
        assert_eq!(rows(&folder, "select at from t where id = 4"), "t:2024-07-01 14:00:00.5+02");
        load(&folder, &["--mode", "truncate", "--select", "id, at + interval '0 days' as at"], 0);
        assert_eq!(rows(&folder, "select at from t order by id"), EXPECTED, "{declared}");
    }
}

#[test]
fn years_that_sqlite_cannot_read_are_rejects() {
    let input = "id,at\n1,9999-12-31 23:30:00-01:00\n2,0001-01-01 00:00:00+00\n3,9999-12-31 23:59:59+00\n4,0001-01-01 00:30:00+01:00\n";
    let folder = Folder::with("in.csv", input);
    load(&folder, &["--columns", "at:timestamptz"], 3);
    assert_eq!(rows(&folder, "select at from t"), "t:0001-01-01 00:00:00+00:00\nt:9999-12-31 23:59:59+00:00");
    let rejects = records(folder.rejects().as_bytes());
    let shown: Vec<&str> = rejects[1..].iter().map(|reject| reject[7].split(" is outside ").next().unwrap()).collect();
    assert_eq!(shown, ["10000-01-01 00:30:00", "0001-12-31 23:30:00 BC"]);
    assert!(rejects[1][7].ends_with("declare column at as text, or cast it to text, to have it as a text of your own"));
}

#[test]
fn a_lookup_reads_the_same_instants() {
    let folder = shop(INPUT, "");
    load(&folder, &["--columns", "at:timestamptz"], 0);
    folder.write("again.csv", "at,n\n2024-10-27 00:30:00Z,7\n2024-07-01 08:00:00.5-04,8\n");
    let job = "[extract]\npath = \"again.csv\"\n[extract.columns]\nat = \"timestamptz\"\n[lookup.l]\npath = \"sqlite:t.db?table=t\"\n\
               [lookup.l.columns]\nat = \"timestamptz\"\n[transform]\nsql = \"select id, n from input join l on input.at = l.at\"\n\
               [[load]]\nto = \"-\"\n";
    folder.write("job.toml", job);
    let done = folder.mill(["run", "job.toml", "-q"]).exits(0);
    assert_eq!(String::from_utf8_lossy(&done.stdout), "id,n\n1,7\n4,8\n");
}
