use super::*;

#[test]
fn first_bytes_tell_what_a_file_is() {
    let check = |bytes: &[u8], expected: Option<&str>| {
        assert_eq!(foreign(bytes).map(|foreign| foreign.what), expected, "{bytes:?}");
    };
    check(b"SQLite format 3\0\x10\0", Some("a SQLite database"));
    check(b"PAR1\x15\x04", Some("a Parquet file"));
    check(b"Obj\x01\x04\x16avro.schema", Some("an Avro file"));
    check(b"ORC\n\x03\0\0", Some("an ORC file"));
    check(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Some("a PDF document"));
    check(b"\x7fELF\x02\x01\x01\0", Some("a program"));
    check(b"PK\x03\x04\x14\0\0\0\x08\0", Some("a zip archive"));
    check(b"\x1f\x8b\x08\0", Some("gzip-compressed"));
    check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", Some("an Excel workbook (or another old document of Office)"));
    check(b"\xff\xfe\0\0i\0\0\0", Some("in UTF-32"));
    let workbook = [b"PK\x03\x04".as_slice(), &[0; 26], b"[Content_Types].xml"].concat();
    check(&workbook, Some("an Excel workbook (or another document of an office)"));
    let mut tar = b"a.csv".to_vec();
    tar.resize(257, 0);
    tar.extend_from_slice(b"ustar\0");
    check(&tar, Some("a tar archive"));
}

#[test]
fn texts_that_look_like_them_are_texts() {
    let check = |bytes: &[u8]| assert_eq!((foreign(bytes), nuls(bytes)), (None, None), "{bytes:?}");
    check(b"PAR1,PAR2\n1,2\n");
    check(b"Obj,ORC\n1,2\n");
    check(b"ORC,id\n1,2\n");
    check(b"MZ,GIF89a\n1,2\n");
    check(b"SQLite format 3\n1\n");
    check(b"PK,\x03\x04\n");
    check("ärger,größe\n1,2\n".as_bytes());
    check(b"1,\x1b[31mred\n");
    check(b"a\x01b\x01c\n");
    check(&[b"x".repeat(257).as_slice(), b"ustar\n"].concat());
    check(b"id,name\n\0\0\0\0\0\0\0\0\n");
    check(b"");
}

#[test]
fn nuls_tell_encodings_and_binary_files() {
    let check = |bytes: &[u8], expected| assert_eq!(nuls(bytes), expected, "{bytes:?}");
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    check(&utf16("id,name\n1,Ann\n"), Some(Nuls::Utf16Le));
    check(&utf16("id,größe,€\n1,Ann,2\n"), Some(Nuls::Utf16Le));
    check(b"i\0d\0\n", Some(Nuls::Utf16Le));
    check(b"\0i\0d\0\n\0" as &[u8], Some(Nuls::Utf16Be));
    check(b"i\0\0\0d\0\0\0\n\0\0\0", Some(Nuls::Utf32));
    check(b"\0\0\0i\0\0\0d", Some(Nuls::Utf32));
    check(&[0; 512], Some(Nuls::Binary));
    check(b"\x08\0\x96\x01\x02\xff\n", Some(Nuls::Binary));
    check(b"1,A\0n,3\n", None);
    check(b"a\0,b\n1,2\n", None);
    check(b"a\0\n", None);
    check(b"HOME=/root\0LANG=C\0", None);
}
