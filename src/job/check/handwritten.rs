//! Files that people write by hand, jobs and queries, so that no rows take their place because two arguments were mixed up.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use toml::Table;

use crate::job::check::file_name::extension;

/// No job file is longer.
const LONGEST: u64 = 1 << 20;

/// What a file is by its name or by what stands in it: `a job file`; `None` where rows may go there.
pub fn handwritten(path: &Path) -> Option<&'static str> {
    match extension(&path.to_string_lossy()).as_str() {
        "toml" => Some("named as a job file is"),
        "sql" => Some("named as the file of a query is"),
        _ => holds_job(path).then_some("a job file"),
    }
}

/// Whether a job stands there.
fn holds_job(path: &Path) -> bool {
    let Ok(found) = fs::metadata(path) else { return false };
    // Of a pipe nothing may be taken.
    if !found.is_file() || found.len() > LONGEST {
        return false;
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    let Some(table) = read.ok().and_then(|_| text.parse::<Table>().ok()) else { return false };
    table.get("extract").is_some_and(|section| section.is_table())
        || table.get("load").is_some_and(|section| section.is_array())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_and_queries() {
        let folder = tempfile::tempdir().expect("a folder");
        let check = |name: &str, text: Option<&str>, expected: Option<&str>| {
            let path = folder.path().join(name);
            text.into_iter().for_each(|text| fs::write(&path, text).expect("a file"));
            assert_eq!(handwritten(&path), expected, "{name}");
        };
        check("a.toml", None, Some("named as a job file is"));
        check("a.TOML", Some("id\n1\n"), Some("named as a job file is"));
        check("a.sql", None, Some("named as the file of a query is"));
        check("a.job", Some("# paid\n[extract]\npath = 'a.csv'\n"), Some("a job file"));
        check("b.job", Some("[[load]]\nto = 'a.csv'\n"), Some("a job file"));
        check("c.job", Some("extract.path = 'a.csv'\n"), Some("a job file"));
        check("a.csv", Some("id,name\n1,[extract]\n"), None);
        check("b.csv", Some("[extract]\n[extract]\n"), None);
        check("c.csv", Some("[package]\nname = 'a'\n"), None);
        check("d.csv", Some(""), None);
        check("e.csv", None, None);
        check("toml", None, None);
    }
}
