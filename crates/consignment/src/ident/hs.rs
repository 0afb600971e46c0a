use super::{Invalid, text_identifier};

/// A commodity code whose first six digits are the Harmonized System subheading, 6 to 18 digits.
///
/// The width is that of the Cargo-IMP `NH` and `HTS` elements; dots and blanks between digits are
/// dropped. Whether the chapter exists is a question of data quality, not of form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HsCode(Box<str>);

impl HsCode {
    /// Reads a code.
    ///
    /// # Errors
    /// Where anything but digits, dots and blanks is found, or not 6 to 18 digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut digits = String::with_capacity(text.len());
        for character in text.trim().chars() {
            match character {
                '0'..='9' => digits.push(character),
                '.' | ' ' => {}
                _ => return Err(Invalid::Characters("digits")),
            }
        }
        if !(6..=18).contains(&digits.len()) {
            return Err(Invalid::Length { min: 6, max: 18 });
        }
        Ok(Self(digits.into_boxed_str()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first six digits: the subheading that is the same in every country.
    pub fn subheading(&self) -> &str {
        &self.0[..6]
    }

    /// Whether the chapter (first two digits) is one the Harmonized System uses: 01 to 97 without 77,
    /// or 98 and 99, which countries use for their own purposes.
    pub fn chapter_exists(&self) -> bool {
        !matches!(&self.0[..2], "00" | "77")
    }
}

text_identifier!(HsCode);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_digits_with_or_without_dots() {
        assert_eq!(HsCode::parse("8424.89").unwrap().as_str(), "842489");
        assert_eq!(HsCode::parse("1133557799").unwrap().subheading(), "113355");
        assert!(HsCode::parse("12345").is_err());
        assert!(HsCode::parse(&"1".repeat(19)).is_err());
        assert!(HsCode::parse("8424AB").is_err());
        assert!(!HsCode::parse("000111").unwrap().chapter_exists());
        assert!(HsCode::parse("990011").unwrap().chapter_exists());
    }
}
