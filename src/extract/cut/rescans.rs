//! Rescans after broken records: what is cut is what walking each record anew would cut, and costs little.

use proptest::prelude::*;

use super::trail::{Seen, Trails};
use super::walk::{self, Rules, Walked};
use super::*;
use crate::batch::Broken;
use crate::format::csv::{Delimiter, rest_of_line};

fn shown(broken: &Broken) -> String {
    let Broken { error_type, message, offset, line, raw } = broken;
    format!("!{} {line} {offset} {message} {}", error_type.name(), raw.escape_ascii())
}

/// What a cutter cuts that is fed so many bytes at a time; sound records joined.
fn cut(bytes: &[u8], rules: Rules, feed: usize, limits: Limits) -> Vec<String> {
    let mut cutter = Cutter::new(rules.dialect, rules.max_record_size, false).within(limits);
    let (mut from, mut fed, mut found) = (0, 0, Found::default());
    let mut at = Position::first();
    loop {
        fed = bytes.len().min(fed + feed);
        let held = &bytes[from..fed];
        let cut = cutter.cut(held, at, fed == bytes.len());
        let mut sound = 0;
        for skip in &cut.skips {
            found.sound(&held[sound..skip.span.start]);
            sound = skip.span.end;
            found.pieces.extend(skip.broken.as_ref().map(shown));
        }
        found.sound(&held[sound..cut.taken]);
        from += cut.taken;
        at = at.behind(&cut);
        if from == bytes.len() && fed == bytes.len() {
            return found.pieces;
        }
    }
}

#[derive(Default)]
struct Found {
    pieces: Vec<String>,
}

impl Found {
    fn sound(&mut self, bytes: &[u8]) {
        let text = bytes.escape_ascii().to_string();
        match self.pieces.last_mut() {
            Some(last) if !last.starts_with('!') => last.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.pieces.push(text),
        }
    }
}

/// The same by walking each record from its begin, with nothing remembered.
fn naive(bytes: &[u8], mut rules: Rules) -> Vec<String> {
    let view = View { bytes, end: true };
    let (mut start, mut found) = (0, Found::default());
    let mut place = Spot { at: 0, line: 1, offset: 0 };
    while start < bytes.len() {
        place.advance(bytes, start, false, rules.line_ends.unwrap_or_default());
        let (walked, _) = walk::record(view, start, &rules);
        let line = rest_of_line(bytes, start, true, rules.line_ends);
        let Line::Whole { text_end, next } = line else { panic!("all is at hand") };
        match walked {
            Walked::Sound { next, .. } => {
                rules.heed(&bytes[start..next]);
                found.sound(&bytes[start..next]);
                start = next;
                continue;
            }
            Walked::Broken { why, at } => {
                let record = &bytes[start..bytes.len().min(at + 1)];
                let column = Trails::default().walk(view, start, &rules).column;
                let mut passing = Passing::broken(why, record, column, place, &rules);
                passing.keep(&bytes[start..text_end]);
                found.pieces.extend(passing.finish().as_ref().map(shown));
            }
            Walked::Comment => {}
            Walked::More => panic!("all is at hand"),
        }
        rules.heed(&bytes[text_end..next]);
        start = next;
    }
    found.pieces
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let standard = Dialect::default();
    prop::sample::select(vec![
        standard,
        Dialect { escape: Some(b'\\'), ..standard },
        Dialect { lenient: true, ..standard },
        Dialect { trim: true, ..standard },
        Dialect { delimiter: Delimiter::new(b",#,").unwrap(), ..standard },
        Dialect { trim: true, lenient: true, escape: Some(b'\\'), ..standard },
        Dialect { comment: Some(b'#'), ..standard },
        Dialect { escape: Some(b'\\'), lenient: true, ..standard },
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn what_is_remembered_changes_nothing(
        bytes in prop::collection::vec(prop::sample::select(b"a,,\"\"\"\"\n\n\r\r\\#  ".to_vec()), 0..80),
        dialect in dialects(),
        max_record_size in prop::sample::select(vec![3, 7, 12, 20, 1000]),
        feed in prop::sample::select(vec![1, 2, 3, 7, 1000]),
        limits in prop::sample::select(vec![(1, MOST_LINES), (5, MOST_LINES), (usize::MAX, 3), (usize::MAX, MOST_LINES)]),
    ) {
        let rules = Rules { dialect, max_record_size, line_ends: None };
        let limits = Limits { bytes: limits.0, lines: limits.1 };
        prop_assert_eq!(cut(&bytes, rules, feed, limits), naive(&bytes, rules));
    }
}

/// Bytes that are walked over for a file of so many lines, all of them broken, as a multiple of the file.
fn cost(lines: &[&str], count: usize, mut rules: Rules) -> f64 {
    let bytes: Vec<u8> = lines.iter().cycle().take(count).flat_map(|line| line.bytes()).collect();
    let view = View { bytes: &bytes, end: true };
    let (mut trails, mut start, mut walked_over) = (Trails::default(), 0, 0);
    while start < bytes.len() {
        let Seen { walked, bytes: walked_bytes, .. } = trails.walk(view, start, &rules);
        walked_over += walked_bytes;
        let line = rest_of_line(&bytes, start, true, rules.line_ends);
        let Line::Whole { next, .. } = line else { panic!("all is at hand") };
        let next = if let Walked::Sound { next, .. } = walked { next } else { next };
        rules.heed(&bytes[start..next]);
        start = next;
    }
    walked_over as f64 / bytes.len() as f64
}

#[test]
fn all_rescans_together_are_a_few_times_the_file() {
    let standard = Dialect::default();
    let escaped = Dialect { escape: Some(b'\\'), ..standard };
    let check = |lines: &[&str], dialect: Dialect| {
        for (count, max_record_size) in [(20_000, 1 << 14), (20_000, 1 << 24), (40_000, 1 << 24)] {
            let cost = cost(lines, count, Rules { dialect, max_record_size, line_ends: None });
            assert!(cost < 8.0, "{lines:?}, {count} lines: {cost} times the file");
        }
    };
    check(&["x\",\",\n"], standard);
    check(&["x\",\"\",\"\n", "y\n"], standard);
    check(&["\"x\n", "y\"\"z\n", "\"\"\n"], standard);
    check(&["x\\\",\"\\\",\r\n"], escaped);
    check(&["x\",\",\r"], standard);
    let twice = Dialect { delimiter: Delimiter::new(b"||").unwrap(), ..standard };
    check(&["x\"||\"||\n"], twice);
    check(&["|x\"|||\"|\"||\n", "\"|\n"], twice);
    let trim = Dialect { trim: true, ..standard };
    check(&["x\" , \" ,\n"], trim);
    check(&["x\"    x , \"     ,\n"], trim);
    check(&["\"x \n", " \"\" x\n", " \"  \n"], trim);
    check(&["x\",\",\n", "\n", "#\n"], Dialect { comment: Some(b'#'), ..standard });
}
