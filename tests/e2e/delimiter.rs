//! The delimiter that nobody has named: guessed from the input's beginning, the same however it comes.

use std::io::Write;
use std::thread;
use std::time::Duration;

use crate::support::{Done, Folder, records};

const SEMICOLONS: &str = "id;v\n1;2,5\n3;\"a;b\"\n";
const COMMAS: &str = "id,v\n1,\"2,5\"\n3,a;b\n";

#[test]
fn another_delimiter_is_guessed_and_told() {
    let folder = Folder::with("in.csv", SEMICOLONS);
    let done = folder.mill(["run", "in.csv", "-"]).exits(0).says("gristmill: guessed delimiter ; and id bigint\n");
    assert_eq!(done.stdout_text(), COMMAS);
    folder.mill(["run", "-v", "in.csv", "null:"]).exits(0).says("guessed delimiter ;\n").says("guessed id bigint\n");
    folder.write("tab", SEMICOLONS.replace(';', "\t"));
    folder.mill(["run", "tab", "-"]).exits(0).says("guessed delimiter tab and id bigint\n");
    folder.write("pipe.csv", "id|v\n1|2\n");
    assert_eq!(folder.mill(["run", "-q", "pipe.csv", "-"]).exits(0).stdout_text(), "id,v\n1,2\n");
    // With every column declared nothing else is looked at.
    let declared = ["run", "-q", "in.csv", "-", "--columns", "id:bigint,v:text"];
    assert_eq!(folder.mill(declared).exits(0).stdout_text(), COMMAS);
}

#[test]
fn a_delimiter_that_is_given_stays() {
    let folder = Folder::with("in.csv", SEMICOLONS);
    folder.write("in.tsv", SEMICOLONS);
    let one_column = "id;v\n1;2\n";
    folder.write("one.csv", one_column);
    folder.write("job.toml", "[extract]\npath = \"one.csv\"\ndelimiter = \",\"\n[[load]]\nto = \"-\"\n");
    let done = folder.mill(["run", "job.toml"]).exits(0);
    assert_eq!(done.stdout_text(), one_column);
    assert!(!done.stderr.contains("guessed"), "{}", done.stderr);
    assert_eq!(folder.mill(["run", "-q", "one.csv", "-", "--delimiter", ","]).exits(0).stdout_text(), one_column);
    assert_eq!(
        folder.mill(["run", "-q", "in.tsv", "-", "--to-format", "jsonl"]).exits(0).stdout_text().lines().next(),
        Some(r#"{"id;v":"1;2,5"}"#)
    );
}

/// The commonest mistake: good rows would be one column, and nobody would be told.
#[test]
fn a_given_delimiter_that_finds_one_column_is_warned_of() {
    let folder = Folder::with("in.csv", "id,name\n1,Ann\n");
    let run = |name: &str, more: &[&str]| folder.mill([&["run", "-q", name, "-"], more].concat()).exits(0);
    let said = "gristmill: warning: in.csv, line 1: \"id,name\" was read as one column; , may separate columns, but the \
                delimiter is ;: say extract.delimiter (--delimiter ','), or declare the column (--columns) if it is one\n";
    let done = run("in.csv", &["--delimiter", ";"]);
    assert_eq!((done.stdout_text(), done.stderr.as_str()), ("\"id,name\"\n\"1,Ann\"\n", said));
    folder.write("semi.csv", "id;name\n1;Ann\n");
    folder.write("in.tsv", "id;name\n1;Ann\n");
    folder.write("tab.csv", "id\tname\n1\tAnn\n");
    run("semi.csv", &["--delimiter", ","]).says("; may separate columns, but the delimiter is ,");
    run("in.tsv", &[]).says("; may separate columns, but the delimiter is tab");
    run("tab.csv", &["--delimiter", "|"]).says("tab may separate columns, but the delimiter is |");
    folder
        .mill_on(b"id,name\n1,Ann\n", ["run", "-q", "-", "-", "--delimiter", ";"])
        .exits(0)
        .says("read as one column");
    let quiet = |name: &str, more: &[&str]| assert_eq!(run(name, more).stderr, "");
    // What is right, what is one column by any of them, what is quoted, and what is declared.
    quiet("in.csv", &["--delimiter", ","]);
    folder.write("one.csv", "name\na;b\n");
    quiet("one.csv", &["--delimiter", ","]);
    folder.write("quoted.csv", "\"last, first\"\n\"a, b\"\n");
    quiet("quoted.csv", &["--delimiter", ";"]);
    quiet("semi.csv", &["--delimiter", ",", "--columns", "id;name:text"]);
    folder.write("short.csv", "id;name\n");
    quiet("short.csv", &["--columns", "id;name:text"]);
}

#[test]
fn pace_chunk_size_and_threads_change_nothing() {
    let folder = Folder::with("in.csv", SEMICOLONS);
    for chunk_size in ["1B", "5B", "7B", "64B", "1MiB"] {
        for threads in ["1", "3"] {
            let chunk_size = format!("run.chunk_size={chunk_size}");
            let arguments = ["run", "-q", "in.csv", "-", "--threads", threads, "--set", &chunk_size];
            assert_eq!(folder.mill(arguments).exits(0).stdout_text(), COMMAS);
            let arguments = ["run", "-q", "-", "-", "--threads", threads, "--set", &chunk_size];
            assert_eq!(folder.mill_on(SEMICOLONS.as_bytes(), arguments).exits(0).stdout_text(), COMMAS);
        }
    }
    for cut in [1, 2, 4, 5, 6, 11, 16] {
        let child = folder.start(["run", "-q", "-", "-", "--columns", "id:bigint,v:text"]);
        assert_eq!(in_two(child, SEMICOLONS, cut).exits(0).stdout_text(), COMMAS, "{cut}");
    }
}

/// Sends the text in two pieces, with a while between them.
fn in_two(mut child: std::process::Child, text: &str, cut: usize) -> Done {
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&text.as_bytes()[..cut]).unwrap();
    thread::sleep(Duration::from_millis(150));
    pipe.write_all(&text.as_bytes()[cut..]).unwrap();
    drop(pipe);
    Done::wait(child)
}

#[test]
fn a_pipe_is_waited_for_until_it_has_two_records() {
    let folder = Folder::new();
    let mut child = folder.start(["run", "-q", "-", "-", "--all-text"]);
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(b"id;v\n").unwrap();
    // Longer than a pipe is waited for that only types are guessed from.
    thread::sleep(Duration::from_millis(1600));
    pipe.write_all(b"1;2\n").unwrap();
    drop(pipe);
    assert_eq!(Done::wait(child).exits(0).stdout_text(), "id,v\n1,2\n");
}

#[test]
fn one_record_alone_is_one_column_and_that_is_said() {
    let folder = Folder::with("in.csv", "id;v\n");
    let said = "gristmill: warning: in.csv, line 1: \"id;v\" was read as one column; ; may separate columns, but no other record follows it";
    let done = folder.mill(["run", "-q", "in.csv", "-"]).exits(0).says(said);
    assert_eq!(done.stdout_text(), "id;v\n");
    folder.write("uneven.csv", "id;v\n1;2\n3\n");
    let done = folder.mill(["run", "-q", "uneven.csv", "-"]).exits(0).says("but not all records are alike by it");
    assert_eq!(done.stdout_text(), "id;v\n1;2\n3\n");
    folder.write("both.csv", "a|b;c\n1|2;3\n");
    folder
        .mill(["run", "-q", "both.csv", "-"])
        .exits(0)
        .says("; may separate columns, but so may |: say extract.delimiter");
}

#[test]
fn commas_that_give_differing_widths_are_refused_where_another_fits() {
    let folder = Folder::with("in.csv", "name, first;v\na;1\nb, c, d;2\n");
    let done = folder.mill(["run", "in.csv", "out.csv"]).exits(65);
    done.says("in.csv, line 1: commas give records of differing widths, and ; gives all of them one; say extract.delimiter = \";\"");
    let done = folder.mill(["run", "-q", "in.csv", "-", "--delimiter", ";"]).exits(0);
    assert_eq!(done.stdout_text(), "\"name, first\",v\na,1\n\"b, c, d\",2\n");
    folder.mill(["run", "-q", "in.csv", "null:", "--delimiter", ","]).exits(4);
}

#[test]
fn what_stands_around_the_records_is_heeded() {
    let folder = Folder::with("skip.csv", "report, of today\n# a;b;c\nid;v\n\n1;2\n");
    let settings = ["--set", "extract.skip=1", "--set", "extract.comment='#'"];
    let run = |name: &str, settings: &[&str]| {
        let arguments: Vec<&str> = ["run", "-q", name, "-"].into_iter().chain(settings.iter().copied()).collect();
        folder.mill(arguments).exits(0).stdout_text().to_owned()
    };
    assert_eq!(run("skip.csv", &settings), "id,v\n1,2\n");
    folder.write("bare.csv", "1;2\n3;4\n");
    assert_eq!(run("bare.csv", &["--no-header"]), "column_1,column_2\n1,2\n3,4\n");
    let utf16: Vec<u8> = "\u{feff}id;v\n1;é\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("utf16.csv", utf16);
    assert_eq!(run("utf16.csv", &[]), "id,v\n1,é\n");
    // In this encoding the byte may be half of a character, so it is not meant.
    folder.write("sjis.csv", "id|v\n1|2\n");
    assert_eq!(run("sjis.csv", &["--set", "extract.encoding=shift_jis"]), "id|v\n1|2\n");
    // A byte that is a quote or begins comments separates nothing.
    folder.write("quoted.csv", "a|b\n|c|\n");
    assert_eq!(run("quoted.csv", &["--set", "extract.quote='|'"]), "a|b\nc\n");
}

#[test]
fn the_first_file_says_it_for_all() {
    let folder = Folder::with("a.csv", "id;v\n1;2\n");
    folder.write("b.csv", "id;v\n");
    folder.write("c.csv", "id;v\n3;4;5\n");
    let run = || folder.mill(["run", "-q", "*.csv", "-", "--rejects", "bad"]);
    assert_eq!(run().exits(3).stdout_text(), "id,v\n1,2\n");
    folder.write("c.csv", "id,v\n3,4\n");
    run().exits(65).says("the header of c.csv is not that of the first file");
}

#[test]
fn a_lookup_has_a_delimiter_of_its_own() {
    let folder = Folder::with("in.csv", "id,c\n1,de\n");
    folder.write("countries.csv", "code;name\nde;Germany\nfr;France\n");
    folder.write(
        "job.toml",
        "[extract]\npath = \"in.csv\"\n[lookup.countries]\npath = \"countries.csv\"\n[transform]\nsql = \"select i.id, c.name \
         from input i join countries c on i.c = c.code\"\n[[load]]\nto = \"-\"\n",
    );
    let done = folder.mill(["run", "job.toml"]).exits(0).says("guessed delimiter ; of lookup countries");
    assert_eq!(done.stdout_text(), "id,name\n1,Germany\n");
    folder.write("countries.csv", "code;name\n");
    folder.mill(["run", "-q", "job.toml"]).exits(78).says("code");
}

/// However it comes and whatever else is known; lines are counted with it.
#[test]
fn a_first_line_that_names_it_is_left_out_and_obeyed() {
    let folder = Folder::new();
    let check = |text: &[u8], more: &[&str], expected: &str| {
        folder.write("in.csv", text);
        let arguments = [&["run", "-q", "in.csv", "-"], more].concat();
        assert_eq!(folder.mill(&arguments).exits(0).stdout_text(), expected, "{:?}", text.escape_ascii());
        let arguments = [&["run", "-q", "-", "-", "--threads", "1"], more].concat();
        assert_eq!(folder.mill_on(text, &arguments).exits(0).stdout_text(), expected, "{:?}", text.escape_ascii());
    };
    check(b"sep=;\nid;v\n1;2,5\n", &[], "id,v\n1,\"2,5\"\n");
    check(b"sep=,\r\nid;x,v\r\n1;y,2\r\n", &[], "id;x,v\n1;y,2\n");
    check(b"SEP=\t\nid\tv\n", &[], "id,v\n");
    check(b"sep=^\n1^2\n", &["--no-header"], "column_1,column_2\n1,2\n");
    check(b"title\nsep=;\nid;v\n1;2\n", &["--set", "extract.skip=1"], "id,v\n1,2\n");
    // One that is given holds, and then it is only left out.
    check(b"sep=;\nid|v\n1|2\n", &["--delimiter", "|"], "id,v\n1,2\n");
    check(b"sep=a\n1\n", &[], "sep=a\n1\n");
    check(b"\xef\xbb\xbf\"sep=;\"\r\n\"id\";\"v\"\r\n\"1\";\"2,5\"\r\n", &[], "id,v\n1,\"2,5\"\n");
    check(b"\"sep=;\";x\n1;2\n", &[], "sep=;,x\n1,2\n");
    check(b"sep=;\nx\n", &["--from-format", "lines"], "line\nsep=;\nx\n");
    let utf16: Vec<u8> = "\u{feff}sep=;\nid;v\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&utf16, &[], "id,v\n1,2\n");
    folder.write("in.csv", "sep=;\nid;v\n1\n2;3\n");
    folder.mill(["run", "in.csv", "-"]).exits(3).says("guessed delimiter ; and ");
    assert_eq!(records(&folder.read("stdout.rejects.csv"))[1][1..3], ["3", "11"]);
    let text = "sep=;\r\nid;v\r\n1;2\r\n";
    for cut in 1..10 {
        let child = folder.start(["run", "-q", "-", "-", "--columns", "id:bigint,v:text"]);
        assert_eq!(in_two(child, text, cut).exits(0).stdout_text(), "id,v\n1,2\n", "{cut}");
    }
}

#[test]
fn files_that_name_different_ones_are_not_read_together() {
    let folder = Folder::with("a.csv", "id;v\n1;2\n");
    folder.write("b.csv", "sep=;\nid;v\n3;4\n");
    let run = |more: &[&str]| folder.mill([&["run", "-q", "a.csv", "-", "--set", "extract.path=*.csv"], more].concat());
    assert_eq!(run(&[]).exits(0).stdout_text(), "id,v\n1,2\n3,4\n");
    folder.write("b.csv", "sep=|\nid|v\n3|4\n");
    for more in [&[][..], &["--no-header"], &["--union-by-name"]] {
        run(more).exits(65).says("b.csv begins with sep=|, and in the first file ; separates fields");
    }
}
