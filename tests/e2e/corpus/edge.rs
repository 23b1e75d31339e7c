//! One small oddity each: the exact rows, rejects, exit code and words.

use std::collections::BTreeSet;

use crate::support::{Folder, records};

/// What one command on one file must come to.
#[derive(Clone)]
struct Case {
    file: &'static str,
    arguments: &'static [&'static str],
    output: String,
    code: i32,
    /// Line, byte offset and error type.
    rejects: Vec<(u64, u64, &'static str)>,
    says: &'static str,
}

fn case(file: &'static str, arguments: &'static [&'static str]) -> Case {
    Case { file, arguments, output: String::new(), code: 0, rejects: Vec::new(), says: "" }
}

impl Case {
    /// JSONL.
    fn gives(mut self, output: impl Into<String>) -> Case {
        self.output = output.into();
        self
    }

    /// The good rows among Ann's, Bob's and Cy's.
    fn keeps(self, ids: &[usize]) -> Case {
        let row =
            |id: &usize| format!("{{\"id\":{id},\"name\":\"{}\",\"amount\":{id}0}}\n", ["Ann", "Bob", "Cy"][id - 1]);
        self.gives(ids.iter().map(row).collect::<String>())
    }

    fn rejects(mut self, line: u64, offset: u64, error_type: &'static str) -> Case {
        self.rejects.push((line, offset, error_type));
        self.code = 3;
        self
    }

    fn exits(mut self, code: i32) -> Case {
        self.code = code;
        self
    }

    fn says(mut self, words: &'static str) -> Case {
        self.says = words;
        self
    }

    fn check(&self) {
        let path = super::folder().join("edge-made-here").join(self.file);
        let folder = Folder::new();
        let mut arguments =
            vec!["run", path.to_str().unwrap(), "-", "--to-format", "jsonl", "--rejects", "rejects.csv"];
        arguments.extend(self.arguments);
        let done = folder.mill(arguments);
        let told = format!("{} {:?}:\n{}", self.file, self.arguments, done.stderr);
        // Rejects, and nothing that is loaded beside them.
        let code = if self.code == 3 && self.output.is_empty() { 4 } else { self.code };
        assert_eq!(done.code, Some(code), "{told}");
        assert!(done.stderr.contains(self.says), "{:?} is not said: {told}", self.says);
        assert_eq!(String::from_utf8_lossy(&done.stdout), self.output, "{told}");
        let rejects = std::fs::read(folder.path().join("rejects.csv")).unwrap_or_default();
        let rejects: Vec<_> = records(&rejects).into_iter().skip(1).collect();
        let found: Vec<_> =
            rejects.iter().map(|r| (r[1].parse().unwrap(), r[2].parse().unwrap(), r[6].as_str())).collect();
        assert_eq!(found, self.rejects, "{told}");
        let bytes = std::fs::read(&path).unwrap();
        for reject in rejects.iter().filter(|reject| !reject[7].starts_with("escaped:")) {
            let at: usize = reject[2].parse().unwrap();
            assert!(bytes[at..].starts_with(reject[8].as_bytes()), "{reject:?} is not what stands there: {told}");
        }
    }
}

#[test]
#[ignore = "reads other projects' files; set GRISTMILL_CORPUS to their folder"]
fn every_oddity_comes_out_as_it_should() {
    let cases = [empties(), line_ends(), encodings(), broken(), names_and_values(), compressed()].concat();
    cases.iter().for_each(Case::check);
    let checked: BTreeSet<String> = cases.iter().map(|case| case.file.to_owned()).collect();
    let entries = std::fs::read_dir(super::folder().join("edge-made-here")).unwrap();
    let there: BTreeSet<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(checked, there);
}

const DECLARED: &[&str] = &["--columns", "id:bigint,name:text,amount:bigint"];

fn empties() -> Vec<Case> {
    let nothing = ["empty.csv", "only_bom.csv", "only_newline.csv"];
    let refused = nothing.map(|file| case(file, &[]).exits(65).says("is empty: no header and no rows"));
    let declared = nothing.map(|file| case(file, DECLARED));
    let headers = ["header_only.csv", "header_only_no_eol.csv"].map(|file| case(file, &[]));
    refused.into_iter().chain(declared).chain(headers).collect()
}

fn line_ends() -> Vec<Case> {
    let sound = ["ok.csv", "crlf.csv", "cr_only.csv", "crcrlf.csv", "no_final_eol.csv", "bom.csv", "utf16le.csv"];
    let mut cases: Vec<Case> = sound.into_iter().map(|file| case(file, &[]).keeps(&[1, 2, 3])).collect();
    // A CR in a file whose first line ends in CRLF is a byte of its value.
    cases.push(case("mixed_eol.csv", &[]).keeps(&[1]).rejects(3, 25, "TOO_MANY_COLUMNS"));
    cases.push(case("bom_quoted_header.csv", &[]).keeps(&[1]));
    cases.push(case("blank_lines.csv", &[]).keeps(&[1, 2]));
    cases.push(case("whitespace_line.csv", &[]).keeps(&[1, 2]).rejects(3, 24, "MISSING_COLUMNS"));
    cases.push(case("ctrl_z_eof.csv", &[]).keeps(&[1, 2, 3]).rejects(5, 41, "MISSING_COLUMNS"));
    cases.push(case("nul_tail_1k.csv", &[]).keeps(&[1, 2, 3]).rejects(5, 41, "MISSING_COLUMNS"));
    cases
}

fn encodings() -> Vec<Case> {
    let latin = &["--set", "extract.encoding=windows-1252"];
    vec![
        case("invalid_utf8.csv", &[]).keeps(&[2]).rejects(2, 15, "INVALID_ENCODING"),
        case("invalid_utf8.csv", latin)
            .gives("{\"id\":1,\"name\":\"Jérôme\",\"amount\":10}\n{\"id\":2,\"name\":\"Bob\",\"amount\":20}\n"),
        case("utf8_overlong.csv", &[]).rejects(2, 15, "INVALID_ENCODING"),
        case("lone_surrogate_cesu8.csv", &[]).rejects(2, 15, "INVALID_ENCODING"),
        case("emoji_4byte.csv", &[]).gives(
            "{\"id\":1,\"name\":\"👩\u{200d}👩\u{200d}👧 Ann\",\"amount\":10}\n{\"id\":2,\"name\":\"日本\",\"amount\":20}\n",
        ),
        case("nul_in_field.csv", &[])
            .gives("{\"id\":1,\"name\":\"A\\u0000n\",\"amount\":10}\n{\"id\":2,\"name\":\"Bob\",\"amount\":20}\n"),
    ]
}

fn broken() -> Vec<Case> {
    let quoted = |name: &str| {
        format!("{{\"id\":1,\"name\":\"{name}\",\"amount\":10}}\n{{\"id\":2,\"name\":\"Bob\",\"amount\":20}}\n")
    };
    vec![
        case("short_row.csv", &[]).keeps(&[1, 3]).rejects(3, 24, "MISSING_COLUMNS"),
        case("short_row.csv", &["--set", "extract.ragged=pad"]).gives(
            "{\"id\":1,\"name\":\"Ann\",\"amount\":10}\n{\"id\":2,\"name\":\"Bob\",\"amount\":null}\n{\"id\":3,\"name\":\"Cy\",\"amount\":30}\n",
        ),
        case("long_row.csv", &[]).keeps(&[1, 3]).rejects(3, 24, "TOO_MANY_COLUMNS"),
        case("long_row.csv", &["--set", "extract.ragged=pad"]).keeps(&[1, 3]).rejects(3, 24, "TOO_MANY_COLUMNS"),
        case("long_row.csv", &["--on-error", "stop"]).exits(65).rejects(3, 24, "TOO_MANY_COLUMNS").exits(65).says("line 3"),
        case("unterminated_quote_mid.csv", &[]).keeps(&[2, 3]).rejects(2, 15, "UNCLOSED_QUOTE"),
        case("unterminated_quote_last.csv", &[]).keeps(&[1]).rejects(3, 24, "UNCLOSED_QUOTE"),
        case("text_after_quote.csv", &[]).keeps(&[2]).rejects(2, 15, "BAD_QUOTE"),
        case("text_after_quote.csv", &["--set", "extract.lenient=true"]).gives(quoted("Annx")),
        case("backslash_quote.csv", &[]).keeps(&[2]).rejects(2, 15, "BAD_QUOTE"),
        case("backslash_quote.csv", &["--set", "extract.escape=\\\\"]).gives(quoted("An\\\"n")),
        case("bare_quote_in_unquoted.csv", &[]).gives(quoted("An\\\"n")),
        case("quoted_newline.csv", &[]).gives(quoted("A\\nn\\r\\nn")),
        case("quoted_newline.csv", &["--set", "run.chunk_size=1B"]).gives(quoted("A\\nn\\r\\nn")),
        case("field_70k.csv", &[]).gives(quoted(&"a".repeat(70_000))),
    ]
}

fn names_and_values() -> Vec<Case> {
    let wide: Vec<String> = (0..5000).map(|n| format!("\"c{n}\":{n}")).collect();
    vec![
        case("cols_5000.csv", &[]).gives(format!("{{{}}}\n", wide.join(","))),
        case("dup_header.csv", &[]).gives("{\"id\":1,\"name\":\"Ann\",\"id_2\":10}\n").says("it is called \"id_2\""),
        case("header_case_dup.csv", &[]).gives("{\"id\":1,\"ID\":2,\"Id\":3}\n"),
        case("empty_header_name.csv", &[]).gives("{\"id\":1,\"column_2\":\"Ann\",\"amount\":10}\n").says("column_2"),
        case("header_spaces.csv", &[]).gives("{\" id \":1,\" name \":\"Ann\",\"amount\":10}\n"),
        case("trailing_comma_all.csv", &[])
            .gives("{\"id\":1,\"name\":\"Ann\",\"amount\":10,\"column_4\":null}\n{\"id\":2,\"name\":\"Bob\",\"amount\":20,\"column_4\":null}\n")
            .says("column_4"),
        case("unit_separator.csv", &[]).gives("{\"id\\u001fname\\u001famount\":\"1\\u001fAnn\\u001f10\"}\n"),
        case("unit_separator.csv", &["--delimiter", "\u{1f}"]).keeps(&[1]),
        case("type_error.csv", DECLARED).keeps(&[1]).rejects(3, 24, "CAST").rejects(4, 33, "CAST"),
        case("int_overflow.csv", &["--columns", "id:bigint"])
            .gives("{\"id\":9223372036854775807,\"name\":\"Ann\",\"amount\":10}\n")
            .rejects(3, 42, "CAST"),
        case("int_overflow.csv", &[]).gives(
            "{\"id\":\"9223372036854775807\",\"name\":\"Ann\",\"amount\":10}\n{\"id\":\"9223372036854775808\",\"name\":\"Bob\",\"amount\":20}\n",
        ),
        case("leading_zeros.csv", &[])
            .gives("{\"id\":1,\"name\":\"Ann\",\"zip\":\"00501\"}\n{\"id\":2,\"name\":\"Bob\",\"zip\":\"02134\"}\n"),
        case("null_tokens.csv", &["--select", "id, name"]).gives(
            "{\"id\":1,\"name\":null}\n{\"id\":2,\"name\":\"\"}\n{\"id\":3,\"name\":\"NULL\"}\n{\"id\":4,\"name\":\"\\\\N\"}\n{\"id\":5,\"name\":\"NA\"}\n",
        ),
        case("null_tokens.csv", &["--select", "name", "--set", r"extract.null=['NULL', '\N', 'NA']"]).gives(
            "{\"name\":\"\"}\n{\"name\":\"\"}\n{\"name\":null}\n{\"name\":null}\n{\"name\":null}\n",
        ),
        case("float_specials.csv", &["--columns", "amount:double", "--select", "amount"])
            .gives("{\"amount\":null}\n{\"amount\":null}\n{\"amount\":-0.0}\n")
            .rejects(5, 45, "CAST"),
        case("formula_injection.csv", &["--select", "name"]).gives("{\"name\":\"=1+1\"}\n{\"name\":\"@SUM(A1)\"}\n"),
    ]
}

/// Damage ends the run before the first row here, and says so of the last good line.
fn compressed() -> Vec<Case> {
    let mut cases: Vec<Case> =
        ["gz_named_csv.csv", "csv_named_gz.csv.gz"].into_iter().map(|file| case(file, &[]).keeps(&[1, 2, 3])).collect();
    cases.push(case("two_members.csv.gz", &["--where", "id < 4"]).keeps(&[1, 2, 3]));
    let every = case("ok.csv.gz", &["--all-text", "--select", "id", "--where", "id = '3'"]);
    cases.push(every.gives("{\"id\":\"3\"}\n".repeat(2000)));
    // Rows before the damage are on their way when it is found, and standard output takes nothing back.
    let damaged = |file, says| case(file, &["--where", "false"]).exits(65).says(says);
    cases.push(damaged("crc_bad.csv.gz", "matching checksum; the last good line is 8000 at most"));
    cases.push(damaged("truncated.csv.gz", "unexpected end of the gzip stream; the last good line is 1614"));
    cases.push(damaged("trailing_garbage.csv.gz", "what follows the gzip stream is not part of it; the last good"));
    cases
}
