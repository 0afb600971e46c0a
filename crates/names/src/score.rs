//! Scores in integer thousandths, so that they are the same on every machine.

use std::fmt;
use std::str::FromStr;

/// How alike two names are, from 0 (not at all) to 1000 thousandths (the same).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u16);

impl Score {
    /// Nothing in common.
    pub const ZERO: Score = Score(0);
    /// The same.
    pub const ONE: Score = Score(1000);

    /// A score of so many thousandths; more than 1000 is 1000.
    pub const fn from_thousandths(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// The score in thousandths, from 0 to 1000.
    pub const fn thousandths(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Score {
    /// A number from 0 to 1 with three decimals.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// The text is no number from 0 to 1 with at most three decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a number from 0 to 1 with at most three decimals, such as 0.800")]
pub struct ScoreError;

impl FromStr for Score {
    type Err = ScoreError;

    fn from_str(text: &str) -> Result<Self, ScoreError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let decimals = fraction.trim_end_matches('0');
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits(whole) || !are_digits(fraction) || decimals.len() > 3 {
            return Err(ScoreError);
        }
        let thousandths = format!("{whole}{decimals:0<3}").parse().ok();
        thousandths.filter(|thousandths| *thousandths <= 1000).map(Self).ok_or(ScoreError)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_at_most_three_decimals() {
        for (text, thousandths) in
            [("0", 0), ("1", 1000), ("0.8", 800), ("0.855", 855), ("1.000", 1000), ("0.8550", 855)]
        {
            assert_eq!(text.parse::<Score>().unwrap().thousandths(), thousandths, "{text}");
        }
        for text in ["", ".", "80", "1.001", "-0.1", "+0.1", "0.8555", "80%", "nan", "1e0", "0.", "65536000"]
        {
            assert_eq!(text.parse::<Score>(), Err(ScoreError), "{text}");
        }
    }

    #[test]
    fn scores_show_three_decimals() {
        for (thousandths, shown) in
            [(0, "0.000"), (7, "0.007"), (850, "0.850"), (1000, "1.000"), (2000, "1.000")]
        {
            assert_eq!(Score::from_thousandths(thousandths).to_string(), shown);
        }
    }
}
