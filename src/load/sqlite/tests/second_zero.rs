//! What is told before the first row comes.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use super::*;

#[test]
fn truncate_does_not_empty_other_tables() {
    let shop = Shop::new(&format!("{OLD}; create table items (t_id references t(id) on delete cascade)"));
    let (code, message) = shop.refused(Mode::Truncate, &columns());
    assert_eq!(code, ExitCode::Config);
    assert!(message.contains("truncate would change table items too"), "{message}");
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
fn truncate_looks_at_each_key_by_itself() {
    let schema = |first: &str, second: &str| {
        format!(
            "{OLD}; create table p (k primary key);
             create table c (x references t(id) {first}, y references p {second}); insert into c values (9, null)"
        )
    };
    let deferred = "deferrable initially deferred";
    let (code, message) = Shop::new(&schema("", deferred)).refused(Mode::Truncate, &columns());
    assert_eq!(code, ExitCode::Config);
    assert!(message.contains("table t cannot be emptied"), "{message}");
    assert!(Shop::new(&schema(deferred, "")).open_with(Mode::Truncate, &columns(), false, false).is_ok());
}

#[test]
fn names_of_our_own_tables_are_refused() {
    for (table, schema) in
        [("gristmill_staging_q", ""), ("Gristmill_Trial_q", "create table gristmill_trial_q (id, name)")]
    {
        let shop = Shop::new(schema);
        let error = shop.open_table(table, Mode::Append, &columns(), false, false).err().unwrap();
        assert_eq!(ExitCode::of(&error), ExitCode::Config, "{error}");
        assert!(error.to_string().contains("name another table"), "{error}");
        assert_eq!(shop.names().is_empty(), schema.is_empty());
    }
}

#[test]
fn a_path_may_be_no_text_and_a_table_may_have_a_long_name() {
    let shop = Shop::new("");
    let path = shop.0.path().join(OsStr::from_bytes(b"shop\xff.db"));
    let setting = Setting {
        session: Session { zone: chrono_tz::Tz::UTC, now: 0 },
        dry_run: false,
        threads: std::num::NonZeroUsize::MIN,
        memory_limit: usize::MAX,
        stop: Default::default(),
    };
    let order = Order { path: &path, table: &"a.".repeat(60), mode: Mode::Append, key: &[] };
    finish(open(order, &columns(), &setting).unwrap().sink, &[(1, 3)]).unwrap();
    assert!(path.exists() && fs::read_dir(shop.0.path()).unwrap().count() == 1);
}
