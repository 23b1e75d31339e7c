//! A source that is opened at a place gives what stands behind it, and nothing else.

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;

use flate2::write::GzEncoder;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::batch::{Begin, Broken, Chunk};
use crate::exit::ExitCode;
use crate::extract::{Head, source};
use crate::job::{Changes, Job, Setting};
use crate::metrics::Metrics;
use crate::stop::Stop;

/// How a text lies in its file.
#[derive(Clone, Copy, Debug)]
struct Form {
    utf16: Option<bool>,
    mark: bool,
    gzip: bool,
}

impl Form {
    fn file(self, text: &str) -> Vec<u8> {
        let text = if self.mark || self.utf16.is_some() { format!("\u{feff}{text}") } else { text.to_owned() };
        let bytes = match self.utf16 {
            None => text.into_bytes(),
            Some(true) => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Some(false) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        };
        if !self.gzip {
            return bytes;
        }
        let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&bytes).unwrap();
        packed.finish().unwrap()
    }
}

fn any_form() -> impl Strategy<Value = Form> {
    let utf16 = select(vec![None, None, Some(true), Some(false)]);
    (utf16, any::<bool>(), any::<bool>()).prop_map(|(utf16, mark, gzip)| Form { utf16, mark, gzip })
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "a",
        "b,c",
        "é",
        "😀",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\r\r\n",
        "\"x\ny\"",
        "\"",
        "#",
        "#note\n",
        "\n\n",
        "long long long ",
        ",",
    ]);
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A piece of what was read: a byte of sound records, or a broken one.
#[derive(Debug, PartialEq)]
enum Read {
    Byte(usize, u8),
    Broken(usize, Broken),
}

fn read(chunks: &[Chunk]) -> Vec<Read> {
    chunks.iter().flat_map(read_in).collect()
}

fn read_in(chunk: &Chunk) -> Vec<Read> {
    let (mut read, mut from) = (Vec::new(), 0);
    let byte = |byte: &u8| Read::Byte(chunk.file.index, *byte);
    for skip in &chunk.skips {
        read.extend(chunk.bytes[from..skip.span.start].iter().map(byte));
        read.extend(skip.broken.clone().map(|broken| Read::Broken(chunk.file.index, broken)));
        from = skip.span.end;
    }
    read.extend(chunk.bytes[from..].iter().map(byte));
    read
}

/// The chunks of all files in the folder, from a place on.
fn chunks(folder: &Path, begin: Option<Begin>, chunk_size: usize, settings: &[&str]) -> Vec<Chunk> {
    let settings = settings.iter().map(|text| Setting::parse(text).unwrap()).collect();
    let path = folder.join("*.csv").display().to_string();
    let job = Job::from_arguments(&path, "null:", Changes { settings, ..Changes::default() }).unwrap();
    let (metrics, stop) = (Metrics::default(), Stop::default());
    let head = Head::open(job.extract.clone(), usize::MAX, &stop).unwrap();
    let mut chunks = source(head, begin, chunk_size, &metrics, &stop);
    assert!(chunks.begin().is_some() && (begin.is_none() || chunks.begin() == begin));
    std::iter::from_fn(|| chunks.next(Vec::new()).unwrap()).collect()
}

const SETTINGS: [&str; 5] = [
    "extract.header=false",
    "extract.columns.a=\"text\"",
    "extract.columns.b=\"text\"",
    "extract.comment=\"#\"",
    "extract.max_record_size=\"30B\"",
];

fn folder_of(files: &[(String, Form)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, (text, form)) in files.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.csv")), form.file(text)).unwrap();
    }
    folder
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rest_is_the_same_from_every_place_and_whatever_the_chunks(
        files in vec((any_text(), any_form()), 1..4),
        sizes in (1_usize..90, 1_usize..90),
        skip in 0_u64..3,
        chosen in vec(any::<Index>(), 1..6),
    ) {
        let folder = folder_of(&files);
        let skip = format!("extract.skip={skip}");
        let settings = [&SETTINGS[..], &[&skip]].concat();
        let whole = chunks(folder.path(), None, sizes.0, &settings);
        let opened: Vec<usize> = (0..whole.len()).filter(|chunk| whole[*chunk].upto.is_some()).collect();
        prop_assert!(whole.is_empty() || !opened.is_empty());
        for chunk in chosen.iter().filter(|_| !opened.is_empty()).map(|index| opened[index.index(opened.len())]) {
            let rest = chunks(folder.path(), whole[chunk].upto, sizes.1, &settings);
            prop_assert_eq!(read(&rest), read(&whole[chunk + 1..]));
            if let (Some(last), Some(same)) = (rest.last(), whole.last()) {
                prop_assert_eq!(last.upto, same.upto);
            }
        }
    }
}

#[test]
fn a_line_that_is_passed_over_in_pieces_cannot_be_opened_within() {
    let text = format!("1,a\n2,{}\n3,c\n", "x".repeat(1000));
    let folder = folder_of(&[(text, Form { utf16: None, mark: false, gzip: false })]);
    let chunks = chunks(folder.path(), None, 40, &SETTINGS);
    let opened: Vec<(u64, u64)> = chunks.iter().filter_map(|chunk| chunk.upto).map(|at| (at.offset, at.line)).collect();
    assert!(chunks.len() > 5, "{}", chunks.len());
    assert_eq!(opened, [(1011, 4)]);
}

#[test]
fn what_was_read_of_a_pair_of_units_is_forgotten_with_the_rest() {
    // The 65,536 bytes that are read at first end between the two units of a pair.
    let folder = folder_of(&[("😀\n".repeat(20_000), Form { utf16: Some(false), mark: true, gzip: false })]);
    let whole = chunks(folder.path(), None, 30_000, &SETTINGS);
    let rest = chunks(folder.path(), whole[0].upto, 50_000, &SETTINGS);
    assert!(read(&rest) == read(&whole[1..]));
}

#[test]
fn what_became_shorter_than_the_place_is_refused() {
    for gzip in [false, true] {
        let form = Form { utf16: None, mark: false, gzip };
        let folder = folder_of(&[("1,a\n".to_owned(), form)]);
        let settings = Setting::parse("extract.header=false").unwrap();
        let path = folder.path().join("0.csv").display().to_string();
        let changes = Changes { settings: vec![settings], ..Changes::default() };
        let job = Job::from_arguments(&path, "null:", changes).unwrap();
        let (metrics, stop) = (Metrics::default(), Stop::default());
        let head = Head::open(job.extract.clone(), usize::MAX, &stop).unwrap();
        let begin = Begin { file: 0, offset: 1000, line: 100, line_ends: None };
        let error = source(head, Some(begin), NonZeroUsize::MIN.get(), &metrics, &stop).next(Vec::new()).unwrap_err();
        assert!(error.to_string().contains("0.csv was truncated: it "), "{error}");
    }
}

/// Why the rest from a place on cannot be read.
fn refusal(folder: &Path, begin: Begin, settings: &[&str]) -> (ExitCode, String) {
    let settings = settings.iter().map(|text| Setting::parse(text).unwrap()).collect();
    let path = folder.join("*.csv").display().to_string();
    let job = Job::from_arguments(&path, "null:", Changes { settings, ..Changes::default() }).unwrap();
    let (metrics, stop) = (Metrics::default(), Stop::default());
    let head = Head::open(job.extract.clone(), usize::MAX, &stop).unwrap();
    let error = source(head, Some(begin), 100, &metrics, &stop).next(Vec::new()).unwrap_err();
    (ExitCode::of(&error), error.to_string())
}

const PLAIN: Form = Form { utf16: None, mark: false, gzip: false };

#[test]
fn a_file_that_was_emptied_is_not_passed_over_for_the_next_one() {
    let folder = folder_of(&[(String::new(), PLAIN), ("a,b\n1,x\n2,y\n".to_owned(), PLAIN)]);
    let declared = ["extract.columns.a=\"text\"", "extract.columns.b=\"text\""];
    let (code, message) = refusal(folder.path(), Begin { file: 0, offset: 8, line: 3, line_ends: None }, &declared);
    assert_eq!(code, ExitCode::Data);
    assert!(
        message.ends_with("0.csv was truncated: no record is left in it, and byte 8 is to be read on from"),
        "{message}"
    );
}

#[test]
fn a_place_in_a_file_that_is_no_longer_there_is_not_the_end() {
    let folder = folder_of(&[("a,b\n1,x\n".to_owned(), PLAIN)]);
    let (code, message) = refusal(folder.path(), Begin { file: 1, offset: 4, line: 2, line_ends: None }, &[]);
    assert_eq!((code, &*message), (ExitCode::NoInput, "file 2 of the input is to be read on, and there are fewer"));
}

#[test]
fn damage_before_the_place_is_told_as_elsewhere() {
    for utf16 in [None, Some(true)] {
        let form = Form { utf16, mark: false, gzip: true };
        let text: String =
            (0..60_000_u64).map(|row| format!("{row},{}\n", row.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
        let mut packed = form.file(&text);
        packed.truncate(packed.len() / 2);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("0.csv"), packed).unwrap();
        let begin = Begin { file: 0, offset: text.len() as u64, line: 60_001, line_ends: None };
        let (code, message) = refusal(folder.path(), begin, &["extract.header=false"]);
        assert_eq!(code, ExitCode::Data, "{message}");
        let (_, good) =
            message.split_once("0.csv is damaged: unexpected end of the gzip stream; the last good line is ").unwrap();
        let good: u64 = good.split(';').next().unwrap().parse().unwrap();
        assert!((20_000..50_000).contains(&good), "{message}");
    }
}
