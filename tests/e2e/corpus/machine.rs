//! The same output and rejects, byte for byte, whatever the threads and the chunk size, over every small file.

use super::index::dialect;
use super::table::{self, Row};
use crate::determinism::check_some;

/// A share of the files, so that the shares run at the same time.
const SHARES: usize = 4;
const LARGEST: usize = 64_000;

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn first_share_comes_out_the_same() {
    check_share(0);
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn second_share_comes_out_the_same() {
    check_share(1);
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn third_share_comes_out_the_same() {
    check_share(2);
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn fourth_share_comes_out_the_same() {
    check_share(3);
}

/// Each file goes through every chunk size once and every number of threads twice; three neighbours go through all of
/// both. Every other file is read as if it had no header.
fn check_share(share: usize) {
    let index = table::index();
    let small: Vec<&Row> = index.iter().filter(|row| is_small_csv(row)).collect();
    assert!(small.len() > 500, "only {} files", small.len());
    for (number, row) in small.iter().enumerate().filter(|(number, _)| number / 3 % SHARES == share) {
        let path = super::folder().join(row.get("path")).display().to_string();
        let mut arguments = arguments(row);
        if number % 2 == 1 {
            arguments.push("--no-header".to_owned());
        }
        check_some(&path, &arguments, |threads, chunk_size| (threads + chunk_size + number) % 3 == 0);
    }
}

fn is_small_csv(row: &Row) -> bool {
    row.get("compression").is_empty() && row.get("path").ends_with(".csv") && row.number("bytes") <= LARGEST
}

fn arguments(row: &Row) -> Vec<String> {
    if row.get("dialect").is_empty() {
        return Vec::new();
    }
    let [delimiter, quote, escape] = dialect(row);
    let mut settings = vec![format!("extract.delimiter={delimiter}"), format!("extract.quote={quote}")];
    if quote != escape {
        settings.push(format!("extract.escape={escape}"));
    }
    settings.into_iter().flat_map(|setting| ["--set".to_owned(), setting]).collect()
}
