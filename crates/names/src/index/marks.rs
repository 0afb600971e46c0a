//! Marks on numbered things, one bit each, so that they stay near the processor.

/// Which of many numbered things are marked.
#[derive(Debug, Default)]
pub(super) struct Marks {
    bits: Vec<u64>,
    /// Marks may be left that whoever made them did not come to take off.
    in_use: bool,
}

impl Marks {
    /// There are at least `count` things from now on, and none is marked.
    pub(super) fn begin(&mut self, count: usize) {
        if self.in_use {
            self.bits.fill(0);
        }
        self.in_use = true;
        if self.bits.len() < count.div_ceil(64) {
            self.bits.resize(count.div_ceil(64), 0);
        }
    }

    /// Marks a thing; whether it was not.
    #[inline]
    pub(super) fn mark(&mut self, number: u32) -> bool {
        let (word, bit) = (&mut self.bits[number as usize / 64], 1 << (number % 64));
        let first = *word & bit == 0;
        *word |= bit;
        first
    }

    #[inline]
    pub(super) fn is_marked(&self, number: u32) -> bool {
        self.bits[number as usize / 64] >> (number % 64) & 1 == 1
    }

    /// Takes off all marks, which are on these things.
    pub(super) fn end(&mut self, numbers: impl Iterator<Item = u32>) {
        numbers.for_each(|number| self.bits[number as usize / 64] = 0);
        self.in_use = false;
    }

    /// Takes off all marks.
    pub(super) fn wipe(&mut self) {
        self.bits.fill(0);
        self.in_use = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_last_until_taken_off() {
        let mut marks = Marks::default();
        marks.begin(70);
        assert!(marks.mark(3) && !marks.mark(3) && marks.mark(69));
        assert!(marks.is_marked(69) && !marks.is_marked(68));
        marks.end([3, 69].into_iter());
        assert!(!marks.is_marked(3) && !marks.is_marked(69));
        marks.begin(200);
        assert!(marks.mark(199));
        // Not taken off: whoever begins next finds none all the same.
        marks.begin(10);
        assert!(!marks.is_marked(199) && marks.mark(1));
        marks.wipe();
        assert!(!marks.is_marked(1));
    }
}
