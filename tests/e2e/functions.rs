//! The function table against PostgreSQL: `tests/cases/functions.tsv` holds expressions and PostgreSQL's answers as text.

use serde_json::{Map, Value};

use crate::support::{Folder, project};

/// The expressions with their answers; `NULL` is NULL, and `error` an error of the row or of the query.
fn answers() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(project().join("tests/cases/functions.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_once('\t').expect("a tab")).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
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
    let answers: Vec<_> = answers().into_iter().filter(|(_, answer)| answer != "error").collect();
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
        assert!(matches!(done.code, Some(3 | 78)), "{item} ends with {:?}:\n{}", done.code, done.stderr);
    }
}

/// What PostgreSQL does not have, or answers in another way by design, is not in the file; nor is what has no answer to hold.
#[test]
fn every_function_is_held_against_postgresql_or_says_how_it_differs() {
    let answers = answers();
    let functions = gristmill::transform::functions::all();
    for (function, name) in functions.flat_map(|function| function.names().map(move |name| (function, name))) {
        let word = name.starts_with(char::is_alphabetic);
        let call = if word { format!("{name}(") } else { format!("{name} ") };
        let found = answers.iter().any(|(item, _)| item.contains(&call) || item.contains(&format!(" {name} ")));
        assert!(
            found || function.differs.is_some() || item_of_its_own(&answers, name),
            "{name} is not in functions.tsv"
        );
    }
}

/// Such as `current_date`, written without parentheses.
fn item_of_its_own(answers: &[(String, String)], name: &str) -> bool {
    answers.iter().any(|(item, _)| item.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name))
}

#[test]
fn the_reference_lists_every_function() {
    let reference = Folder::new().mill(["functions"]).exits(0);
    let text = reference.stdout_text().split_whitespace().collect::<Vec<_>>().join(" ");
    for function in gristmill::transform::functions::all() {
        let listed = text.contains(function.name) && text.contains(function.doc);
        assert!(listed, "{} is not in the reference", function.name);
    }
}
