//! Cases: actors, legs a programme binds on, referrals, claims, and decisions of officers.

use super::shape::{
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, stored_words, take_field,
    take_variant,
};
use super::{Stored, Value, Writer, Wrong};
#[cfg(test)]
use super::{sample::Sampler, shape::sample_variant};
use casework::case::{
    Actor, Answered, Claim, ClaimEnded, Claimed, Early, EarlyWord, EntryNote, HitStanding, Hold, HoldCause,
    LegBinding, Node, NumberWord, Opening, Pairing, PartyHit, Said, SharedFact, Terms, TrackKey, Unread,
};
use casework::decision::{Entry, Lifted};
use finding::Phrase;
use programme::{Mode, NotBound};

stored_enum! { Node {
    Master = "master";
    House(number) = "house";
} }
stored_enum! { Actor {
    Filer(name) = "filer";
    Authority(programme) = "authority";
    Simulation = "simulation";
    Agency(name) = "agency";
    Node = "node";
} }
stored_words! { Mode { Authority = "authority", Relay = "relay", Simulated = "simulated" } }
stored_enum! { LegBinding {
    Binds { legs } = "binds";
    DoesNotBind { why, proof } = "does_not_bind";
    Undecided { stations, legs } = "undecided";
} }
stored_words! { NotBound {
    NoLanding = "no_landing",
    StartsInside = "starts_inside",
    BySurface = "by_surface",
    MailOutOfScope = "mail_out_of_scope",
    DiplomaticBagOutOfScope = "diplomatic_bag_out_of_scope",
    NoRoute = "no_route",
} }
stored_struct! { PartyHit {
    role, party, score_thousandths, list, security, entity_id, name, matched, evidence, pairing,
} }
stored_struct! { Pairing { pair, entry, standing } }
stored_enum! { HitStanding {
    Open = "open";
    NotTheSame(id) = "not_the_same";
    TheSame(id) = "the_same";
} }
stored_struct! { EntryNote { party, list, name, shared } }
stored_enum! { SharedFact {
    Address(text) = "address";
    Document(number) = "document";
} }
stored_enum! { EarlyWord {
    Received = "received";
    Rejected(findings) = "rejected";
    Complete = "complete";
    Closed { kind, reference } = "closed";
} }
stored_struct! { Early { node, programme, word, by, at, tells_received or true } }
stored_struct! { Opening { kind, reference, reason, inside, methods, deadline, officer, in_place } }
stored_struct! { Terms { words, methods, deadline } }
stored_words! { Said { Opened = "opened", InPlace = "in_place", Closed = "closed" } }
stored_struct! { Answered { answer, at, late, in_programme } }
stored_enum! { Claimed {
    Referral(kind) = "referral";
    Rejection = "rejection";
} }
stored_struct! { Claim { claimed, by, text, at, open } }
stored_enum! { ClaimEnded {
    ByAuthority = "by_authority";
    ByOfficers(names) = "by_officers";
} }
stored_struct! { Entry { id, deed, by, reason, at } }
stored_struct! { Hold { agency, cause, entry } }
stored_struct! { Unread { why, at } }
stored_enum! { NumberWord {
    Referral { programme, kind, reference } = "referral";
    Claim { programme, claim } = "claim";
    Hold(hold) = "hold";
    Found = "found";
} }
stored_enum! { Lifted {
    Hold { node, hold } = "hold";
    Referral { node, programme, kind, reference, said_at } = "referral";
    Claim { node, programme, claim } = "claim";
    Unread(note) = "unread";
    Doubt { node, why, versions } = "doubt";
    Resemblance { node, why } = "resemblance";
    Mark { object, mark } = "mark";
    Inside(node) = "inside";
    Filing { node, filer } = "filing";
} }

/// The sentence alone.
impl Stored for HoldCause {
    fn put(&self, out: &mut Writer) {
        let Self(phrase) = self;
        phrase.put(out);
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        Phrase::take(value).map(Self)
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        Self(Phrase::sample(from))
    }
}

impl Stored for TrackKey {
    fn put(&self, out: &mut Writer) {
        let (kind, reference, by) = self.parts();
        out.open();
        out.field("kind", &kind);
        if let Some(reference) = reference {
            out.key("reference");
            reference.put(out);
        }
        out.field("by", by);
        out.close();
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let mut fields = value.fields()?;
        let key = Self::new(fields.take("kind")?, fields.take("reference")?, fields.take("by")?);
        fields.end(&["kind", "reference", "by"])?;
        Ok(key)
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        Self::new(from.field("kind"), from.field("reference"), from.field("by"))
    }
}
