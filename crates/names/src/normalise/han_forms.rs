//! Stage: legal forms in Chinese, Japanese and Korean characters, which stand without a blank.
//!
//! | before | after |
//! |---|---|
//! | `林风有限公司` | `林风 CO LTD ` |
//! | `株式会社ゼファー` | ` CO LTD ゼファー` |
//!
//! Source: the names of these forms in the GLEIF Entity Legal Forms code list (ISO 20275) for China, Taiwan, Hong Kong,
//! Japan and Korea, with the usual English of each.

use std::borrow::Cow;

/// Forms with their English, longer ones first.
const FORMS: [(&str, &str); 17] = [
    ("股份有限公司", " CO LTD "),
    ("有限责任公司", " CO LTD "),
    ("有限責任公司", " CO LTD "),
    ("有限公司", " CO LTD "),
    ("株式会社", " CO LTD "),
    ("株式會社", " CO LTD "),
    ("(株)", " CO LTD "),
    ("주식회사", " CO LTD "),
    ("(주)", " CO LTD "),
    ("有限会社", " LTD "),
    ("유한회사", " LTD "),
    ("合同会社", " LLC "),
    ("유한책임회사", " LLC "),
    ("集团公司", " GROUP CO "),
    ("集團公司", " GROUP CO "),
    ("总公司", " CO "),
    ("公司", " CO "),
];

/// The text with its legal forms in English, where anything else is in it.
pub(super) fn apart(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !FORMS.iter().any(|(form, _)| text.contains(form)) {
        return Cow::Borrowed(text);
    }
    let replaced = FORMS.iter().fold(text.to_owned(), |text, (form, english)| text.replace(form, english));
    let names = FORMS.iter().fold(text.to_owned(), |text, (form, _)| text.replace(form, ""));
    if names.contains(char::is_alphanumeric) { Cow::Owned(replaced) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_stand_apart_from_names() {
        for (text, expected) in [
            ("林风有限公司", "林风 CO LTD "),
            ("株式会社ゼファー", " CO LTD ゼファー"),
            ("(주)한별", " CO LTD 한별"),
            ("有限公司", "有限公司"),
            ("林风", "林风"),
            ("ZEPHYR", "ZEPHYR"),
        ] {
            assert_eq!(apart(text), expected, "{text}");
        }
    }
}
