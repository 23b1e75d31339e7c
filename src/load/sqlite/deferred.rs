//! Which foreign keys wait for the commit. SQLite tells it nowhere but in the text of the definition.

use super::names::words;

/// For each foreign key of a stored `CREATE TABLE`, in its order, whether it is deferred.
pub fn deferred(sql: &str) -> Vec<bool> {
    let mut keys = Vec::new();
    let mut last = [String::new(), String::new(), String::new()];
    for word in words(sql) {
        let word = word.to_ascii_lowercase();
        if word == "references" {
            keys.push(false);
        } else if word == "deferred" && last[0] != "not" && last[1..] == ["deferrable", "initially"] {
            keys.last_mut().into_iter().for_each(|key| *key = true);
        }
        last.rotate_left(1);
        last[2] = word;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_judged_by_its_own_words() {
        let check = |sql: &str, expected: &[bool]| assert_eq!(deferred(sql), expected, "{sql}");
        check("CREATE TABLE t(a)", &[]);
        let both = "CREATE TABLE c(x REFERENCES t, y references p(k) DEFERRABLE initially /* why */ deferred)";
        check(both, &[false, true]);
        check(
            "CREATE TABLE c(x, foreign key (x) references t deferrable initially deferred, y references p)",
            &[true, false],
        );
        check("CREATE TABLE c(x references t not deferrable initially deferred)", &[false]);
        check("CREATE TABLE c(x references t deferrable initially immediate)", &[false]);
        check(
            "CREATE TABLE c(x references t deferrable, \"references\" -- references\n, 'it''s' references u)",
            &[false, false],
        );
        check("CREATE TABLE c(deferred references t default 'deferrable initially deferred')", &[false]);
    }
}
