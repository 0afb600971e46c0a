//! Usages of the Latin alphabet itself that are read in more than one way.
//!
//! | before | after |
//! |---|---|
//! | `Đorđe` | `Dorde`, `DJordje` |
//! | `Jewgeni Prigoschin` | the same, `YEWGENI PRIGOZHIN` |
//!
//! `Đ` is D of Vietnamese and DJ of Serbian and Croatian names. German newspapers write Russian names by the sounds of
//! German. Source: Duden, Das Fremdwörterbuch, transcription of Russian, as usage.

use std::borrow::Cow;

/// The readings of letters that the alphabet of English lacks.
pub(super) fn readings(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let serbian = text.contains(['Đ', 'đ']).then(|| text.replace('Đ', "DJ").replace('đ', "dj"));
    std::iter::once(Cow::Borrowed(text)).chain(serbian.map(Cow::Owned))
}

/// A name of Russian in the German spelling by that of English; `None` where it does not look like one: it has J for Y
/// and SCH, or J and the endings of family names.
pub(super) fn german(text: &str) -> Option<String> {
    if !text.contains(['J', 'j']) {
        return None;
    }
    let upper = text.to_uppercase();
    let ends =
        |word: &str| ["EW", "OW", "EWA", "OWA", "JEWITSCH"].iter().any(|ending| word.ends_with(ending));
    let is_russian = upper.contains("SCH") || upper.contains("JEW") || upper.split_whitespace().any(ends);
    is_russian.then(|| {
        let rules = [
            ("DSCH", "\u{1}"),
            ("TSCH", "\u{2}"),
            ("SCH", "ZH"),
            ("CH", "KH"),
            ("J", "Y"),
            ("\u{1}", "J"),
            ("\u{2}", "CH"),
        ];
        rules.iter().fold(upper, |text, (from, to)| text.replace(from, to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_spellings_are_read_as_english() {
        for (text, expected) in [
            ("Jewgeni Prigoschin", Some("YEWGENI PRIGOZHIN")),
            ("Dschochar Dudajew", Some("JOKHAR DUDAYEW")),
            ("Juri Tschaika", Some("YURI CHAIKA")),
            ("John Schmidt", Some("YOHN ZHMIDT")),
            ("John Lee", None),
            ("Schmidt", None),
        ] {
            assert_eq!(german(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn letters_of_two_languages_have_two_readings() {
        assert_eq!(readings("Đorđe").collect::<Vec<_>>(), ["Đorđe", "DJordje"]);
        assert_eq!(readings("Zefir").count(), 1);
    }
}
