//! Telling a compressed input by its first bytes, whatever its name says.

use anyhow::Result;
use memchr::memchr;

use crate::batch::InputFile;
use crate::exit::{ExitCode, fatal};
use crate::format::encoding::bom;
use crate::format::{Rows, Verdict, workbook};
use crate::job::{self, Compression, Encoding, Method};

use super::damage::Damage;
use super::named::Named;

/// A method that is not unpacked.
pub struct Unsupported {
    name: &'static str,
    by: By,
}

/// What unpacks it.
enum By {
    /// A command that takes files and standard input.
    Filter(&'static str),
    /// One that takes files only, where it says `FILE`.
    Command(&'static str),
}

/// First bytes of what looks like text to nobody.
static UNSUPPORTED: [(&[u8], Unsupported); 4] = [
    (b"\x04\x22\x4d\x18", Unsupported { name: "lz4", by: By::Filter("lz4cat") }),
    (b"PK\x03\x04", Unsupported { name: "zip", by: By::Command("unzip -p FILE") }),
    (b"\xff\x06\x00\x00sN", Unsupported { name: "snappy", by: By::Filter("snzip -dc") }),
    (b"\x1f\x9d", Unsupported { name: "compress", by: By::Filter("zcat") }),
];

/// What a stream begins with: from and to which byte each may be.
type Magic = &'static [(u8, u8)];

/// So many first bytes tell.
pub const LONGEST_MAGIC: usize = 6;

/// So many first bytes tell whether it is text.
const TELLING_OF_TEXT: usize = 1 << 16;

/// An input of fewer bytes than a magic may be text that looks like its begin, unless it is at least so long.
const NO_LONGER_TEXT: usize = 4;

/// What an input is found to be.
pub struct Found {
    /// `None`: it is read as it is.
    pub method: Option<Method>,
    /// What is odd about that.
    pub warning: Option<String>,
}

/// Tells by the first bytes how an input is compressed: `bytes` are enough, or all there are.
pub fn find(bytes: &[u8], file: &InputFile, named: Named, settings: &job::Extract) -> Result<Found> {
    let plain = Found { method: None, warning: None };
    let method = match settings.compression {
        Compression::None => return Ok(plain),
        Compression::Is(method) if begins(method, bytes) => method,
        Compression::Is(method) => return Err(is_not(method, bytes, file, "\"auto\" tells by the first bytes")),
        Compression::Auto => match Method::ALL.into_iter().find(|method| begins(*method, bytes)) {
            Some(method) => method,
            None => {
                refuse(bytes, named)?;
                return read_as_it_is(bytes, file, settings);
            }
        },
    };
    Ok(Found { method: Some(method), ..plain })
}

/// Whether more bytes cannot tell more. Of what does not begin as its name promises, more are judged.
pub fn are_enough(bytes: &[u8], file: &InputFile) -> bool {
    let is_belied = || Method::of_name(file.name.as_bytes()).is_some_and(|method| !begins(method, bytes));
    let least = if bytes.len() >= LONGEST_MAGIC && is_belied() { TELLING_OF_TEXT } else { LONGEST_MAGIC };
    bytes.len() >= least && !unsupported(bytes, false).is_open()
}

/// Whether it begins as what is not unpacked does; `ended`: there is no more of it. An archive that is a document within is
/// told as such.
pub fn unsupported(bytes: &[u8], ended: bool) -> Verdict<&'static Unsupported> {
    let begin = |magic: &[u8]| magic.iter().zip(bytes).all(|(byte, other)| byte == other);
    match UNSUPPORTED.iter().find(|(magic, _)| begin(magic)) {
        None => Verdict::No,
        Some((magic, _)) if bytes.len() < magic.len() => Verdict::agreeing(ended),
        Some((_, unsupported)) => match workbook(bytes, ended) {
            Verdict::Is(_) => Verdict::No,
            Verdict::Open => Verdict::Open,
            Verdict::No => Verdict::Is(unsupported),
        },
    }
}

/// Whether a stream of this method begins so.
pub fn begins(method: Method, bytes: &[u8]) -> bool {
    magics(method).iter().any(|magic| bytes.len() >= magic.len() && agrees(magic, bytes))
}

/// Whether these bytes may be all that is left of a stream's first ones.
pub fn is_begin_of_magic(method: Method, bytes: &[u8]) -> bool {
    magics(method).iter().any(|magic| bytes.len() < magic.len() && agrees(magic, bytes))
}

/// As far as both of them go.
fn agrees(magic: Magic, bytes: &[u8]) -> bool {
    magic.iter().zip(bytes).all(|((from, to), byte)| (*from..=*to).contains(byte))
}

/// More than the few bytes that are usually compared, where those could begin a text.
fn magics(method: Method) -> &'static [Magic] {
    match method {
        Method::Gzip => &[&[(0x1f, 0x1f), (0x8b, 0x8b), (8, 8)]],
        // A frame, and one to skip.
        Method::Zstd => &[
            &[(0x28, 0x28), (0xb5, 0xb5), (0x2f, 0x2f), (0xfd, 0xfd)],
            &[(0x50, 0x5f), (0x2a, 0x2a), (0x4d, 0x4d), (0x18, 0x18)],
        ],
        // A stream of blocks, and an empty one.
        Method::Bzip2 => &[
            &[(b'B', b'B'), (b'Z', b'Z'), (b'h', b'h'), (b'1', b'9'), (0x31, 0x31), (0x41, 0x41)],
            &[(b'B', b'B'), (b'Z', b'Z'), (b'h', b'h'), (b'1', b'9'), (0x17, 0x17), (0x72, 0x72)],
        ],
        Method::Xz => &[&[(0xfd, 0xfd), (b'7', b'7'), (b'z', b'z'), (b'X', b'X'), (b'Z', b'Z'), (0, 0)]],
    }
}

/// What begins as no compressed input does is read all the same, unless nothing good could come of it.
fn read_as_it_is(bytes: &[u8], file: &InputFile, settings: &job::Extract) -> Result<Found> {
    let text = bytes.len() < NO_LONGER_TEXT && bytes.iter().all(|byte| byte.is_ascii_graphic());
    let cut_short = Method::ALL.into_iter().find(|method| is_begin_of_magic(*method, bytes));
    let named = Method::of_name(file.name.as_bytes());
    match (named, cut_short.filter(|_| !text)) {
        (Some(named), _) if is_begin_of_magic(named, bytes) || !may_be_text(bytes, settings) => {
            Err(is_not(named, bytes, file, "\"none\" reads it as it is"))
        }
        (None, Some(method)) => Err(Damage::CutShort(method).into()),
        (named, _) => Ok(Found { method: None, warning: named.map(|named| belied(named, file)) }),
    }
}

/// Whether these first bytes are text in the encoding that they are to be read in.
fn may_be_text(bytes: &[u8], settings: &job::Extract) -> bool {
    let bytes = bytes.get(..TELLING_OF_TEXT).unwrap_or(bytes);
    match settings.encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => true,
        Encoding::Other(_) => memchr(0, bytes).is_none(),
        Encoding::Utf8 if bom(bytes).is_some() => true,
        Encoding::Utf8 => {
            let sound = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
            sound && memchr(0, bytes).is_none()
        }
    }
}

fn belied(method: Method, file: &InputFile) -> String {
    format!("{} is not {}-compressed, whatever its name says; read as it is", file.name, method.name())
}

fn is_not(method: Method, bytes: &[u8], file: &InputFile, remedy: &str) -> anyhow::Error {
    if is_begin_of_magic(method, bytes) {
        return Damage::CutShort(method).into();
    }
    let (path, name) = (&file.name, method.name());
    let what = format!("{path} is not {name}-compressed: it does not begin as such a file does");
    fatal(ExitCode::Data, format!("{what}; extract.compression = {remedy}"))
}

/// Refuses an input that begins as one does that we cannot unpack.
fn refuse(bytes: &[u8], named: Named) -> Result<()> {
    match unsupported(bytes, true) {
        Verdict::Is(unsupported) => Err(unsupported.refused(named)),
        Verdict::No | Verdict::Open => Ok(()),
    }
}

impl Unsupported {
    pub fn refused(&self, named: Named) -> anyhow::Error {
        let (title, name) = (named.title(), self.name);
        let remedy = match self.by {
            By::Filter(cat) => named.unpacked(cat),
            By::Command(command) => named.by_command(command, Rows::Csv),
        };
        fatal(ExitCode::Config, format!("{title} is {name}-compressed, which is not supported; {remedy}"))
    }
}
