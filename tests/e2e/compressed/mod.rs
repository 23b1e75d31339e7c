//! Compressed input comes out as the same input does that is not compressed; damaged, it never looks whole.

mod damage;
mod sound;
mod streams;

use std::io::Write;

/// How a file is compressed: the method's name and the ending of files.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind {
    name: &'static str,
    ending: &'static str,
}

const GZIP: Kind = Kind { name: "gzip", ending: ".gz" };
const ZSTD: Kind = Kind { name: "zstd", ending: ".zst" };
const BZIP2: Kind = Kind { name: "bzip2", ending: ".bz2" };
const XZ: Kind = Kind { name: "xz", ending: ".xz" };
const KINDS: [Kind; 4] = [GZIP, ZSTD, BZIP2, XZ];

impl Kind {
    /// One stream, with a checksum.
    fn pack(self, bytes: impl AsRef<[u8]>) -> Vec<u8> {
        let (bytes, packed) = (bytes.as_ref(), Vec::new());
        let packed = match self.name {
            "gzip" => {
                let mut encoder = flate2::write::GzEncoder::new(packed, flate2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            "zstd" => {
                let mut encoder = zstd::stream::write::Encoder::new(packed, 3).unwrap();
                encoder.include_checksum(true).unwrap();
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            "bzip2" => {
                let mut encoder = bzip2::write::BzEncoder::new(packed, bzip2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            _ => {
                let mut encoder = liblzma::write::XzEncoder::new(packed, 6);
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
        };
        packed.expect("bytes to pack")
    }

    /// A stream for every so many bytes, wherever that cuts a row.
    fn pack_in_pieces(self, bytes: &[u8], size: usize) -> Vec<u8> {
        bytes.chunks(size).flat_map(|piece| self.pack(piece)).collect()
    }

    fn named(self, name: &str) -> String {
        format!("{name}{}", self.ending)
    }
}

/// Rows of which some are quoted over two lines, and none is like another.
fn rows(count: usize) -> String {
    let row = |id: usize| match id % 50 {
        7 => format!("{id},\"name\n{id}\",{}.50\n", id * 7919 % 1000),
        _ => format!("{id},name {},{}.50\n", id * 31 % 977, id * 7919 % 1000),
    };
    format!("id,name,amount\n{}", (0..count).map(row).collect::<String>())
}
