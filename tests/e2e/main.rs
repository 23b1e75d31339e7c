//! The built binary, run as a script would run it.
//!
//! - `golden`: every folder of `tests/cases` is a command with the files that it must make.
//! - `emptied`: a target is not emptied by rejects, and one that is emptied is named.
//! - `made`: what stands in tables and files that a run makes of guessed columns.
//! - `exits`: exit codes, and messages that name the file, the place and the remedy.
//! - `beginnings`: what stands before the first row.
//! - `headers`: the first record, and rows that would be lost as one.
//! - `line_ends`: what ends the lines of each file.
//! - `delimiter`: what separates the fields, where nobody has said so.
//! - `messages`: what the data brings into messages is shown and not obeyed.
//! - `rejects`: every row accounted for; a reject's line, offset and bytes are exact.
//! - `rejects_file`: its name, where it grows, what becomes of those of earlier runs.
//! - `bounds`: what odd inputs may cost.
//! - `determinism`: the same bytes whatever the threads and the chunk size.
//! - `files`: nothing half-done looks done.
//! - `places`: names that mean the same file, pipes, descriptors, and files that others change.
//! - `planted`: names that somebody else has planted beside a target.
//! - `slow_sources`: pipes that bring their bytes in pieces, and inputs that are not what a path usually is.
//! - `compressed`: gzip, zstd, bzip2 and xz, sound and damaged.
//! - `signals`: SIGINT, SIGTERM and SIGHUP at any moment, an idle pipe included.
//! - `corpus`: other projects' files, where `GRISTMILL_CORPUS` says they are.
//! - `shipped`: the data and the jobs that come with the project.
//! - `functions`: every function gives PostgreSQL's answer.
//! - `queries`: whole queries give DuckDB's and PostgreSQL's answers.
//! - `json`: JSON that stays what it is.
//! - `finer`: nanoseconds and other digits that our types lack.
//! - `parquet`: files of values, their rejects and their damage.
//! - `parquet_union`: files of values that differ, read by name.
//! - `parquet_out`: files of values that a run writes.
//! - `postgres`: what stands in a table of a server, where there is one.
//! - `sinks`: several targets from one run, and what becomes of the others when one fails or hangs.
//! - `sqlite`: what stands in a database after a run.
//! - `targets`: what a slip of the hand may not overwrite, and whose password stands nowhere.

mod support;
mod golden;
mod made;
mod groups;
mod emptied;
mod identity;
mod exits;
mod finer;
mod beginnings;
mod headers;
mod line_ends;
mod delimiter;
mod messages;
mod rejects;
mod rejects_file;
mod bounds;
mod determinism;
mod files;
mod places;
mod planted;
mod slow_sources;
mod spaced;
mod compressed;
mod signals;
mod corpus;
mod shipped;
mod functions;
mod queries;
mod json;
mod parquet;
mod parquet_union;
mod parquet_out;
mod postgres;
mod sinks;
mod sqlite;
mod targets;
