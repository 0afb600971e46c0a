//! Documents of facts.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::facts(bytes));
