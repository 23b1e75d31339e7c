//! Sound input, in every shape that it is found in.

use super::{GZIP, KINDS, Kind, XZ, ZSTD, rows};
use crate::support::{Folder, records};

/// What a run gives: its exit code, output, and rejects without the file's name.
fn outcome(folder: &Folder, file: &str, more: &[&str]) -> (Option<i32>, Vec<u8>, Vec<Vec<String>>) {
    let arguments = [&["run", file, "-", "--rejects", "rejects.csv"], more].concat();
    let done = folder.mill(arguments);
    let rejects = std::fs::read(folder.path().join("rejects.csv")).unwrap_or_default();
    let rejects = records(&rejects).into_iter().map(|reject| reject[1..].to_vec()).collect();
    (done.code, done.stdout, rejects)
}

/// Checks that `content`, packed in every way, comes out as it does when it is not.
#[track_caller]
fn check(content: &[u8], more: &[&str]) {
    let folder = Folder::with("in.csv", content);
    let expected = outcome(&folder, "in.csv", more);
    assert!(matches!(expected.0, Some(0 | 3)), "{expected:?}");
    for kind in KINDS {
        folder.write(&kind.named("in.csv"), kind.pack(content));
        assert!(outcome(&folder, &kind.named("in.csv"), more) == expected, "{kind:?} differs with {more:?}");
    }
}

#[test]
fn rows_and_rejects_are_those_of_the_plain_file() {
    let broken =
        rows(3000).replace("\n1000,", "\n1000,,,").replace("\n2500,", "\n\"x\"y,").replace(",name 31,", ",\u{e9},");
    for chunk_size in ["64B", "4KiB", "1MiB"] {
        check(broken.as_bytes(), &["--set", &format!("run.chunk_size={chunk_size}"), "--max-errors", "5000"]);
    }
    let rejected = outcome(&Folder::with("in.csv", &broken), "in.csv", &[]).2;
    assert_eq!(rejected.len(), 3, "the header and what was broken");
}

#[test]
fn byte_offsets_count_in_the_unpacked_file() {
    let content = "\u{feff}id,name\n1,a\n2\n";
    for kind in KINDS {
        let folder = Folder::with("in", kind.pack(content));
        folder.mill(["run", "in", "null:", "--rejects", "in.rejects.csv"]).exits(3);
        assert_eq!(records(folder.rejects().as_bytes())[1][1..3], ["3", "15"], "{kind:?}");
    }
}

#[test]
fn marks_encodings_and_skipped_lines_come_after_unpacking() {
    let utf16: Vec<u8> = "\u{feff}id,name\n1,\u{e9}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&utf16, &[]);
    check(b"id,name\n1,\xe9\n", &["--set", "extract.encoding=windows-1252"]);
    check(b"made by hand\r\n\r\nid,name\r\n1,a\r\n", &["--set", "extract.skip=2"]);
}

#[test]
fn every_format_is_read() {
    check(b"{\"id\":1,\"name\":\"a\"}\n{\"id\":}\n{\"id\":2,\"name\":null}\n", &["--from-format", "jsonl"]);
    check(b"one\n\"two\n\nthree", &["--from-format", "lines"]);
    let pattern = r"extract.pattern='(?<id>\d+) (?<name>.*)'";
    check(b"1 a\n2 b\nnone\n", &["--from-format", "text", "--set", pattern, "--max-errors", "5"]);
    let folder = Folder::with("in.jsonl.zst", ZSTD.pack("{\"id\":1}\n"));
    assert_eq!(folder.mill(["run", "in.jsonl.zst", "-"]).exits(0).stdout_text(), "id\n1\n");
    folder.write("IN.JSONL.GZ", GZIP.pack("{\"id\":1}\n"));
    assert_eq!(folder.mill(["run", "IN.JSONL.GZ", "-"]).exits(0).stdout_text(), "id\n1\n");
    folder.write("in.tsv.gz", GZIP.pack("id\tname\n1\ta\n"));
    assert_eq!(folder.mill(["run", "in.tsv.gz", "-"]).exits(0).stdout_text(), "id,name\n1,a\n");
}

#[test]
fn one_stream_after_another_is_one_file() {
    let content = rows(2000);
    let folder = Folder::with("plain.csv", &content);
    let expected = outcome(&folder, "plain.csv", &[]);
    for kind in KINDS {
        // Streams of few bytes, of many, and empty ones in between and at the end.
        for size in [61, 30_000] {
            let mut packed = kind.pack_in_pieces(content.as_bytes(), size);
            packed.extend(kind.pack(""));
            folder.write("in", [kind.pack(""), packed].concat());
            assert!(outcome(&folder, "in", &[]) == expected, "{kind:?} in streams of {size} bytes differs");
        }
    }
}

/// A member of bgzip tells its size in an extra field, and the last one is empty.
#[test]
fn members_as_bgzip_makes_them_are_read() {
    let member = |bytes: &[u8]| {
        let packed = flate2::GzBuilder::new().extra(*b"BC\x02\x00\xff\x00");
        let mut encoder = packed.write(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut encoder, bytes).unwrap();
        encoder.finish().unwrap()
    };
    let content = rows(1000);
    let packed: Vec<u8> = content.as_bytes().chunks(65_280).chain([&b""[..]]).flat_map(member).collect();
    let folder = Folder::with("in.csv.gz", packed);
    let done = folder.mill(["run", "in.csv.gz", "-"]).exits(0);
    assert_eq!(done.stdout_text(), content);
}

#[test]
fn what_may_stand_behind_a_stream_is_passed_over() {
    let skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc";
    let check = |kind: Kind, padding: &[u8]| {
        let packed = [kind.pack("id\n1\n"), padding.to_vec(), kind.pack("2\n"), padding.to_vec()].concat();
        let folder = Folder::with("in", packed);
        assert_eq!(folder.mill(["run", "in", "-"]).exits(0).stdout_text(), "id\n1\n2\n", "{kind:?} {padding:?}");
    };
    check(XZ, &[0; 8]);
    check(ZSTD, skippable);
    for zeros in [1, 5, 511, 200_000] {
        check(GZIP, &vec![0; zeros]);
    }
    let folder = Folder::with("in", [skippable.to_vec(), ZSTD.pack("id\n1\n")].concat());
    assert_eq!(folder.mill(["run", "in", "-"]).exits(0).stdout_text(), "id\n1\n");
}

#[test]
fn names_do_not_matter_in_lists_and_globs() {
    let folder = Folder::new();
    for (number, kind) in KINDS.into_iter().enumerate() {
        folder.write(&kind.named(&format!("in-{number}.csv")), kind.pack(format!("id\n{number}\n")));
    }
    folder.write("in-4.csv", "id\n4\n");
    folder.write("in-5.csv", GZIP.pack("id\n5\n"));
    folder.write("in-6.csv.gz", "id\n6\n");
    let done = folder.mill(["run", "in-*", "-", "--select", "id, _file"]).exits(0);
    let rows: Vec<String> = records(&done.stdout).into_iter().skip(1).map(|row| row.join(" ")).collect();
    let files = ["0.csv.gz", "1.csv.zst", "2.csv.bz2", "3.csv.xz", "4.csv", "5.csv", "6.csv.gz"];
    let expected: Vec<_> = files.iter().enumerate().map(|(id, file)| format!("{id} in-{file}")).collect();
    assert_eq!(rows, expected);
    done.says("in-6.csv.gz is not gzip-compressed, whatever its name says; read as it is");
    folder.mill(["run", "in-*", "null:", "--set", "extract.union_by_name=true"]).exits(0).says("7 rows read");
    folder.write("in-3.csv.xz", XZ.pack("other\n1\n"));
    folder.mill(["run", "in-*", "null:"]).exits(65).says("the header of in-3.csv.xz is not that of the first file");
}

#[test]
fn compression_can_be_said() {
    let folder = Folder::new();
    for kind in KINDS {
        let set = |name: &str| format!("extract.compression={name}");
        folder.write("in", kind.pack("id\n1\n"));
        folder.mill(["run", "in", "null:", "--set", &set(kind.name)]).exits(0).says("1 rows read");
        for other in KINDS.iter().filter(|other| **other != kind) {
            let done = folder.mill(["run", "in", "null:", "--set", &set(other.name)]).exits(65);
            done.says(&format!("in is not {}-compressed", other.name)).says("auto");
        }
        // Bytes are bytes: these are no text.
        folder.mill(["run", "in", "null:", "--set", &set("none"), "--all-text"]).exits(65);
    }
    folder.write("in", "id\n1\n");
    folder
        .mill(["run", "in", "null:", "--set", "extract.compression=gzip"])
        .exits(65)
        .says("in is not gzip-compressed");
    folder.mill(["run", "in", "null:", "--set", "extract.compression=rar"]).exits(78).says("gzip");
}

#[test]
fn types_are_guessed_and_jobs_validated_from_what_is_unpacked() {
    let job = "[extract]\npath = 'in.csv.xz'\n[transform]\nsql = 'select id + 1 as next from input'\n[[load]]\nto = 'out.csv'\n";
    let folder = Folder::with("job.toml", job);
    folder.write("in.csv.xz", XZ.pack(rows(100_000)));
    folder.mill(["validate", "job.toml"]).exits(0);
    folder.mill(["run", "job.toml"]).exits(0).says("guessed id bigint").says("100,000 rows read");
    assert!(folder.text("out.csv").starts_with("next\n1\n2\n"));
    folder.write("in.csv.xz", XZ.pack("id\nx\n"));
    folder.mill(["validate", "job.toml"]).exits(78).says("id");
}
