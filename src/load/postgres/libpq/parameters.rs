//! What libpq can read, and the parameters that it knows.

use std::ffi::CString;
use std::ptr;

use super::text;

/// Whether a text can be read as a connection string. What is wrong with one is not told, for it would be shown.
pub fn can_read(url: &str) -> bool {
    let Ok(url) = CString::new(url) else { return false };
    // SAFETY: the text is valid; the list is null or ours to free, and so is no message, as we ask for none.
    unsafe {
        let options = pq_sys::PQconninfoParse(url.as_ptr(), ptr::null_mut());
        pq_sys::PQconninfoFree(options);
        !options.is_null()
    }
}

/// The parameters that a connection may have.
pub fn parameters() -> Vec<String> {
    let mut names = Vec::new();
    // SAFETY: the list is null or ours to free, which we do after copying; it ends with an entry without a keyword, and the
    // keywords before it end with a zero.
    unsafe {
        let options = pq_sys::PQconndefaults();
        let mut entry = options;
        while !entry.is_null() && !(*entry).keyword.is_null() {
            names.extend(text((*entry).keyword));
            entry = entry.add(1);
        }
        pq_sys::PQconninfoFree(options);
    }
    names
}
