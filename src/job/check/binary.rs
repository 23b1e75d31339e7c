//! Files of programs, told by their first bytes, so that no rows take the place of a database whose table was forgotten.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// First bytes, and what begins so.
const BEGINNINGS: [(&[u8], &str); 7] = [
    (b"SQLite format 3\0", "a SQLite database, whose tables are written as in sqlite:FILE?table=NAME"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"BZh91AY&SY", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
];

/// With which a Parquet file begins and ends.
const PARQUET: &[u8; 4] = b"PAR1";

/// What stands there that would be lost to rows of text, or, where `of_parquet`, to those of a Parquet file; `None` where
/// they may replace it.
pub fn binary(path: &Path, of_parquet: bool) -> Option<&'static str> {
    // Of a pipe nothing may be taken.
    fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut file = File::open(path).ok()?;
    let mut begin = Vec::new();
    file.by_ref().take(16).read_to_end(&mut begin).ok()?;
    if !of_parquet && begin.starts_with(PARQUET) && ends_as_parquet(&mut file) {
        return Some("a Parquet file");
    }
    BEGINNINGS.iter().find(|(bytes, _)| begin.starts_with(bytes)).map(|(_, what)| *what)
}

/// A column of a CSV file may be called so too.
fn ends_as_parquet(file: &mut File) -> bool {
    let mut end = [0; 4];
    file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut end)).is_ok() && end == *PARQUET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_by_their_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let check = |bytes: &[u8], expected: Option<&str>| {
            fs::write(&path, bytes).expect("a file");
            let found = binary(&path, false).map(|what| what.split(',').next().unwrap_or_default());
            assert_eq!(found, expected, "{bytes:?}");
        };
        check(b"SQLite format 3\0\x10\0", Some("a SQLite database"));
        check(b"PAR1\x15\0PAR1", Some("a Parquet file"));
        check(b"\x1f\x8b\x08\0", Some("a gzip file"));
        check(b"\x28\xb5\x2f\xfd\x04", Some("a zstd file"));
        check(b"BZh91AY&SY\0", Some("a bzip2 file"));
        check(b"\xfd7zXZ\0\0", Some("an xz file"));
        check(b"\x7fELF\x02", Some("a program"));
        check(b"#!/bin/sh\n", Some("a script"));
        check(b"PAR1,PAR2\n1,2\n", None);
        check(b"SQLite format 3\n", None);
        check(b"id,name\n", None);
        check(b"#", None);
        check(b"", None);
        fs::write(&path, b"PAR1\x15\0PAR1").expect("a file");
        assert_eq!((binary(&path, true), binary(folder.path(), false)), (None, None));
    }
}
