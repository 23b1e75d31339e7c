//! The jobs and the data that come with the project, run from its root as the README says.

use std::process::Command;

use crate::support::{Folder, GRISTMILL, project, records};

#[test]
fn the_shipped_job_loads_its_data_and_keeps_its_rejects() {
    std::fs::create_dir_all(project().join("target")).unwrap();
    let output =
        Command::new(GRISTMILL).args(["run", "data/jobs/paid-orders.toml"]).current_dir(project()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("balance ok"), "{stderr}");

    let db = rusqlite::Connection::open(project().join("target/shop.db")).unwrap();
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert!(count("select count(*) from paid_orders") > 3000);
    assert_eq!(count("select count(*) from pragma_integrity_check where integrity_check <> 'ok'"), 0);

    let rejects = records(&std::fs::read(project().join("target/paid-orders.rejects.csv")).unwrap());
    let kinds: std::collections::BTreeSet<&str> = rejects.iter().skip(1).map(|reject| reject[6].as_str()).collect();
    let all = [
        "BAD_QUOTE",
        "CAST",
        "EXPRESSION",
        "INVALID_ENCODING",
        "MISSING_COLUMNS",
        "RECORD_TOO_LARGE",
        "TOO_MANY_COLUMNS",
        "UNCLOSED_QUOTE",
    ];
    assert_eq!(kinds, all.into());
}

#[test]
fn the_shipped_job_looks_up_the_countries_of_orders() {
    std::fs::create_dir_all(project().join("target")).unwrap();
    let output = Command::new(GRISTMILL)
        .args(["run", "data/jobs/order-countries.toml", "-q"])
        .current_dir(project())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let rows = records(&std::fs::read(project().join("target/order-countries.csv")).unwrap());
    assert!(rows.len() > 3000 && rows.iter().all(|row| !row[1].is_empty()));
    assert_eq!(rows[1], ["10", "India", "679.28", "INR"]);
    let rejects = records(&std::fs::read(project().join("target/order-countries.rejects.csv")).unwrap());
    assert!(rejects.iter().all(|reject| reject[6] != "EXPRESSION"), "every country is in the table");
}

#[test]
fn the_generator_makes_the_shipped_data() {
    let made = Command::new("scripts/make-orders").args(["--dirty", "10000"]).current_dir(project()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(
        made.stdout == std::fs::read(project().join("data/orders.csv")).unwrap(),
        "data/orders.csv is not what make-orders makes"
    );
}

#[test]
fn the_shipped_job_writes_lines_in_upper_case() {
    let folder = Folder::new();
    let job = project().join("data/jobs/uppercase.toml");
    let arguments = ["run", "-q", job.to_str().unwrap()];
    let done = folder.mill_on("\u{e9}t\u{e9}, \"x\"\n\nlast".as_bytes(), arguments).exits(0);
    assert_eq!(done.stdout_text(), "\u{c9}T\u{c9}, \"X\"\n\nLAST\n");
}

#[test]
fn the_shipped_job_summarises_the_errors_of_a_log() {
    let output =
        Command::new(GRISTMILL).args(["run", "data/jobs/log-errors.toml"]).current_dir(project()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let summary = "Error summary:\n\
                   /api/data: 2 errors (500, 503)\n\
                   /api/upload: 1 error (500)\n\
                   Total: 3 errors out of 6 requests\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), summary);
}
