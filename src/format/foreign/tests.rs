use super::*;
use crate::format::verdict::check_prefixes;

#[track_caller]
fn check(bytes: &[u8], expected: Option<&str>) {
    let found = match foreign(bytes, true) {
        Verdict::Is(foreign) => Some(foreign.what),
        _ => None,
    };
    assert_eq!(found, expected, "{bytes:?}");
    check_prefixes(bytes, foreign);
}

fn tar(name: &str) -> Vec<u8> {
    let mut tar = name.as_bytes().to_vec();
    tar.resize(257, 0);
    tar.extend_from_slice(b"ustar\x0000");
    tar
}

#[test]
fn first_bytes_tell_what_a_file_is() {
    check(b"SQLite format 3\0\x10\0", Some("a SQLite database"));
    check(b"PAR1\x15\x04", Some("a Parquet file"));
    check(b"Obj\x01\x04\x14avro.codec\x08null\x16avro.schema", Some("an Avro file"));
    check(b"\xff\xff\xff\xff\xa8\0\0\0\x10\0", Some("an Arrow stream"));
    check(b"FEA1\0\0\0\0\0\0", Some("an Arrow file"));
    check(b"ORC\n\x06\x12\x04\x08\x03P\0\0\n\x12\n\x02\0", Some("an ORC file"));
    check(b"ORC\x11\0\0\n\x06\x12\x04\x08\x03P\0+\0\0\n", Some("an ORC file"));
    check(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Some("a PDF document"));
    check(b"\x7fELF\x02\x01\x01\0", Some("a program"));
    check(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", Some("a program"));
    check(b"MZP\0\x02\0\0\0\x04\0", Some("a program"));
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some("an image"));
    check(b"GIF89a\x01\0\x01\0\x80\0\0", Some("an image"));
    check(b"\x89HDF\r\n\x1a\n\0", Some("an HDF5 file"));
    check(b"PGCOPY\n\xff\r\n\0\0\0", Some("a binary COPY of PostgreSQL"));
    check(b"PGDMP\x01\x0e\0", Some("a dump of PostgreSQL"));
    check(b"RDX3\nX\n\0\0\0\x03", Some("an R data file"));
    check(b"X\n\0\0\0\x02\0\x04", Some("an R data file"));
    check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", Some("an Excel workbook (or another old document of Office)"));
    check(b"\xff\xfe\0\0i\0\0\0", Some("in UTF-32"));
    let workbook = [b"PK\x03\x04".as_slice(), &[0; 26], b"[Content_Types].xml"].concat();
    check(&workbook, Some("an Excel workbook (or another document of an office)"));
    check(&tar("a.csv"), Some("a tar archive"));
    check(&tar(&"a/".repeat(50)), Some("a tar archive"));
    for checksum in [b"h\xfd\xd0\xc7Sf\xe7\xc3", b"\nN\xdd\xcd\xf4\xb8\xde\xf9", b"\x80\n\0pH]s\xdc"] {
        check(&[checksum.as_slice(), b"DUCK\x40\0\0\0\0\0\0\0\0"].concat(), Some("a DuckDB database"));
    }
}

#[test]
fn texts_that_look_like_them_are_texts() {
    for text in [
        b"PAR1,PAR2\n1,2\n".as_slice(),
        b"Obj,ORC\n1,2\n",
        b"Obj\x01name\x01avro\n1\x012\x013\n",
        b"ORC,id\n1,2\n",
        b"ORC\n1,A\0n\n",
        b"ORC,b\n1,A\0n\n",
        b"ORC\x01id\n1\x01A\0n\n",
        b"MZ,GIF89a\n1,2\n",
        b"MZ;Gr\xf6\xdfe\n1;2\n",
        b"MZ,name\n1,A\0n",
        b"MZ\n1\0\0\0\0\0\n",
        b"GIF89a,GIF87a\n1,2\n",
        b"GIF89a\n1\n",
        b"PGDMP,id\n1,2\n",
        b"PGCOPY\n1\n",
        b"%PDF-version\n1\n",
        b"RDX2\nX\n1\n",
        b"X\n1\n",
        b"X\n\0\0\0\0\n",
        b"SQLite format 3\n1\n",
        b"PK,\x03\x04\n",
        b"id,name,DUCK\n1,2,3\n",
        b"id\n1\n2\n3\nDUCK\n",
        "ärger,größe\n1,2\n".as_bytes(),
        b"1,\x1b[31mred\n",
        b"a\x01b\x01c\n",
        b"id,name\n\0\0\0\0\0\0\0\0\n",
        b"",
    ] {
        check(text, None);
    }
    check(&[b"x".repeat(257).as_slice(), b"ustar\n"].concat(), None);
    check(&[b"x\n".repeat(128).as_slice(), b"yustar\0\0"].concat(), None);
}

#[test]
fn a_line_of_text_is_known_when_it_has_come() {
    for text in ["id\n", "id,name\n", "größe\n", "M\n", "P\n", "GIF\n", "ORC;id\n", "MZ,a\n", "{\"id\":1}\n"] {
        assert_eq!(foreign(text.as_bytes(), false), Verdict::No, "{text:?}");
    }
}
