//! Names that no two columns share.

use std::collections::{HashMap, HashSet};

/// Gives each name that stood before the next free suffix: `name`, `name_2`, …. Names are the same where their keys are.
pub fn unique(names: &[String], key: fn(&str) -> String) -> Vec<String> {
    // A name that is spelt out somewhere is nobody else's.
    let mut taken: HashSet<String> = names.iter().map(|name| key(name)).collect();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut unique = |name: &String| {
        let Some(suffix) = seen.get_mut(&key(name)) else {
            seen.insert(key(name), 1);
            return name.clone();
        };
        loop {
            *suffix += 1;
            let candidate = format!("{name}_{suffix}");
            if taken.insert(key(&candidate)) {
                return candidate;
            }
        }
    };
    names.iter().map(&mut unique).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_gets_the_next_free_suffix() {
        let check = |names: &[&str], key: fn(&str) -> String, expected: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| name.to_string()).collect();
            assert_eq!(unique(&names, key), expected);
        };
        check(&["a", "a", "a"], str::to_owned, &["a", "a_2", "a_3"]);
        check(&["a", "a", "a_2", "A"], str::to_owned, &["a", "a_3", "a_2", "A"]);
        check(&["Id", "id", "ID_2"], str::to_ascii_lowercase, &["Id", "id_3", "ID_2"]);
        // SQLite folds ASCII only.
        check(&["É", "é"], str::to_ascii_lowercase, &["É", "é"]);
    }
}
