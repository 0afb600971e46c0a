//! Stage: Georgian letters.
//!
//! | before | after |
//! |---|---|
//! | `ზეფირაშვილი` | `ZEPIRASHVILI` |
//!
//! Source: the national system of Georgia (2002), without apostrophes.

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    super::by_table(text, |letter| {
        // The capitals of Unicode 11 stand at a fixed distance.
        let letter = match u32::from(letter) {
            code @ 0x1C90..=0x1CBF => char::from_u32(code - 0x1C90 + 0x10D0)?,
            _ => letter,
        };
        LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, latin)| *latin)
    })
}

const LETTERS: &[(char, &str)] = &[
    ('ა', "A"),
    ('ბ', "B"),
    ('გ', "G"),
    ('დ', "D"),
    ('ე', "E"),
    ('ვ', "V"),
    ('ზ', "Z"),
    ('თ', "T"),
    ('ი', "I"),
    ('კ', "K"),
    ('ლ', "L"),
    ('მ', "M"),
    ('ნ', "N"),
    ('ო', "O"),
    ('პ', "P"),
    ('ჟ', "ZH"),
    ('რ', "R"),
    ('ს', "S"),
    ('ტ', "T"),
    ('უ', "U"),
    ('ფ', "P"),
    ('ქ', "K"),
    ('ღ', "GH"),
    ('ყ', "Q"),
    ('შ', "SH"),
    ('ჩ', "CH"),
    ('ც', "TS"),
    ('ძ', "DZ"),
    ('წ', "TS"),
    ('ჭ', "CH"),
    ('ხ', "KH"),
    ('ჯ', "J"),
    ('ჰ', "H"),
];

#[cfg(test)]
mod tests {
    #[test]
    fn letters_become_latin() {
        for (text, expected) in
            [("ზეფირაშვილი", "ZEPIRASHVILI"), ("ჯუღა", "JUGHA"), ("ᲖᲝ", "ZO"), ("წყალი", "TSQALI")]
        {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
