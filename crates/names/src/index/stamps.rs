//! Marks on numbered things that are taken off all at once.

/// Which of many numbered things have been seen since the last renewal.
#[derive(Debug, Default)]
pub(super) struct Stamps {
    marks: Vec<u32>,
    now: u32,
}

impl Stamps {
    /// Forgets everything; from now on there are at least `count` things.
    pub(super) fn renew(&mut self, count: usize) {
        if self.marks.len() < count {
            self.marks.resize(count, 0);
        }
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.marks.fill(0);
            self.now = 1;
        }
    }

    /// Whether it has not been seen yet; it has from now on.
    #[inline]
    pub(super) fn is_first(&mut self, number: u32) -> bool {
        let mark = &mut self.marks[number as usize];
        let first = *mark != self.now;
        *mark = self.now;
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_last_until_renewed() {
        let mut stamps = Stamps::default();
        stamps.renew(2);
        assert!(stamps.is_first(1) && !stamps.is_first(1) && stamps.is_first(0));
        stamps.renew(3);
        assert!(stamps.is_first(1) && stamps.is_first(2));
        stamps.now = u32::MAX;
        stamps.marks = vec![1, 1, 1];
        stamps.renew(3);
        assert!(stamps.is_first(1) && !stamps.is_first(1));
    }
}
