//! What compressed input costs, on pipes and when the run ends before it does.

use std::io::Write;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::{GZIP, KINDS, ZSTD, rows};
use crate::support::{Done, Folder};

/// Long enough for a run to have read what was sent, on a busy machine too.
const A_WHILE: Duration = Duration::from_millis(800);

#[test]
fn standard_input_may_be_compressed() {
    let content = rows(100_000);
    for kind in KINDS {
        let folder = Folder::new();
        let packed = kind.pack(&content);
        folder.mill_on(&packed, ["run", "-", "out.csv"]).exits(0).says("100,000 rows read");
        assert!(folder.text("out.csv") == content, "{kind:?}");
        let done = folder.mill_on(&packed[..packed.len() / 2], ["run", "-", "null:"]).exits(65);
        done.says("standard input is damaged: unexpected end").says("the last good line is");
        folder
            .mill_on(&packed[..1], ["run", "-", "null:", "--set", &format!("extract.compression={}", kind.name)])
            .exits(65);
    }
}

/// Each piece comes late: in the middle of a magic, of a header, of a block and of a checksum.
#[test]
fn a_slow_pipe_loses_nothing() {
    for kind in KINDS {
        let folder = Folder::new();
        let packed = [kind.pack("id\n1\n2\n"), kind.pack("3\n4\n")].concat();
        let mut child = folder.start(["run", "-", "out.csv", "--all-text"]);
        let mut pipe = child.stdin.take().unwrap();
        for piece in packed.chunks(packed.len() / 9) {
            pipe.write_all(piece).unwrap();
            thread::sleep(Duration::from_millis(60));
        }
        drop(pipe);
        Done::wait(child).exits(0);
        assert_eq!(folder.text("out.csv"), "id\n1\n2\n3\n4\n", "{kind:?}");
    }
}

/// Rows of a stream that is whole go on, though the next one has not begun.
#[test]
fn rows_go_on_while_the_pipe_is_idle() {
    let folder = Folder::new();
    let mut child = folder.start(["run", "-", "-", "--all-text", "-q", "--batch-period", "50ms"]);
    let (mut pipe, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    pipe.write_all(&GZIP.pack("id\n1\n")).unwrap();
    let mut lines = [0; 5];
    std::io::Read::read_exact(&mut output, &mut lines).unwrap();
    assert_eq!(&lines, b"id\n1\n");
    pipe.write_all(&GZIP.pack("2\n")).unwrap();
    drop(pipe);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut output, &mut rest).unwrap();
    assert_eq!(rest, "2\n");
    Done::wait(child).exits(0);
}

/// So many bytes of rows, packed piece by piece.
fn bomb(bytes: usize) -> Vec<u8> {
    let piece = GZIP.pack("1,2,3\n".repeat(1 << 20));
    let pieces = bytes / (6 << 20);
    [GZIP.pack("a,b,c\n"), piece.repeat(pieces)].concat()
}

#[test]
fn a_limit_stops_reading_early() {
    let folder = Folder::with("in.csv.gz", [bomb(2 << 30), b"garbage".to_vec()].concat());
    let start = Instant::now();
    let done = folder.mill(["run", "in.csv.gz", "-", "--limit", "2"]).exits(0);
    assert_eq!(done.stdout_text(), "a,b,c\n1,2,3\n1,2,3\n");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_signal_ends_a_run_that_is_unpacking() {
    let folder = Folder::with("in.csv.gz", bomb(2 << 30));
    // Streams of nothing: much is read, and no row comes of it.
    folder.write("empty.csv.gz", [GZIP.pack("a,b,c\n"), GZIP.pack("").repeat(3_000_000)].concat());
    for name in ["in.csv.gz", "empty.csv.gz"] {
        let child = folder.start(["run", name, "out.csv"]);
        thread::sleep(A_WHILE);
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let start = Instant::now();
        Done::wait(child).exits(130).says("interrupted by SIGINT");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        assert_eq!(folder.files(), ["empty.csv.gz", "in.csv.gz"]);
    }
}

#[test]
fn a_signal_ends_a_run_whose_compressed_pipe_is_idle() {
    let packed = ZSTD.pack(rows(100));
    for sent in [1, 20, packed.len() / 2, packed.len()] {
        let folder = Folder::new();
        let mut child = folder.start(["run", "-", "out.csv"]);
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(&packed[..sent]).unwrap();
        thread::sleep(A_WHILE);
        assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
        Done::wait(child).exits(143);
        drop(pipe);
        assert!(folder.files().is_empty(), "{:?}", folder.files());
    }
}

/// Peak memory of a run in MiB, from its summary.
fn peak_of(folder: &Folder, file: &str, code: i32) -> u64 {
    folder.mill(["run", file, "null:", "--summary", "summary.json"]).exits(code);
    let summary: serde_json::Value = serde_json::from_slice(&folder.read("summary.json")).unwrap();
    summary["peak_rss_bytes"].as_u64().unwrap() >> 20
}

#[test]
fn a_bomb_keeps_memory_flat() {
    let folder = Folder::with("rows.csv.gz", bomb(300 << 20));
    let peak = peak_of(&folder, "rows.csv.gz", 0);
    assert!(peak < 120, "{peak} MiB of rows");
    // One line without end.
    let zeros = GZIP.pack(vec![b'0'; 16 << 20]).repeat(20);
    folder.write("zeros.csv.gz", [GZIP.pack("a,b\n1,2\n"), zeros].concat());
    let peak = peak_of(&folder, "zeros.csv.gz", 3);
    assert!(peak < 150, "{peak} MiB of zeros");
    let nul = GZIP.pack(vec![0; 16 << 20]).repeat(16);
    folder.write("nul.gz", nul);
    folder.mill(["run", "nul.gz", "null:"]).exits(65);
}

#[test]
fn unpacking_that_takes_too_much_memory_is_refused() {
    let mut filters = liblzma::stream::Filters::new();
    let mut options = liblzma::stream::LzmaOptions::new_preset(6).unwrap();
    filters.lzma2(options.dict_size(1 << 29));
    let stream = liblzma::stream::Stream::new_stream_encoder(&filters, liblzma::stream::Check::Crc64).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(b"id\n1\n").unwrap();
    let folder = Folder::with("in.csv.xz", encoder.finish().unwrap());
    let done = folder.mill(["run", "in.csv.xz", "null:"]).exits(78).says("takes more than 128 MiB of memory");
    done.says("xzcat in.csv.xz | gristmill run - …");
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all("id\n1\n".repeat(1000).as_bytes()).unwrap();
    folder.write("in.csv.zst", encoder.finish().unwrap());
    let done = folder.mill(["run", "in.csv.zst", "null:"]).exits(78).says("takes more than 128 MiB of memory");
    done.says("zstdcat --long=31 in.csv.zst | gristmill run - …");
}
