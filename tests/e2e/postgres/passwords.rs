//! Passwords: wherever one comes from, right or wrong, it shows up nowhere.

use std::os::unix::fs::PermissionsExt;

use super::server::Schema;
use crate::support::{Done, Folder};

/// With signs that must be encoded in a URL.
const RIGHT: (&str, &str) = ("r1ght/p@ss:w%rd", "r1ght%2Fp%40ss%3Aw%25rd");
const WRONG: (&str, &str) = ("wr0ng/p@ss:w%rd", "wr0ng%2Fp%40ss%3Aw%25rd");

/// Neither what a run has said nor a file that it has left shows a password, or a piece of one. `own`: files of the test's.
#[track_caller]
fn nothing_shows(folder: &Folder, done: &Done, own: &[&str]) {
    let mut texts =
        vec![("standard error".to_owned(), done.stderr.clone().into_bytes()), ("-".to_owned(), done.stdout.clone())];
    let others = folder.files().into_iter().filter(|name| !own.contains(&name.as_str()));
    texts.extend(others.map(|name| (name.clone(), folder.read(&name))));
    for (name, text) in texts {
        let text = String::from_utf8_lossy(&text);
        let shown = ["r1ght", "wr0ng", "p@ss", "p%40ss", "w%rd", "w%25rd"].iter().find(|piece| text.contains(*piece));
        assert_eq!(shown, None, "in {name}: {text}");
    }
}

/// A user who is asked for a password, and may use the schema.
fn schema_of_user() -> Schema {
    let schema = Schema::new();
    let (name, user) = (&schema.name, "asked");
    let create = format!("create role {user} login password '{}'", RIGHT.0);
    schema.sql(&format!(
        "do $$ begin {create}; exception when duplicate_object or unique_violation then null; end $$;
         create table t (id integer check (id > 0)); grant all on schema {name} to {user}; grant all on t to {user}"
    ));
    schema.folder.write("in.csv", "id\n1\n0\n2\n");
    schema
}

/// The target as `user`, which may be followed by a password.
fn target(schema: &Schema, user: &str) -> String {
    schema.table("t").replacen("postgres@", &format!("{user}@"), 1)
}

/// The ways a password comes: target, variables.
fn ways(schema: &Schema, (plain, coded): (&'static str, &'static str)) -> Vec<(String, Vec<(&'static str, String)>)> {
    let passfile = schema.folder.path().join("passes");
    schema.folder.write("passes", format!("*:*:*:asked:{}\n", plain.replace(':', "\\:")));
    std::fs::set_permissions(&passfile, std::fs::Permissions::from_mode(0o600)).unwrap();
    let asked = target(schema, "asked");
    vec![
        (target(schema, &format!("asked:{coded}")), vec![]),
        (format!("{asked}&password={coded}"), vec![]),
        (asked.clone(), vec![("PGPASSWORD", plain.to_owned())]),
        (asked, vec![("PGPASSFILE", passfile.display().to_string())]),
        (target(schema, "asked:${WORD}"), vec![("WORD", coded.to_owned())]),
    ]
}

#[test]
#[ignore = "needs a PostgreSQL server that asks for passwords; scripts/test.sh starts one"]
fn no_password_shows_up_wherever_it_comes_from() {
    let schema = schema_of_user();
    let own = ["job.toml", "passes", "in.csv"];
    for (password, loaded) in [(RIGHT, 3), (WRONG, 78)] {
        for (target, variables) in ways(&schema, password) {
            schema.sql("truncate t");
            let batches = "[[load]]\nrequired = true\nbatch.count = 1";
            schema.folder.write(
                "job.toml",
                format!("extract.path='in.csv'\nerrors.max_error_ratio=1\n{batches}\nto='{target}'\n"),
            );
            let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let variables = [&variables[..], &[("RUST_BACKTRACE", "1"), ("RUST_LOG", "trace")]].concat();
            let mill = |arguments: &[&str]| Done::wait(schema.folder.start_with(&variables, arguments));
            for (arguments, code) in [
                (&["run", "job.toml", "-v", "--summary", "s.json", "--progress", "always"][..], loaded),
                (&["run", "job.toml", "--dry-run"], loaded % 75 % 3),
                (&["validate", "job.toml"], loaded % 75 % 3),
            ] {
                let done = mill(arguments);
                nothing_shows(&schema.folder, &done, &own);
                if code == 78 || loaded == 78 {
                    done.exits(78).says("password authentication failed");
                } else {
                    done.exits(code);
                }
            }
            let rows = if loaded == 3 { "2" } else { "0" };
            assert_eq!(schema.sql("select count(*) from t"), rows);
            let state = schema.sql("select coalesce(string_agg(s::text, ' '), '') from gristmill_state s");
            assert!(!state.contains("p@ss"), "{state}");
        }
    }
}

/// A target or a job that cannot be read; no server is needed to say so.
#[test]
fn no_password_shows_up_in_what_is_said_of_a_wrong_job() {
    let folder = Folder::with("in.csv", "id\n1\n");
    let url = format!("postgresql://me:{}@localhost:1/d", WRONG.1);
    let own = ["job.toml", "in.csv"];
    let targets = [
        url.clone(),
        format!("{url}?table="),
        format!("{url}?table=t&nonsense=1"),
        format!("{url}:x?table=t"),
        format!("{url}?table=t&table=u"),
        url.replace("postgresql", "mysql"),
        format!("postgresql://me:{}@localhost:1/d?table=t", WRONG.0),
        format!("postgresql://me:{}@localhost:1/d?table=t", "wr0ng%zz"),
        format!("postgresql://localhost:1/d?password={}&table=t", WRONG.0),
        format!("sqlite:{url}?table=t"),
    ];
    let soon = "load.retry.max_elapsed_time=0s";
    for target in &targets {
        let done = folder.mill(["run", "in.csv", target, "--set", soon]);
        nothing_shows(&folder, &done, &own);
        assert_ne!(done.code, Some(0), "{target}");
        for broken in ["", "too = 1", "mode = nonsense", "mode = 'nonsense'", "'"] {
            folder.write(
                "job.toml",
                format!(
                    "extract.path='in.csv'\n[[load]]\nretry.max_elapsed_time='0s'\nto='{target}' {broken}\n{broken}\n"
                ),
            );
            for command in ["run", "validate"] {
                let done = folder.mill([command, "job.toml"]);
                nothing_shows(&folder, &done, &own);
            }
        }
    }
    for source in [&url, &format!("{url}?table=t")] {
        let done = folder.mill(["run", source, "out.csv"]).exits(78);
        nothing_shows(&folder, &done, &own);
        let lookup = format!("lookup.l.path={source}");
        let done = folder.mill(["run", "in.csv", "out.csv", "--set", &lookup]).exits(78);
        nothing_shows(&folder, &done, &own);
    }
}
