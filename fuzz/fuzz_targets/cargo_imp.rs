//! One Cargo-IMP message.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cargo_imp(bytes));
