//! Names in the SQL of any database.

/// A name as SQL takes it, whatever it contains.
pub fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
