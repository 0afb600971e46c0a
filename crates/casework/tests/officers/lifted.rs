//! What a second person confirms, and what an entry made in error takes back.

use super::*;

/// Whatever comes between proposal and confirmation stays.
#[test]
fn two_lift_what_was_proposed_and_nothing_that_came_since() {
    let node = || Node::Master;
    let doubt = |text: &str| Said::SeenElsewhere { node: node(), why: why(text) };
    let mut world = World::new(&[]);
    world.told(doubt("filed under another master"));
    let lifts = world.proposed("P1", &duty(), Deed::SameShipment { object: key(None) });
    assert!(matches!(&lifts[..], [Lifted::Doubt { why, .. }] if why.len() == 1), "{lifts:?}");
    world.told(doubt("filed under a third"));
    assert_eq!(world.confirm("B", &duty(), "P1"), Ok(1), "what came since stays");
    assert!(world.dossier.tree.documents[&node()].elsewhere.is_some());
    let mut world = World::new(&[]);
    let like = |other: &str| Phrase::new(codes::gate::WHY_RESEMBLES).with("other", other);
    world.told(Said::Resembles { node: node(), why: like("888-10005052") });
    let other_goods = || Deed::OtherGoods { object: key(None) };
    let lifts = world.proposed("P1", &duty(), other_goods());
    assert_eq!(lifts, [Lifted::Resemblance { node: node(), why: like("888-10005052") }]);
    world.told(Said::Resembles { node: node(), why: like("888-10006065") });
    assert_eq!(world.confirm("B", &duty(), "P1"), Ok(2));
    assert_eq!(world.dossier.tree.documents[&node()].resembles, [like("888-10006065")]);
    // A house: that it is inside, and what somebody filed of it.
    let mut world = World::new(&[]);
    world.custody(Some("RHA"), "post", "06:30", CustodyEvent::LeftChain);
    world.custody(None, "post", "07:00", CustodyEvent::Recounted { pieces: 6 });
    world.now = instant("08:00");
    let unlink = Deed::Unlink { house: key(Some("RHA")), recounted_pieces: 6 };
    assert_eq!(world.proposed("P1", &duty(), unlink), [Lifted::Inside(Node::of(&key(Some("RHA"))))]);
    assert_eq!(world.confirm("B", &duty(), "P1"), Ok(2));
    assert!(world.dossier.tree.documents[&Node::of(&key(Some("RHA")))].unlinked);
    let strike = || Deed::StrikeFiling { object: key(Some("RHB")) };
    let filer = || Actor::Filer("other".into());
    let filing = Lifted::Filing { node: Node::of(&key(Some("RHB"))), filer: filer() };
    assert_eq!(world.proposed("P2", &duty(), strike()), [filing]);
    assert_eq!(world.confirm("B", &duty(), "P2"), Ok(2));
    assert_eq!(world.dossier.tree.documents[&Node::of(&key(Some("RHB")))].struck, [filer()]);
}

#[test]
fn a_claim_is_told_from_others_by_all_that_it_says() {
    let (programme, node) = (ProgrammeId::new(PACT), Node::Master);
    let (claimed, text) = (Claimed::Rejection, "refused");
    let claim = Claim { claimed, by: "mail".into(), text: text.into(), at: instant("06:00"), open: true };
    let lifted = Lifted::Claim { node: node.clone(), programme: programme.clone(), claim };
    assert!(lifted.is_claim((&node, &programme), claimed, "mail", text));
    let (other, house) = (ProgrammeId::new(ACAS), Node::of(&key(Some("RHA"))));
    assert!(!lifted.is_claim((&house, &programme), claimed, "mail", text));
    assert!(!lifted.is_claim((&node, &other), claimed, "mail", text));
    assert!(!lifted.is_claim((&node, &programme), Claimed::Referral(ReferralKind::Dnl), "mail", text));
    assert!(!lifted.is_claim((&node, &programme), claimed, "phone", text));
    assert!(!lifted.is_claim((&node, &programme), claimed, "mail", "rejected"));
    assert!(!Lifted::Inside(node.clone()).is_claim((&node, &programme), claimed, "mail", text));
}

#[test]
fn a_proposal_waits_until_it_is_confirmed_and_not_for_ever() {
    let mut world = World::new(&[]);
    let waiting = |world: &World| -> Vec<String> {
        world.dossier.decisions.waiting().map(|(entry, _)| entry.id.to_string()).collect()
    };
    assert_eq!(world.act("H1", "A", &police(), hold("police")), Ok(2));
    assert_eq!(waiting(&world), [""; 0], "what was done waits for nobody");
    for deed in [Deed::Confirm { proposal: "H1".into() }, Deed::Refuse { proposal: "H1".into() }] {
        assert_eq!(world.act("C", "B", &police(), deed), Err("proposal-unknown"));
    }
    let release = || Deed::Release { object: key(None), agency: "police".into() };
    for (id, later, expected) in [("P1", 24 * 3600, Ok(2)), ("P2", 24 * 3600 + 1, Err("proposal-lapsed"))] {
        world.now = instant("07:00");
        world.act("H2", "A", &police(), hold("police")).unwrap();
        assert_eq!(world.act(id, "A", &police(), release()), Ok(1));
        assert!(waiting(&world).contains(&id.to_owned()));
        world.now += SignedDuration::from_secs(later);
        let confirmed = world.confirm("B", &police(), id);
        // Each of two holds is lifted.
        assert_eq!(confirmed.map(|events| events.min(2)), expected, "{id}");
    }
    // What was done alone is due for a review, and what was proposed for a second person.
    let mut world = World::new(&[]);
    world.act("H1", "A", &police(), hold("police")).unwrap();
    world.policy.one_officer =
        Some(OneOfficer { stated: "order 7".into(), review_within: SignedDuration::from_hours(4) });
    assert_eq!(world.act("P1", "A", &police(), release()), Ok(2));
    let all = due(&world.dossier, |_| None, |_, _, _| None);
    let all: Vec<_> = all.iter().map(|one| (one.kind, one.at, &*one.reference)).collect();
    assert_eq!(all, [(DueKind::Review, instant("10:00"), "P1")]);
    assert_eq!(
        world.act("R1", "A", &police(), Deed::Refuse { proposal: "P1".into() }),
        Err("second-person-needed")
    );
    assert_eq!(world.confirm("B", &police(), "P1"), Ok(1));
    assert_eq!(waiting(&world), [""; 0]);
}

#[test]
fn an_entry_made_in_error_takes_back_what_it_began() {
    let desk = authority(PACT);
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    // Two who hold for one reason hold twice; one of the holds goes.
    world.act("H1", "A", &police(), hold("police")).unwrap();
    world.act("H2", "B", &police(), hold("police")).unwrap();
    assert_eq!(world.act("E1", "A", &police(), in_error("H2")), Ok(1));
    assert_eq!(world.confirm("C", &police(), "E1"), Ok(2));
    let holds = &world.dossier.tree.documents[&Node::Master].holds;
    assert_eq!(holds.iter().map(|hold| hold.entry.as_deref()).collect::<Vec<_>>(), [Some("H1")]);
    // What strikes an entry is struck by nobody, whoever asks.
    assert_eq!(world.act("E2", "A", &duty(), in_error("E1")), Err("cannot-be-struck"));
    assert_eq!(world.act("E2", "A", &police(), in_error("H9")), Err("proposal-unknown"));
    // A referral: of several the one that was opened.
    let opens = |world: &mut World, id: &str, by: &str, house, kind, reference: &str, at: &str| {
        world.now = instant(at);
        assert_eq!(world.act(id, by, &desk, refer(PACT, house, asks(kind, reference))), Ok(2), "{id}");
    };
    use ReferralKind::{Dnl, Rfi};
    let struck = |world: &mut World, entry: &str| {
        world.now = instant("09:00");
        let id = format!("S{entry}");
        let proposed = world.act(&id, "A", &desk, in_error(entry))?;
        world.confirm("C", &desk, &id).map(|confirmed| (proposed, confirmed))
    };
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    opens(&mut world, "O1", "A", None, Rfi, "R1", "07:00");
    opens(&mut world, "O2", "A", None, Rfi, "R2", "07:01");
    opens(&mut world, "O3", "A", None, Dnl, "R2", "07:02");
    assert_eq!(struck(&mut world, "O2"), Ok((1, 2)));
    let open: Vec<_> = world.dossier.tree.cases[&(Node::Master, ProgrammeId::new(PACT))]
        .open_referrals()
        .map(|referral| (referral.kind, referral.reference.to_string()))
        .collect();
    assert_eq!(open, [(Rfi, "R1".to_owned()), (Dnl, "R2".to_owned())]);
    assert_eq!(struck(&mut world, "O2"), Err("cannot-be-struck"), "nothing is there any more");
    // Opened by the authority's own message, it is no entry's; nor where it was opened anew since.
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    let pact = Actor::Authority(ProgrammeId::new(PACT));
    opens(&mut world, "O1", "A", None, Rfi, "R1", "07:00");
    let close = || Command::CloseReferral {
        node: Node::Master,
        programme: ProgrammeId::new(PACT),
        kind: Rfi,
        reference: Some("R1".into()),
    };
    world.now = instant("07:10");
    world.command(close(), &pact);
    world.now = instant("07:20");
    world.open(PACT, None, Rfi, "R1", &pact);
    assert_eq!(struck(&mut world, "O1"), Err("cannot-be-struck"));
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    opens(&mut world, "O1", "A", None, Rfi, "R1", "07:00");
    world.now = instant("07:10");
    world.command(close(), &pact);
    opens(&mut world, "O2", "B", None, Rfi, "R1", "07:20");
    assert_eq!(struck(&mut world, "O1"), Err("cannot-be-struck"), "a colleague opened it anew");
    assert_eq!(struck(&mut world, "O2"), Ok((1, 2)));
    // What a colleague said as well stands, and what the authority's own message said since.
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    opens(&mut world, "O1", "A", None, Rfi, "R1", "07:00");
    opens(&mut world, "O2", "B", None, Rfi, "R1", "07:05");
    assert_eq!(struck(&mut world, "O1"), Ok((1, 1)));
    assert_eq!(world.open_referrals(PACT, None), ["R1"]);
    assert_eq!(struck(&mut world, "O2"), Ok((1, 2)), "that of the colleague was struck");
    assert_eq!(world.open_referrals(PACT, None), [""; 0]);
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    opens(&mut world, "O1", "A", None, Rfi, "R1", "07:00");
    world.now = instant("07:05");
    world.open(PACT, None, Rfi, "R1", &pact);
    assert_eq!(struck(&mut world, "O1"), Ok((1, 1)));
    assert_eq!(world.open_referrals(PACT, None), ["R1"]);
    // What he said of a house is not said of the master.
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    opens(&mut world, "O1", "A", None, Rfi, "R1", "07:00");
    opens(&mut world, "O2", "B", Some("RHA"), Rfi, "R1", "07:05");
    assert_eq!(struck(&mut world, "O1"), Ok((1, 2)));
    assert_eq!(world.open_referrals(PACT, Some("RHA")), ["R1"]);
    assert_eq!(world.open_referrals(PACT, None), [""; 0]);
}

/// Where a reviewer refused what one did alone, the two are of two minds over these goods, and two lift what is left of them: a
/// master is of all its houses, a house of its master alone, and what concerns all messages is of no goods.
#[test]
fn what_a_reviewer_refused_takes_two_from_then_on() {
    let one_officer =
        || Some(OneOfficer { stated: "order 7".into(), review_within: SignedDuration::from_hours(4) });
    let objects = [Some(None), Some(Some("RHA")), Some(Some("RHC")), None];
    let release = |object: Option<Option<&str>>| match object {
        Some(house) => Deed::Release { object: key(house), agency: "police".into() },
        None => Deed::SettleUnread { object: None },
    };
    let two_for = [
        [true, true, true, false],
        [true, true, false, false],
        [true, false, true, false],
        [false, false, false, true],
    ];
    for (refused, two_for) in objects.into_iter().zip(two_for) {
        for (lifted, two) in objects.into_iter().zip(two_for) {
            let mut world = World::new(&[]);
            world.policy.one_officer = one_officer();
            for (at, object) in [refused, lifted].into_iter().enumerate() {
                let desk = if object.is_some() { police() } else { duty() };
                match object {
                    Some(house) => {
                        let hold =
                            Deed::Hold { object: key(house), agency: "police".into(), review_at: None };
                        world.act(&format!("H{at}"), "A", &desk, hold).unwrap();
                    }
                    None => world.told(Said::Unread { why: why("unread"), at: world.now }),
                }
            }
            let does = |world: &mut World, id: &str, object: Option<Option<&str>>| {
                let desk = if object.is_some() { police() } else { duty() };
                world.act(id, "A", &desk, release(object)).unwrap();
                matches!(world.dossier.decisions.entries[id].1, Standing::Proposed(_))
            };
            assert!(!does(&mut world, "L1", refused), "one officer is allowed to");
            let desk = if refused.is_some() { police() } else { duty() };
            // A review that is declined holds again, so that there is something to lift.
            assert!(world.act("R1", "B", &desk, Deed::Refuse { proposal: "L1".into() }).unwrap() > 1);
            assert_eq!(does(&mut world, "L2", lifted), two, "{refused:?} {lifted:?}");
        }
    }
    // Whoever refused what was only proposed left nothing done.
    let mut world = World::new(&[]);
    world.act("H1", "A", &police(), hold("police")).unwrap();
    world.act("P1", "A", &police(), release(Some(None))).unwrap();
    world.act("R1", "B", &police(), Deed::Refuse { proposal: "P1".into() }).unwrap();
    world.policy.one_officer = one_officer();
    world.act("L1", "A", &police(), release(Some(None))).unwrap();
    assert!(matches!(world.dossier.decisions.entries["L1"].1, Standing::ToReview(_)));
}

/// A hold is looked at again when its own time comes, while it holds; that of a colleague has a time of its own.
#[test]
fn a_hold_is_due_for_review_while_it_holds() {
    let reviewed = |at: Option<&str>| Deed::Hold {
        object: key(None),
        agency: "police".into(),
        review_at: at.map(instant),
    };
    let reviews = |world: &World| -> Vec<(Timestamp, String)> {
        let all = due(&world.dossier, |_| None, |_, _, _| None);
        let all = all.into_iter().filter(|one| one.kind == DueKind::HoldReview);
        all.map(|one| (one.at, one.reference.to_string())).collect()
    };
    let mut world = World::new(&[]);
    world.act("H1", "A", &police(), reviewed(Some("09:00"))).unwrap();
    world.act("H2", "B", &police(), reviewed(Some("10:00"))).unwrap();
    world.act("H3", "B", &duty(), hold("duty desk")).unwrap();
    let (first, second) = ((instant("09:00"), "H1".to_owned()), (instant("10:00"), "H2".to_owned()));
    assert_eq!(reviews(&world), [first, second.clone()]);
    world.act("E1", "A", &police(), in_error("H1")).unwrap();
    world.confirm("C", &police(), "E1").unwrap();
    assert_eq!(reviews(&world), [second], "what was struck is not looked at again");
    let release = Deed::Release { object: key(None), agency: "police".into() };
    world.act("R1", "A", &police(), release).unwrap();
    world.confirm("C", &police(), "R1").unwrap();
    assert_eq!(reviews(&world), [], "the hold of the duty desk has no time");
}
