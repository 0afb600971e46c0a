//! Any bytes, cut into messages and decoded.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::detect(bytes));
