//! What a mail server says, and the mails it hands over.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::lmtp(bytes));
