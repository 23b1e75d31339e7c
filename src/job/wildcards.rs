//! The files that a path with wildcards stands for.

use std::path::{Component, Path, PathBuf};

use glob::{GlobResult, MatchOptions, Pattern, PatternError};

/// As in a shell: a wildcard at the beginning of a name matches no dot.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// What matches `pattern`, in any order; hidden names only where it writes their dots out.
pub fn matching(pattern: &str) -> Result<impl Iterator<Item = GlobResult> + use<>, PatternError> {
    let written = Pattern::new(&plain(Path::new(pattern)).to_string_lossy())?;
    // The search itself would find nothing by `.*` if it were told to leave hidden names out.
    let is_meant = move |path: &Path| !is_hidden(path) || written.matches_with(&plain(path).to_string_lossy(), OPTIONS);
    Ok(glob::glob(pattern)?.filter(move |found| found.as_ref().map_or(true, |path| is_meant(path))))
}

/// The path without `./`, which the search leaves out at some places.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| matches!(part, Component::Normal(name) if name.as_encoded_bytes().starts_with(b".")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn hidden_names_are_found_by_their_dots_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join(".at/home");
        for name in ["b.csv", ".a.csv", ".a.csv.partial", "d/c.csv", ".git/e.csv", "d/.f/g.csv"] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        let check = |pattern: &str, expected: &[&str]| {
            let pattern = format!("{}/{pattern}", root.display());
            let found = matching(&pattern).expect("a glob").map(|path| path.expect("a path"));
            let mut found: Vec<_> = found.filter(|path| path.is_file()).collect();
            found.sort();
            assert_eq!(found, expected.iter().map(|name| root.join(name)).collect::<Vec<_>>(), "{pattern}");
        };
        check("*", &["b.csv"]);
        check("*.csv*", &["b.csv"]);
        check("?a.csv", &[]);
        check("[.b]*.csv", &["b.csv"]);
        check(".*", &[".a.csv", ".a.csv.partial"]);
        check("./.?.csv", &[".a.csv"]);
        check("*/*.csv", &["d/c.csv"]);
        check(".git/*.csv", &[".git/e.csv"]);
        check(".*/*", &[".git/e.csv"]);
        check("d/.f/../*.csv", &["d/.f/../c.csv"]);
        check("**/*.csv", &["b.csv", "d/c.csv"]);
        check("**/.f/*", &["d/.f/g.csv"]);
    }
}
