//! What `replace` keeps, and what it leaves alone.

use super::*;

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
fn the_journal_mode_stays() {
    let shop = Shop::new(&format!("pragma journal_mode = wal; {OLD}"));
    finish(shop.open(Mode::Replace), &[(1, 3)]).unwrap();
    assert_eq!(shop.list("pragma journal_mode"), "wal");
}

#[test]
fn a_new_table_may_be_referred_to_already() {
    for key in ["references t(id)", "references t", "references t(id) on delete cascade"] {
        let shop = Shop::new(&format!(
            "create table c (t_id {key}); pragma foreign_keys = off; insert into c values (1), (7)"
        ));
        finish(shop.open(Mode::Replace), &[(1, 3)]).unwrap();
        assert_eq!((shop.ids(), shop.list("select t_id from c")), ("1 2".into(), "1 7".into()), "{key}");
        assert!(shop.list("select sql from sqlite_schema where name = 'c'").contains(key));
    }
}
