//! Makes an orders CSV; see `scripts/make-orders`. Only the standard library, so that `rustc` alone builds it.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

const HEADER: &str = "order_id,ordered_at,customer_id,email,country,product,quantity,unit_price,discount,status,note\n";

fn main() -> ExitCode {
    let Some(options) = Options::parse(std::env::args().skip(1)) else {
        eprintln!("usage: make-orders [--no-newlines] [--seed S] [--dirty] ROWS");
        return ExitCode::from(2);
    };
    match write(&options) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("make-orders: {error}");
            ExitCode::from(74)
        }
    }
}

struct Options {
    rows: u64,
    seed: u64,
    newlines: bool,
    dirty: bool,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
        let mut options = Options { rows: 0, seed: 1, newlines: true, dirty: false };
        let mut rows = None;
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--no-newlines" => options.newlines = false,
                "--dirty" => options.dirty = true,
                "--seed" => options.seed = arguments.next()?.parse().ok()?,
                number if rows.is_none() => rows = Some(number.parse().ok()?),
                _ => return None,
            }
        }
        options.rows = rows?;
        Some(options)
    }
}

fn write(options: &Options) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut random = Random(options.seed);
    let mut line = Vec::with_capacity(256);
    out.write_all(HEADER.as_bytes())?;
    for row in 0..options.rows {
        line.clear();
        order(&mut line, row + 1, &mut random, options.newlines);
        out.write_all(&line)?;
        if options.dirty {
            out.write_all(&dirt_after(row, options.rows))?;
        }
    }
    out.flush()
}

/// The SplitMix64 generator: small, quick, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `limit`.
    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    fn one_of(&mut self, choices: &[&'static str]) -> &'static str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const COUNTRIES: [&str; 24] = [
    "DE", "FR", "IT", "ES", "PL", "NL", "BE", "AT", "CH", "SE", "DK", "NO", "FI", "PT", "IE", "CZ", "HU", "GR", "US",
    "CA", "BR", "JP", "IN", "AU",
];

const FIRST_NAMES: [&str; 16] = [
    "anna", "ben", "carla", "david", "eva", "finn", "greta", "hugo", "ines", "jan", "karin", "luis", "mia", "noah",
    "olga", "paul",
];

const HOSTS: [&str; 6] = ["example.com", "x.example", "example.org", "my.example", "example.net", "at.example"];

/// As they stand in the file: quoted where they must be.
const PRODUCTS: [&str; 16] = [
    "Desk lamp",
    "Chair",
    "\"Cable, USB-C, 2 m\"",
    "\"Monitor 27\"\" matt\"",
    "Caf\u{e9} cups",
    "M\u{fc}sli bowl",
    "\"Notebook, ruled\"",
    "Keyboard",
    "\"Shelf \"\"Bj\u{f6}rn\"\", oak\"",
    "Cr\u{e8}me jug",
    "Blanket",
    "\"Screws, 4 x 40 mm\"",
    "Teapot \u{8336}",
    "Mixer",
    "\"Frame 10\"\" x 8\"\"\"",
    "Pi\u{f1}ata",
];

/// Has a newline inside its quotes.
const TWO_LINES: &str = "\"Gift box\nlarge\"";

const NOTES: [&str; 10] = [
    "leave at door",
    "gift",
    "\"call first, then ring\"",
    "second floor",
    "\"says \"\"urgent\"\"\"",
    "fragile",
    "after 18:00",
    "\"neighbour, no. 7\"",
    "invoice by mail",
    "\u{e0} remettre au voisin",
];

/// Has a newline inside its quotes.
const NOTE_OF_TWO_LINES: &str = "\"ring twice\nthen wait\"";

const DISCOUNTS: [&str; 8] = ["0", "0", "0", "0", "0.05", "0.1", "0.15", "0.2"];

/// Of ten orders four are paid.
const STATUSES: [&str; 10] =
    ["paid", "paid", "paid", "paid", "shipped", "shipped", "pending", "pending", "cancelled", "refunded"];

fn order(line: &mut Vec<u8>, id: u64, random: &mut Random, newlines: bool) {
    number(line, id);
    line.push(b',');
    time(line, random);
    let customer = random.below(4_000_000) + 1;
    line.push(b',');
    number(line, customer);
    line.push(b',');
    email(line, customer);
    line.push(b',');
    // A customer stays in one country, but for one order in ten.
    let country = if random.below(10) == 0 { random.below(24) } else { customer % 24 };
    text(line, COUNTRIES[country as usize]);
    line.push(b',');
    text(line, product(random, newlines));
    line.push(b',');
    number(line, random.below(9) + 1);
    line.push(b',');
    price(line, random);
    line.push(b',');
    text(line, random.one_of(&DISCOUNTS));
    line.push(b',');
    text(line, random.one_of(&STATUSES));
    line.push(b',');
    text(line, note(random, newlines));
    line.push(b'\n');
}

fn product(random: &mut Random, newlines: bool) -> &'static str {
    match random.below(50) {
        0 if newlines => TWO_LINES,
        _ => random.one_of(&PRODUCTS),
    }
}

/// Three orders of ten have a note.
fn note(random: &mut Random, newlines: bool) -> &'static str {
    match random.below(100) {
        0..2 if newlines => NOTE_OF_TWO_LINES,
        0..30 => random.one_of(&NOTES),
        _ => "",
    }
}

fn email(line: &mut Vec<u8>, customer: u64) {
    text(line, FIRST_NAMES[(customer % 16) as usize]);
    number(line, customer / 16 % 1_000);
    line.push(b'@');
    text(line, HOSTS[(customer % 6) as usize]);
}

/// Some second of 2024, in ISO form.
fn time(line: &mut Vec<u8>, random: &mut Random) {
    const DAYS: [u64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut day = random.below(366);
    let mut month = 0;
    while day >= DAYS[month] {
        day -= DAYS[month];
        month += 1;
    }
    let second = random.below(86_400);
    text(line, "2024-");
    two(line, month as u64 + 1);
    for (mark, part) in [(b'-', day + 1), (b'T', second / 3_600), (b':', second / 60 % 60), (b':', second % 60)] {
        line.push(mark);
        two(line, part);
    }
    line.push(b'Z');
}

/// Mostly small, from 1.00 to 999.99.
fn price(line: &mut Vec<u8>, random: &mut Random) {
    let most = if random.below(4) == 0 { 99_900 } else { 9_900 };
    let cents = random.below(most) + 100;
    number(line, cents / 100);
    line.push(b'.');
    two(line, cents % 100);
}

fn text(line: &mut Vec<u8>, text: &str) {
    line.extend_from_slice(text.as_bytes());
}

fn two(line: &mut Vec<u8>, number: u64) {
    line.extend([b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
}

fn number(line: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0u8; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[start..]);
}

/// The bad record that follows row `row`, if one does: they stand evenly through the file, the last one at its end.
fn dirt_after(row: u64, rows: u64) -> Vec<u8> {
    let kinds = DIRT.len() as u64;
    if row + 1 == rows {
        return UNCLOSED.to_vec();
    }
    let step = (rows / (kinds + 1)).max(1);
    let due = (row + 1).is_multiple_of(step).then(|| DIRT.get(((row + 1) / step - 1) as usize)).flatten();
    due.map(|dirt| dirt.record()).unwrap_or_default()
}

/// A bad record.
enum Dirt {
    Line(&'static [u8]),
    /// Its note repeats a word this often.
    LongNote(usize),
}

impl Dirt {
    /// With its line end.
    fn record(&self) -> Vec<u8> {
        match self {
            Dirt::Line(line) => [line, b"\n".as_slice()].concat(),
            Dirt::LongNote(words) => {
                let start = "900019,2024-05-20T10:00:00Z,19,olga1@example.org,SE,Keyboard,1,49.90,0,paid,";
                [start.as_bytes(), &b"very ".repeat(*words), b"urgent\n"].concat()
            }
        }
    }
}

/// UNCLOSED_QUOTE needs a quote that no later one closes, well or badly: it ends the file.
const UNCLOSED: &[u8] = b"900022,2024-05-01T10:00:00Z,22,eva22@example.org,DE,\"Keyboard,1,49.90,0,paid,\n";

/// What people find in real files, with what the shipped job makes of it.
const DIRT: [Dirt; 21] = [
    // CAST: a declared column holds something else.
    Dirt::Line(b"90000x,2024-05-01T10:00:00Z,1,eva1@example.org,DE,Keyboard,1,49.90,0,paid,"),
    Dirt::Line(b"900002,01.05.2024 10:00,2,eva2@example.org,DE,Keyboard,1,49.90,0,paid,"),
    Dirt::Line(b"900003,2024-05-01T10:00:00Z,3,eva3@example.org,DE,Keyboard,two,49.90,0,paid,"),
    Dirt::Line(b"900004,2024-05-01T10:00:00Z,4,eva4@example.org,DE,Keyboard,1,\"49,90\",0,paid,"),
    Dirt::Line(b"900005,2024-02-30T10:00:00Z,5,eva5@example.org,DE,Keyboard,1,49.90,0,paid,"),
    Dirt::Line(b"9223372036854775808,2024-05-01T10:00:00Z,6,eva6@example.org,DE,Keyboard,1,49.90,0,paid,"),
    Dirt::Line(b"900007,2024-05-01T10:00:00Z,7,eva7@example.org,DE,Keyboard,1,49.905,0,paid,"),
    // MISSING_COLUMNS
    Dirt::Line(b"900008,2024-05-01T10:00:00Z,8,eva8@example.org,DE,Keyboard,1"),
    Dirt::Line(b"---"),
    Dirt::Line(b"900010,2024-05-01T10:00:00Z,10,eva10@example.org,DE,\"Key\nboard\",1,49.90,0,paid"),
    // TOO_MANY_COLUMNS
    Dirt::Line(b"900011,2024-05-01T10:00:00Z,11,eva11@example.org,DE,Cable, USB-C,1,9.90,0,paid,"),
    Dirt::Line(b"900012,2024-05-01T10:00:00Z,12,eva12@example.org,DE,Keyboard,1,49.90,0,paid,,"),
    // BAD_QUOTE: text after a closing quote; in the third, the quote that closes is the next one that opens a field.
    Dirt::Line(b"900013,2024-05-01T10:00:00Z,13,eva13@example.org,DE,\"Monitor 27\" matt\",1,149.90,0,paid,"),
    Dirt::Line(b"900014,2024-05-01T10:00:00Z,14,eva14@example.org,DE,\"Keyboard\" ,1,49.90,0,paid,"),
    Dirt::Line(b"900015,2024-05-01T10:00:00Z,15,eva15@example.org,DE,\"Keyboard,1,49.90,0,paid,"),
    // INVALID_ENCODING: Latin-1, and a character cut in half.
    Dirt::Line(b"900016,2024-05-01T10:00:00Z,16,eva16@example.org,FR,Caf\xe9 cups,1,19.90,0,paid,"),
    Dirt::Line(b"900017,2024-05-01T10:00:00Z,17,eva17@example.org,FR,Keyboard,1,49.90,0,paid,\xc3"),
    // EXPRESSION: no quantity to divide by.
    Dirt::Line(b"900018,2024-05-01T10:00:00Z,18,eva18@example.org,DE,Keyboard,0,49.90,0,paid,"),
    // RECORD_TOO_LARGE: the shipped job takes records of up to 4 KiB.
    Dirt::LongNote(1_000),
    // EXPRESSION once more.
    Dirt::Line(b"900020,2024-05-01T10:00:00Z,20,eva20@example.org,DE,Keyboard,0,49.90,0.1,paid,gift"),
    // A quote in the middle of an unquoted field is an ordinary character: this row is loaded.
    Dirt::Line(b"900021,2024-05-21T10:00:00Z,21,paul1@example.com,DE,Frame 10\" oak,1,29.90,0,paid,"),
];
