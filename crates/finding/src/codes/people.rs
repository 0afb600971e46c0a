//! Refusals about people: who may sign in for an organisation, and who admits them.

super::codes! { "people";
    /// Nobody of this id is here, or not for whoever asks.
    PERSON_UNKNOWN = "person-unknown", Refusal, "Loadgate people", [];
    /// Somebody manages himself.
    OWN_PERSON = "own-person", Refusal, "Loadgate invariant 10", [];
    /// A person without a role could do nothing.
    ROLE_MISSING = "role-missing", Refusal, "Loadgate people", [];
    /// The organisation does nothing of that kind.
    ROLE_NOT_OFFERED = "role-not-offered", Refusal, "Loadgate people: nobody does more than his organisation", ["role"];
    /// Who admits people decides nothing himself: he could else make up the second person.
    ROLES_APART = "roles-apart", Refusal, "Loadgate invariant 10", [];
    /// The link was used, has expired, or another was given since.
    LINK_SPENT = "link-spent", Refusal, "Loadgate people", [];
    /// The first administrator is there already.
    ADMINISTRATOR_THERE = "administrator-there", Refusal, "Loadgate people", [];
    /// The passkey is registered here already.
    PASSKEY_KNOWN = "passkey-known", Refusal, "WebAuthn Level 3, section 7.1, step 26", [];
    /// Without it the person could not sign in any more.
    PASSKEY_LAST = "passkey-last", Refusal, "Loadgate people", [];
    /// Nobody has this passkey, or not whoever asks.
    PASSKEY_UNKNOWN = "passkey-unknown", Refusal, "Loadgate people", [];
    /// The account at the provider is that of a person here already.
    ACCOUNT_KNOWN = "account-known", Refusal, "OpenID Connect Core 1.0, section 5.7", [];
    /// An organisation has as many people as a node takes.
    TOO_MANY_PEOPLE = "too-many-people", Refusal, "Loadgate limits", ["limit"];
    /// A person has as many passkeys as a node takes.
    TOO_MANY_PASSKEYS = "too-many-passkeys", Refusal, "Loadgate limits", ["limit"];
}
