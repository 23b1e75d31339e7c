use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::batch::ErrorType;

/// One record or skip, as `record` or `!type line raw`.
fn pieces(bytes: &[u8], dialect: Dialect, max: usize, feed: usize) -> Vec<String> {
    let mut cutter = Cutter::new(dialect, max, false);
    let (mut held, mut fed, mut found) = (Vec::new(), 0, Vec::new());
    let mut at = Position::first();
    loop {
        let more = feed.min(bytes.len() - fed);
        held.extend_from_slice(&bytes[fed..fed + more]);
        fed += more;
        let end = fed == bytes.len();
        let cut = cutter.cut(&held, at, end);
        let mut from = 0;
        for skip in &cut.skips {
            found.extend(records(&held[from..skip.span.start]));
            from = skip.span.end;
            found.extend(skip.broken.as_ref().map(|broken| {
                assert_eq!(bytes[broken.offset as usize..][..broken.raw.len()], broken.raw);
                format!("!{} {} {}", broken.error_type.name(), broken.line, broken.raw.escape_ascii())
            }));
        }
        found.extend(records(&held[from..cut.taken]));
        at = at.behind(&cut);
        held.drain(..cut.taken);
        if end {
            assert!(held.is_empty());
            return found;
        }
    }
}

/// A stretch of sound records as one text, without the pieces that only the feed makes.
fn records(stretch: &[u8]) -> Option<String> {
    (!stretch.is_empty()).then(|| stretch.escape_ascii().to_string())
}

/// Joins neighbouring stretches, which differ from feed to feed.
fn joined(pieces: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for piece in pieces {
        match joined.last_mut() {
            Some(last) if !last.starts_with('!') && !piece.starts_with('!') => last.push_str(&piece),
            _ => joined.push(piece),
        }
    }
    joined
}

fn check_with(dialect: Dialect, max: usize, input: &str, expected: &[&str]) {
    for feed in (1..=input.len()).chain([input.len() + 1]) {
        assert_eq!(joined(pieces(input.as_bytes(), dialect, max, feed)), expected, "fed {feed} bytes at a time");
    }
}

fn check(input: &str, expected: &[&str]) {
    check_with(Dialect::default(), 1000, input, expected);
}

#[test]
fn sound_records_stay_whole() {
    check("a,b\n1,2\n", &[r"a,b\n1,2\n"]);
    check("a,b\n1,2", &[r"a,b\n1,2"]);
    check("a\r\r\nb\rc\r\nd\n\n", &[r"a\r\r\nb\rc\r\nd\n\n"]);
    check("\"a\nb\",\"c\"\"\r\n\"\n1,2\n", &[r#"\"a\nb\",\"c\"\"\r\n\"\n1,2\n"#]);
    check("5\" disk,x\"y\n\"\",1\n", &[r#"5\" disk,x\"y\n\"\",1\n"#]);
}

#[test]
fn a_broken_record_costs_its_first_line() {
    check("a\n\"Ann\"x,1\nb\n", &[r"a\n", r#"!BAD_QUOTE 2 \"Ann\"x,1"#, r"b\n"]);
    check("a\n1,\"An\\\"n\"\nb\n", &[r"a\n", r#"!BAD_QUOTE 2 1,\"An\\\"n\""#, r"b\n"]);
    check("1,\"Ann,10\n2,Bob,20\n3", &[r#"!UNCLOSED_QUOTE 1 1,\"Ann,10"#, r"2,Bob,20\n3"]);
    // The record of line 1 breaks in line 3, so lines 2 and 3 are read anew.
    check("\"a\nb\nc\"d\ne\n", &[r#"!BAD_QUOTE 1 \"a"#, r#"b\nc\"d\ne\n"#]);
    check("\"a\r\r\n\"b\rc", &[r#"!BAD_QUOTE 1 \"a"#, r#"!UNCLOSED_QUOTE 2 \"b\rc"#]);
    check("\"a\r\n\"b\rc\nd", &[r#"!BAD_QUOTE 1 \"a"#, r#"!UNCLOSED_QUOTE 2 \"b\rc"#, r"d"]);
    check("\"a\r\"b\rc\nd", &[r#"!BAD_QUOTE 1 \"a"#, r#"!UNCLOSED_QUOTE 2 \"b"#, r"c\nd"]);
    check("x,\"", &[r#"!UNCLOSED_QUOTE 1 x,\""#]);
}

#[test]
fn dialects_differ() {
    let standard = Dialect::default();
    check_with(Dialect { lenient: true, ..standard }, 1000, "\"Ann\"x\"y,\"1\"\n", &[r#"\"Ann\"x\"y,\"1\"\n"#]);
    check_with(Dialect { escape: Some(b'\\'), ..standard }, 1000, "\"An\\\"n\\\\\"\n1\n", &[r#"\"An\\\"n\\\\\"\n1\n"#]);
    check_with(
        Dialect { escape: Some(b'\\'), ..standard },
        1000,
        "\"a\"\"b\"\n1\n",
        &[r#"!BAD_QUOTE 1 \"a\"\"b\""#, r"1\n"],
    );
    check_with(Dialect { quote: None, escape: None, ..standard }, 1000, "\"a\n\"b\"c\n", &[r#"\"a\n\"b\"c\n"#]);
    let comment = Dialect { comment: Some(b'#'), ..standard };
    check_with(comment, 1000, "#\"x\na,#\n\"\n#y\r\n#", &[r#"a,#\n"#, r#"!UNCLOSED_QUOTE 3 \""#]);
    check_with(comment, 3, "#0123456789\nab\n", &[r"ab\n"]);
}

#[test]
fn a_record_may_be_as_long_as_the_limit() {
    let check = |input, expected| check_with(Dialect::default(), 5, input, expected);
    check("12345\r\n12345", &[r"12345\r\n12345"]);
    check("123456\n1\n", &["!RECORD_TOO_LARGE 1 123456", r"1\n"]);
    check("1\n12345678901234567890", &[r"1\n", "!RECORD_TOO_LARGE 2 12345678901234567890"]);
    check("\"1\n2\"\n", &[r#"\"1\n2\"\n"#]);
    check("\"1\n23\"\n", &[r#"!RECORD_TOO_LARGE 1 \"1"#, r#"23\"\n"#]);
    // What shows first counts.
    check("\"1\"x56789\n", &[r#"!BAD_QUOTE 1 \"1\"x56789"#]);
    check("\"123\"x\n", &[r#"!RECORD_TOO_LARGE 1 \"123\"x"#]);
    check("\"1234", &[r#"!UNCLOSED_QUOTE 1 \"1234"#]);
    check("\"12345", &[r#"!RECORD_TOO_LARGE 1 \"12345"#]);
}

#[test]
fn a_line_too_long_to_keep_is_kept_in_part() {
    let mut input = vec![b'x'; 200_000];
    input.extend_from_slice(b"\r\nok\n");
    let mut cutter = Cutter::new(Dialect::default(), 1000, false);
    let first = cutter.cut(&input[..150_000], Position { offset: 7, line: 3, line_ends: None }, false);
    assert_eq!((first.taken, first.lines), (150_000, 0));
    assert!(first.skips.iter().all(|skip| skip.broken.is_none()));
    let second = cutter.cut(&input[150_000..], Position { offset: 150_007, line: 3, line_ends: first.line_ends }, true);
    let broken = second.skips[0].broken.as_ref().unwrap();
    assert_eq!(
        (broken.error_type, broken.offset, broken.line, broken.raw.len()),
        (ErrorType::RecordTooLarge, 7, 3, 65_536)
    );
    assert!(broken.message.contains("200000 bytes"), "{}", broken.message);
    assert_eq!((second.taken, second.lines), (50_005, 2));
}

#[test]
fn the_first_record_is_cut_alone() {
    let comment = Dialect { comment: Some(b'#'), ..Dialect::default() };
    let mut cutter = Cutter::new(comment, 1000, false);
    let cut = cutter.cut_first(b"\n# note\na,\"b\nc\"\n1,2\n", Position::first(), false);
    assert_eq!((cut.taken, cut.lines, cut.skips.len()), (16, 4, 1));
}

#[test]
fn messages_name_column_and_remedy() {
    let message = |input: &str, max| {
        let mut cutter = Cutter::new(Dialect::default(), max, false);
        let mut cut = cutter.cut(input.as_bytes(), Position::first(), true);
        cut.skips.remove(0).broken.unwrap().message
    };
    assert_eq!(
        message("1,\"a,b\",\"Ann\"x\n", 99),
        "column 3 has text after its closing quote; extract.lenient = true accepts it"
    );
    assert_eq!(
        message("1,\"Ann\" ,2\n", 99),
        "column 2 has a blank after its closing quote; extract.trim = true leaves it out, and extract.lenient = true takes it for text"
    );
    assert_eq!(
        message("\"An\\\"n\"\n", 99),
        r#"column 1 has text after its closing quote; extract.escape = "\\" reads \" as a quote"#
    );
    assert_eq!(
        message("1,\"a\n2,b", 99),
        "the quote that opens column 2 is never closed; extract.quote = \"\" reads quotes as text"
    );
    assert_eq!(
        message("1,234567\n", 5),
        "the record is longer than 5 bytes, in column 2; extract.max_record_size raises the limit"
    );
}

#[test]
fn lines_before_the_header_are_passed_over() {
    let check = |bytes: &[u8], lines, end, expected| {
        let passed = skip_lines(bytes, lines, end, &mut None);
        assert_eq!((passed.bytes, passed.lines), expected);
    };
    check(b"a\"\nb\r\nc\n", 2, false, (6, 2));
    check(b"a\nb", 2, false, (3, 1)); // The line goes on.
    check(b"a\nb", 2, true, (3, 1));
    check(b"a\r", 1, false, (1, 0)); // The line end may go on.
    check(b"a\r", 1, true, (2, 1));
    check(b"a\n", 0, false, (0, 0));
    check(b"a\rb\n", 1, false, (2, 1));
    check(b"a\nb\rc\r\r\r\nd", 2, false, (9, 2)); // The first line end decides for the next.
    check(b"a\rb\nc\r\nd\r", 3, false, (7, 3));
    check(b"a\nb\r", 2, true, (4, 1));
}

proptest! {
    #[test]
    fn lines_are_passed_over_however_they_come(
        pieces in vec(select(vec!["a", "\"", "\n", "\r", "\r\n", "\r\r\n"]), 0..20),
        lines in 0..6_u64,
        feeds in vec(1..5_usize, 1..8),
    ) {
        let text = pieces.concat().into_bytes();
        let mut whole = None;
        let expected = skip_lines(&text, lines, true, &mut whole);
        let (mut taken, mut passed, mut fed, mut ends) = (0, 0, 0, None);
        for feed in feeds.into_iter().cycle() {
            fed = text.len().min(fed + feed);
            let some = skip_lines(&text[taken..fed], lines - passed, fed == text.len(), &mut ends);
            (taken, passed) = (taken + some.bytes, passed + some.lines);
            if fed == text.len() {
                break;
            }
        }
        prop_assert_eq!((taken, passed, ends), (expected.bytes, expected.lines, whole));
    }
}

/// The lines of each cut of the same bytes, all there from the begin.
fn lines_per_cut(bytes: &[u8], dialect: Dialect, enough: usize) -> Vec<u64> {
    let mut cutter = Cutter::new(dialect, 1 << 20, false).within(Limits { bytes: enough, lines: MOST_LINES });
    let (mut at, mut from, mut lines) = (Position::first(), 0, Vec::new());
    while from < bytes.len() {
        let cut = cutter.cut(&bytes[from..], at, true);
        assert!(cut.taken > 0);
        from += cut.taken;
        at = at.behind(&cut);
        lines.push(cut.lines);
    }
    lines
}

#[test]
fn a_cut_ends_after_enough_lines() {
    let most = MOST_LINES as usize;
    let standard = Dialect::default();
    let check = |bytes: &str, dialect, expected: &[usize]| {
        let lines = lines_per_cut(bytes.as_bytes(), dialect, usize::MAX);
        assert_eq!(lines, expected.iter().map(|lines| *lines as u64).collect::<Vec<_>>());
    };
    check(&"q\n".repeat(most), standard, &[most]);
    // The first record of a file, which decides what ends lines, comes before that.
    check(&"q\n".repeat(2 * most + 5), standard, &[most + 1, most, 4]);
    check(&"q\r\n".repeat(2 * most), standard, &[most + 1, most - 1]);
    check(&"q\r".repeat(2 * most), standard, &[most, most]);
    check(&"q\r\r\n".repeat(2 * most), standard, &[most + 1, most - 1]);
    let broken = "\"a\"b\n";
    check(&broken.repeat(most + 1), standard, &[most / 2 + 1, most / 2]);
    check(&"#\n".repeat(most + 1), Dialect { comment: Some(b'#'), ..standard }, &[most, 1]);
    // A record is never cut, however many lines it has.
    let long = format!("\"{}\"\n", "\n".repeat(2 * most));
    check(&format!("0\n1\n{long}2\n"), standard, &[2, 2 * most + 2]);
}

#[test]
fn a_long_run_of_blank_lines_is_passed_over_at_once() {
    let run = |end: &str, count: usize, feed: usize| {
        let bytes = format!("a,b{end}{}1,2{end}", end.repeat(count));
        pieces(bytes.as_bytes(), Dialect::default(), 1000, feed)
    };
    let ends = [("\n", "\\n"), ("\r\n", "\\r\\n"), ("\r", "\\r"), ("\r\r\n", "\\r\\r\\n")];
    for (end, shown) in ends {
        for feed in [1, 64, 65, 66, 67, 100, 1000] {
            let found = run(end, 200, feed).concat();
            let blank = found.replace("a,b", "").replace("1,2", "").replace(shown, "");
            assert_eq!(blank, "", "{end:?} fed {feed}");
            assert!(found.starts_with(&format!("a,b{shown}")) && found.ends_with(&format!("1,2{shown}")), "{found}");
        }
    }
    let lines = |bytes: &str| lines_per_cut(bytes.as_bytes(), Dialect::default(), usize::MAX);
    assert_eq!(lines(&"\n".repeat(1 << 20)), [1 << 20]);
    assert_eq!(lines(&format!("a\n{}", "\n".repeat(1 << 20))), [(1 << 20) + 1]);
    // Where a blank line is a row none is left out.
    let mut cutter = Cutter::new(Dialect::default(), 1000, false).with_blank_rows(true);
    assert!(cutter.cut(&b"\n".repeat(200), Position::first(), true).skips.is_empty());
}

#[test]
fn a_cut_ends_after_enough_bytes() {
    assert_eq!(lines_per_cut(&b"12345\n".repeat(5), Dialect::default(), 12), [2, 2, 1]);
    assert_eq!(lines_per_cut(&b"12345\n".repeat(5), Dialect::default(), 100), [5]);
    assert_eq!(lines_per_cut(&b"\"a\"b\n".repeat(5), Dialect::default(), 11), [3, 2]);
}
