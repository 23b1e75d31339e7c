//! csv-spectrum: every cell of its twelve files, against its own JSON.

use serde_json::{Deserializer, Value};

use crate::support::Folder;

/// Its JSON has another phone number than its CSV, and is one object where the others are lists.
const ODD_ONE: &str = "location_coordinates";

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn csv_spectrum_reads_as_its_json_says() {
    let spectrum = super::folder().join("csv-spectrum");
    let mut names: Vec<String> = std::fs::read_dir(spectrum.join("csvs"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 12);
    for name in names {
        let input = std::fs::read(spectrum.join(format!("csvs/{name}.csv"))).unwrap();
        let done =
            Folder::new().mill_on(&input, ["run", "-", "-", "--to-format", "jsonl", "--all-text", "-q"]).exits(0);
        let found: Vec<Value> = Deserializer::from_slice(&done.stdout).into_iter().map(Result::unwrap).collect();
        let json = std::fs::read(spectrum.join(format!("json/{name}.json"))).unwrap();
        assert_eq!(found, expected(&name, &json), "{name}");
    }
}

fn expected(name: &str, json: &[u8]) -> Vec<Value> {
    match serde_json::from_slice(json).expect("JSON") {
        Value::Array(rows) => rows,
        mut row => {
            assert_eq!(name, ODD_ONE);
            row["Contact Phone Number"] = "2095257564".into();
            vec![row]
        }
    }
}
