//! Stories: those of `fixtures/stories` are played as `loadgate story` plays them.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{loadgate, root};

/// Every story, so that none is lost.
const WHOLE: &[&str] = &[
    "a-proposal-is-taken-back.toml",
    "agency-spelt-otherwise.toml",
    "aircraft-changed-before-its-return-was-told.toml",
    "answer-that-tells-of-a-threat-after-one-that-did-not.toml",
    "answers-to-two-requests-of-one-reference.toml",
    "arrival-told-late-of-one-number.toml",
    "asked-again.toml",
    "beside-the-system-in-place.toml",
    "booked-after-a-piece-left-under-another-name.toml",
    "booked-and-built.toml",
    "booking-leaves-loaded-house-aboard.toml",
    "booking-leaves-loaded-piece-aboard.toml",
    "booking-takes-numbered-pieces-along.toml",
    "came-back-after-another-part-was-taken-off.toml",
    "came-back-after-its-manifest.toml",
    "came-back-and-leaves-by-a-new-schedule.toml",
    "came-back-by-the-flight-of-another-day.toml",
    "came-back-twice-under-an-order.toml",
    "came-back-while-called.toml",
    "canada-csn.toml",
    "canada-dnl-mail.toml",
    "canada-dnl.toml",
    "canada-error-codes.toml",
    "canada-outage-mails.toml",
    "canada-partner-with-the-same-data.toml",
    "canada-partners-consolidation.toml",
    "canada-partners.toml",
    "canada-rfi-mail.toml",
    "canada-rfi.toml",
    "canada-rfs-mail.toml",
    "canada-rfs.toml",
    "canada-xml.toml",
    "cancellation-with-another-header.toml",
    "cancelled-after-its-manifest.toml",
    "cancelled-flight-never-left.toml",
    "claim-by-mail-cleared-by-two.toml",
    "claim-cleared-frees-what-resembles-it.toml",
    "claim-of-after-a-closing-that-came-late.toml",
    "claim-on-a-later-leg.toml",
    "claim-on-a-unit-cleared-by-two.toml",
    "claim-on-a-unit-lifted-by-who-made-it.toml",
    "claim-outlives-the-filing.toml",
    "claimed-rejection-before-the-acknowledgement.toml",
    "closing-unnamed-told.toml",
    "code-of-a-stranger-is-no-word-of-an-authority.toml",
    "colleagues-act-for-themselves.toml",
    "confirmed-as-proposed.toml",
    "departed-then-one-message-of-a-manifest.toml",
    "departure-reported-of-a-part-of-a-master.toml",
    "departure-reported-of-a-part.toml",
    "departure-reported-of-all.toml",
    "designation-begins-later.toml",
    "designation-withdrawn-spelt-otherwise.toml",
    "desks-of-carriers.toml",
    "direct-bill-claim-on-a-house-cleared.toml",
    "direct-bill-held-by-a-house-in-error.toml",
    "direct-bill-request-on-a-house-closed.toml",
    "direct-bill-that-tells-of-houses.toml",
    "do-not-load-air-strangers-load-nothing.toml",
    "do-not-load-before-the-filing-then-closed.toml",
    "do-not-load-dispatch-at-the-gate.toml",
    "do-not-load-dispatch-in-the-air.toml",
    "do-not-load-dispatch-listed-by-a-stranger.toml",
    "do-not-load-dispatch-listed-by-another-carrier.toml",
    "do-not-load-dispatch-of-one-opened-unlisted.toml",
    "do-not-load-given-again-in-the-air.toml",
    "do-not-load-goods-in-other-letters-of-a-format.toml",
    "do-not-load-goods-split.toml",
    "do-not-load-goods-under-other-letters.toml",
    "do-not-load-goods-with-letters-left-out.toml",
    "do-not-load-goods-with-words-joined.toml",
    "do-not-load-in-the-air-on-an-earlier-flight.toml",
    "do-not-load-in-the-air.toml",
    "do-not-load-manifest-before-any-schedule.toml",
    "do-not-load-master-filed-anew-directly.toml",
    "do-not-load-master-houses-filed-anew.toml",
    "do-not-load-of-a-part-in-the-air.toml",
    "do-not-load-one-house-of-two.toml",
    "do-not-load-receptacle-opened-unlisted.toml",
    "do-not-load-unit-at-the-gate.toml",
    "do-not-load-unit-by-manifest.toml",
    "do-not-load-unit-by-officers.toml",
    "do-not-load-unit-cancelled-before-it-was-told.toml",
    "do-not-load-unit-cancelled-by-one.toml",
    "do-not-load-unit-cancelled-is-assessed-anew.toml",
    "do-not-load-unit-cancelled-without-a-reference.toml",
    "do-not-load-unit-given-again-in-the-air.toml",
    "do-not-load-unit-goods-filed-anew.toml",
    "do-not-load-unit-house-by-number-joins.toml",
    "do-not-load-unit-house-joins-by-check-list.toml",
    "do-not-load-unit-house-withdrawn.toml",
    "do-not-load-unit-in-the-air.toml",
    "do-not-load-unit-opened-twice.toml",
    "do-not-load-unit-told-late.toml",
    "do-not-load-unit-twin-filed-before.toml",
    "do-not-load-what-is-loaded-loose.toml",
    "do-not-load-what-stands-loose.toml",
    "doubt-whose-house-keeps-the-number.toml",
    "error-message-with-a-status.toml",
    "example.toml",
    "filed-by-the-officers-channel.toml",
    "filer-asks-about-a-piece-that-is-none.toml",
    "flight-leaves-earlier-than-when-the-order-came.toml",
    "flight-named-by-the-question.toml",
    "found-piece-by-piece-before-the-loss-came-in.toml",
    "goods-taken-off-whose-pieces-were-loaded.toml",
    "handler-with-mandate.toml",
    "high-risk-house-inside-a-whole-that-was-secured.toml",
    "high-risk-houses-only-confirmed.toml",
    "house-amended-after-a-mark-on-one-nobody-filed.toml",
    "house-amended-after-the-whole-was-secured.toml",
    "house-announced-otherwise.toml",
    "house-claimed-by-two.toml",
    "house-in-a-unit-leaves-under-an-order-on-its-master.toml",
    "house-is-the-one-filed.toml",
    "house-leaves-after-its-ordered-master-was-taken-off.toml",
    "house-leaves-under-an-order-on-one-that-nobody-filed.toml",
    "house-linked-by-the-authority.toml",
    "house-loaded-after-the-order-on-its-master.toml",
    "house-moved.toml",
    "house-named-by-a-check-list.toml",
    "house-names-other-totals.toml",
    "house-nobody-filed-after-its-hold.toml",
    "house-nobody-filed-after-its-order.toml",
    "house-nobody-filed-asks-for-more-of-the-whole.toml",
    "house-nobody-filed-broken-then-secured.toml",
    "house-nobody-filed-declared-unsecured.toml",
    "house-nobody-filed-only-confirmed.toml",
    "house-nobody-filed-secured-by-itself.toml",
    "house-nobody-filed-secures-no-other.toml",
    "house-nobody-filed-while-houses-are-missing.toml",
    "house-number-alarm.toml",
    "house-number-alone.toml",
    "house-number-doubt-ends.toml",
    "house-number-hold-of-one.toml",
    "house-number-hold.toml",
    "house-number-mark.toml",
    "house-number-order-before.toml",
    "house-of-two-forwarders.toml",
    "house-off-after-its-master-was-loaded.toml",
    "house-off-and-its-departure-told-under-another-name.toml",
    "house-off-under-another-name.toml",
    "house-owed-is-told.toml",
    "house-request-to-its-filer.toml",
    "house-said-unsecured-inside-a-whole.toml",
    "house-security-told-to-its-filer.toml",
    "house-sent-again-with-its-master.toml",
    "houses-beside-pieces-of-their-master-that-left.toml",
    "houses-came-back-under-an-order-on-their-master.toml",
    "houses-leave-under-an-order-on-their-master.toml",
    "houses-left-with-their-master-but-one.toml",
    "ics2-do-not-load.toml",
    "ics2-request-and-copy.toml",
    "joint-screening-then-broken.toml",
    "joint-screening.toml",
    "landings-of-the-flight-asked.toml",
    "late-after-the-calls-began.toml",
    "late-cancellation-at-the-gate.toml",
    "late-cancellation-in-the-air.toml",
    "late-complete-parts-two-requests.toml",
    "later-leg-screening-by-road.toml",
    "later-leg-screening-of-a-truck.toml",
    "later-leg-screening-of-no-leg.toml",
    "later-leg-screening-upstream.toml",
    "later-leg-screening.toml",
    "later-leg-turn-of-the-authority.toml",
    "later-leg-upstream-of-a-house.toml",
    "later-leg-upstream-of-two-requests.toml",
    "later-leg-whose-turn.toml",
    "later-leg.toml",
    "left-again-after-a-return.toml",
    "list-of-what-stands-loose-under-another-name.toml",
    "loaded-after-departure-under-another-name.toml",
    "loaded-after-the-order.toml",
    "loaded-again-under-another-name.toml",
    "loose-list-off-under-another-name.toml",
    "loose-order-after-a-message-was-sent-again.toml",
    "loose-order-after-the-goods-were-taken-off.toml",
    "mail-item-closed-by-another-carrier.toml",
    "mail-item-listed-by-a-stranger.toml",
    "mail-names-a-house.toml",
    "mail-of-a-stranger-is-no-word-of-an-authority.toml",
    "mail-of-several-authors.toml",
    "manifest-after-departure-under-another-name.toml",
    "manifest-again-after-a-house-off.toml",
    "manifest-before-midnight.toml",
    "manifest-before-the-schedule-under-another-name.toml",
    "manifest-before-the-schedule.toml",
    "manifest-counts-what-a-unit-names.toml",
    "manifest-early-is-a-plan.toml",
    "manifest-early-then-a-request.toml",
    "manifest-in-several-messages.toml",
    "manifest-mark-put-right.toml",
    "manifest-of-a-stranger-is-looked-at.toml",
    "manifest-of-a-stranger-undoes-no-offload.toml",
    "manifest-of-more-than-the-rest-of-a-master.toml",
    "manifest-of-more-than-was-built.toml",
    "manifest-of-the-rest-of-a-master.toml",
    "manifest-of-two-loose-lines.toml",
    "manifest-of-which-messages-are-missing.toml",
    "manifest-that-states-its-time-ends-the-assessment.toml",
    "manifest-that-states-when-it-leaves.toml",
    "manifest-under-another-name-ends-the-assessment.toml",
    "mark-by-interference-is-not-the-polices-to-release.toml",
    "mark-of-aviation-security.toml",
    "master-and-houses-left-on-two-flights.toml",
    "master-counted-beside-a-house-that-left.toml",
    "master-loaded-again-after-a-house-off.toml",
    "master-loaded-under-another-name.toml",
    "master-of-which-every-house-was-taken-out.toml",
    "master-off-after-its-houses-were-loaded.toml",
    "master-off-again-after-a-house-loaded.toml",
    "master-off-under-another-name-than-its-house.toml",
    "message-of-a-manifest-sent-again-without-goods.toml",
    "moved-house-aboard-and-an-order-on-its-old-number.toml",
    "moved-house-aboard-and-an-order-on-its-unit-told-late.toml",
    "moved-house-aboard-and-an-order-on-the-whole-told-late.toml",
    "moved-house-amended-under-its-new-number.toml",
    "moved-house-and-a-message-that-nobody-understands.toml",
    "moved-house-and-a-seal-of-the-rest.toml",
    "moved-house-and-an-alarm-in-the-rest.toml",
    "moved-house-and-an-order-on-its-unit.toml",
    "moved-house-asked-by-its-old-number.toml",
    "moved-house-came-back-under-an-order-on-its-old-number.toml",
    "moved-house-handed-over-before-the-rest-was-screened.toml",
    "moved-house-in-a-unit-that-lists-the-whole.toml",
    "moved-house-in-the-air-and-the-rest-at-its-gate.toml",
    "moved-house-leaves-under-an-order-on-the-whole.toml",
    "moved-house-loaded-since-under-an-order-on-its-old-number.toml",
    "moved-house-not-aboard-and-an-order-on-its-old-number.toml",
    "moved-house-not-cleared-with-the-rest.toml",
    "moved-house-of-a-whole-tampered-told-late.toml",
    "moved-house-of-a-whole-under-a-hold.toml",
    "moved-house-of-a-whole-under-a-request.toml",
    "moved-house-of-a-whole-under-an-order.toml",
    "moved-house-of-a-whole-with-a-broken-seal.toml",
    "moved-house-of-a-whole-with-an-alarm.toml",
    "moved-house-of-a-whole-with-an-unread-message.toml",
    "moved-house-request-closed-where-opened.toml",
    "moved-house-taken-off-is-not-called-for.toml",
    "moved-house-tampered-and-its-number-filed-again.toml",
    "moved-house-tampered-weighed-anew.toml",
    "moved-house-tells-nothing-of-the-master-of-others.toml",
    "moved-house-that-left-the-chain.toml",
    "moved-house-with-a-broken-seal.toml",
    "moved-house-with-a-hold-weighed-anew.toml",
    "moved-house-with-a-hold.toml",
    "moved-house-with-a-mark.toml",
    "moved-house-with-a-request-weighed-anew.toml",
    "moved-house-with-a-request.toml",
    "moved-house-with-an-alarm-that-the-rest-resolved.toml",
    "naic-requests-closed.toml",
    "number-alone-after-the-period.toml",
    "number-used-again-after-a-flight.toml",
    "number-used-again-heard-first.toml",
    "number-used-again-ordered-first.toml",
    "number-used-again-screened-first.toml",
    "number-used-again-while-open.toml",
    "numbers-end-of-an-outage.toml",
    "numbers-of-two-desks.toml",
    "numbers-of-two-proposals.toml",
    "numbers-order-under-a-used-one.toml",
    "numbers-outlast-a-manifest-that-counts.toml",
    "officer-hold-released-by-two.toml",
    "offload-of-a-master-told-late-and-its-house-loaded-since.toml",
    "offload-of-the-day-before-told-late.toml",
    "offload-reported-by-a-desk.toml",
    "offload-under-another-name.toml",
    "ok-to-load-ends-no-request.toml",
    "one-officer-on-duty.toml",
    "order-before-the-filing-names-the-goods.toml",
    "order-before-the-manifest.toml",
    "order-by-mail-whose-text-names-another-waybill.toml",
    "order-cancelled-frees-what-resembles-it.toml",
    "order-of-a-programme-nobody-knows.toml",
    "order-on-a-flight-is-not-lost.toml",
    "order-on-a-house-nobody-filed.toml",
    "order-on-a-house-written-otherwise.toml",
    "order-on-goods-that-were-taken-off.toml",
    "order-on-what-stands-loose-under-another-name.toml",
    "other-goods-as-compared.toml",
    "outage-as-the-authority-said-it.toml",
    "outage-end-under-a-used-name.toml",
    "outage-end-without-a-time.toml",
    "outage-notice-of-days-ago.toml",
    "outage-over-before-its-notice-was-recorded.toml",
    "outage-over-told-again.toml",
    "overruled-on-the-master-takes-two-for-its-house.toml",
    "part-arrived-is-not-at-its-origin.toml",
    "part-in-the-air-after-another-came-back.toml",
    "part-in-the-air-after-another-landed.toml",
    "part-in-the-air-after-the-filed-flight-landed.toml",
    "part-leaves-after-another-came-back-under-an-order.toml",
    "part-left-directly-the-rest-by-another-station.toml",
    "part-left-under-another-name-and-the-rest-flies-on.toml",
    "part-reported-departed-and-back-calls-nobody.toml",
    "part-reported-departed-that-came-back.toml",
    "part-that-came-back.toml",
    "part-that-landed-calls-nobody.toml",
    "piece-asked-about-by-its-filer.toml",
    "piece-leaves-by-its-schedule-under-an-order.toml",
    "piece-loaded-after-an-early-manifest.toml",
    "piece-of-an-express-shipment-at-the-gate.toml",
    "piece-off-a-manifest-that-counts.toml",
    "piece-off-after-the-whole-was-loaded.toml",
    "piece-off-and-listed-again.toml",
    "piece-off-of-a-number-that-is-none.toml",
    "piece-off-that-was-loaded-under-two-names.toml",
    "piece-off-that-was-never-on.toml",
    "piece-off-under-another-name.toml",
    "piece-planned-on-another-flight.toml",
    "piece-that-has-left-asked-alone.toml",
    "piece-that-has-left-loaded-again.toml",
    "pieces-all-taken-off-one-by-one.toml",
    "pieces-complete-for-one.toml",
    "pieces-complete-for-some.toml",
    "pieces-loaded-by-number-at-the-gate.toml",
    "pieces-order-cancelled-for-one.toml",
    "pieces-order-cancelled-for-some.toml",
    "plan-beside-a-manifest-emptied.toml",
    "plan-of-a-stranger-flies-nothing.toml",
    "planned-beside-the-manifest-of-another-name.toml",
    "planned-for-the-whole-way-of-a-filed-flight.toml",
    "recalled-for-a-list-of-what-stands-loose.toml",
    "recalled-for-an-order-on-what-stands-loose.toml",
    "recalled-for-goods-added-to-a-flight.toml",
    "recalled-for-goods-added-to-a-unit.toml",
    "receipt-that-names-an-error.toml",
    "recount-of-a-desk.toml",
    "recount-told-to-the-filer.toml",
    "rejection-by-mail-unreadable.toml",
    "rejection-claimed-of-a-voluntary-programme.toml",
    "rejection-late-unreadable.toml",
    "report-arrival-and-an-order-on-a-unit.toml",
    "report-arrival-before-departure.toml",
    "report-arrival-by-a-stranger.toml",
    "report-arrival-corrected.toml",
    "report-departure-and-an-order.toml",
    "report-departure-by-a-stranger.toml",
    "report-departure-cleared-by-the-desk.toml",
    "report-departure-corrected.toml",
    "report-goods-that-came-back-under-an-order.toml",
    "report-goods-that-came-back.toml",
    "report-offload-by-a-stranger.toml",
    "report-plan-by-a-stranger.toml",
    "report-plan-taken-back.toml",
    "report-words-put-right-by-the-desk.toml",
    "report-words-taken-back.toml",
    "reported-departure-and-the-flight-came-back.toml",
    "reported-departure-came-back-and-flies-on.toml",
    "reports-of-a-part.toml",
    "reports-of-strangers.toml",
    "request-before-the-filing-then-closed.toml",
    "request-closed-after-rerouting.toml",
    "request-on-a-house-nobody-filed-at-build.toml",
    "request-on-a-house-nobody-filed-is-the-carriers.toml",
    "request-on-a-house-nobody-filed.toml",
    "request-on-a-unit-is-not-lost.toml",
    "resemblance-told.toml",
    "rest-found-clear-before-another-house-left.toml",
    "rest-of-a-master-screened-after-a-house-left.toml",
    "rest-of-a-master-that-came-back.toml",
    "rest-of-a-master-that-left.toml",
    "returned-and-left-again.toml",
    "returned-unit-and-left-again.toml",
    "returned-without-having-left.toml",
    "review-refused-of-all-unread.toml",
    "s01-late-house.toml",
    "s04-hold-upstream.toml",
    "s04-legs-not-waybills.toml",
    "s06-mail-canada.toml",
    "s06-mail-receptacle.toml",
    "s07-two-locks.toml",
    "s07b-mark-outlives-referral.toml",
    "s07c-one-method.toml",
    "s07d-broken-seal.toml",
    "s07e-aeo-changes-nothing.toml",
    "s08-other-programmes.toml",
    "s08-outage.toml",
    "s10-express-wave.toml",
    "s12-aircraft-swap.toml",
    "s12-year-end.toml",
    "s13-direct-and-consolidated.toml",
    "schedule-that-leaves-fields-open-came-first.toml",
    "schedule-told-after-the-order.toml",
    "second-part-leaves-while-the-first-is-in-the-air.toml",
    "second-person-by-a-letter-nobody-sees.toml",
    "second-person-by-a-space.toml",
    "security-alarm-beside-another-reason.toml",
    "security-alarm-in-one-house-and-a-mark-on-another.toml",
    "security-alarm-of-a-lane.toml",
    "security-alarm-put-right-by-who-told-it.toml",
    "security-alarm-resolved-then-amended.toml",
    "security-broken-declared-then-filed-again.toml",
    "security-broken-then-declared.toml",
    "security-broken-then-filed-again.toml",
    "security-broken-told-after-the-opening.toml",
    "security-broken-unit-known-by-its-manifest.toml",
    "security-broken-whole-screened-then-a-house-amended.toml",
    "security-declaration-unsigned.toml",
    "security-declared-apart-by-the-carrier.toml",
    "security-declared-apart.toml",
    "security-declared-by-the-carrier.toml",
    "security-house-rests-on-its-master.toml",
    "security-houses-confirmed.toml",
    "security-issued-long-ago.toml",
    "security-lacking-by-itself.toml",
    "security-left-the-chain-then-broken.toml",
    "security-marked-goods-that-left-the-chain-and-a-policy.toml",
    "security-marked-goods-that-left-the-chain-and-a-void-declaration.toml",
    "security-marked-goods-that-left-the-chain.toml",
    "security-marked-house-of-a-lower-master.toml",
    "security-of-a-house-for-more.toml",
    "security-of-a-whole-and-its-house.toml",
    "security-only-reported.toml",
    "security-pieces-that-are-not-there.toml",
    "security-report-beside-a-filing.toml",
    "security-report-of-a-stranger.toml",
    "security-screening-unproved.toml",
    "security-told-in-a-zone-nobody-knows.toml",
    "security-under-a-do-not-load.toml",
    "security-what-stands-loose-broken.toml",
    "split-over-two-flights.toml",
    "stale-word-in-the-minute.toml",
    "subject-of-a-police-mail-is-not-shown.toml",
    "threat-answered-holds-after-the-request-is-closed.toml",
    "threat-answered-in-the-eu-holds-until-resolved.toml",
    "time-first-request-of-a-day.toml",
    "time-first-screening-request-of-a-day.toml",
    "time-order-in-the-minute-of-a-cancellation.toml",
    "time-order-of-a-day.toml",
    "time-order-on-a-unit-of-a-day.toml",
    "time-order-stamped-ahead.toml",
    "time-request-before-a-completion-told-late.toml",
    "time-request-of-a-day.toml",
    "transport-beyond-the-date-line.toml",
    "transport-cancelled-by-parts.toml",
    "transport-house-of-a-master-that-flew.toml",
    "transport-houses-flew.toml",
    "transport-landing-by-plan.toml",
    "transport-list-of-what-stands-loose.toml",
    "transport-passengers-by-parts.toml",
    "transport-planned-as-asked.toml",
    "transport-planned-beside-the-route.toml",
    "transport-planned-for-the-whole-way.toml",
    "transport-planned-off-the-way.toml",
    "transport-planned-on-another-truck.toml",
    "transport-stop-by-schedule.toml",
    "transport-strangers-book-nothing.toml",
    "transport-strangers-cancel-nothing.toml",
    "transport-strangers-take-no-landing.toml",
    "transport-truck-across-an-ocean.toml",
    "transport-truck-on-a-flight.toml",
    "transport-what-stands-loose-flew.toml",
    "twin-filed-before-the-order.toml",
    "two-statuses-on-one-line.toml",
    "unit-added-to-after-an-early-manifest.toml",
    "unit-built-at-a-transfer-station.toml",
    "unit-came-back-twice-under-an-order.toml",
    "unit-off-by-the-list-of-a-stranger.toml",
    "unit-off-under-another-name.toml",
    "unit-off-with-fewer-than-listed.toml",
    "unit-offloaded-that-a-manifest-lists.toml",
    "unit-order-after-a-message-was-sent-again.toml",
    "unit-order-cancelled-before-it-came.toml",
    "unit-rebuilt-after-an-early-manifest.toml",
    "unit-taken-off-is-not-called-for.toml",
    "units-a-piece-is-found.toml",
    "units-asked-for-one-flight.toml",
    "units-built-under-a-mandate.toml",
    "units-device-listed-anew.toml",
    "units-goods-of-an-ordered-dispatch.toml",
    "units-held-by-themselves.toml",
    "units-item-in-two-receptacles.toml",
    "units-listed-by-a-manifest-first.toml",
    "units-master-and-house-listed.toml",
    "units-of-numbered-pieces.toml",
    "units-one-piece-in-two.toml",
    "units-parts-weigh-what-was-filed.toml",
    "units-receptacle-listed-anew.toml",
    "units-said-to-be-opened.toml",
    "units-seal-broken.toml",
    "unread-bill-one-digit-short.toml",
    "unread-code-without-a-bill.toml",
    "unread-mail-of-an-authority.toml",
    "unread-words-of-an-authority.toml",
    "until-departure-of-another-flight.toml",
    "until-departure.toml",
    "until-the-next-departure.toml",
    "until-when-and-how.toml",
    "upstream-accepted-to-be-screened.toml",
    "version-set-aside-marks-alone.toml",
    "what-has-left-is-not-loaded-again.toml",
    "what-stands-loose-broken-under-another-name.toml",
    "whatever-is-on-a-flight-is-looked-at.toml",
    "who-answers-and-who-asks.toml",
    "who-answers-by-the-programme.toml",
    "who-may-lift-what.toml",
    "who-reviews-may-disagree.toml",
    "whole-loaded-again-after-pieces-off.toml",
    "whole-loaded-said-again-after-a-manifest.toml",
    "whole-off-again-after-a-piece-loaded.toml",
    "word-again-in-the-minute.toml",
    "word-of-the-minute-of-a-closing.toml",
    "words-of-a-programme-nobody-knows.toml",
    "words-of-the-police-stay-with-officers.toml",
];

fn stories() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root().join("fixtures/stories"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    names
}

fn path(name: &str) -> String {
    format!("fixtures/stories/{name}")
}

#[test]
fn every_story_is_listed_once() {
    assert_eq!(stories(), WHOLE);
}

#[test]
fn every_story_passes() {
    let mut args = vec!["story".to_owned()];
    args.extend(WHOLE.iter().map(|name| path(name)));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let run = loadgate(&args);
    assert_eq!(run.status, 0, "{}{}", run.text(), run.stderr);
}

#[test]
fn the_document_is_as_published() {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(name, _)| *name == "story").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str::<Value>(schema).unwrap()).unwrap();
    let run = loadgate(&[
        "story",
        "--json",
        &path("example.toml"),
        &path("s13-direct-and-consolidated.toml"),
        "no.toml",
    ]);
    let document = run.json();
    assert_eq!(run.status, 2, "the heaviest status counts");
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(document[0]["passed"], json!(true));
    assert_eq!(document[0]["steps"][0]["expectations"][0]["answer"]["decision"], json!("load"));
    assert!(document[2]["error"].is_string());
}

#[test]
fn the_example_is_printed_as_it_stands() {
    let printed = loadgate(&["story", "--example"]);
    assert_eq!(printed.text(), std::fs::read_to_string(root().join(path("example.toml"))).unwrap());
    assert_eq!(loadgate(&["story"]).status, 2, "a story must be named");
}

/// A story of one step around `rest`.
fn with(rest: &str) -> String {
    format!(
        "title = \"t\"\n[setup]\ndate = \"2026-11-24\"\n[setup.channels]\ncarrier = \"filer\"\n[[step]]\nat = \"06:00\"\n{rest}"
    )
}

fn play(text: &str) -> support::Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("story.toml");
    std::fs::write(&path, text).unwrap();
    loadgate(&["story", path.to_str().unwrap()])
}

#[test]
fn what_is_wrong_with_a_story_is_told_with_line_and_field() {
    let object = "object = { master = \"888-10004046\" }\n";
    let cases = [
        ("title = \n", "line 1: "),
        ("[setup]\ndate = \"2026-11-24\"\n", "line 1, title: it is missing"),
        (
            "title = \"t\"\n[setup]\ndate = \"24NOV\"\n[[step]]\nat = \"06:00\"\n",
            "line 3, setup.date: \"24NOV\" cannot be read",
        ),
        (
            &with("from = \"nobody\"\nmessage = \"x\"\n"),
            "line 8, step[0].from: \"nobody\" cannot be read: no such channel",
        ),
        (&with("message = \"x\"\n"), "line 6, step[0].from: it is missing"),
        (&with("from = \"carrier\"\nmessage = \"x\"\nfile = \"y\"\n"), "a step brings one thing"),
        (
            &with("fact = { type = \"departed\" }\nfrom = \"carrier\"\n"),
            "line 8, step[0].fact.flight: it is missing",
        ),
        (&with("[[step.expect]]\ndecision = \"load\"\n"), "line 8, step[0].expect[0].object: it is missing"),
        (
            &with(&format!("[[step.expect]]\n{object}")),
            "step[0].expect[0]: \"expect\" cannot be read: it expects nothing",
        ),
        (
            &with(&format!("[[step.expect]]\n{object}decision = \"go\"\n")),
            "line 10, step[0].expect[0].decision: \"go\"",
        ),
        (
            &with(&format!("[[step.expect]]\n{object}reasons = [\"simulated\"]\n")),
            "not the code of a reason that holds; it informs: expect it under informs",
        ),
        (
            &with(&format!("[[step.expect]]\n{object}informs = [\"rfi-open\"]\n")),
            "not the code of a reason that informs; it holds: expect it under reasons or includes",
        ),
        (
            &with("from = \"carrier\"\nfacts = { type = \"departed\" }\n"),
            "line 9, step[0].facts: \"a table\" cannot be read: expected a list of facts",
        ),
        (
            &with(&format!("[[step.expect]]\n{object}theirs = \"load\"\n")),
            "line 8, step[0].expect[0].compared: it is missing",
        ),
        (
            "title = \"t\"\n[setup]\ndate = 2026-11-24\n[[step]]\nat = \"06:00\"\nfrom = \"x\"\nmessage = \"y\"\n",
            "line 6, step[0].from: \"x\" cannot be read: no channel is set up; name it in [setup.channels]",
        ),
        (
            "title = \"t\"\n[setup]\ndate = 2026-11-24\ndesks = [\"desk\"]\n[[step]]\nat = \"06:00\"\n",
            "line 4, setup.desks[0]: \"desk\" cannot be read: no channel is set up",
        ),
        (
            "title = \"t\"\n[setup]\ndate = 2026-11-24\none_officer = { stated = \"order 7\" }\n[[step]]\nat = \"06:00\"\n",
            "line 4, setup.one_officer.review_minutes: it is missing",
        ),
        (&with(&format!("[[step.expect]]\n{object}reasons = [\"no-such\"]\n")), "there is no such code"),
        (&with(&format!("[[step.expect]]\n{object}state = {{ us-acas = \"done\" }}\n")), "state.us-acas: "),
        (
            &with(&format!("[[step.expect]]\n{object}leg = \"JFK\"\ndecision = \"load\"\n")),
            "line 10, step[0].expect[0].leg: ",
        ),
        (
            &with("[[step]]\nat = \"05:59\"\n"),
            "line 9, step[1].at: \"05:59\" cannot be read: time never goes back",
        ),
        (&with("skip = true\n"), "line 8, step[0].skip: there is no such field here"),
    ];
    for (text, told) in cases {
        let run = play(text);
        assert_eq!(run.status, 2, "{text}\n{}", run.text());
        assert!(run.stderr.contains(told), "{text}\nexpected: {told}\ntold: {}", run.stderr);
    }
}

#[test]
fn what_nobody_expected_is_a_difference() {
    let waybill = std::fs::read_to_string(root().join("fixtures/cli/direct-FRAJFK.fwb")).unwrap();
    let filed = format!("from = \"carrier\"\nmessage = '''\n{}'''\n", waybill.replace('\r', ""));
    let object = "object = { master = \"888-20003034\" }\n";
    let refused = play(&with(
        "from = \"carrier\"\nfact = { type = \"departed\", flight = { flight = \"9Z100\", date = \"2026-11-24\", from = \"FRA\", to = \"JFK\" } }\n",
    ));
    // Whether a departure of a flight nobody knows is taken in is for others to say; it is told either way.
    assert!(
        refused.status == 0 || refused.text().contains("expected that it is taken in"),
        "{}",
        refused.text()
    );
    let missing = play(&with("from = \"carrier\"\nfile = \"no-such-file\"\n"));
    assert!(
        missing.status == 1 && missing.text().contains("no-such-file cannot be read"),
        "{}",
        missing.text()
    );
    let cases = [
        ("decision = \"load\"\n", "decision: expected load; found hold"),
        ("reasons = []\n", "reasons: expected none; found not-acknowledged"),
        ("includes = [\"dnl-open\"]\n", "includes: expected dnl-open; found not-acknowledged"),
        ("without = [\"not-acknowledged\"]\n", "without: expected none of not-acknowledged"),
        ("says = [\"a unicorn\"]\n", "says: expected a unicorn"),
        ("who_acts = { not-acknowledged = \"filer\" }\n", "who_acts.not-acknowledged: expected filer; found"),
        (
            "valid_until_max = \"12:00\"\n",
            "valid_until_max: expected at most 2026-11-24T12:00:00Z; found no time",
        ),
        ("recalled = true\n", "recalled: expected true; found no answer about it was recalled"),
        ("unsaid = [\"Acknowledged\"]\n", "unsaid: expected nothing of Acknowledged; found The filing for"),
        ("earlier = [\"us-acas DNL\"]\n", "earlier: expected us-acas DNL; found none"),
        ("state = { us-acas = \"cleared\" }\n", "state.us-acas: expected cleared; found awaited"),
        ("referrals = [\"us-acas RFI\"]\n", "referrals: expected us-acas RFI; found none"),
        ("status = \"NSC\"\n", "status: expected NSC; found SPX"),
        ("refused = \"fact-not-taken\"\n", "refused: expected fact-not-taken; found none"),
        ("findings = [\"stop-words-only\"]\n", "findings: expected stop-words-only; found"),
        ("told = [\"carrier held\"]\n", "told: expected carrier held; found none"),
    ];
    for (expected, told) in cases {
        let run = play(&with(&format!("{filed}[[step.expect]]\n{object}{expected}")));
        assert_eq!(run.status, 1, "{expected}\n{}{}", run.text(), run.stderr);
        assert!(run.text().contains(told), "{expected}\nexpected: {told}\ntold: {}", run.text());
    }
    let unknown =
        play(&with("[[step.expect]]\nobject = { master = \"888-10004046\" }\ndecision = \"hold\"\n"));
    assert!(
        unknown.status == 1 && unknown.text().contains("888-10004046 is not known here"),
        "{}",
        unknown.text()
    );
}

#[test]
fn examples_of_facts_follow_their_schema() {
    let schema: Value = serde_json::from_str(formats::facts::JSON_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = |path: &Path| {
        let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        validator
            .iter_errors(&document)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect::<Vec<_>>()
    };
    for name in ["facts/every-type.json", "stories/s10-wave.json", "stories/s10-received.json"] {
        assert_eq!(valid(&root().join("fixtures").join(name)), Vec::<String>::new(), "{name}");
    }
    assert!(!valid(&root().join("fixtures/facts/faults.json")).is_empty());
    // What is written follows it as well, with every field that is filled in by reading.
    let text = std::fs::read(root().join("fixtures/facts/every-type.json")).unwrap();
    let received_at = "2026-11-24T06:00:00Z".parse().unwrap();
    let filing = formats::decode(&formats::RawMessage::whole(text), received_at);
    let written: Value = serde_json::from_str(&formats::facts::write(&filing.facts)).unwrap();
    let errors: Vec<String> = validator.iter_errors(&written).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn facts_stand_among_the_files_of_other_commands() {
    let facts = "fixtures/facts/every-type.json";
    let check = loadgate(&["check", "--json", facts]);
    assert_eq!((check.status, &check.json()[0]["format"]), (0, &json!("FACTS")));
    let faults = loadgate(&["check", "--json", "fixtures/facts/faults.json"]);
    assert_eq!(faults.status, 1);
    assert!(
        faults.json()[0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|found| found["path"] == "facts[3].cuont")
    );
    let described = loadgate(&["describe", "--jsonl", facts]).json_lines();
    assert_eq!(described[0]["facts"][0]["type"], json!("filed"));
    let waybill = "fixtures/cli/direct-FRAJFK.fwb";
    let assessed = loadgate(&["assess", "--json", "--at", "2026-11-24T06:00:00Z", waybill, facts]);
    let document = assessed.json();
    let told = document[1]["facts"].as_array().unwrap();
    assert_eq!(told.len(), 30);
    // Each is taken in, or refused with a code.
    assert!(told.iter().all(|fact| fact["taken"] == json!(true) || fact["code"].is_string()), "{told:?}");
    let refused = told.iter().any(|fact| fact["taken"] == json!(false));
    assert!(assessed.status == i32::from(refused), "{}", assessed.status);
}

/// A fact that could not be read may have said that the goods it names must not be loaded.
#[test]
fn a_fact_that_cannot_be_read_holds_the_goods_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("facts.json");
    let fact = |field: &str| {
        format!(
            "{{\"schema\":\"loadgate-facts/1\",\"facts\":[{{\"type\":\"high-risk\",\"object\":{{\"master\":\"888-20003034\"}}{field}}}]}}"
        )
    };
    let codes = |text: String| {
        std::fs::write(&path, text).unwrap();
        let waybill = "fixtures/cli/direct-FRAJFK.fwb";
        let run =
            loadgate(&["assess", "--json", "--at", "2026-11-24T06:00:00Z", waybill, path.to_str().unwrap()]);
        let reasons = run.json()[0]["consignments"][0]["load"]["reasons"].clone();
        reasons
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| reason["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(codes(fact(",\"methods\":2")).contains(&"message-unread".to_owned()));
    assert!(!codes(fact("")).contains(&"message-unread".to_owned()));
}

#[test]
fn one_mistyped_number_is_one_error() {
    let expects = "[[step.expect]]\ndecision = \"load\"\n[[step.expect]]\nstatus = \"SPX\"\n";
    let text = format!(
        "title = \"t\"\n[setup]\ndate = 2026-11-24\n[setup.question]\nobject = {{ master = \"888-10004047\" }}\n\
         [[step]]\nat = \"06:00\"\n{expects}[[step]]\nat = \"07:00\"\n{expects}"
    );
    let run = play(&text);
    assert!(run.stderr.contains("line 5, setup.question.object.master: "), "{}", run.stderr);
    assert!(!run.stderr.contains("missing"), "{}", run.stderr);
}
