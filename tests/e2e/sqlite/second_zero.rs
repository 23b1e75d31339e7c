//! What a database cannot take is told before the first row is read, in a dry run too.

use super::{load, rows, shop};

const INPUT: &str = "id,name\n1,a\n2,b\n";

/// Exit 78 with these words, and nothing has changed.
fn refused(schema: &str, mode: &str, words: &str) {
    let folder = shop(INPUT, schema);
    let before = rows(&folder, "select sql from sqlite_schema");
    for arguments in [&["--mode", mode, "--dry-run"][..], &["--mode", mode]] {
        let done = load(&folder, arguments, 78).says(words);
        assert!(!done.stderr.contains("gristmill_"), "{}", done.stderr);
        assert_eq!(rows(&folder, "select sql from sqlite_schema"), before);
        assert_eq!(folder.files(), ["in.csv", "t.db"]);
    }
}

#[test]
fn a_definition_that_names_its_own_table() {
    let words = "no such column: t.id; its definition names the table itself, so that no new one can be made like it; \
                 use mode truncate";
    refused("create table t (id int, name text, check (t.id > 0))", "replace", words);
    refused("create table t (id int, name text); create unique index i on t(id) where t.id > 0", "replace", words);
    let folder = shop(INPUT, "create table t (id int, name text, check (t.id > 0))");
    load(&folder, &["--mode", "truncate"], 0);
}

#[test]
fn a_table_that_others_hold_on_to() {
    let schema = "create table t (id integer primary key, name); insert into t values (9, 'old');
                  create table items (t_id references t)";
    let words = "table t cannot be emptied, for rows of table items refer to its rows; use mode replace";
    refused(&format!("{schema}; insert into items values (9)"), "truncate", words);
    let folder = shop(INPUT, schema);
    load(&folder, &["--mode", "truncate"], 0);
    let folder = shop(INPUT, &format!("{schema}; pragma foreign_keys = off; insert into items values (7)"));
    load(&folder, &["--mode", "truncate"], 0);
    let mismatch = "create table t (id, name); create table items (t_id references t)";
    refused(mismatch, "truncate", "foreign key mismatch");
    // Here the new rows may be what the references find.
    let deferred = schema.replace("references t)", "references t deferrable initially deferred)");
    let folder = shop(INPUT, &format!("{deferred}; insert into items values (9)"));
    folder.write("in.csv", "id,name\n9,new\n");
    load(&folder, &["--mode", "truncate"], 0);
}

#[test]
fn a_name_that_is_taken_by_an_index() {
    for mode in ["append", "truncate", "replace"] {
        refused("create table x (id); create index t on x(id)", mode, "name another table");
    }
}

#[test]
fn keys_and_triggers_that_lead_nowhere() {
    for mode in ["append", "truncate", "replace"] {
        refused("create table t (id references missing(k), name)", mode, "no such table: main.missing");
        let mismatch = "create table o (k); create table t (id references o(k), name)";
        refused(mismatch, mode, "foreign key mismatch - \"t\" referencing \"o\"; mend that in the database");
        let itself = "create table o (k); create table t (id references o(k), name, up references t(id))";
        refused(itself, mode, "foreign key mismatch");
    }
    let trigger =
        "create table t (id, name); create trigger r after insert on t begin insert into missing values (1); end";
    refused(trigger, "append", "no such table: main.missing");
    let referring = "create table o (k); create table t (id integer primary key, name);
                     create table c (t_id references t, k references o(k))";
    refused(referring, "replace", "foreign key mismatch - \"c\" referencing \"o\"");
}
