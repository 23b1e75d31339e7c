//! `upsert`, by column `id`.

use super::*;

/// Two flushes that have row 3 in common, whose name is another in the second; the table afterwards and the rows refused.
fn check(schema: &str, expected: &str, refused: &[(u64, &str)]) {
    let shop = Shop::new(schema);
    let mut sink = shop.open(Mode::Upsert);
    let mut rejects = sink.write(&[rows(1..4)], None).unwrap();
    rejects.extend(
        sink.write(&[named(&[(Some(3), "x"), (Some(4), "y"), (Some(3), "z"), (None, "nobody")])], None).unwrap(),
    );
    sink.prepare(&Account::default()).unwrap();
    sink.publish().unwrap();
    assert_eq!(shop.list("select coalesce(id, '-') || name from t order by id"), expected, "{schema}");
    let found: Vec<_> = rejects.iter().map(|reject| (reject.origin.line, reject.message.as_str())).collect();
    assert_eq!(found, refused, "{schema}");
    assert_eq!(shop.list("pragma integrity_check"), "ok");
}

/// Rows of these values; their lines are 0, 1 and so on.
fn named(values: &[(Option<i64>, &str)]) -> Part {
    let mut part = rows(0..values.len() as i64);
    let id: ArrayRef = Arc::new(values.iter().map(|(id, _)| *id).collect::<Int64Array>());
    let name: ArrayRef = Arc::new(StringArray::from_iter_values(values.iter().map(|(_, name)| name)));
    Arc::get_mut(&mut part.encoded).unwrap().payload = Payload::Columns(vec![id, name]);
    part
}

const NULL: (u64, &str) = (3, "NOT NULL constraint failed: t.id");

#[test]
fn the_last_row_of_a_key_wins() {
    check("", "1n1 2n2 3z 4y", &[NULL]);
    check(OLD, "1n1 2n2 3z 4y 9old", &[NULL]);
    check("create table t (id primary key, name); insert into t values (3, 'old')", "1n1 2n2 3z 4y", &[NULL]);
    check("create table t (id primary key, name) without rowid", "1n1 2n2 3z 4y", &[NULL]);
    // To a unique index a NULL is like no other value.
    let index = "create table t (id, name); create unique index i on t(id); insert into t values (null, 'old')";
    check(index, "-old -nobody 1n1 2n2 3z 4y", &[]);
}

#[test]
fn rows_are_refused_as_by_append() {
    let table = "id integer primary key, name";
    let unique = (1, "UNIQUE constraint failed: t.name");
    let schema = format!("create table t ({table} unique); insert into t values (8, 'y')");
    check(&schema, "1n1 2n2 3z 8y", &[unique, NULL]);
    let words = "CHECK constraint failed: name <> 'x'";
    check(&format!("create table t ({table} check (name <> 'x'))"), "1n1 2n2 3z 4y", &[(0, words), NULL]);
    let deferred = "deferrable initially deferred";
    let names = "create table o (k primary key); insert into o values ('n1'), ('n2'), ('n3'), ('x'), ('y'), ('old')";
    let key = "FOREIGN KEY constraint failed";
    let watched = format!("{names}; create table t ({table} references o {deferred})");
    check(&watched, "1n1 2n2 3x 4y", &[(2, key), NULL]);
    let trigger = "create trigger r before update on t when new.name = 'z' begin select raise(ignore); end";
    let ignored = (2, "table t ignored the row (on conflict ignore, or a trigger)");
    check(&format!("create table t ({table}); {trigger}"), "1n1 2n2 3x 4y", &[ignored, NULL]);
}

#[test]
fn other_columns_stay() {
    let shop =
        Shop::new("create table t (id integer primary key, name, n default 7); insert into t values (1, 'old', 1)");
    finish(shop.open(Mode::Upsert), &[(1, 3)]).unwrap();
    assert_eq!(shop.list("select id || name || n from t"), "1n11 2n27");
    let shop = Shop::new("create table t (id integer primary key, n default 7); insert into t values (1, 1)");
    let sink = shop.open_with(Mode::Upsert, &[column("id", Type::BigInt)], false, false).unwrap().sink;
    let mut sink = sink;
    let mut part = rows(1..3);
    let Payload::Columns(arrays) = &mut Arc::get_mut(&mut part.encoded).unwrap().payload else { unreachable!() };
    arrays.pop();
    assert!(sink.write(&[part], None).unwrap().is_empty());
    sink.publish().unwrap();
    assert_eq!(shop.list("select id || n from t"), "11 27");
}

#[test]
fn the_key_must_be_unique() {
    for schema in [
        "create table t (id, name)",
        "create table t (id, name, primary key (id, name))",
        "create table t (id, name); create unique index i on t(id) where id > 5",
    ] {
        let (code, message) = Shop::new(schema).refused(Mode::Upsert, &columns());
        assert_eq!(code, ExitCode::Config, "{message}");
        assert!(message.contains("a unique index; create one over them"), "{message}");
    }
    let (code, message) = Shop::new("").refused(Mode::Upsert, &[column("name", Type::Text)]);
    assert_eq!(
        (code, message.as_str()),
        (ExitCode::Config, "load.key names column ID, which the query does not select")
    );
}

#[test]
fn a_new_table_has_the_key() {
    let shop = Shop::new("");
    finish(shop.open(Mode::Upsert), &[(1, 3)]).unwrap();
    let expected = "CREATE TABLE \"t\" (\n  \"id\" INTEGER NOT NULL,\n  \"name\" TEXT,\n  PRIMARY KEY (\"id\")\n)";
    assert_eq!(shop.list("select sql from sqlite_schema where name = 't'"), expected);
    finish(shop.open(Mode::Upsert), &[(2, 4)]).unwrap();
    assert_eq!(shop.ids(), "1 2 3");
}
