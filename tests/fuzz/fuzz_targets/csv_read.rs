//! Any bytes, any dialect, any feeding: cutter and field finder read what the naive reader reads, and what the csv crate
//! reads where the input is well formed.
//!
//! `cargo fuzz run --fuzz-dir tests/fuzz csv_read`
#![no_main]

#[path = "../mill.rs"]
mod mill;

libfuzzer_sys::fuzz_target!(|data: &[u8]| mill::fuzz(data));
