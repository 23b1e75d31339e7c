//! Properties of reading and writing CSV, over generated input.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::naive::{naive, naive_first_end};
use super::pieces::{self, check_accounts, first_end, layout, read_in_pieces};
use super::{Record, Setting, fuzz};
use crate::arrow::array::{ArrayRef, StringArray};
use crate::batch::{Batch, Chunk, Column, Encoder, InputFile, LineEnds, Payload, Records, Selection};
use crate::extract::cut::{Cutter, Position};
use crate::format::csv::{CsvEncoder, Delimiter, Dialect, Fields, Layout, NullWords, read};
use crate::types::{Known, OutputColumn, Session, Type};

/// Bytes of which most mean something.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        6 => select(b"abx,,\"\"\n\n\r'\\.#||||  \t".to_vec()),
        1 => select(b"\xC3\xC3\xA9\xA9\xFF\0".to_vec()),
    ];
    prop_oneof![4 => vec(byte.clone(), 0..60), 1 => vec(byte, 0..600), 2 => line_ends_mixed(), 1 => blank_runs()]
}

/// Hardly anything but line ends, and returns that are none.
fn line_ends_mixed() -> impl Strategy<Value = Vec<u8>> {
    let piece =
        select(vec!["a", ",", "\"", "\"\r\"", "\n", "\r", "\r\n", "\r\r\n", "\r\r\r\n", "#", "1,2\n", "1,2\r\n"]);
    vec(piece, 0..40).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Runs of blank lines that are left out at once, and what looks like them.
fn blank_runs() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        40 => select(vec!["\n", "\n", "\n", "\r\n", "\r\r\n"]),
        1 => select(vec!["\r", "\r\r\r\n", "a,b\n", "\"\n"]),
    ];
    let begin = select(vec!["", "a\n", "a\r", "\r"]);
    (begin, vec(piece, 60..300)).prop_map(|(begin, pieces)| [vec![begin], pieces].concat().concat().into_bytes())
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    let quote = select(vec![Some(b'"'), Some(b'"'), Some(b'"'), Some(b'\''), None]);
    let comment = select(vec![None, None, Some(b'#')]);
    let delimiter = select(vec![",", ",", "|", "||", "|,|", "é", "\t|", ", ", "|\t|"]);
    (delimiter, quote, any::<bool>(), comment, any::<bool>(), any::<bool>()).prop_map(
        |(delimiter, quote, doubled, comment, lenient, trim)| {
            let bare = Some(b'\\').filter(|_| doubled);
            let escape = quote.map(|quote| if doubled { quote } else { b'\\' }).or(bare);
            let trim = trim && (quote.is_some() || escape.is_none());
            Dialect { delimiter: Delimiter::new(delimiter.as_bytes()).unwrap(), quote, escape, comment, lenient, trim }
        },
    )
}

fn any_setting() -> impl Strategy<Value = Setting> {
    let size = prop_oneof![1 => 1..40usize, 1 => Just(100_000)];
    let enough = prop_oneof![1 => 1..40usize, 1 => Just(usize::MAX)];
    (any_dialect(), size, enough, 1..4usize, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(dialect, max_record_size, enough, width, pad, null_quoted, trailing_delimiter)| Setting {
            dialect,
            max_record_size,
            enough,
            width,
            pad,
            null_quoted,
            trailing_delimiter,
        },
    )
}

fn at_once(input: &[u8], setting: &Setting) -> Vec<Record> {
    read_in_pieces(input, setting, || usize::MAX / 2)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_as_the_naive_reader_reads_them(input in any_bytes(), setting in any_setting()) {
        let records = at_once(&input, &setting);
        let naive = naive(&input, &setting);
        check_accounts(&input, &setting, &records, naive.ends);
        prop_assert_eq!(records, naive.records);
    }

    #[test]
    fn feeding_changes_nothing(input in any_bytes(), setting in any_setting(), feeds in vec(1..64usize, 1..20)) {
        let expected = at_once(&input, &setting);
        let mut sizes = feeds.iter().copied().cycle();
        prop_assert_eq!(&read_in_pieces(&input, &setting, || sizes.next().unwrap_or(1)), &expected);
        prop_assert_eq!(&read_in_pieces(&input, &setting, || feeds[0]), &expected);
    }

    #[test]
    fn the_first_record_is_found_however_it_is_fed(input in any_bytes(), setting in any_setting(), feed in 1..64usize) {
        prop_assert_eq!(first_end(&input, &setting, || feed), naive_first_end(&input, &naive(&input, &setting), &setting));
    }

    #[test]
    fn the_careful_walk_agrees_with_the_fast_pass(input in any_bytes(), setting in any_setting()) {
        // A comment byte, here one that does not occur, makes the cutter walk record by record.
        let dialect = Dialect { comment: None, ..setting.dialect };
        let fast = Setting { dialect, ..setting.clone() };
        let careful = Setting { dialect: Dialect { comment: Some(1), ..dialect }, ..setting };
        prop_assert_eq!(at_once(&input, &fast), at_once(&input, &careful));
    }
}

/// Well-formed CSV: cells, and for each whether it is quoted without need.
#[derive(Clone, Debug)]
struct Table {
    rows: Vec<Vec<(String, bool)>>,
    line_ends: Vec<&'static str>,
    last_line_end: bool,
}

fn any_cell() -> impl Strategy<Value = String> {
    let piece = select(vec!["a", "é", "😀", ",", "\"", "\n", "\r", "\r\n", "\0", " ", "1.50", r"\.", "5\" disk"]);
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn any_table() -> impl Strategy<Value = Table> {
    let feeds = vec(select(vec!["\n", "\r\n", "\r\r\n"]), 1..4);
    let returns = vec(select(vec!["\n", "\r\n", "\r"]), 0..3).prop_map(|others| [vec!["\r"], others].concat());
    let line_ends = prop_oneof![2 => feeds, 1 => returns];
    let rows = (1..5usize).prop_flat_map(|width| vec(vec((any_cell(), any::<bool>()), width), 1..30));
    (rows, line_ends, any::<bool>()).prop_map(|(rows, line_ends, last_line_end)| Table {
        rows,
        line_ends,
        last_line_end,
    })
}

fn written(table: &Table) -> String {
    let mut text = String::new();
    for (index, row) in table.rows.iter().enumerate() {
        let cells: Vec<String> =
            row.iter().map(|(cell, quoted)| written_cell(cell, *quoted || row.len() == 1)).collect();
        text.push_str(&cells.join(","));
        if table.last_line_end || index + 1 < table.rows.len() {
            text.push_str(table.line_ends[index % table.line_ends.len()]);
        }
    }
    text
}

fn written_cell(cell: &str, quoted: bool) -> String {
    match quoted || cell.starts_with('"') || cell.contains([',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

fn by_csv_crate(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn well_formed_input_reads_as_the_csv_crate_reads_it(table in any_table(), feed in 1..200usize) {
        let text = written(&table);
        let setting = Setting::plain(table.rows[0].len());
        let records = read_in_pieces(text.as_bytes(), &setting, || feed);
        check_accounts(text.as_bytes(), &setting, &records, LineEnds::of_line(table.line_ends[0].as_bytes()));
        // Unquoted empty fields and the NULL word are NULL for us, text for the csv crate.
        let cells = records.into_iter().map(|record| record.cells.unwrap()).collect::<Vec<_>>();
        let expected = by_csv_crate(&text);
        prop_assert_eq!(cells.len(), expected.len());
        for (cells, expected) in cells.iter().flatten().zip(expected.iter().flatten()) {
            match cells {
                Some(cell) => prop_assert_eq!(cell, expected),
                None => prop_assert!(expected.is_empty() || expected == "a"),
            }
        }
    }

    #[test]
    fn values_read_back_as_they_were(columns in (1..4usize).prop_flat_map(|width| vec(vec(prop::option::of(any_cell()), 20), width))) {
        let arrays = columns.iter().map(|column| Column::Values(Arc::new(StringArray::from_iter(column)) as ArrayRef)).collect();
        let nothing = chunk(b"", &layout_of(1));
        let text = with_rows(&nothing, &layout_of(1), |records| encode(records, Selection::All(20), arrays, &vec![None; columns.len()]));
        let rows = rows_of(&text, columns.len());
        let expected: Vec<Vec<Option<String>>> =
            (0..20).map(|row| columns.iter().map(|column| column[row].clone()).collect()).collect();
        prop_assert_eq!(rows, expected);
    }

    #[test]
    fn untouched_rows_keep_their_bytes(table in any_table(), quote_everything in any::<bool>()) {
        let mut table = table;
        table.line_ends = vec!["\n"];
        table.last_line_end = true;
        table.rows.iter_mut().flatten().for_each(|(cell, quoted)| *quoted |= quote_everything || cell.contains('"'));
        let text = written(&table);
        let width = table.rows[0].len();
        prop_assert_eq!(copied(text.as_bytes(), width, 0..width), text.as_bytes());
    }

    #[test]
    fn untouched_rows_of_any_dialect_keep_their_texts(input in any_bytes(), setting in any_setting()) {
        let null = NullWords::new(&[String::new()]).quoted_too(setting.null_quoted);
        let layout = Layout { null, ..layout(&setting) };
        let chunk = chunk(&input, &layout);
        let (text, expected) = with_rows(&chunk, &layout, |records| {
            let columns = (0..setting.width).map(Column::Field).collect();
            let fields: Vec<_> = (0..setting.width).map(Some).collect();
            let text = encode(records, Selection::All(records.len()), columns, &fields);
            (text, (0..records.len()).map(|row| cells(records, row, setting.width)).collect::<Vec<_>>())
        });
        // The copy has the delimiter of the input and our quotes.
        let dialect = Dialect { delimiter: b','.into(), ..Dialect::default() };
        let copy = Setting { dialect, ..Setting::plain(setting.width) };
        let layout = Layout { null: NullWords::new(&[String::new()]), ..pieces::layout(&copy) };
        let chunk = self::chunk(&text, &layout);
        prop_assert_eq!(with_rows(&chunk, &layout, |records| (0..records.len()).map(|row| cells(records, row, copy.width)).collect::<Vec<_>>()), expected);
    }
}

fn layout_of(width: usize) -> Layout {
    let setting = Setting::plain(width);
    Layout { null: NullWords::new(&[String::new()]), ..layout(&setting) }
}

fn chunk(input: &[u8], layout: &Layout) -> Chunk {
    let shape = &layout.shape;
    let mut cutter = Cutter::new(shape.dialect, 1 << 20, false).with_blank_rows(shape.width < 2);
    let cut = cutter.cut(input, Position::first(), true);
    Chunk {
        sequence: 0,
        file: Arc::new(InputFile::new(0, "input.csv")),
        offset: 0,
        line: 1,
        bytes: input.to_vec(),
        skips: cut.skips,
        plain_quotes: cut.plain_quotes,
        from_utf16: false,
        line_ends: cut.line_ends.unwrap_or_default(),
        values: None,
        upto: None,
    }
}

fn with_rows<T>(chunk: &Chunk, layout: &Layout, use_rows: impl FnOnce(&dyn Records) -> T) -> T {
    use_rows(&read(chunk, layout, &mut Fields::default()).records)
}

fn cells(records: &dyn Records, row: usize, width: usize) -> Vec<Option<String>> {
    (0..width).map(|column| records.text(row, column).map(Into::into)).collect()
}

fn rows_of(text: &[u8], width: usize) -> Vec<Vec<Option<String>>> {
    let layout = layout_of(width);
    let chunk = chunk(text, &layout);
    with_rows(&chunk, &layout, |records| (0..records.len()).map(|row| cells(records, row, width)).collect())
}

/// The fields of every row, untouched.
fn copied(input: &[u8], width: usize, fields: std::ops::Range<usize>) -> Vec<u8> {
    let layout = layout_of(width);
    let chunk = chunk(input, &layout);
    let columns = fields.clone().map(Column::Field).collect();
    let fields: Vec<_> = fields.map(Some).collect();
    with_rows(&chunk, &layout, |records| encode(records, Selection::All(records.len()), columns, &fields))
}

fn encode(records: &dyn Records, kept: Selection, columns: Vec<Column>, fields: &[Option<usize>]) -> Vec<u8> {
    let output = |field: &Option<usize>| OutputColumn {
        name: "c".into(),
        typing: Type::Text.into(),
        field: *field,
        known: Known::Declared,
    };
    let session = Session { zone: chrono_tz::UTC, now: 0 };
    let encoder = CsvEncoder::new(fields.iter().map(output).collect(), b',', session);
    let batch = Batch { kept, columns, filtered: 0, refused: Vec::new() };
    let (encoded, refused) = encoder.encode(records, &batch);
    assert!(refused.is_empty());
    match encoded.payload {
        Payload::Text(text) => text,
        payload => panic!("{payload:?}"),
    }
}

/// What the fuzz target does, without libFuzzer: for machines where that does not build. `GRISTMILL_EXECUTIONS` says how often.
#[test]
#[ignore = "takes minutes; run it on a release build"]
fn seeded_bytes_pass_the_fuzz_target() {
    let executions: u64 = std::env::var("GRISTMILL_EXECUTIONS").map_or(1_000_000, |text| text.parse().unwrap());
    let seed: u64 = std::env::var("GRISTMILL_SEED").map_or(1, |text| text.parse().unwrap());
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as usize
    };
    let alphabet = b"abx,,,|| \"\"\"\n\n\r\r\t\t\\#\xC3\xA9\xFF\0";
    for _ in 0..executions {
        let mut data = vec![random() as u8, random() as u8];
        let length = if random() % 16 == 0 { random() % 400 } else { random() % 48 };
        data.extend((0..length).map(|_| alphabet[random() % alphabet.len()]));
        fuzz(&data);
    }
}
