//! Rows that the table refuses.

use super::*;

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
        let two = "create table t (id, name, unique (id, name))";
        check_refuses(two, mode, &[(3, None, "UNIQUE constraint failed: t.id, t.name")], "1 2 3 4 5");
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

/// Of large parts only those with bad rows go row by row; either way each row is judged as if it came alone.
#[test]
fn bad_rows_among_many_are_found() {
    let names = "id between 1 and 5000 and name in ('n7', 'n99')";
    for mode in [Mode::Append, Mode::Replace] {
        let shop = Shop::new(&format!(
            "create table gristmill_batch (x); create table t (id integer primary key, name, check (not ({names})))"
        ));
        let mut sink = shop.open(mode);
        let parts = [rows(0..3000), rows(3000..6000), rows(6000..9000), rows(8999..9001)];
        let rejects = sink.write(&parts, None).unwrap();
        sink.prepare(&Account::default()).unwrap();
        sink.publish().unwrap();
        let found: Vec<i64> = rejects.iter().map(|reject| reject.origin.line as i64).collect();
        let expected = (1..5000).filter(|id| matches!(id % 100, 7 | 99)).chain([8999]);
        assert_eq!(found, expected.collect::<Vec<_>>());
        assert_eq!(shop.list(&format!("select count(*) from t where {names}")), "0");
        assert_eq!(shop.list("select count(*) from t"), (9001 - 100).to_string());
    }
}

#[test]
fn a_row_that_stands_before_the_one_it_refers_to_is_kept() {
    let table = "create table t (id integer primary key, name, up references t)";
    let shop = Shop::new(table);
    let columns = [column("id", Type::BigInt), column("name", Type::Text), column("up", Type::BigInt)];
    let mut sink = shop.open_with(Mode::Append, &columns, false, false).unwrap().sink;
    let mut part = rows(1..4);
    let encoded = Arc::get_mut(&mut part.encoded).unwrap();
    let Payload::Columns(arrays) = &mut encoded.payload else { unreachable!() };
    // Row 1 refers to row 2, which is not there yet.
    arrays.push(Arc::new(Int64Array::from(vec![Some(2), None, Some(2)])));
    let rejects = sink.write(&[part], None).unwrap();
    assert_eq!((rejects.len(), sink.kept()), (0, 1));
    assert_eq!((sink.settle().unwrap().is_none(), sink.kept()), (true, 0));
    sink.publish().unwrap();
    assert_eq!(shop.ids(), "1 2 3");
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
fn a_check_that_names_its_table_names_no_column() {
    let expected: Vec<_> = [1, 2, 3, 3, 4].map(|line| (line, None, "CHECK constraint failed: t.id > 4")).into();
    check_refuses("create table t (id int check (t.id > 4), name)", Mode::Append, &expected, "5");
    let trigger = "create table t (id, name);
        create trigger r before insert on t when new.id = 2 begin select raise(abort, 'no t.id of 2'); end";
    check_refuses(trigger, Mode::Append, &[(2, None, "no t.id of 2")], "1 3 3 4 5");
}
