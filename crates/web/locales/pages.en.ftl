# Texts of the pages. A language is a file beside this one with the same names, and a row in src/pages/words.rs.

product = Loadgate
to-content = To the content
nav-home = Home
nav-passkeys = My passkeys
nav-people = People
sign-out = Sign out

needs-script = This page speaks with your passkey by a small script of this node. Allow scripts for this address and open it again.
browser-refused = Your device gave no passkey. Try again, or use another passkey.
browser-lacks = This browser knows no passkeys. Use another one.
working = One moment: follow your device.

sign-in-title = Sign in
sign-in-text = No name and no password: your device asks which passkey, and that it is you.
sign-in-button = Sign in with a passkey
sign-in-no-passkey = No passkey? Whoever admits people in your organisation gives you a link.
sign-in-provider-title = Or at your organisation
sign-in-provider-button = Sign in at { $organisation }
signed-in-title = You are signed in
go-on = Go on
to-provider-title = To the sign-in of { $organisation }

invitation-title = Welcome
invitation-for = { $name }, you are invited to act for { $organisation }.
invitation-first = This makes you the first administrator of this node. You will invite everybody else.
invitation-text = Your device makes a passkey for this node. It stays on your device, or with the service that keeps your passkeys; the node keeps nothing secret of it.
invitation-no-link = The link is not whole. Open it exactly as you got it.
invitation-button = Make a passkey
invitation-provider = Use my account at the organisation instead
field-name = Your name
field-label = What you call this passkey
field-label-hint = Such as “work laptop” or “blue key”.
label-default = My passkey

home-title = Welcome, { $name }
home-organisation = Organisation
home-roles = What you do
home-until = Signed in until
home-proof = Passkey shown, good until
home-proof-none = not lately
home-prove = Show my passkey
home-id = Your id in acts

prove-title = Show your passkey
prove-text = What you are about to do needs a passkey that was shown just now.
prove-button = Show my passkey

passkeys-title = My passkeys
passkeys-text = Have at least two, on different devices: then a lost one locks you out of nothing.
passkeys-label = Passkey
passkeys-added = Added
passkeys-used = Last used
passkeys-never = not yet
passkeys-remove = Remove
passkeys-none = You have none yet: you sign in at your organisation.
passkeys-add-title = Add another
passkeys-add-button = Make a passkey

people-title = People
people-name = Name
people-organisation = Organisation
people-roles = Roles
people-state = State
people-manage = Manage
people-change = Change { $name }
people-set-roles = Set roles
people-new-link = Give a new link
people-new-link-text = Ends what this person signs in by now.
people-sign-out = Sign out everywhere
people-remove = Remove
people-invite-title = Invite somebody
people-invite-button = Invite
people-invite-name = Name
people-you = you
people-alone = Administrators have no other role.
people-needs-proof = To invite people or change anything, show your passkey first: the last time was too long ago.

state-invited = invited
state-active = active
state-removed = removed

link-title = The link for { $name }
link-text = Give it to { $name } alone, by a way that proves who that is. It works once, until { $until }, and is shown only now.
link-back = Back to people

problem-title = That did not work
problem-code = Code
problem-back = Back

role-targeting-officer = targeting officer
role-duty-supervisor = duty supervisor
role-rule-author = rule author
role-rule-approver = rule approver
role-authority-relay = authority relay
role-other-agency = other agency
role-loading-desk = carrier loading desk
role-handler = handler with mandate
role-filer = filer
role-postal-operator = postal operator
role-screener = screener
role-registry-inspector = registry inspector
role-auditor = auditor
role-trainer = trainer
role-administrator = administrator
