mod neighbours;
mod refusals;
mod replacing;
mod second_zero;
mod upserting;

use std::fs;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::arrow::array::{ArrayRef, Int64Array, StringArray};
use rusqlite::Connection;

use super::*;
use crate::batch::{Encoded, ErrorType, InputFile, Payload, Reject, RowOrigin};
use crate::exit::ExitCode;
use crate::load::{Account, Part};
use crate::stop::Stopped;
use crate::types::{Known, Session, Type};

/// A folder with `shop.db`, into whose table `t` columns `id` (bigint) and `name` (text) are loaded.
struct Shop(tempfile::TempDir);

impl Shop {
    fn new(schema: &str) -> Shop {
        let shop = Shop(tempfile::tempdir().unwrap());
        if !schema.is_empty() {
            shop.connect().execute_batch(schema).unwrap();
        }
        shop
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("shop.db")
    }

    fn connect(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    fn open_with(&self, mode: Mode, columns: &[OutputColumn], dry_run: bool, stopped: bool) -> Result<Opened> {
        self.open_table("t", mode, columns, dry_run, stopped)
    }

    fn open_table(
        &self,
        table: &str,
        mode: Mode,
        columns: &[OutputColumn],
        dry_run: bool,
        stopped: bool,
    ) -> Result<Opened> {
        let session = Session { zone: chrono_tz::Tz::UTC, now: 0 };
        let setting = Setting {
            session,
            dry_run,
            threads: NonZeroUsize::MIN,
            memory_limit: usize::MAX,
            stop: Arc::new(AtomicBool::new(stopped)),
        };
        let key = if mode == Mode::Upsert { vec!["ID".to_owned()] } else { Vec::new() };
        open(Order { path: &self.path(), table, mode, key: &key }, columns, &setting)
    }

    fn open(&self, mode: Mode) -> Box<dyn Sink> {
        self.open_with(mode, &columns(), false, false).unwrap().sink
    }

    fn refused(&self, mode: Mode, columns: &[OutputColumn]) -> (ExitCode, String) {
        let error = self.open_with(mode, columns, false, false).err().unwrap();
        (ExitCode::of(&error), error.to_string())
    }

    /// The first column of every row, as one line.
    fn list(&self, sql: &str) -> String {
        let connection = self.connect();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
        let shown = rows.map(|value| match value.unwrap() {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    fn ids(&self) -> String {
        self.list("select id from t order by rowid")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn column(name: &str, ty: Type) -> OutputColumn {
    OutputColumn { name: name.into(), typing: ty.into(), field: None, known: Known::Declared }
}

fn columns() -> Vec<OutputColumn> {
    vec![column("id", Type::BigInt), column("name", Type::Text)]
}

fn rows(ids: Range<i64>) -> Part {
    let file = Arc::new(InputFile::new(0, "in.csv"));
    let origin = |id: i64| RowOrigin { file: file.clone(), line: id as u64, offset: 0, record: 0, raw: Vec::new() };
    let id: ArrayRef = Arc::new(Int64Array::from_iter_values(ids.clone()));
    let name: ArrayRef = Arc::new(StringArray::from_iter_values(ids.clone().map(|id| format!("n{}", id % 100))));
    let ends = (1..=ids.clone().count()).collect();
    let encoded = Encoded { payload: Payload::Columns(vec![id, name]), ends, origins: ids.map(origin).collect() };
    Part { rows: 0..encoded.rows(), encoded: Arc::new(encoded) }
}

fn finish(mut sink: Box<dyn Sink>, flushes: &[(i64, i64)]) -> Result<Vec<Reject>> {
    let mut rejects = Vec::new();
    for (first, end) in flushes {
        rejects.extend(sink.write(&[rows(*first..*end)], None)?);
    }
    while let Some(settled) = sink.settle()? {
        rejects.extend(settled);
    }
    sink.prepare(&Account::default())?;
    sink.publish()?;
    Ok(rejects)
}

fn check(schema: &str, mode: Mode, expected: &str) {
    let shop = Shop::new(schema);
    let rejects = finish(shop.open(mode), &[(1, 3), (3, 5)]).unwrap();
    assert!(rejects.is_empty());
    assert_eq!(shop.ids(), expected, "{mode:?} over {schema:?}");
    assert_eq!(shop.list("pragma integrity_check"), "ok");
    assert_eq!(
        (shop.names(), shop.list("select name from sqlite_schema where name like 'gristmill%'")),
        (vec!["shop.db".to_owned()], String::new())
    );
}

const OLD: &str = "create table t (id integer primary key, name text); insert into t values (9, 'old')";

#[test]
fn modes() {
    for mode in [Mode::Append, Mode::Truncate, Mode::Replace] {
        check("", mode, "1 2 3 4");
        check("create table other (x)", mode, "1 2 3 4");
    }
    // Rows come back in the order of their key.
    check(OLD, Mode::Append, "1 2 3 4 9");
    check(OLD, Mode::Truncate, "1 2 3 4");
    check(OLD, Mode::Replace, "1 2 3 4");
}

#[test]
fn a_new_table_says_what_its_columns_are() {
    let shop = Shop::new("");
    let types = [Type::Boolean, Type::Decimal { precision: 20, scale: 2 }, Type::Date];
    let columns: Vec<_> = ["a", "A", "b \"c\""].iter().zip(types).map(|(name, ty)| column(name, ty)).collect();
    let mut opened = shop.open_with(Mode::Append, &columns, false, false).unwrap();
    // The decimal is wider than a double, and A is a to SQLite.
    assert_eq!(opened.warnings.len(), 2, "{:?}", opened.warnings);
    opened.sink.prepare(&Account::default()).unwrap();
    opened.sink.publish().unwrap();
    let expected =
        "CREATE TABLE \"t\" (\n  \"a\" BOOLEAN INTEGER,\n  \"A_2\" NUMERIC(20,2),\n  \"b \"\"c\"\"\" DATE TEXT\n)";
    assert_eq!(shop.list("select sql from sqlite_schema"), expected);
}

/// Over each start of a load that is then dropped: the database is as it was.
fn check_dropped(schema: &str, mode: Mode, journal: &str) {
    let shop = Shop::new(schema);
    if !schema.is_empty() {
        shop.connect().execute_batch(journal).unwrap();
    }
    let before = (!schema.is_empty()).then(|| shop.list("select sql from sqlite_schema"));
    let mut sink = shop.open(mode);
    sink.write(&[rows(1..3)], None).unwrap();
    sink.prepare(&Account::default()).unwrap();
    drop(sink);
    match before {
        None => assert!(shop.names().is_empty(), "{mode:?}: {:?}", shop.names()),
        Some(before) => {
            assert_eq!((shop.list("select sql from sqlite_schema"), shop.ids()), (before, "9".into()));
            assert_eq!(shop.list("pragma integrity_check"), "ok");
        }
    }
}

#[test]
fn a_failed_load_changes_nothing() {
    for mode in [Mode::Append, Mode::Truncate, Mode::Replace] {
        check_dropped("", mode, "");
        check_dropped(OLD, mode, "");
        check_dropped(OLD, mode, "pragma journal_mode = wal");
    }
}
