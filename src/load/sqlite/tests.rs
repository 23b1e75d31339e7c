mod neighbours;

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::arrow::array::{ArrayRef, Int64Array, StringArray};
use rusqlite::Connection;

use super::*;
use crate::batch::{Encoded, ErrorType, InputFile, Origin, Payload, Reject};
use crate::exit::ExitCode;
use crate::load::{Part, Stopped};
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
        let setting = Setting { session, dry_run, stop: Arc::new(AtomicBool::new(stopped)) };
        open(Order { path: &self.path(), table, mode }, columns, &setting)
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
    let file = Arc::new(InputFile { index: 0, path: "in.csv".into() });
    let origin = |id: i64| Origin { file: file.clone(), line: id as u64, offset: 0, record: 0, raw: Vec::new() };
    let id: ArrayRef = Arc::new(Int64Array::from_iter_values(ids.clone()));
    let name: ArrayRef = Arc::new(StringArray::from_iter_values(ids.clone().map(|id| format!("n{}", id % 100))));
    let ends = (1..=ids.clone().count()).collect();
    let encoded = Encoded { payload: Payload::Columns(vec![id, name]), ends, origins: ids.map(origin).collect() };
    Part { rows: 0..encoded.rows(), encoded: Arc::new(encoded) }
}

fn finish(mut sink: Box<dyn Sink>, flushes: &[(i64, i64)]) -> Result<Vec<Reject>> {
    let mut rejects = Vec::new();
    for (first, end) in flushes {
        rejects.extend(sink.write(&[rows(*first..*end)])?);
    }
    sink.prepare()?;
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
    opened.sink.prepare().unwrap();
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
    sink.write(&[rows(1..3)]).unwrap();
    sink.prepare().unwrap();
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

#[test]
fn a_file_that_somebody_else_has_used_meanwhile_stays() {
    let shop = Shop::new("");
    let sink = shop.open(Mode::Append);
    shop.connect().execute_batch("create table theirs (x)").unwrap();
    drop(sink);
    assert_eq!(shop.list("select name from sqlite_schema"), "theirs");
}

#[test]
fn the_journal_mode_stays() {
    let shop = Shop::new(&format!("pragma journal_mode = wal; {OLD}"));
    finish(shop.open(Mode::Replace), &[(1, 3)]).unwrap();
    assert_eq!(shop.list("pragma journal_mode"), "wal");
}

/// The lines of the refused rows, each with its column and SQLite's words.
fn check_refuses(schema: &str, mode: Mode, expected: &[(u64, Option<&str>, &str)], loaded: &str) {
    let shop = Shop::new(schema);
    let rejects = finish(shop.open(mode), &[(1, 4), (3, 6)]).unwrap();
    let found: Vec<_> = rejects.iter().map(|r| (r.origin.line, r.column.as_deref(), r.message.as_str())).collect();
    assert_eq!(found, expected, "{schema}");
    assert!(rejects.iter().all(|r| r.error_type == ErrorType::Constraint && r.sink.as_deref() == Some("shop.db")));
    assert_eq!(shop.ids(), loaded, "{schema}");
}

#[test]
fn refused_rows_cost_nobody_else() {
    let unique = "UNIQUE constraint failed: t.id";
    for mode in [Mode::Append, Mode::Replace] {
        check_refuses("create table t (id integer primary key, name)", mode, &[(3, Some("id"), unique)], "1 2 3 4 5");
        check_refuses(
            "create table t (id, name); create unique index i on t(id)",
            mode,
            &[(3, Some("id"), unique)],
            "1 2 3 4 5",
        );
        check_refuses(
            "create table t (id, name check (name <> 'n2'))",
            mode,
            &[(2, None, "CHECK constraint failed: name <> 'n2'")],
            "1 3 3 4 5",
        );
        check_refuses(
            "create table t (id integer primary key on conflict ignore, name)",
            mode,
            &[(3, None, "table t ignored the row (on conflict ignore, or a trigger)")],
            "1 2 3 4 5",
        );
        check_refuses("create table t (id integer primary key on conflict replace, name)", mode, &[], "1 2 3 4 5");
        check_refuses(
            "create table p (id integer primary key); insert into p values (1), (4), (5);
             create table t (id references p, name)",
            mode,
            &[
                (2, None, "FOREIGN KEY constraint failed"),
                (3, None, "FOREIGN KEY constraint failed"),
                (3, None, "FOREIGN KEY constraint failed"),
            ],
            "1 4 5",
        );
        check_refuses(
            "create table t (id integer, name text, check (id > 4 or typeof(name) = 'blob')) strict",
            mode,
            &[1, 2, 3, 3, 4].map(|line| (line, None, "CHECK constraint failed: id > 4 or typeof(name) = 'blob'")),
            "5",
        );
        let words = "cannot store TEXT value in BLOB column t.name";
        let all = [1, 2, 3, 3, 4, 5].map(|line| (line, Some("name"), words));
        check_refuses("create table t (id integer, name blob) strict", mode, &all, "");
    }
}

#[test]
fn a_table_that_rolls_back_ends_the_run() {
    let shop = Shop::new(
        "create table t (id integer primary key on conflict rollback, name); insert into t values (4, 'old')",
    );
    let error = finish(shop.open(Mode::Append), &[(1, 5)]).unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::Data, "{error}");
    assert_eq!(shop.ids(), "4");
}

#[test]
fn replace_keeps_definition_indexes_triggers_and_references() {
    let schema = "
        create table log (what);
        create table t (id integer primary key autoincrement, name text not null collate nocase default 'x', up as (upper(name)));
        create index by_name on t(name) where id > 1;
        create unique index by_both on t(id, name);
        create trigger noted after delete on t begin insert into log values (old.id); end;
        create view v as select count(*) as n from t;
        create table items (t_id references t(id) on delete cascade);
        insert into t (id, name) values (2, 'old'); insert into items values (2)";
    let shop = Shop::new(schema);
    let definitions = "select sql from sqlite_schema where name not like 'sqlite_%' order by name";
    let before = shop.list(definitions);
    finish(shop.open(Mode::Replace), &[(1, 4)]).unwrap();
    assert_eq!(shop.list(definitions).replace("\"t\"", "t"), before.replace("\"t\"", "t"));
    assert_eq!(
        (shop.ids(), shop.list("select n from v"), shop.list("select t_id from items")),
        ("1 2 3".into(), "3".into(), "2".into())
    );
    assert_eq!(shop.list("select what from log"), "");
    assert_eq!(shop.list("pragma integrity_check"), "ok");
    shop.connect().execute_batch("delete from t where id = 2").unwrap();
    assert_eq!((shop.list("select what from log"), shop.list("select count(*) from items")), ("2".into(), "0".into()));
}

#[test]
fn replace_does_not_orphan_rows_of_other_tables() {
    let shop = Shop::new(&format!("{OLD}; create table items (t_id references t(id)); insert into items values (9)"));
    let error = finish(shop.open(Mode::Replace), &[(1, 4)]).unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::Data, "{error}");
    assert_eq!((shop.ids(), shop.list("select name from sqlite_schema")), ("9".into(), "t items".into()));
}

#[test]
fn truncate_does_not_empty_other_tables() {
    let shop = Shop::new(&format!("{OLD}; create table items (t_id references t(id) on delete cascade)"));
    let (code, message) = shop.refused(Mode::Truncate, &columns());
    assert_eq!(code, ExitCode::Config);
    assert!(message.contains("truncate would change table items too"), "{message}");
}

#[test]
fn a_left_over_staging_table_is_dropped() {
    let shop = Shop::new(&format!("{OLD}; create table gristmill_staging_t (other)"));
    finish(shop.open(Mode::Replace), &[(1, 3)]).unwrap();
    assert_eq!((shop.ids(), shop.list("select name from sqlite_schema")), ("1 2".into(), "t".into()));
}

#[test]
fn two_runs_do_not_replace_one_table() {
    let shop = Shop::new(OLD);
    let first = shop.open(Mode::Replace);
    assert_eq!(shop.refused(Mode::Replace, &columns()).0, ExitCode::TryAgain);
    finish(first, &[(1, 3)]).unwrap();
    assert_eq!((shop.ids(), shop.names()), ("1 2".into(), vec!["shop.db".to_owned()]));
}

#[test]
fn columns_are_matched_by_name() {
    let check = |schema: &str, columns: &[OutputColumn], words: &str| {
        let (code, message) = Shop::new(schema).refused(Mode::Append, columns);
        assert_eq!(code, ExitCode::Config, "{message}");
        assert!(message.contains(words), "{message}");
    };
    let two = "create table t (ID integer, nam text)";
    check(two, &columns(), "table t has no column name; the nearest is nam");
    check("create table t (id, name, x not null)", &columns(), "column x of table t is not null and has no default");
    check("create table t (id, name as (id))", &columns(), "column name of table t is generated");
    check(two, &[column("id", Type::BigInt), column("Id", Type::BigInt)], "two columns of the query go to column ID");
    check(
        two,
        &[column("id", Type::Text)],
        "column id is text, but column id of table t is bigint; write cast(id as bigint)",
    );
    check("create view t as select 1 as id", &columns(), "t is a view, which cannot be loaded");
    check("create virtual table t using fts5(name)", &columns(), "t is a virtual table");
    let fine = "create table t (NAME, x not null default 1, k integer primary key not null, ID)";
    assert!(Shop::new(fine).open_with(Mode::Append, &columns(), false, false).is_ok());
}

#[test]
fn what_is_no_database_is_refused() {
    let shop = Shop::new("");
    fs::write(shop.path(), "id,name\n".repeat(200)).unwrap();
    let (code, message) = shop.refused(Mode::Append, &columns());
    assert_eq!(code, ExitCode::CannotCreate);
    assert!(message.contains("shop.db: file is not a database"), "{message}");
    fs::remove_file(shop.path()).unwrap();
    fs::create_dir(shop.path()).unwrap();
    assert_eq!(shop.refused(Mode::Append, &columns()).0, ExitCode::CannotCreate);
}

#[test]
fn too_many_columns_are_told_at_once() {
    let shop = Shop::new("");
    let many: Vec<_> = (0..2001).map(|number| column(&format!("c{number}"), Type::Text)).collect();
    let (code, message) = shop.refused(Mode::Append, &many);
    assert_eq!(code, ExitCode::Config);
    assert!(message.contains("too many columns"), "{message}");
    assert!(shop.names().is_empty());
}

#[test]
fn a_dry_run_checks_and_writes_nothing() {
    let shop = Shop::new("");
    finish(shop.open_with(Mode::Append, &columns(), true, false).unwrap().sink, &[(1, 3)]).unwrap();
    assert!(shop.names().is_empty());
    let shop = Shop::new(OLD);
    finish(shop.open_with(Mode::Replace, &columns(), true, false).unwrap().sink, &[(1, 3)]).unwrap();
    assert_eq!((shop.ids(), shop.names()), ("9".into(), vec!["shop.db".to_owned()]));
    assert!(shop.open_with(Mode::Append, &[column("x", Type::Text)], true, false).is_err());
}

#[test]
fn a_lock_is_waited_for() {
    let shop = Shop::new(OLD);
    let mut sink = shop.open(Mode::Append);
    let holder = shop.connect();
    holder.execute_batch("begin immediate").unwrap();
    let loader = std::thread::spawn(move || {
        sink.write(&[rows(1..3)]).unwrap();
        sink.publish().unwrap();
    });
    std::thread::sleep(std::time::Duration::from_millis(100));
    holder.execute_batch("commit").unwrap();
    loader.join().unwrap();
    assert_eq!(shop.ids(), "1 2 9");
}

#[test]
fn waiting_for_a_lock_ends_with_the_run() {
    let shop = Shop::new(OLD);
    let holder = shop.connect();
    holder.execute_batch("begin immediate").unwrap();
    for mode in [Mode::Append, Mode::Replace] {
        let mut sink = shop.open_with(mode, &columns(), false, true).unwrap().sink;
        assert!(sink.write(&[rows(1..3)]).unwrap_err().is::<Stopped>());
    }
}
