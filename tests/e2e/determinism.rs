//! The answer does not depend on the machine: same output and same rejects, byte for byte, for any threads and chunk size.

use std::fmt::Debug;

use crate::support::{Folder, project};

const THREADS: [&str; 3] = ["1", "2", "5"];
const CHUNK_SIZES: [&str; 6] = ["64B", "1000B", "4KiB", "64KiB", "1MiB", "4MiB"];

/// Output, rejects and exit code of a run on `input` with these settings.
fn run<S: AsRef<str>>(input: &str, more: &[S], threads: &str, chunk_size: &str) -> (Vec<u8>, Vec<u8>, Option<i32>) {
    let folder = Folder::new();
    let chunk_size = format!("run.chunk_size={chunk_size}");
    let mut arguments =
        vec!["run", input, "out.csv", "--threads", threads, "--set", &chunk_size, "--rejects", "rejects.csv", "-q"];
    arguments.extend(["--max-errors", "1000000", "--set", "errors.max_error_ratio=1.0"]);
    arguments.extend(more.iter().map(AsRef::as_ref));
    let done = folder.mill(arguments);
    let file = |name| std::fs::read(folder.path().join(name)).unwrap_or_default();
    (file("out.csv"), file("rejects.csv"), done.code)
}

/// Checks that all settings give what one thread and one large chunk give.
#[track_caller]
fn check(input: &str, more: &[&str]) {
    check_some(input, more, |_, _| true);
}

/// The same for the settings that `wanted` picks, by their places among the threads and the chunk sizes.
#[track_caller]
pub fn check_some<S: AsRef<str> + Debug>(input: &str, more: &[S], wanted: impl Fn(usize, usize) -> bool) {
    let expected = run(input, more, "1", "4MiB");
    for (at, threads) in THREADS.iter().enumerate() {
        for (_, chunk_size) in CHUNK_SIZES.iter().enumerate().filter(|(size, _)| wanted(at, *size)) {
            let found = run(input, more, threads, chunk_size);
            assert!(
                found == expected,
                "{input} {more:?}: {threads} threads and chunks of {chunk_size} give another result"
            );
        }
    }
}

#[test]
fn the_shipped_orders_come_out_the_same() {
    let orders = project().join("data/orders.csv").display().to_string();
    check(&orders, &["--set", "extract.max_record_size=4KiB"]);
    check(
        &orders,
        &["--where", "quantity * unit_price > 50", "--select", "order_id, upper(country) as country, product, _line"],
    );
    check(&orders, &["--columns", "order_id:bigint,quantity:integer", "--limit", "777"]);
}

#[test]
fn looked_up_orders_come_out_the_same() {
    let path = |name: &str| project().join("data").join(name).display().to_string();
    let lookup = format!("lookup.countries.path={}", path("countries.csv"));
    // Orders in other currencies are rejects.
    let sql = "select o.order_id, c.*, o.note from input o left join countries c on o.country = c.iso2 and c.currency = 'EUR' \
               where o.status <> 'pending'";
    let more = ["--set", &lookup, "--set", "lookup.countries.missing=reject", "--sql", sql];
    check_some(&path("orders.csv"), &more, |threads, size| threads + 1 == size || (threads, size) == (1, 0));
}

#[test]
fn odd_bytes_come_out_the_same() {
    let folder = Folder::with(
        "odd.csv",
        b"a,b\r\n1,\"x\ny\"\r2,\"open\n3,\"bad\"x\r\r\n4,z\n\n5,\xff\n6\n7,8,9\n\"\",\"\"\n10,last",
    );
    let odd = folder.path().join("odd.csv").display().to_string();
    check(&odd, &[]);
    check(&odd, &["--set", "extract.lenient=true", "--set", "extract.ragged=pad"]);
}

#[test]
fn lines_of_every_format_come_out_the_same() {
    let folder = Folder::new();
    let input = |name: &str| folder.path().join(name).display().to_string();
    let object = |n: usize| match n % 7 {
        3 => "\n".to_owned(),
        4 => format!("{{\"id\":{n},\"late\":true}}\r\n"),
        5 => format!("{{\"text\":\"\\u00e9\\n{n}\", \"id\" : {n}}}\n"),
        6 => "{\"id\":\n".to_owned(),
        _ => format!("{{\"id\":{n}.50,\"text\":\"word {n}\",\"list\":[{n},{{}}]}}\r\r\n"),
    };
    folder.write("in.jsonl", (0..2000).map(object).collect::<String>());
    check(&input("in.jsonl"), &["--columns", "id:decimal(9,2),text:text,list:text"]);
    check(&input("in.jsonl"), &["--where", "id > 100", "--select", "_line, id * 2, list"]);
    let line = |n: usize| format!("{n} word{}{}", "x".repeat(n % 90), if n.is_multiple_of(11) { "\r" } else { "\n" });
    folder.write("in.log", (0..2000).map(line).chain(["\u{e9}\n".to_owned()]).collect::<String>());
    check(&input("in.log"), &["--from-format", "lines", "--set", "extract.max_record_size=60B"]);
    let pattern = "extract.pattern=(?<n>\\d+) (?<word>[a-z]{5,})";
    check(&input("in.log"), &["--from-format", "text", "--set", pattern, "--set", "extract.encoding=windows-1252"]);
    let csv = |columns: &str| (0..500).map(|n| format!("{n},\"a{n}\"\n")).fold(format!("{columns}\n"), |a, b| a + &b);
    folder.write("part-1.csv", csv("a,b"));
    folder.write("part-2.csv", csv("c,a"));
    check(&input("part-?.csv"), &["--union-by-name", "--select", "*, _line"]);
}

#[test]
fn text_too_large_for_a_chunk_comes_out_the_same() {
    let folder = Folder::new();
    let rows: String = (0..100).map(|n| format!("{n},ab{}\n", if n % 7 == 3 { "" } else { "cd" })).collect();
    folder.write("in.csv", format!("id,word\n{rows}").as_bytes());
    let input = folder.path().join("in.csv").display().to_string();
    // Some 40 MB from 700 bytes; every eleventh row fails.
    let select =
        "id, case when word = 'ab' then repeat('x', 300000) else repeat(word, 100000) end as long, 1 / (id % 11)";
    check_some(&input, &["--select", select], |threads, size| threads == 1 && (size == 0 || size == 5));
    check_some(&input, &["--select", select, "--limit", "50"], |threads, size| {
        threads == 1 && (size == 0 || size == 5)
    });
    let constant =
        "greatest(word, lpad('z', 400000, 'z')) as long, coalesce(word, repeat('y', 300000)), repeat('w', 300000)";
    check_some(&input, &["--select", constant], |threads, size| threads == 2 && size == 0);
}
