//! One value: its text to a typed value and back.
