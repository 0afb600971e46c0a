//! Runs that once broke a law, as short as they can be.

use super::acts::{Act, Way, Word};
use super::shadow::{ACAS, PACT};
use consignment::fact::ReferralKind::{Dnl, Rfs};

fn say(node: usize, programme: usize, word: Word) -> Act {
    Act::Say { node, programme, way: Way::Own, word, ago: 0, loose: false }
}

fn file(node: usize) -> Act {
    Act::File { node, goods: 0, own: true }
}

/// What each of them shows, and its acts.
pub fn all() -> Vec<(&'static str, Vec<Act>)> {
    let cleared = [0, 1].map(|node| say(node, ACAS, Word::Complete(1)));
    let filed = || vec![file(0), file(1), cleared[0], cleared[1]];
    let with = |mut before: Vec<Act>, after: &[Act]| {
        before.extend_from_slice(after);
        before
    };
    let same_shipment = [
        Act::FileElsewhere { node: 1 },
        Act::Propose { deed: 5, node: 1, agency: 0, cause: 0, programme: 0, kind: 0, person: 0 },
        Act::Confirm { back: 0, person: 2, agency: 0, refuse: false },
    ];
    let loose = |way: Way, word: Word| Act::Say { node: 1, programme: ACAS, way, word, ago: 0, loose: true };
    vec![
        (
            "goods booked by road without a number are on no flight",
            vec![file(0), file(2), say(0, PACT, Word::Received(1)), Act::Rebook { by_road: true }],
        ),
        (
            "an order on a house number under two masters, without its master",
            with(with(filed(), &same_shipment), &[loose(Way::Own, Word::Opened(Dnl, 1))]),
        ),
        (
            "the same as a claim",
            with(with(filed(), &same_shipment), &[loose(Way::Mail, Word::Opened(Dnl, 1))]),
        ),
        (
            "an old word told twice takes no later claim away",
            with(
                filed(),
                &[
                    say(0, PACT, Word::CodeInPlace(Dnl)),
                    say(0, PACT, Word::CodeClosed(Dnl)),
                    Act::Say {
                        node: 0,
                        programme: PACT,
                        way: Way::Mail,
                        word: Word::Opened(Dnl, 0),
                        ago: 0,
                        loose: false,
                    },
                    Act::Again { back: 2 },
                ],
            ),
        ),
        (
            "a request for screening said again after the release marks the goods again",
            vec![
                file(0),
                say(0, PACT, Word::Opened(Rfs, 1)),
                Act::Propose { deed: 2, node: 0, agency: 0, cause: 0, programme: 0, kind: 0, person: 0 },
                file(2),
                say(2, PACT, Word::Received(1)),
                Act::Confirm { back: 0, person: 1, agency: 0, refuse: false },
                say(0, PACT, Word::Opened(Rfs, 1)),
                say(0, PACT, Word::Closed(Rfs, 1)),
                say(0, PACT, Word::Received(1)),
            ],
        ),
        (
            "two orders on a unit under one reference are two orders",
            with(
                filed(),
                &[
                    Act::OrderUnit { own: true, reference: 0, ago: 0 },
                    Act::OrderUnit { own: false, reference: 0, ago: 0 },
                    Act::Build { goods: 6, complete: true, desk: true, strange: false },
                    Act::CancelUnit { own: true, reference: 0, ago: 0 },
                ],
            ),
        ),
        (
            "goods listed on a flight after they were taken off it count again",
            with(
                filed(),
                &[
                    Act::Load { object: 1, off: false, desk: true },
                    Act::Report { node: 0, manifest: true, more: 0 },
                    Act::Load { object: 0, off: true, desk: true },
                    Act::Report { node: 0, manifest: true, more: 1 },
                ],
            ),
        ),
        (
            "an answer ends earlier where its flight is moved forward",
            with(
                filed(),
                &[
                    Act::Schedule {
                        flight: 0,
                        minutes: 780,
                        passengers: true,
                        cancelled: false,
                        desk: true,
                        ago: 0,
                    },
                    say(0, 0, Word::Received(1)),
                    say(0, 0, Word::Complete(1)),
                    say(1, 0, Word::Received(1)),
                    say(1, 0, Word::Complete(1)),
                    say(2, 0, Word::Received(1)),
                    say(2, 0, Word::Complete(1)),
                    Act::Ask { question: 0, asker: 1 },
                    Act::Schedule {
                        flight: 0,
                        minutes: 40,
                        passengers: true,
                        cancelled: false,
                        desk: true,
                        ago: 0,
                    },
                    Act::Jump { minutes: 45 },
                ],
            ),
        ),
    ]
}
