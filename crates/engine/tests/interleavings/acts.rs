//! What can happen, as plain data: what is drawn at random, shortened after a failure, and printed.

use super::shadow::{ACAS, Claimed, Deed, HOUSES, Lack, MASTER, MINUTE, PACT, PIECES, QUESTIONS, Shadow};
use consignment::fact::ReferralKind;

/// By which way a word of an authority comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Its own channel.
    Own,
    /// The channel of the other programme's authority.
    Other,
    /// Somebody's mail.
    Mail,
}

/// A word of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Received(u32),
    Rejected(u32),
    Complete(u32),
    /// With a reference of the authority.
    Opened(ReferralKind, u8),
    Closed(ReferralKind, u8),
    /// In a code of the wire, which carries no reference.
    CodeOpened(ReferralKind),
    CodeInPlace(ReferralKind),
    CodeClosed(ReferralKind),
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A filing or amendment, by its filer or (`false`) by somebody else.
    File {
        node: usize,
        goods: u8,
        own: bool,
    },
    Withdraw {
        node: usize,
        own: bool,
    },
    /// A house without its master.
    FileLoose {
        node: usize,
    },
    /// A house under another master.
    FileElsewhere {
        node: usize,
    },
    /// What an authority says, said so many minutes ago. `loose`: it names a house without its master.
    Say {
        node: usize,
        programme: usize,
        way: Way,
        word: Word,
        ago: i64,
        loose: bool,
    },
    Answer {
        node: usize,
        programme: usize,
        reference: u8,
        own: bool,
    },
    Hold {
        node: usize,
        agency: u8,
        cause: u8,
        person: u8,
    },
    Propose {
        deed: u8,
        node: usize,
        agency: u8,
        cause: u8,
        programme: usize,
        kind: u8,
        person: u8,
    },
    /// Of the proposal so many before the last.
    Confirm {
        back: usize,
        person: u8,
        agency: u8,
        refuse: bool,
    },
    Mark {
        node: usize,
        ago: i64,
    },
    Screen {
        node: usize,
        method: u8,
        alarm: bool,
        registry: bool,
        ago: i64,
    },
    Declare {
        node: usize,
        high_risk: bool,
        registry: bool,
    },
    Custody {
        node: usize,
        what: u8,
        registry: bool,
    },
    /// Which goods: bits.
    Build {
        goods: u8,
        complete: bool,
        desk: bool,
        strange: bool,
    },
    OpenUnit {
        desk: bool,
    },
    OrderUnit {
        own: bool,
        reference: u8,
        ago: i64,
    },
    CancelUnit {
        own: bool,
        reference: u8,
        ago: i64,
    },
    /// `object` 3 is the unit.
    Load {
        object: usize,
        off: bool,
        desk: bool,
    },
    Depart {
        flight: usize,
        desk: bool,
    },
    Schedule {
        flight: usize,
        minutes: i64,
        passengers: bool,
        cancelled: bool,
        desk: bool,
        ago: i64,
    },
    /// A schedule that has the first flight land in Canada on its way: its first part, or its last.
    Stop {
        part: usize,
        cancelled: bool,
        desk: bool,
        ago: i64,
    },
    Rebook {
        by_road: bool,
    },
    /// A status report (`pieces` more than filed) or a line of a manifest.
    Report {
        node: usize,
        manifest: bool,
        more: u32,
    },
    Outage {
        says: u8,
        person: u8,
        confirms: Option<usize>,
        ago: i64,
    },
    Jump {
        minutes: i64,
    },
    Ask {
        question: usize,
        asker: u8,
    },
    /// Whoever has an answer says that he saw its recall.
    Heed {
        back: usize,
    },
    Tick,
    /// What came so many steps before comes again as it was.
    Again {
        back: usize,
    },
}

/// A small generator of numbers (splitmix64): the same seed gives the same run everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn node(&mut self) -> usize {
        self.below(3) as usize
    }

    fn small(&mut self, bound: u64) -> u8 {
        self.below(bound) as u8
    }

    fn kind(&mut self) -> ReferralKind {
        [ReferralKind::Rfi, ReferralKind::Rfs, ReferralKind::Dnl][self.below(3) as usize]
    }

    fn ago(&mut self) -> i64 {
        if self.one_in(4) { self.below(20) as i64 } else { 0 }
    }

    fn version(&mut self, latest: u32) -> u32 {
        match self.below(6) {
            0 => latest.saturating_sub(1),
            1 => latest + 1,
            _ => latest,
        }
    }
}

/// A day on which nothing is wrong: with it most runs begin.
pub fn plain_day() -> Vec<Act> {
    let mut acts = vec![
        Act::Schedule { flight: 0, minutes: 780, passengers: true, cancelled: false, desk: true, ago: 0 },
        Act::Schedule { flight: 1, minutes: 1800, passengers: true, cancelled: false, desk: true, ago: 0 },
    ];
    for node in 0..3 {
        acts.push(Act::File { node, goods: 0, own: true });
    }
    for node in 0..3 {
        for programme in [ACAS, PACT] {
            acts.push(own_word(node, programme, Word::Received(1)));
        }
        acts.push(own_word(node, ACAS, Word::Complete(1)));
    }
    acts.push(Act::Build { goods: 0b110, complete: true, desk: true, strange: false });
    acts.push(Act::Load { object: 3, off: false, desk: true });
    acts
}

fn own_word(node: usize, programme: usize, word: Word) -> Act {
    Act::Say { node, programme, way: Way::Own, word, ago: 0, loose: false }
}

/// The next step: half of them put right what is lacking, so that "load" is reached again and again.
pub fn draw(dice: &mut Dice, shadow: &Shadow) -> Act {
    if dice.one_in(2) {
        let question = QUESTIONS[dice.below(QUESTIONS.len() as u64) as usize];
        match shadow.lacking(question) {
            Some(lack) => return mend(dice, shadow, &lack),
            None => {
                if dice.one_in(2) {
                    let question = QUESTIONS.iter().position(|one| *one == question).unwrap_or(0);
                    return Act::Ask { question, asker: dice.small(3) };
                }
            }
        }
    }
    any(dice, shadow)
}

/// An act that may put right what is lacking; often it takes several.
fn mend(dice: &mut Dice, shadow: &Shadow, lack: &Lack) -> Act {
    let person = dice.small(3);
    let confirm =
        |dice: &mut Dice| Act::Confirm { back: dice.below(2) as usize, person, agency: 0, refuse: false };
    let propose = |deed: u8, node: usize| Act::Propose {
        deed,
        node,
        agency: 0,
        cause: 0,
        programme: 0,
        kind: 0,
        person,
    };
    let waiting = |deed: &Deed| shadow.proposals.iter().rposition(|one| one.waits && one.deed == *deed);
    // Confirmed where it was proposed, else proposed.
    let two = |deed: Deed, agency: u8, act: Act| match waiting(&deed) {
        Some(at) => Act::Confirm { back: shadow.proposals.len() - 1 - at, person, agency, refuse: false },
        None => act,
    };
    match lack {
        Lack::Filing(node) | Lack::House(node) => Act::File { node: *node, goods: dice.small(2), own: true },
        Lack::Received(node, programme) => {
            own_word(*node, *programme, Word::Received(shadow.goods[*node].latest()))
        }
        Lack::Rejected(node, _) => Act::File { node: *node, goods: dice.small(3), own: true },
        Lack::Assessment(node, programme) => {
            own_word(*node, *programme, Word::Complete(shadow.goods[*node].latest()))
        }
        Lack::Referral(node, programme, kind) => {
            let tracks = &shadow.goods[*node].cases[*programme].tracks;
            let open = tracks.iter().find(|((of, _), track)| of == kind && track.is_open());
            match open.and_then(|((_, reference), _)| *reference) {
                Some(reference) => own_word(*node, *programme, Word::Closed(*kind, reference)),
                None => own_word(*node, *programme, Word::CodeClosed(*kind)),
            }
        }
        Lack::Claim(node, programme, claimed) => {
            let kind = match claimed {
                Claimed::Referral(ReferralKind::Rfi) => 0,
                Claimed::Referral(ReferralKind::Rfs) => 1,
                Claimed::Referral(ReferralKind::Dnl) => 2,
                Claimed::Rejection => 3,
            };
            let act = Act::Propose {
                deed: 3,
                node: *node,
                agency: 0,
                cause: 0,
                programme: *programme,
                kind,
                person,
            };
            two(Deed::ClearClaim(*node, *programme, *claimed), 0, act)
        }
        Lack::Hold(node, agency) => {
            let act = Act::Propose {
                deed: 0,
                node: *node,
                agency: *agency,
                cause: 0,
                programme: 0,
                kind: 0,
                person,
            };
            two(Deed::Release(*node, *agency), *agency, act)
        }
        Lack::HighRisk(node) => match dice.below(4) {
            0 => two(Deed::ReleaseHighRisk(*node), 0, propose(2, *node)),
            1 | 2 => Act::Screen { node: *node, method: dice.small(2), alarm: false, registry: true, ago: 0 },
            _ => Act::Declare { node: *node, high_risk: true, registry: true },
        },
        Lack::Custody(node) => Act::Declare { node: *node, high_risk: false, registry: true },
        Lack::Alarm(node, method) => {
            Act::Screen { node: *node, method: *method, alarm: false, registry: true, ago: 0 }
        }
        Lack::Elsewhere(node) => two(Deed::SameShipment(*node), 0, propose(5, *node)),
        Lack::Recount(node) => Act::Custody { node: *node, what: 4, registry: true },
        Lack::Order(own, reference) => Act::CancelUnit { own: *own == 0, reference: *reference, ago: 0 },
        Lack::Flight(flight) => Act::Schedule {
            flight: *flight,
            minutes: shadow.now / MINUTE + 300,
            passengers: true,
            cancelled: false,
            desk: true,
            ago: 0,
        },
        Lack::ByRoad => Act::Rebook { by_road: false },
        Lack::Unit
            if !shadow.unit.void && (shadow.unit.strange || shadow.unit.contents.contains(&MASTER)) =>
        {
            Act::OpenUnit { desk: true }
        }
        Lack::Unit => Act::Build { goods: 0b110, complete: true, desk: true, strange: false },
        Lack::Nothing => match dice.below(2) {
            0 => Act::Load { object: 3, off: false, desk: true },
            _ => confirm(dice),
        },
    }
}

fn any(dice: &mut Dice, shadow: &Shadow) -> Act {
    let (node, programme, person) = (dice.node(), dice.below(2) as usize, dice.small(3));
    let house = HOUSES[dice.below(2) as usize];
    let way = match dice.below(6) {
        0 => Way::Other,
        1 => Way::Mail,
        _ => Way::Own,
    };
    match dice.below(40) {
        0 | 1 => Act::File { node, goods: dice.small(3), own: !dice.one_in(8) },
        2 => Act::Withdraw { node: house, own: !dice.one_in(4) },
        3 => Act::FileLoose { node: house },
        4 if dice.one_in(4) => Act::FileElsewhere { node: house },
        5..=15 => {
            let latest = shadow.goods[node].latest();
            let (kind, reference) = (dice.kind(), dice.small(2));
            let word = match dice.below(12) {
                0 => Word::Received(dice.version(latest)),
                1 => Word::Rejected(dice.version(latest)),
                2 => Word::Complete(dice.version(latest)),
                3 | 4 => Word::Opened(kind, reference),
                5 | 6 => Word::Closed(kind, reference),
                7 => Word::CodeOpened(kind),
                8 => Word::CodeInPlace(kind),
                _ => Word::CodeClosed(kind),
            };
            let loose = node != MASTER && dice.one_in(6);
            Act::Say { node, programme, way, word, ago: dice.ago(), loose }
        }
        16 => Act::Answer { node, programme, reference: dice.small(2), own: !dice.one_in(4) },
        17 => Act::Hold { node, agency: dice.small(2), cause: dice.small(2), person },
        18 | 19 => Act::Propose {
            deed: dice.small(6),
            node,
            agency: dice.small(2),
            cause: dice.small(2),
            programme,
            kind: dice.small(4),
            person,
        },
        20 | 21 => Act::Confirm {
            back: dice.below(3) as usize,
            person,
            agency: dice.small(2),
            refuse: dice.one_in(6),
        },
        22 if dice.one_in(2) => Act::Mark { node, ago: dice.ago() },
        23 => Act::Screen {
            node,
            method: dice.small(2),
            alarm: dice.one_in(4),
            registry: !dice.one_in(4),
            ago: dice.ago(),
        },
        24 => Act::Declare { node, high_risk: dice.one_in(2), registry: !dice.one_in(3) },
        25 => Act::Custody { node, what: dice.small(6), registry: !dice.one_in(4) },
        26 => Act::Build {
            goods: dice.small(8),
            complete: !dice.one_in(4),
            desk: !dice.one_in(4),
            strange: dice.one_in(6),
        },
        27 if dice.one_in(2) => Act::OpenUnit { desk: !dice.one_in(3) },
        28 => Act::OrderUnit { own: !dice.one_in(3), reference: dice.small(2), ago: dice.ago() },
        29 => Act::CancelUnit { own: !dice.one_in(3), reference: dice.small(2), ago: dice.ago() },
        30 => Act::Load { object: dice.below(4) as usize, off: dice.one_in(2), desk: !dice.one_in(4) },
        31 if dice.one_in(20) => Act::Depart { flight: dice.below(2) as usize, desk: !dice.one_in(2) },
        32 => Act::Schedule {
            flight: dice.below(2) as usize,
            minutes: shadow.now / MINUTE + 30 + dice.below(300) as i64,
            passengers: dice.one_in(2),
            cancelled: dice.one_in(5),
            desk: !dice.one_in(4),
            ago: dice.ago(),
        },
        33 if dice.one_in(6) => Act::Stop {
            part: dice.below(2) as usize,
            cancelled: !dice.one_in(3),
            desk: !dice.one_in(4),
            ago: dice.ago(),
        },
        33 if dice.one_in(3) => Act::Rebook { by_road: dice.one_in(2) },
        34 if dice.one_in(3) => {
            Act::Report { node, manifest: dice.one_in(2), more: u32::from(dice.one_in(6)) }
        }
        35 => {
            let known = shadow.outage.notices.len() as u64;
            let confirms = (known > 0 && dice.one_in(2)).then(|| dice.below(known) as usize);
            Act::Outage { says: dice.small(3), person, confirms, ago: dice.ago() }
        }
        36 if dice.one_in(4) => Act::Jump { minutes: 5 + dice.below(60) as i64 },
        37 => Act::Ask { question: dice.below(QUESTIONS.len() as u64) as usize, asker: dice.small(3) },
        38 => match dice.below(2) {
            0 => Act::Heed { back: dice.below(3) as usize },
            _ => Act::Tick,
        },
        _ => Act::Again { back: dice.below(6) as usize },
    }
}

/// Kinds of acts, so that a run can show that it tried them all.
pub fn kind_of(act: &Act) -> String {
    let text = format!("{act:?}");
    let name = text.split([' ', '{', '(']).next().unwrap_or_default().to_owned();
    match act {
        Act::Say { word, .. } => {
            let word = format!("{word:?}");
            format!("Say {}", word.split('(').next().unwrap_or_default())
        }
        _ => name,
    }
}

/// The pieces a custody fact counts.
pub fn recounted(node: usize, what: u8) -> Option<u32> {
    match what {
        3 => Some(PIECES[node] - PIECES[HOUSES[0]].min(PIECES[node])),
        4 => Some(PIECES[node]),
        _ => None,
    }
}
