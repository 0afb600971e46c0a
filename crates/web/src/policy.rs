//! Who may do what: Cedar policies, weighed for every organisation and action when the node starts, and for a person with
//! the roles he has when he first does something.
//!
//! The policies of the release (`policies/actions.cedar`) can be read by whoever answers for the node; his own stand beside
//! them in `policies.cedar` of the data folder. Both are checked against one schema, so that a slip in a name is told at
//! the start and forbids nothing silently.

use crate::identity::{Identity, Organisation, Principal};
use casework::people::{Member, Role};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};

const POLICIES: &str = include_str!("../policies/actions.cedar");
const SCHEMA: &str = include_str!("../policies/actions.cedarschema");

/// What can be done on a node, as policies name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Send messages and facts.
    File,
    /// Ask the gate without having the answer written down.
    Look,
    /// Ask the gate for loading.
    Ask,
    /// Ask whether an answer still stands.
    Recheck,
    /// Say that a recall was seen.
    Acknowledge,
    /// See what is known of a consignment.
    View,
    /// See which watch lists the node has.
    Lists,
    /// See which programmes run on the node, and how.
    Programmes,
    /// See organisations and the mandates of carriers, as far as they concern whoever asks.
    Organisations,
    /// Read the log and its proofs.
    Audit,
    /// See how the node is.
    Measure,
    /// Read what the organisation is told.
    Notices,
    /// Put the gate's answer beside that of the system in place.
    Compare,
    /// Open rooms for training.
    Train,
    /// Hold parties against the watch lists.
    Screen,
    /// Decide whether a party is the entry of a list that it resembles.
    Adjudicate,
    /// See what was decided so.
    Adjudications,
    /// See what was done on each day.
    Count,
    /// See who read what concerns others.
    Accesses,
    /// See legal holds, and how long goods are kept.
    Retention,
    /// Place and lift legal holds.
    Preserve,
    /// Erase what is over its time.
    Erase,
    /// See as whom one asks, and sign out.
    Session,
    /// See to one's own passkeys.
    Passkeys,
    /// See the people of the organisation, or of all.
    People,
    /// Invite people, change what they do, remove them.
    Admit,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::File,
        Self::Look,
        Self::Ask,
        Self::Recheck,
        Self::Acknowledge,
        Self::View,
        Self::Lists,
        Self::Programmes,
        Self::Organisations,
        Self::Audit,
        Self::Measure,
        Self::Notices,
        Self::Compare,
        Self::Train,
        Self::Screen,
        Self::Adjudicate,
        Self::Adjudications,
        Self::Count,
        Self::Accesses,
        Self::Retention,
        Self::Preserve,
        Self::Erase,
        Self::Session,
        Self::Passkeys,
        Self::People,
        Self::Admit,
    ];

    /// Its name in policies.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Look => "look",
            Self::Ask => "ask",
            Self::Recheck => "recheck",
            Self::Acknowledge => "acknowledge",
            Self::View => "view",
            Self::Lists => "lists",
            Self::Programmes => "programmes",
            Self::Organisations => "organisations",
            Self::Audit => "audit",
            Self::Measure => "measure",
            Self::Notices => "notices",
            Self::Compare => "compare",
            Self::Train => "train",
            Self::Screen => "screen",
            Self::Adjudicate => "adjudicate",
            Self::Adjudications => "adjudications",
            Self::Count => "count",
            Self::Accesses => "accesses",
            Self::Retention => "retention",
            Self::Preserve => "preserve",
            Self::Erase => "erase",
            Self::Session => "session",
            Self::Passkeys => "passkeys",
            Self::People => "people",
            Self::Admit => "admit",
        }
    }

    /// Whether it is written down who does it, because he reads what concerns others. That parties are held against the
    /// lists is written down with their names, where these are read.
    pub fn is_noted(self) -> bool {
        matches!(self, Self::View | Self::Adjudications | Self::Accesses | Self::Retention | Self::People)
    }

    /// Whether a person must have shown a passkey lately to do it: what leaves the node for good, and who comes in.
    pub fn needs_proof(self) -> bool {
        matches!(self, Self::Audit | Self::Accesses | Self::Erase | Self::Admit)
    }

    /// Whether it is about people, and so for people of organisations whose machines may not do it.
    fn is_of_people(self) -> bool {
        matches!(self, Self::Session | Self::Passkeys | Self::People | Self::Admit)
    }
}

/// People whose permissions are remembered at most.
const REMEMBERED_MAX: usize = 10_000;

/// What is weighed, and by what.
#[derive(Debug)]
struct Scales {
    schema: Schema,
    policies: PolicySet,
    authorizer: Authorizer,
    node: EntityUid,
}

impl Scales {
    /// What somebody may do.
    fn weigh(&self, who: &EntityUid, entities: Vec<Entity>) -> Result<BTreeSet<Action>, String> {
        let entities =
            Entities::from_entities(entities, Some(&self.schema)).map_err(|why| why.to_string())?;
        let mut may = BTreeSet::new();
        for action in Action::ALL {
            let what = uid("Action", action.as_str())?;
            let (who, node) = (who.clone(), self.node.clone());
            let request = Request::new(who, what, node, Context::empty(), Some(&self.schema))
                .map_err(|why| why.to_string())?;
            let answer = self.authorizer.is_authorized(&request, &self.policies, &entities);
            // A policy that cannot be weighed might have forbidden it.
            if answer.decision() == Decision::Allow && answer.diagnostics().errors().next().is_none() {
                may.insert(action);
            }
        }
        Ok(may)
    }
}

fn organisation_entity(organisation: &Organisation) -> Result<(EntityUid, Entity), String> {
    let (who, role) = (uid("Organisation", &organisation.name)?, uid("Role", organisation.role.name())?);
    let name = RestrictedExpression::new_string(organisation.name.to_string());
    let entity = Entity::new(who.clone(), HashMap::from([("name".to_owned(), name)]), HashSet::from([role]));
    Ok((who, entity.map_err(|why| why.to_string())?))
}

/// A person and the roles he had.
type Weighed = (Arc<str>, BTreeSet<Role>);

/// What the policies come to.
#[derive(Debug, Default)]
pub struct Allowed {
    organisations: HashMap<Arc<str>, BTreeSet<Action>>,
    scales: Option<Scales>,
    people: Mutex<HashMap<Weighed, Arc<BTreeSet<Action>>>>,
}

impl Allowed {
    /// Weighs the policies of the release, and those of the node beside them, for every organisation.
    ///
    /// # Errors
    /// What of the node's own policies cannot be read, or speaks of something that is not there.
    pub fn new(identity: &Identity, own: Option<&str>) -> Result<Self, String> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).map_err(|why| why.to_string())?;
        let mut policies = PolicySet::from_str(POLICIES).map_err(|why| why.to_string())?;
        if let Some(own) = own {
            let own = PolicySet::from_str(own).map_err(|why| why.to_string())?;
            policies.merge(&own, true).map_err(|why| why.to_string())?;
        }
        let validated = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if let Some(fault) = validated.validation_errors().next() {
            return Err(fault.to_string());
        }
        let scales = Scales { schema, policies, authorizer: Authorizer::new(), node: uid("Node", "this")? };
        let mut organisations = HashMap::new();
        for organisation in identity.organisations() {
            let (who, entity) = organisation_entity(organisation)?;
            organisations.insert(Arc::clone(&organisation.name), scales.weigh(&who, vec![entity])?);
        }
        Ok(Self { organisations, scales: Some(scales), people: Mutex::default() })
    }

    /// Whether an organisation may do this.
    pub fn may(&self, organisation: &str, action: Action) -> bool {
        self.organisations.get(organisation).is_some_and(|may| may.contains(&action))
    }

    /// Whether a person may do this: what his roles allow, and in matters of goods no more than his organisation may.
    pub fn may_person(&self, organisation: &Organisation, member: &Member, action: Action) -> bool {
        (action.is_of_people() || self.may(&organisation.name, action))
            && self.of_person(organisation, member).contains(&action)
    }

    /// Whether whoever makes a request may do this.
    pub fn may_do(&self, principal: &Principal, action: Action) -> bool {
        match &principal.signed {
            Some(signed) => self.may_person(&principal.organisation, &signed.member, action),
            None => self.may(&principal.organisation.name, action),
        }
    }

    fn of_person(&self, organisation: &Organisation, member: &Member) -> Arc<BTreeSet<Action>> {
        let key = (Arc::clone(&member.id), member.roles.clone());
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = people.get(&key) {
            return Arc::clone(known);
        }
        let weighed = self.scales.as_ref().map(|scales| weigh_person(scales, organisation, member));
        // Whoever cannot be weighed may nothing.
        let may = Arc::new(weighed.and_then(Result::ok).unwrap_or_default());
        if people.len() >= REMEMBERED_MAX {
            people.clear();
        }
        people.insert(key, Arc::clone(&may));
        may
    }
}

fn weigh_person(
    scales: &Scales,
    organisation: &Organisation,
    member: &Member,
) -> Result<BTreeSet<Action>, String> {
    let (parent, of) = organisation_entity(organisation)?;
    let who = uid("Person", &member.id)?;
    let roles = member.roles.iter().map(|role| RestrictedExpression::new_string(role.as_str().to_owned()));
    let attributes = HashMap::from([
        ("name".to_owned(), RestrictedExpression::new_string(organisation.name.to_string())),
        ("roles".to_owned(), RestrictedExpression::new_set(roles)),
    ]);
    let person = Entity::new(who.clone(), attributes, HashSet::from([parent]));
    scales.weigh(&who, vec![person.map_err(|why| why.to_string())?, of])
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, String> {
    let kind = EntityTypeName::from_str(kind).map_err(|why| why.to_string())?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ROLES: [&str; 9] = [
        "filer",
        "carrier 9Z",
        "handler",
        "officer of us-acas",
        "authority of us-acas",
        "registry",
        "auditor",
        "administrator",
        "trainer",
    ];

    fn identity() -> Identity {
        let text: String = ROLES.iter().map(|role| format!("[\"{role}\"]\nrole = \"{role}\"\n")).collect();
        Identity::of(toml::from_str(&text).unwrap(), std::collections::BTreeMap::new()).unwrap()
    }

    #[test]
    fn every_role_may_what_stands_here_and_nothing_else() {
        let allowed = Allowed::new(&identity(), None).unwrap();
        let may = |role: &str| -> Vec<&str> {
            Action::ALL
                .iter()
                .filter(|action| allowed.may(role, **action))
                .map(|action| action.as_str())
                .collect()
        };
        let tells = [
            "file",
            "look",
            "ask",
            "recheck",
            "acknowledge",
            "lists",
            "programmes",
            "organisations",
            "notices",
            "session",
        ];
        for role in ["filer", "carrier 9Z", "handler", "authority of us-acas", "registry"] {
            assert_eq!(may(role), tells, "{role}");
        }
        assert_eq!(
            may("officer of us-acas"),
            [
                "file",
                "look",
                "ask",
                "recheck",
                "acknowledge",
                "view",
                "lists",
                "programmes",
                "organisations",
                "notices",
                "compare",
                "screen",
                "adjudicate",
                "adjudications",
                "count",
                "retention",
                "preserve",
                "session"
            ]
        );
        assert_eq!(
            may("auditor"),
            [
                "look",
                "recheck",
                "view",
                "lists",
                "programmes",
                "organisations",
                "audit",
                "measure",
                "notices",
                "adjudications",
                "count",
                "accesses",
                "retention",
                "session",
                "people"
            ]
        );
        assert_eq!(
            may("administrator"),
            [
                "lists",
                "programmes",
                "organisations",
                "measure",
                "retention",
                "erase",
                "session",
                "people",
                "admit"
            ]
        );
        assert_eq!(may("trainer"), ["lists", "programmes", "organisations", "train", "session"]);
        assert_eq!(may("nobody"), [""; 0]);
    }

    fn person(organisation: &str, roles: &[Role]) -> Member {
        Member {
            id: format!("p-{organisation}").into(),
            organisation: organisation.into(),
            name: "Somebody".to_owned(),
            roles: roles.iter().copied().collect(),
            invited_at: jiff::Timestamp::UNIX_EPOCH,
            link: None,
            passkeys: Vec::new(),
            accounts: Vec::new(),
            removed_at: None,
        }
    }

    #[test]
    fn a_person_may_what_his_roles_allow_within_his_organisation() {
        let identity = identity();
        let allowed = Allowed::new(&identity, None).unwrap();
        let may = |organisation: &str, roles: &[Role]| -> String {
            let member = person(organisation, roles);
            let organisation = identity.organisation(organisation).unwrap();
            let may = Action::ALL.iter().filter(|action| allowed.may_person(organisation, &member, **action));
            may.map(|action| action.as_str()).collect::<Vec<_>>().join(" ")
        };
        let files =
            "file look ask recheck acknowledge lists programmes organisations notices session passkeys";
        for (organisation, role) in [
            ("filer", Role::Filer),
            ("filer", Role::PostalOperator),
            ("carrier 9Z", Role::LoadingDesk),
            ("handler", Role::Handler),
            // No more than the organisation, whatever the role.
            ("filer", Role::TargetingOfficer),
        ] {
            assert_eq!(may(organisation, &[role]), files, "{organisation} {role:?}");
        }
        let relays = "file look recheck acknowledge lists programmes organisations notices session passkeys";
        for (organisation, role, told) in [
            (
                "officer of us-acas",
                Role::TargetingOfficer,
                "file look ask recheck acknowledge view lists programmes organisations notices compare screen adjudicate \
                 adjudications count retention preserve session \
                 passkeys",
            ),
            (
                "officer of us-acas",
                Role::RuleApprover,
                "look view lists programmes organisations screen count session passkeys",
            ),
            ("authority of us-acas", Role::AuthorityRelay, relays),
            ("registry", Role::Screener, relays),
            (
                "auditor",
                Role::Auditor,
                "look recheck view lists programmes organisations audit measure notices adjudications count accesses retention session passkeys people",
            ),
            (
                "administrator",
                Role::Administrator,
                "lists programmes organisations measure retention erase session passkeys people admit",
            ),
            ("filer", Role::Administrator, "lists programmes organisations session passkeys people admit"),
            ("trainer", Role::Trainer, "lists programmes organisations train session passkeys"),
        ] {
            assert_eq!(may(organisation, &[role]), told, "{organisation} {role:?}");
        }
        let own = "forbid (principal == Person::\"p-filer\", action == Action::\"file\", resource);";
        let allowed = Allowed::new(&identity, Some(own)).unwrap();
        let organisation = identity.organisation("filer").unwrap();
        let member = person("filer", &[Role::Filer]);
        assert!(!allowed.may_person(organisation, &member, Action::File));
        assert!(allowed.may_person(organisation, &member, Action::Look));
        // Other roles are weighed anew.
        let changed = person("filer", &[Role::Administrator]);
        assert!(allowed.may_person(organisation, &changed, Action::Admit));
    }

    #[test]
    fn a_node_forbids_more_and_a_slip_is_told() {
        let own = "forbid (principal == Organisation::\"handler\", action == Action::\"ask\", resource);";
        let allowed = Allowed::new(&identity(), Some(own)).unwrap();
        assert!(!allowed.may("handler", Action::Ask) && allowed.may("handler", Action::Look));
        for slip in [
            "forbid (principal, action == Action::\"aks\", resource);",
            "forbid (principal == Organization::\"handler\", action, resource);",
            "forbid (principal, action, resource) when { principal.nmae == \"x\" };",
            "forbid (principal, action",
        ] {
            assert!(Allowed::new(&identity(), Some(slip)).is_err(), "{slip}");
        }
    }
}
