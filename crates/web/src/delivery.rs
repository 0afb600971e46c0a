//! From the outbox of the engine into the inboxes of organisations.
//!
//! The engine tells "the carrier", "the duty desk", "the authority". Which organisations these are stands in the
//! configuration, and is looked up when a letter is delivered. A letter that nobody is there to have goes to the duty desk,
//! which sees for whom it was; where there is none either it is dead, and `doctor` says so.

use crate::identity::{Identity, Organisation, Role};
use casework::decision::Desk;
use consignment::ident::Carrier;
use engine::{Addressee, Notice};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many letters are delivered in one go.
pub(crate) const AT_ONCE: u32 = 256;

/// Why a letter is dead.
pub(crate) const NOBODY: &str =
    "no organisation of this node is the addressee, and no duty desk is there: name one in loadgate.toml";

/// Who the addressees are on a node.
#[derive(Debug)]
pub struct Posts {
    organisations: Vec<Arc<Organisation>>,
    duty_desks: BTreeSet<String>,
    /// Who is told next where a recall or a call stays unheeded, step by step.
    escalation: Vec<Vec<Arc<str>>>,
    /// Whether a copy is enough: in a room whoever trains plays everybody.
    copies_suffice: bool,
}

impl Posts {
    /// The posts of a configuration.
    pub fn new(
        identity: &Identity,
        duty_desks: &BTreeSet<String>,
        escalation: Vec<Vec<Arc<str>>>,
        copies_suffice: bool,
    ) -> Self {
        let organisations = identity.organisations().map(Arc::clone).collect();
        Self { organisations, duty_desks: duty_desks.clone(), escalation, copies_suffice }
    }

    /// The organisations that have a notice, each once; empty where nobody is there to have it.
    pub fn of(&self, notice: &Notice) -> Vec<Arc<str>> {
        let mut found = self.acting(notice);
        if found.is_empty() && !self.copies_suffice {
            return found;
        }
        for organisation in self.organisations.iter().filter(|one| one.copies) {
            if !found.contains(&organisation.name) {
                found.push(Arc::clone(&organisation.name));
            }
        }
        found
    }

    /// Those of them who are to act on it, and have no mere copy.
    pub fn acting(&self, notice: &Notice) -> Vec<Arc<str>> {
        let found = self.addressed(notice);
        if found.is_empty() { self.duty() } else { found }
    }

    /// How many steps the chain of escalation has.
    pub fn steps(&self) -> u32 {
        u32::try_from(self.escalation.len()).unwrap_or(u32::MAX)
    }

    fn addressed(&self, notice: &Notice) -> Vec<Arc<str>> {
        match &notice.to {
            Addressee::Filer(name) | Addressee::Holder(name) => self.named(|one| *one.name == **name),
            Addressee::Carrier | Addressee::CarrierOperations => {
                self.named(|one| is_concerned(&one.role, &notice.carriers))
            }
            Addressee::Authority(programme) => self.named(|one| match &one.role {
                Role::Authority(of) => of == programme,
                Role::Officer(Desk::Authority(of)) => of == programme,
                _ => false,
            }),
            Addressee::Duty => self.duty(),
            // The last of the chain hears of every further step.
            Addressee::Chain(step) => {
                let at = usize::try_from(step.saturating_sub(1)).unwrap_or(usize::MAX);
                match self.escalation.get(at).or(self.escalation.last()) {
                    Some(names) => self.named(|one| names.contains(&one.name)),
                    None => self.duty(),
                }
            }
        }
    }

    fn duty(&self) -> Vec<Arc<str>> {
        self.named(|one| match &one.role {
            Role::Officer(Desk::Agency(agency)) => {
                self.duty_desks.iter().any(|desk| desk.trim().eq_ignore_ascii_case(agency.trim()))
            }
            _ => false,
        })
    }

    fn named(&self, is: impl Fn(&Organisation) -> bool) -> Vec<Arc<str>> {
        self.organisations.iter().filter(|one| is(one)).map(|one| Arc::clone(&one.name)).collect()
    }
}

/// Whether a notice to carriers is for one of this role: one without designator speaks for all, and of flights that nobody
/// knows everybody is told who may fly them.
fn is_concerned(role: &Role, carriers: &[Carrier]) -> bool {
    match role {
        Role::Carrier(None) => true,
        Role::Carrier(Some(designator)) => carriers.contains(designator),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::ConsignmentKey;
    use consignment::fact::ObjectName;
    use engine::NoticeKind;
    use programme::ProgrammeId;

    fn posts(duty: &[&str]) -> Posts {
        let text = "
            [acme]\nrole = \"filer\"
            [zenith]\nrole = \"carrier 9Z\"
            [other]\nrole = \"carrier 8Y\"
            [acas]\nrole = \"authority of us-acas\"
            [targeting]\nrole = \"officer of us-acas\"
            [night]\nrole = \"officer of Duty office\"
            [audit]\nrole = \"auditor\"\ncopies = true";
        let identity = Identity::of(toml::from_str(text).unwrap(), Default::default()).unwrap();
        let duty: BTreeSet<String> = duty.iter().map(|desk| (*desk).to_owned()).collect();
        Posts::new(&identity, &duty, vec![vec!["zenith".into()], vec!["night".into()]], false)
    }

    fn told(posts: &Posts, to: Addressee, carriers: &[&str]) -> Vec<String> {
        let carriers = carriers.iter().map(|code| Carrier::parse(code).unwrap()).collect();
        let about = ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        let notice = Notice { carriers, ..Notice::new(to, NoticeKind::Held, about) };
        posts.of(&notice).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_addressee_is_whoever_the_configuration_says() {
        let posts = posts(&["duty office"]);
        let us = || Addressee::Authority(ProgrammeId::new("us-acas"));
        let canada = Addressee::Authority(ProgrammeId::new("ca-pact"));
        for (to, carriers, expected) in [
            (Addressee::Filer("acme".into()), &[][..], &["acme", "audit"][..]),
            (Addressee::Holder("zenith".into()), &[], &["zenith", "audit"]),
            (Addressee::Carrier, &["9Z"], &["zenith", "audit"]),
            (Addressee::CarrierOperations, &["8Y", "9Z"], &["other", "zenith", "audit"]),
            (us(), &[], &["acas", "targeting", "audit"]),
            (Addressee::Duty, &[], &["night", "audit"]),
            (Addressee::Chain(1), &[], &["zenith", "audit"]),
            (Addressee::Chain(2), &[], &["night", "audit"]),
            (Addressee::Chain(9), &[], &["night", "audit"]),
            // Nobody is there to have it: the duty desk is.
            (Addressee::Carrier, &["7X"], &["night", "audit"]),
            (Addressee::Carrier, &[], &["night", "audit"]),
            (Addressee::Filer("gone".into()), &[], &["night", "audit"]),
            (canada, &[], &["night", "audit"]),
        ] {
            assert_eq!(told(&posts, to.clone(), carriers), expected, "{to:?} {carriers:?}");
        }
    }

    #[test]
    fn what_nobody_is_there_for_is_delivered_to_nobody() {
        // A copy is not a delivery: somebody must see to it.
        assert_eq!(told(&posts(&[]), Addressee::Filer("gone".into()), &[]), [""; 0]);
    }
}
