//! One Cargo-XML document.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::cargo_xml(bytes));
