//! Telling a compressed input by its first bytes.

use anyhow::Result;

use crate::batch::InputFile;
use crate::exit::{ExitCode, fatal};

/// First bytes of what looks like text to nobody, the method's name, and what unpacks it.
const COMPRESSED: [(&[u8], &str, &str); 6] = [
    (b"\x1f\x8b", "gzip", "zcat"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstdcat"),
    (b"BZh", "bzip2", "bzcat"),
    (b"\xfd7zXZ\x00", "xz", "xzcat"),
    (b"\x04\x22\x4d\x18", "lz4", "lz4cat"),
    (b"PK\x03\x04", "zip", "unzip -p"),
];

/// So many first bytes tell.
pub const LONGEST_MAGIC: usize = 6;

/// Refuses an input that begins as a compressed one does.
pub fn refuse(first_bytes: &[u8], file: &InputFile) -> Result<()> {
    let Some((_, name, cat)) = COMPRESSED.iter().find(|(magic, ..)| first_bytes.starts_with(magic)) else {
        return Ok(());
    };
    let path = file.path.display();
    let remedy = format!("pipe it in: {cat} {path} | gristmill run - …");
    Err(fatal(ExitCode::Config, format!("{path} is {name}-compressed, which is not supported yet; {remedy}")))
}
