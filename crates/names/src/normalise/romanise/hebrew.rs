//! Stage: Hebrew letters.
//!
//! | before | after |
//! |---|---|
//! | `זפיר` | `ZPYR` |
//!
//! A skeleton as in Arabic. `ב`, `כ`, `פ` and `ש` have two readings each, of which the table gives the stop and `SH`;
//! comparing allows for the other. Source: the letters of Unicode's Hebrew block by their names; the simple
//! romanisation of the Academy of the Hebrew Language (2006) as usage, without signs.

/// The skeleton of a stretch.
pub(super) fn read(text: &str) -> String {
    let mut ascii = String::new();
    for (place, letter) in text.chars().filter(|c| !matches!(u32::from(*c), 0x0591..=0x05C7)).enumerate() {
        ascii.push_str(match letter {
            'א' => "A",
            'ע' if place == 0 => "A",
            'ע' => "",
            'ב' => "B",
            'ג' => "G",
            'ד' => "D",
            'ה' => "H",
            'ו' | 'װ' => "W",
            'ז' => "Z",
            'ח' => "H",
            'ט' | 'ת' => "T",
            'י' | 'ײ' | 'ױ' => "Y",
            'כ' | 'ך' | 'ק' => "K",
            'ל' => "L",
            'מ' | 'ם' => "M",
            'נ' | 'ן' => "N",
            'ס' => "S",
            'פ' | 'ף' => "P",
            'צ' | 'ץ' => "TS",
            'ר' => "R",
            'ש' => "SH",
            _ => "",
        });
    }
    ascii
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_are_a_skeleton() {
        for (text, expected) in
            [("זפיר", "ZPYR"), ("עמרם", "AMRM"), ("שלום", "SHLWM"), ("יִצְחָק", "YTSHK"), ("נדב", "NDB")]
        {
            assert_eq!(super::read(text), expected, "{text}");
        }
    }
}
