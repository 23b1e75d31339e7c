//! What the name of a file says of its format and of its compression.

use std::path::Path;

use crate::job::Method;

/// In lower case, without the dot.
pub fn extension(path: &str) -> String {
    Path::new(path).extension().map_or_else(String::new, |extension| extension.to_string_lossy().to_ascii_lowercase())
}

/// The path without an ending that says how it is compressed.
pub fn uncompressed(path: &str) -> &str {
    let ending = Method::of_name(path.as_bytes()).map_or(0, |method| method.ending().len());
    path.get(..path.len() - ending).unwrap_or(path)
}
