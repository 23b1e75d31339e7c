//! The function table against PostgreSQL: `tests/cases/functions.tsv` holds expressions and PostgreSQL's answers as text.

use serde_json::{Map, Value};

use crate::support::{Folder, project};

/// The expressions with PostgreSQL's answers; `NULL` is NULL, and `error` an error of the row or of the query.
fn answers() -> Vec<(String, String)> {
    read("tests/cases/functions.tsv")
}

/// What PostgreSQL does not have, with the answers that we mean.
fn own_answers() -> Vec<(String, String)> {
    read("tests/cases/functions-beyond-postgresql.tsv")
}

/// The first two columns; a third has PostgreSQL's spelling, where that is another.
fn read(file: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(project().join(file)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let columns = |line: &str| {
        let mut columns = line.split('\t').map(str::to_owned);
        (columns.next().expect("an expression"), columns.next().expect("an answer"))
    };
    lines.map(columns).collect()
}

/// A job that writes `items` of one row as JSON, in the time zone that the answers are from.
fn folder(items: &str) -> Folder {
    let folder = Folder::with("in.csv", "id\n1\n");
    folder.write("query.sql", format!("select {items} from input"));
    let job = "[extract]\npath = 'in.csv'\n[transform]\nsql_file = 'query.sql'\n[[load]]\nto = 'out.jsonl'\n";
    folder.write("job.toml", format!("{job}[run]\ntimezone = 'Europe/Berlin'\n"));
    folder
}

#[test]
fn every_answer_is_postgresqls() {
    hold(answers());
}

#[test]
fn what_postgresql_has_not_gives_what_is_meant() {
    hold(own_answers());
}

fn hold(answers: Vec<(String, String)>) {
    let answers: Vec<_> = answers.into_iter().filter(|(_, answer)| answer != "error").collect();
    let items: Vec<_> = answers.iter().enumerate().map(|(n, (item, _))| format!("({item})::text as x{n}")).collect();
    let folder = folder(&items.join(",\n"));
    folder.mill(["run", "job.toml"]).exits(0);
    let row: Map<String, Value> = serde_json::from_slice(&folder.read("out.jsonl")).unwrap();
    for (n, (item, answer)) in answers.iter().enumerate() {
        let is = row[&format!("x{n}")].as_str().unwrap_or("NULL");
        assert_eq!(is, answer, "{item}");
    }
}

#[test]
fn every_error_is_one_of_the_query_or_of_the_row() {
    for (item, _) in answers().iter().filter(|(_, answer)| answer == "error") {
        let done = folder(&format!("({item})::text as x")).mill(["run", "job.toml"]);
        // The one row is rejected, so none is loaded.
        let of_the_row =
            done.code == Some(4) && done.stderr.contains("no row was loaded into out.jsonl and 1 was rejected");
        assert!(of_the_row || done.code == Some(78), "{item} ends with {:?}:\n{}", done.code, done.stderr);
    }
}

#[test]
fn the_reference_is_printed() {
    let reference = Folder::new().mill(["functions"]).exits(0);
    assert!(reference.stdout_text().starts_with("Operators\n  a = b, "), "{}", reference.stdout_text());
}
