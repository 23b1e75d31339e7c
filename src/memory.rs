//! Keeps memory flat where the allocator would not.
//!
//! glibc gives large blocks back to the system when they are freed, but raises its idea of large with every such block, up
//! to 32 MiB; after that the heap keeps the holes between blocks of a megabyte. Over 10 million rows that took the peak
//! from 28 to 38 MiB, ever so slowly. A limit set by hand stays where it is. It also keeps a heap for each thread, up to
//! eight for each core, which fill up one by one; two serve a mill whose threads seldom allocate.

#![allow(unsafe_code)]

/// Blocks from this size on live on their own: chunks, what becomes of them, and columns of a chunk's values. Kept in the
/// heaps, the columns left holes there that took the peak of a 50 GB stream 10 % over that of a short run; each in its own
/// block costs about 3 % of the processor's time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: i32 = 64 << 10;

/// Heaps that all threads share.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: i32 = 2;

/// To be called once, before any other thread runs.
pub fn keep_flat() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (setting, value) in [(libc::M_MMAP_THRESHOLD, LARGE), (libc::M_ARENA_MAX, HEAPS)] {
        // SAFETY: mallopt takes two numbers and touches the allocator's settings only; no other thread runs yet.
        // Where it fails, the allocator goes on as it was.
        let _taken = unsafe { libc::mallopt(setting, value) };
    }
}
