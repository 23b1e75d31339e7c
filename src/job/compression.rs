//! How input may be compressed.

/// What is done about compressed input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// The first bytes of a file tell.
    Auto,
    /// Bytes are bytes.
    None,
    /// Every file must be compressed so.
    Is(Method),
}

/// A method of compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Method {
    pub const ALL: [Method; 4] = [Method::Gzip, Method::Zstd, Method::Bzip2, Method::Xz];

    /// Its name in job files and messages.
    pub fn name(self) -> &'static str {
        match self {
            Method::Gzip => "gzip",
            Method::Zstd => "zstd",
            Method::Bzip2 => "bzip2",
            Method::Xz => "xz",
        }
    }

    /// How the names of files end that are compressed so.
    pub fn ending(self) -> &'static str {
        match self {
            Method::Gzip => ".gz",
            Method::Zstd => ".zst",
            Method::Bzip2 => ".bz2",
            Method::Xz => ".xz",
        }
    }

    /// How a file of this name is compressed, if it keeps what its name promises.
    pub fn of_name(path: &[u8]) -> Option<Method> {
        let ends_so = |method: &Method| {
            let ending = path.len().checked_sub(method.ending().len()).and_then(|at| path.get(at..));
            ending.is_some_and(|ending| ending.eq_ignore_ascii_case(method.ending().as_bytes()))
        };
        Method::ALL.into_iter().find(ends_so)
    }

    /// The command that writes what such a file holds.
    pub fn cat(self) -> &'static str {
        match self {
            Method::Gzip => "zcat",
            Method::Zstd => "zstdcat",
            Method::Bzip2 => "bzcat",
            Method::Xz => "xzcat",
        }
    }
}
