use super::*;
use crate::format::verdict::check_prefixes;

const HEADER: Expected = Expected { utf8: true, header: true };
const LINE: Expected = Expected { utf8: true, header: false };
const BYTES: Expected = Expected { utf8: false, header: true };

fn encoded(wide: Wide, text: &str) -> Vec<u8> {
    match wide {
        Wide::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Wide::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Wide::Utf32Le => text.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect(),
        Wide::Utf32Be => text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect(),
    }
}

#[track_caller]
fn check(bytes: &[u8], expected: Expected, verdict: Verdict<Wide>) {
    assert_eq!(wide(bytes, true, expected), verdict, "{bytes:?} {expected:?}");
    check_prefixes(bytes, |bytes, ended| wide(bytes, ended, expected));
}

#[test]
fn wide_text_is_told_in_any_script() {
    let long = format!("{}\n1\n", "column,".repeat(100));
    let texts = [
        "id,name\n1,Ann\n",
        "id,größe,€\r\n1,Ann,2\n",
        "a\n1\n",
        "имя,возраст\n1,2\n",
        "имя,возраст\r\n1,2\r\n",
        "姓名,年龄\n一,2\n",
        "名前,年齢\r\n1,2\r\n",
        "一,二\n1,2\n",
        "שם,גיל\n1,2\n",
        "😀,id\n1,2\n",
        "{\"id\":1}\n{\"id\":2}\n",
        long.as_str(),
    ];
    for text in texts {
        for which in [Wide::Utf16Le, Wide::Utf16Be, Wide::Utf32Le, Wide::Utf32Be] {
            let is_long = text == long;
            check(&encoded(which, text), HEADER, Verdict::Is(which));
            check(&encoded(which, text), LINE, if is_long { Verdict::No } else { Verdict::Is(which) });
        }
    }
    check(&encoded(Wide::Utf16Le, "id"), HEADER, Verdict::Is(Wide::Utf16Le));
    check(&encoded(Wide::Utf16Le, "id,größe\n"), BYTES, Verdict::Is(Wide::Utf16Le));
}

#[test]
fn nuls_in_texts_are_theirs() {
    for text in [
        b"id,name\n1,A\0n\n".as_slice(),
        b"a\0,b\n1,2\n",
        b"a\0\n1\n",
        b"id,b\0\n1,2\n",
        b"a\0b\0c\0d\0\n1,2,3,4\n",
        b"a\0b\0c\0d\0\ne\0f\0\n",
        b"A=b\0C=d\0",
        b"HOME=/root\0LANG=C\0",
        b"\0\0\0\0{\"id\":1}\n{\"id\":2}\n",
        b"MZ;Gr\xf6\xdfe\n1;2\n",
        b"Gr\xf6\xdfe\0;a\n1;2\n",
        b"a\x01b\0\x01c\n",
        b"\n\nid\0\n",
        "größe\0,b\n1,2\n".as_bytes(),
        b"id,name\r1,A\0n\r",
        b"",
        b"id",
    ] {
        for expected in [HEADER, LINE, BYTES] {
            check(text, expected, Verdict::No);
        }
    }
    check(b"a\0b\0c\0d\0", LINE, Verdict::No);
    check(b"\x08\0\x96\x01\x02\xff\0\n1,2\n", HEADER, Verdict::No);
    check(b"\x10\x4e\0,\x05\xd0\0\n1,2\n", HEADER, Verdict::No);
}

#[test]
fn a_line_without_nuls_is_known_when_it_has_come() {
    for expected in [HEADER, LINE, BYTES] {
        assert_eq!(wide(b"id\n", false, expected), Verdict::No);
        assert_eq!(wide(b"id", false, expected), Verdict::Open);
        assert_eq!(wide("größe\n".as_bytes(), false, expected), Verdict::No);
        assert_eq!(wide(b"a=b\0c=d\0\n1", false, expected), Verdict::No);
    }
}

#[test]
fn a_header_of_odd_bytes_is_binary() {
    let check = |bytes: &[u8], verdict| {
        assert_eq!(binary(bytes, true), verdict, "{bytes:?}");
        check_prefixes(bytes, binary);
    };
    check(&[0; 600], Verdict::Is(Binary::Nuls));
    check(b"\0\0\0\0\n1\n", Verdict::Is(Binary::Nuls));
    check(b"\x08\0\x96\x01\x02\xff\n", Verdict::Is(Binary::Mixed));
    check(b"\0\0\0\0\0\0id,name\n", Verdict::No);
    check(b"\0\0\0\0\0\0\0\0\0\0id,name\n", Verdict::Is(Binary::Mixed));
    check(b"id,name\n\0\0\0\0\0\0\0\0\n", Verdict::No);
    check(b"a\0,b\n1,2\n", Verdict::No);
    check(b"a\x01b\x01c\x01d\x01\n", Verdict::No);
    check(b"Gr\xf6\xdfe\n", Verdict::No);
    check(b"", Verdict::No);
}
