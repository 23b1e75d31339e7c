use Document::{Array, Html, Joined, LfsPointer, Lines, Objects, Pretty, Xml};

use super::*;
use crate::format::verdict::check_prefixes;

#[track_caller]
fn check(judge: fn(&[u8], bool) -> Verdict<Document>, text: &str, expected: Option<Document>) {
    let expected = expected.map_or(Verdict::No, Verdict::Is);
    assert_eq!(judge(text.as_bytes(), true), expected, "{text:?}");
    if text.len() < 1000 {
        check_prefixes(text.as_bytes(), judge);
    }
}

#[test]
fn json_is_told_from_headers_in_brackets() {
    let is = |text: &str, document| check(no_csv, text, Some(document));
    is("[{\"a\":1},{\"a\":2}]", Objects);
    is("\n[\n  {\"a\": 1}\n]\n", Objects);
    is("[{\"id\":1,\"x\":NaN}]\n", Objects);
    is("[{\"a\":1},{\"a\":2", Objects);
    is(&format!("[{}", "{\"a\":1},\n".repeat(10_000)), Objects);
    is("[]\n", Array);
    is("[\n]\n", Array);
    is("[[1,2],[3,4]]\n", Array);
    is("[1,2]\n[3,4]\n", Array);
    is("[1,2]\n", Array);
    is("{\n  \"a\": 1\n}\n", Pretty);
    is("{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", Pretty);
    is("{\"a\":1}\n{\"a\":2}\n", Lines);
    is("{\"a\":1}\r\n{\"a\":2}\r\n", Lines);
    is("{\"a\":1}", Lines);
    is("{\"a\":NaN}", Lines);
    is("{\"a\":1}{\"a\":2}\n", Joined);
    is(&format!("{{\"a\":1}}{{\"a\":\"{}", "x".repeat(70_000)), Joined);
    for text in [
        "[id],[name]\n1,2\n",
        "[1],[2]\n1,2\n",
        "[1,2]\n3,4\n",
        "[]\n1\n",
        "[\n1\n2\n",
        "[\n",
        "[\"a\n",
        "{\n",
        "{\n\"a\"\n",
        "{id}\n1\n",
        "{\"a\":1},x\n",
        "{\"a\":1}\t2\n",
        "{\"a\":1}{x\n",
        "{\"a\":1}x\n",
        "[{\"a\":1}],x\n",
        "id,name\n",
        "",
        "\n\n",
    ] {
        check(no_csv, text, None);
    }
}

#[test]
fn lines_of_json_are_one_document_only_where_no_line_is_an_object() {
    let is = |text: &str, document| check(no_jsonl, text, Some(document));
    is("[{\"a\":1},{\"a\":2}]", Objects);
    is("[{\"a\":1},\n{\"a\":2}]\n", Objects);
    is("[\n{\"a\":1}\n]\n", Objects);
    is("[1,2]\n", Array);
    is("{\n  \"a\": 1\n}\n", Pretty);
    is(&format!("{{\n\"rows\": [{}", "{\"a\":1},\n".repeat(10_000)), Pretty);
    for text in [
        "{\"a\":1}\n{\"a\":2}\n",
        "{\"a\":1}{\"a\":2}\n",
        "[1,2]\n{\"a\":1}\n",
        "[1,2]\n[3,4]\n",
        "[{\"a\":1}]\n{\"a\":1}\n",
        "{\"a\":\n{\"a\":2}\n",
        "{\"a\":\n{\"a\":2}\n}\n",
        "{\"a\":1,\"b\n{\"a\":2}\n",
        "{\"a\":1,\n{\"a\":2}\n",
        "{\"a\":[\n{\"a\":2}\n{\"a\":3}\n",
        "[\n{\"a\":2}\n",
        "{\n",
        "<html>\n{\"a\":1}\n",
        "",
    ] {
        check(no_jsonl, text, None);
    }
    check(no_jsonl, &format!("[{}\n{{\"a\":1}}\n", "1,".repeat(50_000)), None);
}

#[test]
fn a_first_line_that_is_told_waits_for_no_other() {
    for text in ["id,name\n", "v\n", "<id>,\n", "<1", "{\"a\":1},", "[id"] {
        assert_eq!(no_csv(text.as_bytes(), false), Verdict::No, "{text:?}");
    }
    assert_eq!(no_csv(b"{\"a\":1}\n", false), Verdict::Is(Lines));
    assert_eq!(no_jsonl(b"{\"a\":1}\n", false), Verdict::No);
    assert_eq!(no_jsonl(b"{\"a\":1}", false), Verdict::No);
    assert_eq!(no_jsonl(b"[1,2]\n", false), Verdict::Open);
    assert_eq!(no_jsonl(b"[1,2]\n\n  {", false), Verdict::No);
}

#[test]
fn other_documents() {
    let is = |text: &str, document| check(no_csv, text, Some(document));
    is("<?xml version=\"1.0\"?>\n<rows/>", Xml);
    is("<!DOCTYPE html>\n<html>", Html);
    is("<HTML><head>", Html);
    is("<html lang=\"en\">", Html);
    is("<rows>\n  <row>\n    <id>1</id>\n  </row>\n</rows>\n", Xml);
    is("<rows><row><id>1</id></row></rows>", Xml);
    is("<rows>\n<row id=\"1\"/>\n</rows>", Xml);
    is("<r:rows xmlns:r=\"urn:x\">\n<r:row><r:id>1</r:id>", Xml);
    is("<rows>\n<!-- none -->\n</rows>", Xml);
    is("version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n", LfsPointer);
    for text in [
        "version,name\n1,a\n",
        "<a>,<b>\n1,2\n",
        "<a>\n<b>\n<c>\n",
        "<tag>\n<p>\n</p>\n<br/>\n",
        "<id>\n1\n",
        "<id>\n<1>\n",
        "<htm",
        "<html_id>,x\n",
        "<html,x\n",
        "<html>,<body>\n1,2\n",
        "<Body>;x\n",
        "<?xmlish\n",
        "<5,6\n",
        "<a b,c\n1,2\n",
        "< a\n",
        "<\n",
    ] {
        check(no_csv, text, None);
    }
}
