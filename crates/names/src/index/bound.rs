//! The most that a name can score, from what each of its tokens by itself may gain.
//!
//! Granting each token its best likeness to anything of the other name makes an account that no alignment exceeds in
//! what is accounted for, and that none falls below in what is against it or absent. Edits are another matter: a token
//! that an alignment leaves out, its counterpart being taken by another, has none. So where edits decide, every choice
//! of tokens left out is tried, of the few that have any.

use crate::align::grant;
use crate::measure::{self, Account};
use crate::similarity::Likeness;
use crate::weights::Weight;

/// Most tokens of which every choice is tried; the edits of more, the fewest first, are taken for none.
const TRIED_MOST: usize = 4;

/// A token of the query with the best that it may gain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gain {
    /// Where it is matched, and where it is not.
    pub(crate) weight: Weight,
    pub(crate) unmatched: Weight,
    pub(crate) best: Option<Likeness>,
    /// What that makes the other name account for, where only this token does so.
    pub(crate) theirs: u64,
}

/// What a token of the query gains that nothing stands for.
pub(crate) fn nothing(weight: Weight, other_is_cut: bool) -> Gain {
    let unmatched = if other_is_cut { weight.behind_a_cut() } else { weight };
    Gain { weight, unmatched, best: None, theirs: 0 }
}

/// Grants one token of the query, and no more than [`grant`], what a run of a name is alike to: the edits of the run
/// fall on two or three tokens there, and what is lost in dividing must not be counted here either.
pub(crate) fn grant_run(known: &mut Option<Likeness>, likeness: &Likeness) {
    grant(known, &Likeness { edits: likeness.edits - likeness.edits % 6, ..*likeness }, 1);
}

/// Whether a name may score `thousandths`, of which `theirs` is the account but for edits and for what the gains add.
pub(crate) fn reaches(gains: &[Gain], theirs: Account, absence: u64, thousandths: i32) -> bool {
    let (mut ours, mut theirs) = (Account::default(), Account { edits: 0, ..theirs });
    for gain in gains {
        match &gain.best {
            Some(likeness) => ours.allow(gain.weight, gain.unmatched, likeness),
            None => ours.deny(gain.unmatched),
        }
        theirs.matched += gain.theirs;
    }
    let edits = std::mem::take(&mut ours.edits);
    let reaches =
        |ours: &Account, theirs: &Account| i32::from(measure::score(ours, theirs, absence)) >= thousandths;
    if !reaches(&ours, &theirs) {
        return false;
    }
    if edits == 0 {
        return true;
    }
    let most = most_edited(gains);
    let edited = || most.iter().filter_map(|gain| Some((gain.as_ref()?, gain.as_ref()?.best.as_ref()?)));
    (0_u32..1 << edited().count()).any(|left_out| {
        let (mut ours, mut theirs) = (ours, theirs);
        for (at, (gain, best)) in edited().enumerate() {
            if left_out >> at & 1 == 0 {
                ours.edits += u64::from(best.edits);
                continue;
            }
            let mut allowed = Account::default();
            allowed.allow(gain.weight, gain.unmatched, best);
            ours.matched -= allowed.matched;
            ours.against -= allowed.against;
            ours.absent -= allowed.absent;
            ours.deny(gain.unmatched);
            theirs.matched -= gain.theirs;
        }
        // Both sides of an alignment have the edits of its pairs.
        theirs.edits = ours.edits;
        reaches(&ours, &theirs)
    })
}

/// The gains of the most edits, of those that have any.
fn most_edited(gains: &[Gain]) -> [Option<Gain>; TRIED_MOST] {
    let edits = |gain: &Gain| gain.best.map_or(0, |best| best.edits);
    let mut most: [Option<Gain>; TRIED_MOST] = [None; TRIED_MOST];
    for gain in gains.iter().filter(|gain| edits(gain) > 0) {
        let mut next = Some(*gain);
        for known in &mut most {
            let more = |gain: &Option<Gain>| gain.as_ref().map_or(0, edits);
            if more(&next) > more(known) {
                std::mem::swap(&mut next, known);
            }
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Relation;
    use crate::list::Schema;

    /// Of two tokens that want the same one of the other name, an alignment leaves one out, and with it its edits: the
    /// score is higher than that of granting it a bad match.
    #[test]
    fn a_token_left_out_has_no_edits() {
        let likeness = |edits: u16| Likeness { edits, ..Likeness::new(960, 40, Relation::Same) };
        let weight = |full: u32| Weight { full, absent: full };
        let gain = |full, best| {
            let weight = weight(full);
            Gain { weight, unmatched: weight, best, theirs: 0 }
        };
        let whole = || gain(1000, Some(Likeness::new(1000, 0, Relation::Same)));
        let absence = measure::absence(Some(Schema::Person), Some(Schema::Person));
        let (mut left_out, mut theirs) = (Account::default(), Account::default());
        for _ in 0..3 {
            theirs.credit(weight(1000), &Likeness::new(1000, 0, Relation::Same), 1);
        }
        left_out.matched = theirs.matched;
        left_out.deny(weight(250));
        theirs.deny(weight(250));
        let score = i32::from(measure::score(&left_out, &theirs, absence));
        let gains = [whole(), whole(), whole(), gain(250, Some(likeness(3000)))];
        // Granted with its edits it would stay below.
        let mut granted = left_out;
        (granted.against, granted.absent) = (0, 0);
        granted.credit(weight(250), &likeness(3000), 1);
        theirs.edits = granted.edits;
        assert!(i32::from(measure::score(&granted, &theirs, absence)) < score);
        assert!(reaches(&gains, theirs, absence, score));
        assert!(!reaches(&gains, theirs, absence, score + 100));
    }
}
