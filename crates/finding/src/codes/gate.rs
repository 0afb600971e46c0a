//! Reasons of the load answer and refusals of casework.

super::codes! { "gate";
    /// The data of the object were never filed.
    NOT_FILED = "not-filed", Reason(Holds), "Programme: filing before loading", ["object"];
    /// The programme demands an acknowledgement that has not come.
    NOT_ACKNOWLEDGED = "not-acknowledged", Reason(Holds), "Programme: acknowledgement (for Canada CASR 2012 s. 743(a))", ["object"];
    /// The filing was rejected and must be sent again.
    FILING_REJECTED = "filing-rejected", Reason(Holds), "Programme: data quality", ["object", "why"];
    /// The filing was invalidated by its declarant.
    FILING_INVALIDATED = "filing-invalidated", Reason(Holds), "Programme: invalidation", ["object"];
    /// The programme waits for a completed assessment.
    ASSESSMENT_PENDING = "assessment-pending", Reason(Holds), "Programme: assessment complete", ["object"];
    /// A consolidation does not yet cover its pieces or weight with houses.
    HOUSE_MISSING = "house-missing", Reason(Holds), "ICAO Annex 17, 4.6.5; PLACI guiding principles: data at the lowest house", ["object", "pieces", "of_pieces", "weight_kg", "of_weight_kg"];
    /// Houses and master disagree, so that the content is not known.
    CONTENT_CONTRADICTORY = "content-contradictory", Reason(Holds), "ICS2 consistency check", ["object", "why"];
    /// What is inside is not known.
    CONTENT_UNKNOWN = "content-unknown", Reason(Holds), "ICAO Annex 17, 4.6.1", ["object"];
    /// The transport document's number cannot be read, so that nobody can say which goods are meant.
    IDENTITY_UNKNOWN = "identity-unknown", Reason(Holds), "IATA Resolution 600a", ["object"];
    /// The same number was filed for goods that look like another shipment: numbers recur.
    IDENTITY_AMBIGUOUS = "identity-ambiguous", Reason(Holds), "Loadgate identity: issuer, number and period", ["object", "why"];
    /// The master of a house is not known, and nothing flies without one.
    MASTER_UNKNOWN = "master-unknown", Reason(Holds), "PACT guide 1.9: a house is sent again with its master before departure", ["object"];
    /// A house was filed before its master was known, and the programme wants it again with it.
    FILED_WITHOUT_MASTER = "filed-without-master", Reason(Holds), "PACT guide 1.9, section 2: a house sent without its master is sent again with it", ["object"];
    /// A message about the goods has errors, so that what it says cannot be relied on.
    MESSAGE_FAULTY = "message-faulty", Reason(Holds), "Loadgate findings of severity error", ["object", "why"];
    /// A message that may concern the goods could not be read.
    MESSAGE_UNREAD = "message-unread", Reason(Holds), "Loadgate register of formats", ["object", "why"];
    /// The goods may fly on cargo aircraft only, and the aircraft carries passengers.
    CARGO_AIRCRAFT_ONLY = "cargo-aircraft-only", Reason(Holds), "IATA special handling code CAO", ["object", "why"];
    /// A message says in words that the goods must not be loaded.
    TOLD_NOT_TO_LOAD = "told-not-to-load", Reason(Holds), "PLACI referral DNL, as told in free text", ["object", "text"];
    /// A programme that binds on this leg was left out of the run.
    PROGRAMME_LEFT_OUT = "programme-left-out", Reason(Holds), "Loadgate leg binding", ["object", "programme"];
    /// A station of the route is not in the station table, so that no programme can be ruled out.
    STATION_UNKNOWN = "station-unknown", Reason(Holds), "Loadgate station table", ["station"];
    /// The route cannot be told from the messages.
    ROUTE_UNKNOWN = "route-unknown", Reason(Holds), "Loadgate leg binding", ["object", "why"];
    /// The leg asked about is none of the route's.
    LEG_NOT_ON_ROUTE = "leg-not-on-route", Reason(Holds), "Loadgate gate question", ["object", "leg", "route"];
    /// The goods were given out at a station before the end of their way, and not taken over again.
    GOODS_GIVEN_OUT = "goods-given-out", Reason(Holds), "Cargo-IMP FSU DLV; ICAO Annex 17, 4.6.3", ["object", "station"];
    /// The leg asked about is stated to go by surface, so that no aircraft is loaded for it.
    LEG_BY_SURFACE = "leg-by-surface", Reason(Holds), "Loadgate gate question", ["object", "leg", "mode"];
    /// The flight of the leg has left, so nothing can be loaded on it.
    LEG_DEPARTED = "leg-departed", Reason(Holds), "Loadgate gate question", ["object", "leg"];
    /// A request for information is open.
    RFI_OPEN = "rfi-open", Reason(Holds), "PLACI referral RFI (7H)", ["object", "referral", "why"];
    /// A request for screening is open.
    RFS_OPEN = "rfs-open", Reason(Holds), "PLACI referral RFS (8H)", ["object", "referral", "why"];
    /// A do-not-load is in force; it holds the goods everywhere.
    DNL_OPEN = "dnl-open", Reason(Holds), "PLACI referral DNL (6H)", ["object", "referral"];
    /// The high-risk mark stands and the goods are not secured for high risk.
    HRCM_NOT_SCREENED = "hrcm-not-screened", Reason(Holds), "ICAO Annex 17, 4.6.4", ["object", "since", "why"];
    /// The goods are not secured.
    STATUS_NSC = "status-nsc", Reason(Holds), "ICAO Annex 17, 4.6.5", ["object", "why"];
    /// The goods are secured for all-cargo aircraft only, and the aircraft carries passengers.
    STATUS_SCO_PAX = "status-sco-pax", Reason(Holds), "IATA code list 1.100 (SCO)", ["object"];
    /// Another agency holds the goods.
    OTHER_AGENCY_HOLD = "other-agency-hold", Reason(Holds), "Other agency's law; sanctions compliance", ["object", "agency", "why"];
    /// The outcome of the names screening reached the alert threshold of a security list.
    NAME_HIT = "name-hit", Reason(Informs), "Loadgate names", ["party", "name", "list", "score"];
    /// A party is at the address of an entry of a list, whatever its name.
    ADDRESS_HIT = "address-hit", Reason(Informs), "Loadgate names: addresses", ["party", "name", "address", "list"];
    /// A party has a document or registration of an entry of a list, whatever its name.
    DOCUMENT_HIT = "document-hit", Reason(Informs), "Loadgate names: documents", ["party", "name", "document", "list"];
    /// A version that does not count, because it is older or not of those who may submit it, says something against the goods.
    VERSION_SET_ASIDE = "version-set-aside", Reason(Informs), "Loadgate versions: the time of the message", ["object", "why"];
    /// An answer given before does not stand any more.
    ANSWER_RECALLED = "answer-recalled", Reason(Holds), "Loadgate gate question: recall", ["object", "at"];
    /// Something holds that this asker may not see.
    HELD_ELSEWHERE = "held-elsewhere", Reason(Holds), "Loadgate invariant 12", ["object"];
    /// The acknowledgement is not demanded, because the authority suspended it for an outage.
    OUTAGE_SUSPENSION = "outage-suspension", Reason(Informs), "PACT guide 1.9, section 15; CASR 2012 s. 743(a)", ["object", "programme"];
    /// The names were not compared with any list.
    NAMES_NOT_SCREENED = "names-not-screened", Reason(Informs), "Loadgate contract", [];
    /// A list was given without some of its files, so that not all its names were compared.
    LISTS_INCOMPLETE = "lists-incomplete", Reason(Informs), "Loadgate contract", ["list", "missing"];
    /// No programme binds on this leg, with the proof.
    NO_PROGRAMME_BINDS = "no-programme-binds", Reason(Informs), "Loadgate leg binding", ["leg", "proof"];
    /// The programme is satisfied for this object.
    PROGRAMME_SATISFIED = "programme-satisfied", Reason(Informs), "Programme", ["object", "state"];
    /// Nobody must take part in the programme, so that what it lacks holds nothing.
    PROGRAMME_VOLUNTARY = "programme-voluntary", Reason(Informs), "Programme: gate.binding", ["object", "state"];
    /// The declared security status suffices for the aircraft.
    STATUS_SUFFICIENT = "status-sufficient", Reason(Informs), "ICAO Annex 17, 4.6.5", ["object", "status", "basis"];
    /// The security status was issued long before the question.
    STATUS_ISSUED_LONG_AGO = "status-issued-long-ago", Reason(Informs), "Loadgate settings: age of a security status", ["object", "issued", "days"];
    /// Something holds a later leg, not this one.
    LATER_LEG = "later-leg", Reason(Informs), "Programmes bind to legs", ["object", "leg", "why"];
    /// The answer comes from a simulation, not from any authority.
    SIMULATED = "simulated", Reason(Informs), "Loadgate modes", [];

    /// A unit or receptacle was opened: what its list says is void.
    RECEPTACLE_VOID = "receptacle-void", Reason(Holds), "UPU S9, S58: a receptacle that was opened is closed anew under a new number", ["object", "why"];
    /// A mail item is in no closed receptacle.
    ITEM_LOOSE = "item-loose", Reason(Holds), "ICS2 F44: an item travels in a receptacle", ["object"];
    /// The flight is cancelled.
    FLIGHT_CANCELLED = "flight-cancelled", Reason(Holds), "Loadgate gate question", ["object", "flight"];
    /// The goods resemble what an authority forbade to load under another number.
    RESEMBLES_DNL = "resembles-dnl", Reason(Holds), "PLACI referral DNL: it holds the goods, whatever their number", ["object", "why"];
    /// Something open on a later leg holds here by the policy of the station.
    HELD_UPSTREAM = "held-upstream", Reason(Holds), "Loadgate settings: policy of the station, not law", ["object", "leg", "why"];
    /// What holds may be in one of several units.
    COULD_BE_IN_EITHER_UNIT = "could-be-in-either-unit", Reason(Informs), "Loadgate units: pieces that are not told apart", ["object", "units"];
    /// What holds, how much of the whole it is, and what waits with it.
    HELD_WITH_IT = "held-with-it", Reason(Informs), "Loadgate gate answer: blast radius", ["object", "held", "pieces", "of_pieces", "with"];
    /// Everything inside was looked at.
    CONTENTS_CHECKED = "contents-checked", Reason(Informs), "Loadgate gate answer", ["object", "consignments", "pieces"];

    /// No message says where the goods start and end.
    WHY_NO_ROUTE = "why-no-route", Detail, "Loadgate leg binding", [];
    /// The routing names a station that cannot be read.
    WHY_ROUTE_UNREADABLE = "why-route-unreadable", Detail, "Cargo-IMP RTG; Cargo-XML transport movements", ["text"];
    /// A report tells a leg that fits nowhere on the route declared.
    WHY_LEG_DOES_NOT_FIT = "why-leg-does-not-fit", Detail, "Loadgate leg binding: declared, scheduled, flown", ["leg", "route"];
    /// Documents, or reports and documents, state other ends of the way.
    WHY_OTHER_ENDS = "why-other-ends", Detail, "ICS2 consistency check: transport documents", ["first", "second"];
    /// A report tells that the goods arrived where no leg goes.
    WHY_ARRIVED_ELSEWHERE = "why-arrived-elsewhere", Detail, "Loadgate leg binding: declared, scheduled, flown", ["station", "route"];
    /// A version set aside marks the goods for cargo aircraft only.
    WHY_SET_ASIDE_CAO = "why-set-aside-cao", Detail, "IATA special handling code CAO", [];
    /// Reports tell more different legs than one consignment can fly.
    WHY_TOO_MANY_LEGS = "why-too-many-legs", Detail, "Loadgate limits", ["count"];
    /// The later filing names other ends of the journey and other parties.
    WHY_OTHER_SHIPMENT = "why-other-shipment", Detail, "Loadgate identity: issuer, number and period", ["first", "second"];
    /// A leg ends where it starts.
    WHY_LEG_IN_PLACE = "why-leg-in-place", Detail, "Loadgate leg binding", ["station"];
    /// A leg by road or rail between stations that no road joins, or by water under the number of a flight.
    WHY_NO_ROAD = "why-no-road", Detail, "Loadgate leg binding", ["leg", "mode"];
    /// The flight lands where the programmes were not tested for these goods.
    WHY_LANDS_UNTESTED = "why-lands-untested", Detail, "Loadgate leg binding: technical stops and freight on board count", ["flight", "station"];
    /// A message in a format that is not read.
    WHY_FORMAT_NOT_READ = "why-format-not-read", Detail, "Loadgate register of formats", ["format"];
    /// An authority takes the manifest of a flight for its departure, and it was sent.
    MANIFEST_SENT = "manifest-sent", Reason(Holds), "Programme: gate.manifest_ends_assessment; PACT guide 1.9, section 6", ["object", "programme", "flight"];
    /// The manifest of a flight that has not left does not list the goods.
    NOT_IN_MANIFEST = "not-in-manifest", Reason(Informs), "Loadgate casework: flights", ["object", "flight"];
    /// A do-not-load names a unit that goods are or were in.
    WHY_ORDER_ON_UNIT = "why-order-on-unit", Detail, "Loadgate casework: do-not-load on units", ["unit"];
    /// A message too broken to tell of which goods it speaks.
    WHY_MESSAGE_BROKEN = "why-message-broken", Detail, "Loadgate findings of severity error", ["format"];
    /// A message of a kind nobody here knows.
    WHY_MESSAGE_UNKNOWN = "why-message-unknown", Detail, "Loadgate register of formats", [];
    /// The number of the waybill that an authority's message names cannot be read.
    WHY_BILL_UNREADABLE = "why-bill-unreadable", Detail, "IATA Resolution 600a: number and check digit", ["bill", "wrong"];
    /// An authority's message names no goods.
    WHY_NOTICE_NAMES_NOTHING = "why-notice-names-nothing", Detail, "Loadgate invariant 1", ["format", "code"];
    /// One message names the same consignment twice and says different things of it.
    WHY_NAMED_TWICE = "why-named-twice", Detail, "Data quality: one message, one statement", [];
    /// What looks like the same house was filed under two masters.
    WHY_UNDER_TWO_MASTERS = "why-under-two-masters", Detail, "Loadgate identity: issuer, number and period", ["first", "second"];
    /// The same for those who have no part in the other master.
    WHY_NAMED_ELSEWHERE = "why-named-elsewhere", Detail, "Loadgate identity: issuer, number and period", [];
    /// What looks like the same house has left another master with something open on it there.
    WHY_OPEN_UNDER_ANOTHER = "why-open-under-another", Detail, "Loadgate identity: issuer, number and period", ["object"];
    /// Every house was taken out of this master.
    WHY_NOTHING_LEFT = "why-nothing-left", Detail, "Loadgate identity: issuer, number and period", [];
    /// The house was taken out of this master.
    WHY_LEFT_MASTER = "why-left-master", Detail, "Loadgate identity: issuer, number and period", [];
    /// A report says that cargo is missing or was found.
    WHY_DISCREPANCY = "why-discrepancy", Detail, "Cargo-IMP FSU DIS; ICAO Annex 17, 4.6.3", ["code"];
    /// A count of all pieces differs from the filing.
    WHY_COUNTED_OTHERWISE = "why-counted-otherwise", Detail, "Cargo-IMP FSU; data quality: pieces at acceptance", ["status", "counted", "pieces"];
    /// The receiver of the message rejected it.
    WHY_MESSAGE_REJECTED = "why-message-rejected", Detail, "Cargo-IMP FNA", ["reason"];
    /// A special handling code says so.
    WHY_HANDLING_CODE = "why-handling-code", Detail, "IATA special handling codes", ["code"];
    /// A text of a message says so.
    WHY_TEXT_SAYS = "why-text-says", Detail, "Loadgate words of the field", ["text"];
    /// The goods lines add up to more pieces than the document says.
    WHY_LINES_EXCEED = "why-lines-exceed", Detail, "Data quality: goods lines against the document", ["lines", "pieces"];
    /// The goods lines weigh otherwise than the document says.
    WHY_LINES_WEIGH_OTHERWISE = "why-lines-weigh-otherwise", Detail, "Data quality: goods lines against the document", ["lines_kg", "weight_kg"];
    /// A version set aside names a party that resembles an entry of a list.
    WHY_SET_ASIDE_HIT = "why-set-aside-hit", Detail, "Loadgate names", ["party", "name", "list", "score", "pair"];
    /// A check list announces the house otherwise than it was filed.
    WHY_ANNOUNCED_OTHERWISE = "why-announced-otherwise", Detail, "Data quality: check list against house", ["announced", "filed"];
    /// A report speaks of security, but of a part of the goods or without anybody who answers for it.
    WHY_STATUS_REPORTED_ONLY = "why-status-reported-only", Detail, "IATA e-CSD box 1; ICAO Annex 17, 4.6.5", [];
    /// The master around a house is stated to be not secured.
    WHY_MASTER_NOT_SECURED = "why-master-not-secured", Detail, "IATA code list 1.100 (NSC, SCO)", ["status"];
    /// No message declares a security status.
    WHY_NO_STATUS = "why-no-status", Detail, "IATA e-CSD box 7", [];
    /// The status stated is "not secured".
    WHY_STATED_NSC = "why-stated-nsc", Detail, "IATA code list 1.100 (NSC)", [];
    /// A report, an older version or a check list states less, and no declaration was issued later.
    WHY_TOLD_LOWER = "why-told-lower", Detail, "ICAO Annex 17, 4.6.5; IATA code list 1.100", ["status", "since"];
    /// The statements of the status contradict each other.
    WHY_STATUS_CONTRADICTED = "why-status-contradicted", Detail, "IATA e-CSD: only one status", ["statements"];
    /// A status is claimed and no approved entity answers for it.
    WHY_NO_ISSUER = "why-no-issuer", Detail, "ICAO Annex 17, 4.6.5; IATA e-CSD box 1", ["status"];
    /// The declaration gives no ground for the status.
    WHY_NO_GROUND = "why-no-ground", Detail, "IATA e-CSD boxes 8, 9, 10", ["status", "issuer"];
    /// The issuer's category cannot issue a status.
    WHY_ISSUER_CATEGORY = "why-issuer-category", Detail, "IATA OCI composition rules, ISS", ["issuer"];
    /// Issuer and consolidation checker exclude each other.
    WHY_ISSUER_AND_CHECKER = "why-issuer-and-checker", Detail, "IATA OCI composition rules, ISS and CSS", [];
    /// A consolidation was confirmed that is none.
    WHY_CHECKED_NO_CONSOLIDATION = "why-checked-no-consolidation", Detail, "IATA OCI composition rules, CSS", ["issuer"];
    /// An approval the declaration rests on had run out when the status was issued.
    WHY_APPROVAL_EXPIRED = "why-approval-expired", Detail, "ICAO Annex 17, 4.6.5", ["entity", "expired"];
    /// The declaration states a time of issue after its receipt.
    WHY_ISSUED_IN_FUTURE = "why-issued-in-future", Detail, "IATA e-CSD box 13", ["issued"];
    /// The goods are exempt from screening by a ground that the State's policy does not accept.
    WHY_EXEMPTION_NOT_ACCEPTED = "why-exemption-not-accepted", Detail, "IATA e-CSD box 10: grounds as defined in the State's programme", ["exemption"];
    /// The goods are marked high risk and not secured for that.
    WHY_HIGH_RISK = "why-high-risk", Detail, "ICAO Annex 17, 4.6.4", ["since"];
    /// The programme whose request marked the goods covers no leg of their way any more.
    WHY_REQUEST_COVERS_NO_LEG = "why-request-covers-no-leg", Detail, "Loadgate casework: a request binds on legs", ["programme"];
    /// A do-not-load voids every status.
    WHY_BLOCKED = "why-blocked", Detail, "CASR 2012 s. 743(c)", [];
    /// A house inside the consolidation is not secured.
    WHY_HOUSE_NOT_SECURED = "why-house-not-secured", Detail, "IATA OCI composition rules, CSS", ["house"];
    /// The stated ground supports a weaker status than the one claimed.
    WHY_GROUND_WEAKER = "why-ground-weaker", Detail, "IATA OCI composition rules, AC", ["status"];
    /// A party resembles an entry of a sanctions list.
    WHY_SANCTIONS_HIT = "why-sanctions-hit", Detail, "Sanctions compliance", ["party", "name", "list", "score", "pair"];
    /// Officers found that a party is the entry of a sanctions list that it resembles.
    WHY_SANCTIONS_SAME = "why-sanctions-same", Detail, "Sanctions compliance", ["party", "name", "list", "adjudication", "pair"];
    /// The authority wants to know more of a party; why is its own business.
    WHY_PARTY_QUESTIONED = "why-party-questioned", Detail, "PLACI referral RFI; reasons of an authority stay inside", ["role"];
    /// A referral or hold was refused because too many are open.
    WHY_TOO_MANY_OPEN = "why-too-many-open", Detail, "Loadgate limits", ["limit"];
    /// The words of a request are for the one who files.
    WHY_FILER_IS_ASKED = "why-filer-is-asked", Detail, "Loadgate invariant 12", [];
    /// The cause of a hold is its agency's.
    WHY_NOT_SHOWN = "why-not-shown", Detail, "Loadgate invariant 12", [];
    /// Words an authority or agency gave.
    WHY_STATED = "why-stated", Detail, "The authority's or agency's own words", ["text"];
    /// A referral is open there.
    WHY_REFERRAL = "why-referral", Detail, "PLACI referral", ["kind", "programme"];
    /// Something else is open there.
    WHY_CASE_OPEN = "why-case-open", Detail, "Programme", ["state", "programme"];
    /// The houses' weight is not the master's.
    WHY_HOUSES_WEIGH_OTHERWISE = "why-houses-weigh-otherwise", Detail, "Data quality: house against master", ["houses_kg", "master_kg"];
    /// A house says of its master what the master does not say.
    WHY_HOUSE_NAMES_OTHER_TOTALS = "why-house-names-other-totals", Detail, "ICS2 consistency check: transport documents", ["house", "stated", "master"];
    /// The houses' pieces exceed the master's.
    WHY_HOUSES_EXCEED = "why-houses-exceed", Detail, "Data quality: house against master", ["houses", "master"];

    /// A do-not-load names a receptacle of the same dispatch that nobody has told of.
    WHY_DISPATCH_ORDERED = "why-dispatch-ordered", Detail, "ICS2 R3025: a do-not-load names receptacles", ["referral", "receptacle"];
    /// More pieces are listed than have not left yet.
    WHY_MORE_THAN_LEFT = "why-more-than-left", Detail, "Split shipments: pieces flown and remaining", ["listed", "left"];
    /// A piece left by another flight.
    WHY_PIECE_HAS_LEFT = "why-piece-has-left", Detail, "Split shipments: pieces flown and remaining", ["piece", "flight"];
    /// The pieces listed weigh otherwise than the filing says.
    WHY_LISTED_WEIGHS_OTHERWISE = "why-listed-weighs-otherwise", Detail, "Data quality: build list against filing", ["listed_kg", "weight_kg"];
    /// Parties and goods are those of a consignment that must not be loaded. What was compared is kept and not told: which
    /// version, with which of theirs, and under which orders.
    WHY_RESEMBLES = "why-resembles", Detail, "PLACI referral DNL", ["other", "version", "of", "orders"];
    /// A sub-house belongs to a house that is not known, or to itself.
    WHY_PARENT_UNKNOWN = "why-parent-unknown", Detail, "ICS2 filing type 2: sub-house level", ["house", "parent"];
    /// A shipment of another kind was filed under the same number.
    WHY_OTHER_KIND = "why-other-kind", Detail, "Loadgate identity: issuer, number and period", [];
    /// The remaining pieces were not counted as the master's without the house's.
    WHY_RECOUNT_DIFFERS = "why-recount-differs", Detail, "ICAO Annex 17, 4.6.3", ["counted", "expected"];
    /// No fact of custody says where the house went.
    WHY_WENT_UNKNOWN = "why-went-unknown", Detail, "ICAO Annex 17, 4.6.3", [];

    /// The authority itself rejected the filing, for codes of its own.
    REJECTED_BY_AUTHORITY = "rejected-by-authority", Finding(Error), "The programme's answer", ["codes"];
    /// A number or object nobody has told this node of.
    OBJECT_UNKNOWN = "object-unknown", Refusal, "Loadgate casework", ["object"];
    /// A referral that does not exist here.
    REFERRAL_UNKNOWN = "referral-unknown", Refusal, "PLACI: an answer without a request is an error", ["referral"];
    /// A decision without anybody who stands for it.
    PERSON_MISSING = "person-missing", Refusal, "Loadgate invariant 10", [];
    /// A decision without a reason.
    REASON_MISSING = "reason-missing", Refusal, "Loadgate decisions", [];
    /// A notice of an outage without its evidence.
    EVIDENCE_MISSING = "evidence-missing", Refusal, "PACT guide 1.9, section 15", [];
    /// The programme knows no suspension of the acknowledgement.
    NO_SUSPENSION_HERE = "no-suspension-here", Refusal, "Programme: outage", ["programme"];
    /// Nothing of this number waits for a second person.
    PROPOSAL_UNKNOWN = "proposal-unknown", Refusal, "Loadgate invariant 10", ["proposal"];
    /// The one who confirms is the one who proposed.
    SECOND_PERSON_NEEDED = "second-person-needed", Refusal, "Loadgate invariant 10", [];
    /// Somebody decides on what he filed.
    OWN_FILING = "own-filing", Refusal, "Loadgate invariant 10", ["object"];
    /// The agency does not hold the goods.
    NOTHING_HELD = "nothing-held", Refusal, "Loadgate casework", ["object", "agency"];
    /// The officer does not act for this agency.
    NOT_YOUR_AGENCY = "not-your-agency", Refusal, "Loadgate invariant 8", ["agency"];
    /// Whoever speaks here is no officer.
    NOT_AN_OFFICER = "not-an-officer", Refusal, "Loadgate invariant 8", [];
    /// An entry of a kind that cannot be taken back as made in error.
    CANNOT_BE_STRUCK = "cannot-be-struck", Refusal, "Loadgate invariant 10", ["entry"];
    /// So many referrals and holds are open for one consignment tree that no more are taken in.
    TOO_MANY_OPEN = "too-many-open", Refusal, "Loadgate limits", ["limit"];
    /// No answer of this id was given here.
    ANSWER_UNKNOWN = "answer-unknown", Refusal, "Loadgate gate question", ["answer"];
    /// The answer was not recalled, so there is nothing to acknowledge.
    ANSWER_NOT_RECALLED = "answer-not-recalled", Refusal, "Loadgate gate question", ["answer"];
    /// More stands on a flight than one list holds.
    LIST_TOO_LONG = "list-too-long", Refusal, "Loadgate limits", ["flight", "objects", "limit"];
    /// A fact of a kind this node does not take in.
    FACT_NOT_TAKEN = "fact-not-taken", Refusal, "Loadgate facts", [];
    /// Only the authority that opened a referral closes it.
    NOT_THE_OPENING_AUTHORITY = "not-the-opening-authority", Refusal, "Loadgate invariant 9", ["referral", "authority"];
    /// The programme does not run in a mode that lets this actor decide here.
    NOT_YOUR_DECISION = "not-your-decision", Refusal, "Loadgate invariant 8", ["programme", "mode"];
    /// No case of this programme is open for the consignment.
    NO_SUCH_CASE = "no-such-case", Refusal, "Loadgate casework", ["object", "programme"];
    /// An act speaks of a version that was never filed here.
    VERSION_NOT_FILED = "version-not-filed", Refusal, "An assessment is bound to the version it judged", ["object", "version"];
    /// An act names no version, and more than one was filed.
    VERSION_UNSTATED = "version-unstated", Refusal, "An assessment is bound to the version it judged", ["object", "versions"];
    /// Nothing about the object waits for somebody to say that it is one shipment.
    NOTHING_TO_CONFIRM = "nothing-to-confirm", Refusal, "Loadgate identity: issuer, number and period", ["object"];
    /// Only the declarant or his representative amends a filing.
    NOT_THE_DECLARANT = "not-the-declarant", Refusal, "ICS2 amendments; Loadgate rules of the field", ["object"];

    /// The operator is not designated to bring goods from this station at the time the flight departs.
    OPERATOR_NOT_DESIGNATED = "operator-not-designated", Reason(Holds), "Regulation (EU) 2015/1998, 6.8 (ACC3)", ["object", "carrier", "station", "why"];

    /// An alarm of a screening stands.
    WHY_ALARM = "why-alarm", Detail, "Decision table of the security status, row 1: threat item found and unresolved", ["method", "pieces", "at"];
    /// Protection of the goods was broken, and nothing restored it.
    WHY_CUSTODY_BROKEN = "why-custody-broken", Detail, "ICAO Annex 17, 4.6.3; CASR 2012 ss. 670, 677", ["since"];
    /// The goods left the chain of transport.
    WHY_LEFT_CHAIN = "why-left-chain", Detail, "ICAO Annex 17, 4.6.3", ["since"];
    /// A screener was not approved or not current.
    WHY_SCREENER_NOT_CURRENT = "why-screener-not-current", Detail, "Decision table of the security status: screener competence at screening time", ["method", "pieces", "screener"];
    /// A machine had no daily test on the day of the screening.
    WHY_EQUIPMENT_NOT_TESTED = "why-equipment-not-tested", Detail, "Decision table of the security status: equipment at screening time", ["method", "pieces", "equipment", "tested"];
    /// A result told by somebody who can free nothing.
    WHY_RESULT_NOT_COUNTED = "why-result-not-counted", Detail, "Loadgate invariant 11", ["method", "pieces"];
    /// A result from before the filing was changed to other goods.
    WHY_RESULT_OF_OTHER_GOODS = "why-result-of-other-goods", Detail, "Loadgate versions: what was found of other goods", ["method", "pieces"];
    /// Pieces that a method did not clear.
    WHY_PIECES_NOT_SCREENED = "why-pieces-not-screened", Detail, "ICS2 high-risk screening: every piece", ["method", "pieces"];
    /// Fewer different methods than the mark demands.
    WHY_METHODS_TOO_FEW = "why-methods-too-few", Detail, "ICS2 high-risk screening response: two to nine methods", ["methods", "wanted"];
    /// Nobody declared SHR since the mark or the break.
    WHY_SHR_NOT_DECLARED = "why-shr-not-declared", Detail, "ICAO Annex 17, 4.6.4; IATA code list 1.100 (SHR)", ["since"];
    /// The issuer is not known to be approved for high-risk cargo.
    WHY_NOT_APPROVED_FOR_HIGH_RISK = "why-not-approved-for-high-risk", Detail, "ICAO Annex 17, 4.6.4", ["issuer"];
    /// A recount differs from the filing.
    WHY_RECOUNTED_OTHERWISE = "why-recounted-otherwise", Detail, "Decision table of the security status: piece mismatch", ["counted", "pieces"];
    /// A designation ended.
    WHY_DESIGNATION_ENDED = "why-designation-ended", Detail, "Regulation (EU) 2015/1998, 6.8 (ACC3)", ["number", "until"];
    /// A designation was withdrawn or does not hold yet.
    WHY_DESIGNATION_WITHDRAWN = "why-designation-withdrawn", Detail, "Regulation (EU) 2015/1998, 6.8 (ACC3)", ["number"];
    /// No designation was told.
    WHY_DESIGNATION_UNTOLD = "why-designation-untold", Detail, "Regulation (EU) 2015/1998, 6.8 (ACC3)", [];

    /// A fact that would free goods and has not happened yet.
    FACT_IN_FUTURE = "fact-in-future", Refusal, "Loadgate facts", ["object", "at"];
    /// More facts than are kept of one consignment.
    TOO_MANY_FACTS = "too-many-facts", Refusal, "Loadgate limits", ["object", "count"];
    /// A designation told by somebody else than the registry.
    DESIGNATION_NOT_FROM_REGISTRY = "designation-not-from-registry", Refusal, "Loadgate invariant 11", ["number"];
    /// Custody of a unit or flight of which nobody here knows the content.
    CONTENT_NOT_KNOWN_HERE = "content-not-known-here", Refusal, "Loadgate facts", ["object"];
    /// Somebody says that an authority holds the goods, and not by the authority's own channel.
    REFERRAL_CLAIMED = "referral-claimed", Reason(Holds), "Loadgate invariant 11", ["object", "programme", "claimed"];
    /// Goods that must not be loaded are on a flight that has not left, as far as is known: they are offloaded.
    DNL_ABOARD = "dnl-aboard", Reason(Holds), "Loadgate casework: a hold that comes after loading", ["object", "referral", "flight"];
    /// A do-not-load came when the goods were in the air; nobody can take them off, so the carrier is called.
    DNL_AIRBORNE = "dnl-airborne", Reason(Holds), "Loadgate casework: a do-not-load in flight is never an offload advice", ["object", "referral", "leg"];
    /// One programme is simulated, and others are not.
    PARTLY_SIMULATED = "partly-simulated", Reason(Informs), "Loadgate modes", ["programme"];
    /// An authority gave no text with its referral.
    WHY_NO_TEXT = "why-no-text", Detail, "PLACI referral", [];
    /// An authority's message has a code that stands in no table.
    WHY_NOTICE_UNKNOWN = "why-notice-unknown", Detail, "Programme: table of notifications", ["code", "programme"];
    /// A message that came by no authority's own way has a code that stands in no table.
    WHY_MESSAGE_SAYS_UNKNOWN = "why-message-says-unknown", Detail, "Programme: table of notifications", ["code"];
    /// The text of an order not to load other goods names these.
    WHY_NAMED_IN_ORDER = "why-named-in-order", Detail, "PACT guide 1.9: an order by mail", ["object"];
    /// Somebody says that a programme holds the goods, and no such programme is known here.
    WHY_PROGRAMME_NOT_KNOWN = "why-programme-not-known", Detail, "Loadgate register of programmes", ["programme"];

    /// A claim that would lift a hold came by another way than the authority's own.
    CLAIM_NOT_AUTHENTIC = "claim-not-authentic", Refusal, "Loadgate invariant 11", ["programme"];
    /// What is said is for a programme that is not known here.
    PROGRAMME_NOT_KNOWN = "programme-not-known", Refusal, "Loadgate register of programmes", ["programme"];
    /// A message closes some referral and does not say which.
    CLOSING_UNNAMED = "closing-unnamed", Refusal, "PACT guide 1.9: all good endings are CO", [];
    /// What would lift something is said of some of the pieces only.
    SAID_OF_SOME_PIECES = "said-of-some-pieces", Refusal, "Loadgate casework: what is said of a part is not said of the rest", ["object", "programme"];
    /// Only the filer to whom a request goes, or his representative, answers it.
    NOT_THE_ONE_ASKED = "not-the-one-asked", Refusal, "ICS2: requests go to the person filing", ["object"];
    /// The referral answered is not open any more.
    REFERRAL_CLOSED = "referral-closed", Refusal, "PLACI: an answer without a request is an error", ["referral"];
    /// The answer to a request for screening names too few or too many methods.
    ANSWER_METHODS = "answer-methods", Refusal, "ICS2 IE3R03: two to nine methods", ["referral", "named", "least"];
    /// Nobody can say what a message of an authority means.
    NOTICE_NOT_UNDERSTOOD = "notice-not-understood", Refusal, "Programme: table of notifications", ["code"];
    /// A message could be of several authorities, and would lift something.
    PROGRAMME_UNCLEAR = "programme-unclear", Refusal, "Loadgate invariant 11", ["object"];
    /// A message of an authority is marked as a test.
    NOTICE_IS_A_TEST = "notice-is-a-test", Refusal, "PACT guide 1.9: texts of the test environment", [];
    /// A message of an authority names no bill that can be read.
    NOTICE_WITHOUT_BILL = "notice-without-bill", Refusal, "PACT guide 1.9: answers to a manifest", [];
    /// A channel that is no configured desk says what might free goods.
    NOT_A_DESK = "not-a-desk", Refusal, "Loadgate invariant 11", ["channel"];
    /// A flight that has left is not planned, loaded or scheduled any more.
    FLIGHT_HAS_LEFT = "flight-has-left", Refusal, "Loadgate casework", ["flight"];
    /// A receptacle that was opened is closed anew under a new number.
    RECEPTACLE_NOT_REUSED = "receptacle-not-reused", Refusal, "UPU S9", ["unit"];
    /// A house does not leave its master without custody and recount.
    UNLINK_NOT_SHOWN = "unlink-not-shown", Refusal, "ICAO Annex 17, 4.6.3", ["object", "why"];
    /// A booking names no legs, or legs that do not follow each other.
    BOOKING_NOT_CONNECTED = "booking-not-connected", Refusal, "Loadgate casework", ["legs"];
    /// A notice that would suspend something was not sent by the authority.
    SENDER_NOT_AUTHORITY = "sender-not-authority", Refusal, "PACT guide 1.9, sections 2, 14 and 15; Loadgate invariant 11", ["sender"];
    /// Somebody else than the carrier gives or withdraws a mandate of his.
    NOT_THE_CARRIER = "not-the-carrier", Refusal, "Loadgate invariant 11", ["carrier"];
    /// A word of an authority was said before anything was filed here, and is not kept.
    SAID_BEFORE_FILING = "said-before-filing", Refusal, "An assessment is bound to the version it judged", ["object"];
    /// Too many words of authorities wait for what they speak of.
    TOO_MANY_EARLY = "too-many-early", Refusal, "Loadgate casework", ["limit"];
    /// Another desk decides on this.
    DESK_NOT_COMPETENT = "desk-not-competent", Refusal, "Loadgate casework: who decides", ["object"];
    /// No fact of custody tells a count of what is left when a house has gone.
    WHY_NOT_RECOUNTED = "why-not-recounted", Detail, "ICAO Annex 17, 4.6.3", [];
    /// The second person saw other evidence than the first.
    EVIDENCE_DIFFERS = "evidence-differs", Refusal, "Loadgate invariant 10", ["proposal"];
    /// Somebody who has no part in the goods says what only those who have may say.
    NO_SAY_IN_IT = "no-say-in-it", Refusal, "Loadgate casework: whose word counts", ["object"];
    /// A closing mail came from an address that is not the authority's.
    MAIL_NOT_FROM_AUTHORITY = "mail-not-from-authority", Refusal, "Loadgate invariant 11", ["programme", "sender"];
    /// A declaration leaves out who issued it, or when.
    WHY_NOT_SIGNED = "why-not-signed", Detail, "IATA e-CSD boxes 12 and 13; OCI composition rule R12", ["issuer"];
    /// Results of screening cover every piece and do not say who screened with what.
    WHY_SCREENING_UNPROVED = "why-screening-unproved", Detail, "High-risk cargo: equipment and screeners valid", ["method"];
    /// Files say that goods go by truck, and nobody knows who says so.
    WHY_TRUCK_UNPROVED = "why-truck-unproved", Detail, "Loadgate one-shot commands: what came in as a file proves nothing of its sender", ["leg"];
    /// Goods are booked by surface on a flight that is known as an aircraft.
    WHY_FLIGHT_NOT_BY_ROAD = "why-flight-not-by-road", Detail, "Loadgate leg binding: declared, scheduled, flown", ["leg"];
    /// A unit was listed anew with less in it, and nobody told that it was opened.
    WHY_LISTED_SHORTER = "why-listed-shorter", Detail, "Loadgate casework: nothing leaves a closed unit", [];
    /// The same piece, or all of the goods, stand in the lists of two closed units.
    WHY_IN_SEVERAL_UNITS = "why-in-several-units", Detail, "Loadgate casework: a piece is in one place", ["units"];
    /// Somebody who does not stand for a unit says that it was opened.
    UNIT_SAID_OPEN = "unit-said-open", Reason(Informs), "Loadgate invariant 11", ["object"];
    /// Somebody who is no desk of a flight says that it is cancelled.
    FLIGHT_SAID_CANCELLED = "flight-said-cancelled", Reason(Informs), "Loadgate invariant 11", ["object", "flight"];
    /// Somebody with part in the goods, who does not stand for their unit, says that it was opened.
    WHY_SAID_OPEN = "why-said-open", Detail, "Loadgate casework: nothing leaves a closed unit", [];
    /// A proposal was made too long ago to be confirmed.
    PROPOSAL_LAPSED = "proposal-lapsed", Refusal, "Loadgate invariant 10", ["proposal", "at"];
    /// Nothing marks the goods as high-risk, or they were released from it.
    NOT_MARKED = "not-marked", Refusal, "Loadgate casework: who decides", ["object"];
    /// Something came after a proposal, and its confirmation leaves it.
    WHY_CAME_SINCE = "why-came-since", Detail, "Loadgate invariant 10", ["reason", "proposal"];
    /// A suspension was over when its notice was confirmed, or the notice was used up before.
    WHY_NOTICE_SPENT = "why-notice-spent", Detail, "PACT guide 1.9, section 15", ["evidence"];
    /// The node doubts its own clock.
    CLOCK_UNSURE = "clock-unsure", Reason(Holds), "Loadgate invariant 11", ["object"];
    /// The node was put back to an earlier state.
    WHY_RESTORED = "why-restored", Detail, "Loadgate invariant 1", ["at"];
    /// The carrier has been asked; the words are for his contact that answers.
    WHY_CARRIER_IS_ASKED = "why-carrier-is-asked", Detail, "PACT guide 1.9, section 13", [];
    /// Until when an answer to a referral is expected.
    WHY_ANSWER_BY = "why-answer-by", Detail, "PLACI referral", ["at"];
    /// Methods of screening that an authority recommends.
    WHY_METHODS_RECOMMENDED = "why-methods-recommended", Detail, "ICS2 IE3N05: recommended screening methods", ["methods"];
    /// What was said of a house number alone may concern the house of this master.
    WHY_HOUSE_NUMBER_ALONE = "why-house-number-alone", Detail, "Loadgate invariant 1", ["house"];
    /// A number of an act that names another act.
    NUMBER_TAKEN = "number-taken", Refusal, "Loadgate invariant 10", ["number"];
    /// What can only hold was done under another number, because its own names another act.
    WHY_NUMBER_TAKEN = "why-number-taken", Detail, "Loadgate invariant 10", ["number", "id"];
    /// Acts of several desks have the number that somebody confirms.
    PROPOSAL_AMBIGUOUS = "proposal-ambiguous", Refusal, "Loadgate invariant 10", ["proposal", "whole"];
    /// A word that could free goods names a house by its number alone, and not its master.
    MASTER_UNNAMED = "master-unnamed", Refusal, "Loadgate invariant 1", ["house"];
    /// A house was filed without its master, and what names one of its number here cannot be that one.
    WHY_NAMED_OTHERWISE = "why-named-otherwise", Detail, "Loadgate identity: issuer, number and period", ["house"];
    /// A house was filed without its master by one, and with it by another.
    WHY_CLAIMED_BY_TWO = "why-claimed-by-two", Detail, "Loadgate identity: issuer, number and period", ["house"];
    /// The goods have no such hit now.
    HIT_UNKNOWN = "hit-unknown", Refusal, "Loadgate names", ["object", "hit"];
    /// There is no such adjudication that this desk decides on.
    ADJUDICATION_UNKNOWN = "adjudication-unknown", Refusal, "Loadgate invariant 10", ["adjudication"];
    /// What officers found of a party and an entry, or propose to find, stands already.
    ADJUDICATED_ALREADY = "adjudicated-already", Refusal, "Loadgate invariant 10", ["adjudication"];
    /// The list says something else of an entry than when an adjudication was proposed.
    ENTRY_CHANGED = "entry-changed", Refusal, "Loadgate names", ["name", "list"];
    /// An adjudication that is not in force cannot be withdrawn.
    ADJUDICATION_NOT_IN_FORCE = "adjudication-not-in-force", Refusal, "Loadgate invariant 10", ["adjudication"];
    /// There is no legal hold of this number that stands.
    LEGAL_HOLD_UNKNOWN = "legal-hold-unknown", Refusal, "Loadgate retention", ["hold"];
    /// The time for which goods are kept is not over, so that nothing of them is erased.
    KEPT_UNTIL = "kept-until", Refusal, "Programme: filing.retention_days", ["object", "until"];
    /// Something is open, so that nothing is erased.
    KEPT_OPEN = "kept-open", Refusal, "Loadgate retention", ["object"];
    /// A legal hold keeps the goods from being erased.
    KEPT_LEGAL_HOLD = "kept-legal-hold", Refusal, "Loadgate retention", ["object", "hold"];
    /// The node doubts its clock, and erases nothing meanwhile.
    KEPT_CLOCK_UNSURE = "kept-clock-unsure", Refusal, "Loadgate invariant 11", ["object"];
}
