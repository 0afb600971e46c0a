//! Scores in integer thousandths, so that they are the same on every machine.

use std::fmt;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_show_three_decimals() {
        for (thousandths, shown) in
            [(0, "0.000"), (7, "0.007"), (850, "0.850"), (1000, "1.000"), (2000, "1.000")]
        {
            assert_eq!(Score::from_thousandths(thousandths).to_string(), shown);
        }
    }
}
