//! Stage: Armenian letters.
//!
//! | before | after |
//! |---|---|
//! | `Զեֆիրյան` | `ZEFIRYAN` |
//!
//! Source: the BGN/PCGN romanisation of Armenian (1981), Eastern readings, without apostrophes.

/// The letters of a stretch.
pub(super) fn read(text: &str) -> String {
    let text = text.replace("ու", "u").replace("Ու", "U").replace("ՈՒ", "U").replace('և', "EV");
    super::by_table(&text, |letter| {
        LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, latin)| *latin)
    })
    .to_ascii_uppercase()
}

const LETTERS: &[(char, &str)] = &[
    ('Ա', "A"),
    ('Բ', "B"),
    ('Գ', "G"),
    ('Դ', "D"),
    ('Ե', "E"),
    ('Զ', "Z"),
    ('Է', "E"),
    ('Ը', "Y"),
    ('Թ', "T"),
    ('Ժ', "ZH"),
    ('Ի', "I"),
    ('Լ', "L"),
    ('Խ', "KH"),
    ('Ծ', "TS"),
    ('Կ', "K"),
    ('Հ', "H"),
    ('Ձ', "DZ"),
    ('Ղ', "GH"),
    ('Ճ', "CH"),
    ('Մ', "M"),
    ('Յ', "Y"),
    ('Ն', "N"),
    ('Շ', "SH"),
    ('Ո', "O"),
    ('Չ', "CH"),
    ('Պ', "P"),
    ('Ջ', "J"),
    ('Ռ', "R"),
    ('Ս', "S"),
    ('Վ', "V"),
    ('Տ', "T"),
    ('Ր', "R"),
    ('Ց', "TS"),
    ('Ւ', "V"),
    ('Փ', "P"),
    ('Ք', "K"),
    ('Օ', "O"),
    ('Ֆ', "F"),
];

#[cfg(test)]
mod tests {
    #[test]
    fn letters_become_latin() {
        for (text, expected) in
            [("Զեֆիրյան", "ZEFIRYAN"), ("Արմեն", "ARMEN"), ("Սարգսյան", "SARGSYAN"), ("Ուրարտու", "URARTU")]
        {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
