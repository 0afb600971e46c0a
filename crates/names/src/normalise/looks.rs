//! Stage: what a word looks like to a machine that reads print.
//!
//! | before | after |
//! |---|---|
//! | `KARNI`, `KAMI`, `KAM1`, `KAML` | `KAMI` |
//!
//! Digits that look like letters become these, `L` becomes `I`, `RN` becomes `M`, `VV` becomes `W`. Words that look the
//! same may be one word that was misread.

/// The folded text; empty where the word is of digits alone, which are no misread letters.
pub(super) fn of(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return String::new();
    }
    let bytes = text.as_bytes();
    let mut folded = String::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let (letter, taken) = match (bytes[place], bytes.get(place + 1)) {
            (b'R', Some(b'N')) => ('M', 2),
            (b'V', Some(b'V')) => ('W', 2),
            (b'0' | b'Q', _) => ('O', 1),
            (b'1' | b'L', _) => ('I', 1),
            (b'2', _) => ('Z', 1),
            (b'5', _) => ('S', 1),
            (b'6' | b'9', _) => ('G', 1),
            (b'8', _) => ('B', 1),
            (byte, _) => (char::from(byte), 1),
        };
        folded.push(letter);
        place += taken;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn misread_words_look_the_same() {
        for (a, b) in
            [("KARNI", "KAMI"), ("ZEF1R", "ZEFIR"), ("Z0LA", "ZOIA"), ("5AM", "SARN"), ("VVALI", "WALI")]
        {
            assert_eq!(of(a), of(b), "{a} and {b}");
        }
        assert_eq!(of("44"), "");
        assert_ne!(of("IL76"), of("IL78"));
    }
}
