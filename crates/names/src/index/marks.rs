//! Marks on numbered things, one bit each, so that they stay near the processor.

/// Which of many numbered things are marked.
#[derive(Debug, Default)]
pub(super) struct Marks {
    bits: Vec<u64>,
    /// Which of these have any mark, so that few marks are taken off at little cost.
    touched: Vec<u32>,
}

impl Marks {
    /// There are at least `count` things from now on, and none is marked.
    pub(super) fn begin(&mut self, count: usize) {
        // Whoever made marks may not have come to take them off.
        self.wipe();
        if self.bits.len() < count.div_ceil(64) {
            self.bits.resize(count.div_ceil(64), 0);
        }
    }

    /// Marks a thing; whether it was not.
    #[inline]
    pub(super) fn mark(&mut self, number: u32) -> bool {
        let (word, bit) = (&mut self.bits[number as usize / 64], 1 << (number % 64));
        let first = *word & bit == 0;
        if *word == 0 {
            self.touched.push(number / 64);
        }
        *word |= bit;
        first
    }

    #[inline]
    pub(super) fn is_marked(&self, number: u32) -> bool {
        self.bits[number as usize / 64] >> (number % 64) & 1 == 1
    }

    /// Takes off all marks.
    pub(super) fn wipe(&mut self) {
        for word in self.touched.drain(..) {
            self.bits[word as usize] = 0;
        }
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
        marks.wipe();
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
