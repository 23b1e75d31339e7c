//! Any bytes, any dialect, any feeding: cutter and field finder read what the naive reader reads, and what the csv crate
//! reads where the input is well formed.
//!
//! `cargo fuzz run --fuzz-dir tests/fuzz csv_read`
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gristmill::fuzz(data));
