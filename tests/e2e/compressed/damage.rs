//! Damaged input: exit 65 with the last good line, or the right rows; never a short success.

use super::{BZIP2, GZIP, KINDS, Kind, XZ, ZSTD, rows};
use crate::support::{Done, Folder};

/// The last good line that was told; 0 where there is none.
fn last_good_line(done: &Done) -> usize {
    let (_, rest) = done.stderr.split_once("the last good line is ").unwrap_or_default();
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// Cuts a small file at every byte.
#[track_caller]
fn cut_everywhere(kind: Kind) {
    let content = rows(16);
    let (head, tail) = content.split_at(content.find("\n9,").unwrap() + 1);
    let packed = [kind.pack(head), kind.pack(tail)].concat();
    let first = kind.pack(head).len();
    let (folder, name) = (Folder::new(), kind.named("in.csv"));
    let mut told = 0;
    for cut in 0..packed.len() {
        folder.write(&name, &packed[..cut]);
        let done = folder.mill(["run", &name, "out.csv", "--all-text"]);
        if cut == first {
            // A file that ends where a stream does is whole, for all that anybody can tell.
            done.exits(0);
            folder.remove(&["out.csv"]);
            continue;
        }
        assert_eq!(folder.files(), [name.as_str()], "after a cut at {cut}");
        let done = done.exits(65).says(&format!("{name} is damaged: unexpected end of the {} stream", kind.name));
        let done = done.says("get it anew").says(&format!("cat {name} | gristmill run - …"));
        assert!(last_good_line(&done) >= told, "{} before {told} at {cut}", last_good_line(&done));
        told = last_good_line(&done);
    }
    assert_eq!(told, content.lines().count());
}

/// Flips one bit of every byte of a small file.
#[track_caller]
fn flip_everywhere(kind: Kind) {
    let content = rows(12);
    let packed = kind.pack(&content);
    let (folder, name) = (Folder::new(), kind.named("in.csv"));
    let mut whole = 0;
    for at in 0..packed.len() {
        let mut flipped = packed.clone();
        flipped[at] ^= 1 << (at % 8);
        folder.write(&name, flipped);
        let done = folder.mill(["run", &name, "out.csv", "--all-text"]);
        if done.code == Some(0) {
            assert!(folder.text("out.csv") == content, "a flip at byte {at} is not noticed");
            folder.remove(&["out.csv"]);
            whole += 1;
            continue;
        }
        assert!(matches!(done.code, Some(65 | 78)), "a flip at byte {at}: {:?}:\n{}", done.code, done.stderr);
        assert!(done.stderr.contains(&name) && !done.stderr.contains("panicked"), "{}", done.stderr);
        // Rows before the damage, or what it made of them, may be rejects.
        let rejects = folder.files().iter().any(|file| file == "out.csv.rejects.csv").then_some("out.csv.rejects.csv");
        folder.remove(rejects.as_slice());
        assert_eq!(folder.files(), [name.as_str()], "after a flip at {at}");
    }
    // Times, flags and sizes that matter to nobody.
    assert!(whole < 12, "{whole} flips changed nothing");
}

#[test]
fn gzip_that_is_cut_short_is_never_a_short_success() {
    cut_everywhere(GZIP);
}

#[test]
fn zstd_that_is_cut_short_is_never_a_short_success() {
    cut_everywhere(ZSTD);
}

#[test]
fn bzip2_that_is_cut_short_is_never_a_short_success() {
    cut_everywhere(BZIP2);
}

#[test]
fn xz_that_is_cut_short_is_never_a_short_success() {
    cut_everywhere(XZ);
}

#[test]
fn gzip_with_a_wrong_bit_is_never_silently_wrong() {
    flip_everywhere(GZIP);
}

#[test]
fn zstd_with_a_wrong_bit_is_never_silently_wrong() {
    flip_everywhere(ZSTD);
}

#[test]
fn bzip2_with_a_wrong_bit_is_never_silently_wrong() {
    flip_everywhere(BZIP2);
}

#[test]
fn xz_with_a_wrong_bit_is_never_silently_wrong() {
    flip_everywhere(XZ);
}

/// Found when rows are on their way already.
#[test]
fn damage_far_inside_leaves_the_target_as_it_was() {
    let content = rows(150_000);
    for kind in KINDS {
        let packed = kind.pack_in_pieces(content.as_bytes(), 1 << 20);
        let folder = Folder::with("in", &packed[..packed.len() - 7]);
        folder.write("out.csv", "as it was");
        let done = folder.mill(["run", "in", "out.csv"]).exits(65).says("in is damaged: unexpected end");
        assert!(last_good_line(&done) > 40_000, "{}", done.stderr);
        assert_eq!(folder.text("out.csv"), "as it was");
        assert_eq!(folder.files(), ["in", "out.csv"]);
        let done = folder.mill(["run", "in", "sqlite:new.db?table=t"]).exits(65);
        assert!(!folder.path().join("new.db").exists(), "{}", done.stderr);
    }
}

/// Rows of which every tenth is bad, packed with something wrong at the very end: a checksum, or the last bytes of all.
fn bad_rows(kind: Kind, rows: usize) -> Vec<u8> {
    let row = |row: usize| if row % 10 == 9 { format!("{row},x,y\n") } else { format!("{row},x\n") };
    let mut packed = kind.pack(format!("id,name\n{}", (0..rows).map(row).collect::<String>()));
    let from_end = if kind == GZIP { 6 } else { 2 };
    let at = packed.len() - from_end;
    packed[at] ^= 0x40;
    packed
}

/// Runs with every chunk size and count of threads: the same exit code each time, in the same words, with the same rejects.
#[track_caller]
fn always(folder: &Folder, input: &str, settings: &[&str], code: i32, words: &str) {
    let mut first = None;
    for size in ["4KiB", "60KiB", "1MiB"] {
        for threads in ["1", "3"] {
            let size = format!("run.chunk_size={size}");
            let arguments = ["run", input, "out.csv", "--all-text", "--set", &size, "--threads", threads];
            let done = folder.mill(arguments.iter().chain(settings)).exits(code).says(words);
            let said = done.stderr.lines().find(|line| line.contains(words)).unwrap_or_default().to_owned();
            let ended = (said, folder.read("in.rejects.csv"));
            assert_eq!(first.get_or_insert_with(|| ended.clone()), &ended, "chunks of {size}, {threads} threads");
            assert!(!folder.path().join("out.csv").exists());
        }
    }
}

const REJECTS: [&str; 4] = ["--rejects", "in.rejects.csv", "--set", "errors.max_error_ratio=1"];

/// Damage stands in the stream: rows before it are judged before it.
#[test]
fn a_budget_that_is_exceeded_before_damage_is_told_whatever_the_chunks_and_threads() {
    for rows in [300, 40_000] {
        let folder = Folder::with("in.csv", bad_rows(GZIP, rows));
        let check =
            |settings: &[&str], code, words| always(&folder, "in.csv", &[&REJECTS, settings].concat(), code, words);
        check(&["--max-errors", &(rows / 10).to_string()], 65, "in.csv is damaged");
        check(&["--max-errors", &(rows / 10 - 1).to_string()], 4, "errors.max_errors");
        check(&["--on-error", "stop"], 65, "errors.on_error");
        let (code, words) = if rows > 10_000 { (4, "errors.max_error_ratio") } else { (65, "in.csv is damaged") };
        check(&["--max-errors", "100000", "--set", "errors.max_error_ratio=0.05"], code, words);
    }
}

/// Of other formats a decoder may keep the last rows before the damage to itself, the same ones each time.
#[test]
fn so_it_is_in_every_format() {
    for kind in [ZSTD, BZIP2, XZ] {
        let folder = Folder::with("in.csv", bad_rows(kind, 150_000));
        let check = |most, code, words| {
            always(&folder, "in.csv", &[&REJECTS[..], &["--max-errors", most]].concat(), code, words)
        };
        check("100000", 65, "in.csv is damaged");
        check("5", 4, "errors.max_errors");
    }
}

#[test]
fn so_it_is_where_another_file_is_the_damaged_one() {
    let folder = Folder::with("in-2.csv", bad_rows(GZIP, 300));
    folder.write("in-1.csv", format!("id,name\n{}{}", "1,x\n".repeat(20_000), "2\n".repeat(7)));
    let check =
        |most, code, words| always(&folder, "in-*.csv", &[&REJECTS[..], &["--max-errors", most]].concat(), code, words);
    check("37", 65, "in-2.csv is damaged");
    check("36", 4, "errors.max_errors");
    check("6", 4, "errors.max_errors");
}

/// What is read before the first row is judged as a row is, and a check tells of it.
#[test]
fn a_small_damaged_file_is_no_sound_one_to_validate() {
    let folder = Folder::with("in.csv", bad_rows(GZIP, 300));
    folder.write("job.toml", "[extract]\npath = \"in.csv\"\n[[load]]\nto = \"null:\"\n");
    folder.mill(["validate", "job.toml"]).exits(65).says("in.csv is damaged");
}

#[test]
fn a_later_file_that_is_damaged_is_named() {
    let folder = Folder::with("in-1.csv", "id\n1\n");
    let packed = GZIP.pack(format!("id\n{}", "2\n".repeat(3_000_000)));
    folder.write("in-2.csv.gz", &packed[..packed.len() - 1]);
    let done = folder.mill(["run", "in-*", "out.csv"]).exits(65).says("in-2.csv.gz is damaged");
    done.says("the last good line is 3000001;");
    folder.write("in-2.csv.gz", "");
    folder.mill(["run", "in-*", "out.csv"]).exits(65).says("in-2.csv.gz is damaged").says("no line of it");
    assert_eq!(folder.files(), ["in-1.csv", "in-2.csv.gz"]);
}

#[test]
fn what_is_no_stream_behind_a_stream_is_refused() {
    for kind in KINDS {
        for garbage in [&b"garbage"[..], b"x", b"\n", b"\x00\x00\x00\x00\x00\x00\x00\x01", b"\xff\xff"] {
            let folder = Folder::with("in.csv", [&kind.pack("id\n1\n"), garbage].concat());
            let done = folder.mill(["run", "in.csv", "out.csv"]).exits(65).says("is not part of it");
            done.says("the last good line is 2;");
            assert_eq!(folder.files(), ["in.csv"]);
        }
        for (other, kind) in KINDS.iter().filter(|other| **other != kind).map(|other| (other, kind)) {
            let folder = Folder::with("in.csv", [kind.pack("id\n1\n"), other.pack("2\n")].concat());
            folder.mill(["run", "in.csv", "out.csv"]).exits(65).says("is not part of it");
        }
    }
}

#[test]
fn a_name_that_promises_too_much_never_gives_garbage() {
    for kind in KINDS {
        let name = kind.named("in.csv");
        let folder = Folder::with(&name, "id,name\n1,\u{e9}\n");
        let done = folder.mill(["run", &name, "-"]).exits(0).says("whatever its name says; read as it is");
        assert_eq!(done.stdout_text(), "id,name\n1,\u{e9}\n");
        for no_text in [&b"id\n\x00\x01\x02\n"[..], b"\x80\x81\x82\x83\x84\x85\x86", b"id,name\n1,\xe9\n"] {
            folder.write(&name, no_text);
            let refused = format!("{name} is not {}-compressed", kind.name);
            folder.mill(["run", &name, "-"]).exits(65).says(&refused).says("extract.compression = \"none\"");
        }
        let none = ["--set", "extract.compression=none", "--set", "extract.encoding=windows-1252"];
        let done = folder.mill([&["run", &name, "-"][..], &none].concat()).exits(0);
        assert_eq!(done.stdout_text(), "id,name\n1,\u{e9}\n");
        // Nothing at all is no stream, columns declared or not; a stream of nothing is an empty file.
        folder.write(&name, "");
        folder.mill(["run", &name, "-", "--columns", "id:text"]).exits(65).says("unexpected end");
        folder.write(&name, kind.pack(""));
        folder.mill(["run", &name, "-"]).exits(65).says("is empty: no header and no rows");
        folder.mill(["run", &name, "-", "--columns", "id:text"]).exits(0).says("0 rows read");
    }
}

#[test]
fn short_text_that_begins_as_a_stream_does_is_text() {
    for text in ["(", "B", "BZ", "BZh", "PK", "P", "BZh1,b\n1,2\n", "(,b\n1,2\n"] {
        let folder = Folder::with("in.csv", text);
        assert_eq!(folder.mill(["run", "in.csv", "-"]).exits(0).stdout_text().trim_end(), text.trim_end());
    }
    for stream in [&b"\x1f"[..], b"\x1f\x8b", b"\x28\xb5", b"\xfd", b"\xfd7zX", b"BZh9", b"BZh91"] {
        let folder = Folder::with("in.csv", stream);
        folder.mill(["run", "in.csv", "null:"]).exits(65).says("unexpected end");
    }
}
