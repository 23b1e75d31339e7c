//! What is documented and not built yet: refused as such, so that nobody looks for a misspelling in it.

use crate::job::key::Key;

/// Keys, and sections with all that they hold; `*` stands for a name of the user's.
const KEYS: &[&str] = &[
    "extract.endpoints",
    "extract.url",
    "extract.rows",
    "extract.headers",
    "extract.body",
    "extract.deadline",
    "extract.concurrency",
    "extract.per_host",
    "extract.rate",
    "extract.rate_per_host",
    "extract.spread",
    "extract.pages",
    "extract.retry",
    "extract.circuit_breaker",
    "extract.max_answer_size",
    "extract.ordered",
    "extract.incremental",
    "extract.changed",
    "lookup.*.comment",
    "lookup.*.compression",
    "lookup.*.ragged",
    "load.commit",
    "load.schema",
    "run.timeout",
    "run.checkpoint",
    "params",
    "check",
    "expect",
    "test",
];

/// Words that keys which are built do not take yet.
const WORDS: &[(&str, &str)] = &[("extract.format", "json")];

/// Flags of the command line.
const FLAGS: &[&str] =
    &["--restart", "--follow-growth", "--param", "--every", "--plan", "--part", "--report", "--metrics-file"];

/// Commands.
const COMMANDS: &[&str] =
    &["guess", "preview", "explain", "rejects", "state", "split", "merge", "completions", "man", "test"];

/// Whether a job file's key is one of these.
pub fn is_key(key: &Key) -> bool {
    KEYS.iter().any(|name| key.is(name))
}

/// Whether a key's value is one of these.
pub fn is_word(key: &Key, word: &str) -> bool {
    WORDS.iter().any(|(name, later)| key.is(name) && *later == word)
}

/// Whether a flag is, or a command.
pub fn is_later_argument(argument: &str) -> bool {
    FLAGS.contains(&argument) || COMMANDS.contains(&argument)
}
