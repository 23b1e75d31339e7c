use std::sync::Arc;

use super::*;
use crate::batch::{Encoded, Payload};
use crate::exit::ExitCode;

/// Takes one byte at a time and is interrupted every other time; fails once `room` bytes are in.
struct Grudging {
    taken: Vec<u8>,
    room: usize,
    kind: ErrorKind,
    interrupted: bool,
}

impl Write for Grudging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        if self.taken.len() == self.room {
            return Err(self.kind.into());
        }
        self.taken.extend(bytes.first());
        Ok(bytes.len().min(1))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn part(text: &str, rows: std::ops::Range<usize>) -> Part {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect();
    let payload = Payload::Text(text.as_bytes().to_vec());
    Part { encoded: Arc::new(Encoded { payload, ends, origins: Vec::new() }), rows }
}

fn written(room: usize, kind: ErrorKind) -> (TextWriter<Grudging>, Result<()>) {
    let out = Grudging { taken: Vec::new(), room, kind, interrupted: false };
    let mut writer = TextWriter::new(out, "out.csv".into(), Frame { header: b"h\n".to_vec(), footer: None });
    let outcome = writer.write(&[part("a\nbb\nccc\n", 1..3), part("d\n", 0..1)]);
    (writer, outcome)
}

#[test]
fn short_writes_and_interruptions_are_gone_over() {
    let (writer, outcome) = written(usize::MAX, ErrorKind::Other);
    outcome.unwrap();
    assert_eq!(writer.out.taken, b"h\nbb\nccc\nd\n");
    assert_eq!(writer.written(), 11);
}

#[test]
fn a_full_disk_is_an_io_error() {
    let error = written(5, ErrorKind::StorageFull).1.unwrap_err();
    assert_eq!(ExitCode::of(&error), ExitCode::Io);
    assert!(error.to_string().starts_with("cannot write out.csv: "), "{error}");
}

#[test]
fn a_closed_pipe_is_told_apart() {
    for room in [0, 5] {
        assert!(written(room, ErrorKind::BrokenPipe).1.unwrap_err().is::<ClosedPipe>());
    }
}
