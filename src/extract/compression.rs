//! Telling a compressed input by its first bytes, whatever its name says.

use anyhow::Result;
use memchr::memchr;

use crate::batch::InputFile;
use crate::exit::{ExitCode, fatal};
use crate::job::{self, Compression, Method};

/// First bytes of what looks like text to nobody and is not unpacked, the method's name, and what unpacks it.
const REFUSED: [(&[u8], &str, &str); 2] = [(b"\x04\x22\x4d\x18", "lz4", "lz4cat"), (b"PK\x03\x04", "zip", "unzip -p")];

/// So many first bytes tell.
pub const LONGEST_MAGIC: usize = 6;

/// What an input is found to be.
pub struct Found {
    /// `None`: it is read as it is.
    pub method: Option<Method>,
    /// What is odd about that.
    pub warning: Option<String>,
}

/// A compressed stream that cannot be read on, and why. Whoever knows how far it was read adds that.
#[derive(Debug)]
pub struct Damage(pub String);

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Damage {}

impl Damage {
    /// The stream ends before it should.
    pub fn cut_short(method: Method) -> Damage {
        Damage(format!("unexpected end of the {} stream", method.name()))
    }
}

/// Tells by the first bytes how an input is compressed: `first_bytes` are `LONGEST_MAGIC` or all there are.
pub fn find(first_bytes: &[u8], file: &InputFile, settings: &job::Extract) -> Result<Found> {
    let plain = Found { method: None, warning: None };
    match settings.compression {
        Compression::None => Ok(plain),
        Compression::Is(method) if begins(method, first_bytes) => Ok(Found { method: Some(method), ..plain }),
        Compression::Is(method) => Err(is_not(method, first_bytes, file)),
        Compression::Auto => {
            let method = Method::ALL.into_iter().find(|method| begins(*method, first_bytes));
            match (method, named(file)) {
                (None, Some(named)) => belied(named, first_bytes, file, settings),
                (None, None) => refuse(first_bytes, file).map(|()| plain),
                (method, _) => Ok(Found { method, ..plain }),
            }
        }
    }
}

/// Whether a stream of this method begins so. A zstd stream may begin with a frame to skip.
pub fn begins(method: Method, bytes: &[u8]) -> bool {
    let skippable = |bytes: &[u8]| matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
    bytes.starts_with(magic(method)) || method == Method::Zstd && skippable(bytes)
}

/// Whether these bytes may be all that is left of a stream's first ones.
pub fn is_begin_of_magic(method: Method, bytes: &[u8]) -> bool {
    bytes.len() < magic(method).len() && magic(method).starts_with(bytes)
}

fn magic(method: Method) -> &'static [u8] {
    match method {
        Method::Gzip => b"\x1f\x8b",
        Method::Zstd => b"\x28\xb5\x2f\xfd",
        Method::Bzip2 => b"BZh",
        Method::Xz => b"\xfd7zXZ\x00",
    }
}

fn named(file: &InputFile) -> Option<Method> {
    let name = file.path.as_os_str().as_encoded_bytes();
    Method::ALL.into_iter().find(|method| name.ends_with(method.ending().as_bytes()))
}

/// The name promises what the bytes do not keep: plain text is read all the same, anything else is not.
fn belied(method: Method, first_bytes: &[u8], file: &InputFile, settings: &job::Extract) -> Result<Found> {
    let of_two_bytes = matches!(settings.encoding, job::Encoding::Utf16Le | job::Encoding::Utf16Be)
        || matches!(first_bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    if is_begin_of_magic(method, first_bytes) || !of_two_bytes && memchr(0, first_bytes).is_some() {
        return Err(is_not(method, first_bytes, file));
    }
    refuse(first_bytes, file)?;
    let warning =
        format!("{} is not {}-compressed, whatever its name says; read as it is", file.path.display(), method.name());
    Ok(Found { method: None, warning: Some(warning) })
}

fn is_not(method: Method, first_bytes: &[u8], file: &InputFile) -> anyhow::Error {
    if is_begin_of_magic(method, first_bytes) {
        return Damage::cut_short(method).into();
    }
    let (path, name) = (file.path.display(), method.name());
    fatal(ExitCode::Data, format!("{path} is not {name}-compressed: it does not begin as such a file does"))
}

/// Refuses an input that begins as one does that we cannot unpack.
fn refuse(first_bytes: &[u8], file: &InputFile) -> Result<()> {
    let Some((_, name, cat)) = REFUSED.iter().find(|(magic, ..)| first_bytes.starts_with(magic)) else {
        return Ok(());
    };
    let path = file.path.display();
    let remedy = format!("pipe it in: {cat} {path} | gristmill run - …");
    Err(fatal(ExitCode::Config, format!("{path} is {name}-compressed, which is not supported; {remedy}")))
}
