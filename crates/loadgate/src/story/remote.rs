//! A node that serves: a story is played in a room for training, over HTTP, as its users speak to it.

use super::document::{AnswerItem, ReasonItem, RefusalItem};
use super::node::{Came, Node, Told, Viewed, screened};
use super::play::notice_words;
use super::script::{Asker, HOLDER, Question, SCHEDULE, Setup};
use crate::Error;
use casework::decision::{Desk, OneOfficer};
use casework::gate::{Decision, Stage};
use casework::security::designation::Demand;
use consignment::fact::{Fact, ObjectName};
use document::notice::NoticesReply;
use engine::Channel;
use formats::facts::fields::Problems;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::blocking::{Client, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// Who looks at everything in a room, by a name that no channel of a story has.
const LOOKS: &str = "who looks at everything";

/// Who compares with the system in place.
const COMPARES: &str = "who compares";

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(60);

/// A room that was opened on a node, closed when it is dropped.
pub(super) struct Remote {
    client: Client,
    /// The node.
    url: String,
    /// The token of whoever trains.
    trainer: String,
    room: Room,
    /// Up to which place notices were read.
    read: u64,
}

#[derive(Debug, Deserialize)]
struct Room {
    id: String,
    tokens: BTreeMap<String, String>,
}

impl Drop for Remote {
    fn drop(&mut self) {
        let path = format!("/v1/rooms/{}", self.room.id);
        // A room that cannot be closed now is closed by the node when nobody uses it.
        let _ = self.client.delete(format!("{}{path}", self.url)).bearer_auth(&self.trainer).send();
    }
}

impl Remote {
    /// Opens a room as a story wants it; the inner error says what of the story cannot be set up.
    pub(super) fn open(
        url: &str,
        trainer: &str,
        setup: &Setup,
        folder: &Path,
        start: Timestamp,
    ) -> Result<Result<Self, String>, Error> {
        let client = Client::builder().timeout(ANSWER).build().map_err(|why| failed(&why))?;
        let url = url.trim_end_matches('/').to_owned();
        let opening = match opening(setup, folder, start) {
            Ok(opening) => opening,
            Err(why) => return Ok(Err(why)),
        };
        let request = client.post(format!("{url}/v1/rooms")).bearer_auth(trainer);
        let response = request.body(opening.to_string()).send().map_err(|why| failed(&why))?;
        let status = response.status().as_u16();
        let told = read(response)?;
        if status != 201 {
            return Err(Error::Usage(format!("{url} opened no room for training: {}", problem(&told))));
        }
        let room = serde_json::from_value(told).map_err(|why| strange(&why.to_string()))?;
        Ok(Ok(Self { client, url, trainer: trainer.to_owned(), room, read: 0 }))
    }

    /// A request in the room.
    fn request(
        &self,
        method: Method,
        path: &str,
        who: &str,
        asks_as: Option<&str>,
        body: Vec<u8>,
    ) -> Result<(u16, Value), Error> {
        let token =
            self.room.tokens.get(who).ok_or_else(|| strange(&format!("no token of {who} was given")))?;
        let url = format!("{}/v1/rooms/{}{path}", self.url, self.room.id);
        let mut request = self.client.request(method, url).bearer_auth(token);
        if let Some(asks_as) = asks_as {
            request = request.header("Loadgate-Asks-As", asks_as);
        }
        let response = request.body(body).send().map_err(|why| failed(&why))?;
        Ok((response.status().as_u16(), read(response)?))
    }

    fn consignment(&self, question: &Question) -> Result<Result<Value, String>, Error> {
        let key = match question.goods() {
            Ok(key) => key,
            Err(why) => return Ok(Err(why)),
        };
        let house = key.house.as_ref().map(|house| in_path(&house.to_string()));
        let path = match (&key.master, house) {
            (Some(master), None) => format!("/v1/consignments/{master}"),
            (Some(master), Some(house)) => format!("/v1/consignments/{master}/houses/{house}"),
            (None, Some(house)) => format!("/v1/houses/{house}"),
            (None, None) => return Ok(Err("the question names nothing".to_owned())),
        };
        match self.request(Method::GET, &path, LOOKS, None, Vec::new())? {
            (200, told) => Ok(Ok(told)),
            (404, _) => Ok(Err(format!("nobody has told of {key}"))),
            (_, told) => Err(strange(&problem(&told))),
        }
    }

    /// As whom the question is asked: the organisation, and its part.
    fn asker(&self, question: &Question) -> Result<Option<(String, &'static str)>, Error> {
        let holder = question.holder.as_deref().unwrap_or(HOLDER).to_owned();
        Ok(Some(match question.asker.unwrap_or(Asker::Auditor) {
            Asker::Auditor => (holder, "auditor"),
            Asker::Officer => (holder, "officer"),
            Asker::Carrier => (holder, "carrier"),
            Asker::Handler | Asker::Display => (holder, "handler"),
            Asker::Filer if question.holder.is_some() => (holder, "filer"),
            // Whoever filed asks.
            Asker::Filer => {
                let known = self.consignment(question)?.ok();
                let filer = known.and_then(|known| known["filer"].as_str().map(str::to_owned));
                return Ok(filer.map(|filer| (filer, "filer")));
            }
        }))
    }

    fn take(&self, body: Vec<u8>, channel: &Channel, came: &mut Came) -> Result<(), Error> {
        let (status, told) = self.request(Method::POST, "/v1/filings", &channel.name, None, body)?;
        if status != 200 {
            came.failure = Some(problem(&told));
            return Ok(());
        }
        for message in items(&told, "messages") {
            let format = message["format"].as_str().unwrap_or("no known message");
            came.what.push(format.to_owned());
            came.findings.extend(items(message, "findings").filter_map(|found| text(found, "code")));
            let consignments = items(&message["filing"], "consignments");
            let parts = items(message, "facts").chain([&message["filing"]]).chain(consignments);
            for part in parts {
                match part["outcome"].as_str() {
                    Some("refused") => came.refused.extend(refusal(&part["refusal"])),
                    Some("failed") => came.failure = Some(problem(&part["problem"])),
                    _ => came.remarks.extend(items(part, "remarks").filter_map(refusal)),
                }
            }
        }
        Ok(())
    }
}

impl Node for Remote {
    fn set(&mut self, at: Timestamp) -> Result<(), Error> {
        let url = format!("{}/v1/rooms/{}/clock", self.url, self.room.id);
        let request = self.client.post(url).bearer_auth(&self.trainer);
        let response = request.body(json!({ "at": at.to_string() }).to_string()).send();
        let response = response.map_err(|why| failed(&why))?;
        match response.status().as_u16() {
            204 => Ok(()),
            _ => Err(strange(&problem(&read(response)?))),
        }
    }

    fn messages(&mut self, bytes: &[u8], channel: &Channel, came: &mut Came) -> Result<(), Error> {
        self.take(bytes.to_vec(), channel, came)
    }

    fn facts(&mut self, facts: &[Fact], channel: &Channel, came: &mut Came) -> Result<(), Error> {
        if facts.is_empty() {
            return Ok(());
        }
        self.take(formats::facts::write(facts).into_bytes(), channel, came)?;
        let kinds = facts.iter().map(|fact| {
            let written = formats::facts::write_fact(fact);
            written.get("type").map(|kind| kind.texts().concat()).unwrap_or_default()
        });
        came.what = kinds.collect();
        Ok(())
    }

    fn told(&mut self) -> Result<Told, Error> {
        let mut told = Told::default();
        loop {
            let path = format!("/v1/notices?most=500&after={}", self.read);
            let (status, notices) = self.request(Method::GET, &path, LOOKS, None, Vec::new())?;
            if status != 200 {
                return Err(strange(&problem(&notices)));
            }
            let NoticesReply { notices, next, last, .. } =
                serde_json::from_value(notices).map_err(|why| strange(&why.to_string()))?;
            for notice in &notices {
                told.words.insert(notice_words(&notice.to, &notice.kind));
                if notice.kind == "answer_recalled" {
                    told.recalled.extend(object_of(&notice.about));
                }
            }
            self.read = next;
            if next >= last {
                return Ok(told);
            }
        }
    }

    fn ask(&mut self, question: &Question) -> Result<Result<AnswerItem, RefusalItem>, Error> {
        let Some((who, asks_as)) = self.asker(question)? else { return Ok(Err(unknown(question))) };
        let body = asked(question).to_string().into_bytes();
        match self.request(Method::POST, "/v1/gate", &who, Some(asks_as), body)? {
            (201, told) => Ok(Ok(answer(&told["load"]))),
            (_, told) => match text(&told["refusal"], "code") {
                Some(code) => {
                    Ok(Err(RefusalItem { code, message: text(&told, "detail").unwrap_or_default() }))
                }
                None => Err(strange(&problem(&told))),
            },
        }
    }

    fn view(&mut self, question: &Question) -> Result<Result<Viewed, String>, Error> {
        Ok(self.consignment(question)?.map(|told| viewed(&told)))
    }

    fn compare(&mut self, question: &Question, theirs: Decision) -> Result<Result<String, String>, Error> {
        let mut body = asked(question);
        body["theirs"] = json!(theirs.as_str());
        let body = body.to_string().into_bytes();
        match self.request(Method::POST, "/v1/comparisons", COMPARES, None, body)? {
            (201, told) => Ok(Ok(text(&told, "outcome").unwrap_or_default())),
            (404, _) => Ok(Err(unknown(question).message)),
            (_, told) => Ok(Err(problem(&told))),
        }
    }
}

/// What a room is opened with.
fn opening(setup: &Setup, folder: &Path, start: Timestamp) -> Result<Value, String> {
    let programmes: Map<String, Value> = programme::embedded::all()
        .iter()
        .map(|known| {
            let mode = setup.programmes.get(&known.id).map_or(programme::Mode::Relay, |stated| stated.mode);
            (known.id.to_string(), json!(mode.as_str()))
        })
        .collect();
    let methods: Map<String, Value> = setup
        .programmes
        .iter()
        .filter_map(|(id, stated)| Some((id.to_string(), json!(stated.methods_min?))))
        .collect();
    let mut organisations = Map::new();
    for (name, channel) in &setup.channels {
        let desk = setup.desks.as_ref().is_some_and(|desks| desks.contains(name));
        let mut entry = json!({ "role": role(channel), "desk": desk });
        if let Some(whom) = setup.representatives.get(name) {
            entry["represents"] = json!(whom);
        }
        organisations.insert(name.clone(), entry);
    }
    // The departures of the setup are what the station knows.
    organisations.insert(SCHEDULE.to_owned(), json!({ "role": "filer", "desk": setup.desks.is_some() }));
    organisations.entry(HOLDER).or_insert_with(|| json!({ "role": "filer" }));
    organisations.insert(LOOKS.to_owned(), json!({ "role": "auditor", "copies": true }));
    organisations.insert(COMPARES.to_owned(), json!({ "role": "officer of whoever compares" }));
    let exemptions: Vec<&str> = setup.exemptions.iter().map(|ground| ground.code()).collect();
    let mut policy = json!({
        "parallel": setup.parallel,
        "hold_upstream": setup.hold_upstream,
        "exemptions": exemptions,
        "high_risk_results_suffice": setup.high_risk_results_suffice,
        "methods_min": methods,
    });
    if let Some(demand) = setup.designation {
        policy["designation"] = json!(match demand {
            Demand::WhereTold => "where-told",
            Demand::Always => "always",
        });
    }
    if let Some(OneOfficer { stated, review_within }) = &setup.one_officer {
        policy["one_officer"] = json!({ "stated": &**stated, "review_minutes": review_within.as_mins() });
    }
    let mut lists = Vec::new();
    for name in &setup.lists {
        let bytes = std::fs::read(folder.join(name)).map_err(|why| format!("list {name}: {why}"))?;
        lists.push(json!({ "name": name, "base64": base64(&bytes) }));
    }
    let carriers = setup.channels.values().filter(|channel| channel.carrier);
    let mut opening = json!({
        "at": start.to_string(),
        "announced_only": setup.announced_only,
        "lists": lists,
        "configuration": {
            "programmes": programmes,
            "duty_desks": setup.duty_desks.iter().map(|desk| &**desk).collect::<Vec<_>>(),
            "policy": policy,
            "organisation": organisations,
        },
    });
    if setup.desks.is_none() {
        opening["desks"] = json!("everybody");
    } else if { carriers }.any(|carrier| !setup.carriers.contains_key(&carrier.name)) {
        opening["desks"] = json!("named");
    }
    Ok(opening)
}

/// The role of an organisation that speaks as a channel does.
fn role(channel: &Channel) -> String {
    match channel {
        Channel { authority: Some(programme), .. } => format!("authority of {programme}"),
        Channel { desk: Some(Desk::Authority(programme)), .. } => format!("officer of {programme}"),
        Channel { desk: Some(Desk::Agency(agency)), .. } => format!("officer of {agency}"),
        Channel { registry: true, .. } => "registry".to_owned(),
        Channel { designator: Some(designator), .. } => format!("carrier {designator}"),
        Channel { carrier: true, .. } => "carrier".to_owned(),
        _ => "filer".to_owned(),
    }
}

/// The question as the node reads it.
fn asked(question: &Question) -> Value {
    let mut asked = json!({ "stage": question.stage.unwrap_or(Stage::Load).as_str() });
    if let Some(object) = &question.object {
        asked["object"] = parsed(&formats::facts::write_object(object).to_string());
    }
    if let Some(leg) = &question.leg_text {
        asked["leg"] = json!(leg);
    }
    if let Some(aircraft) = question.aircraft {
        asked["aircraft"] = json!(aircraft.as_str());
    }
    asked
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn object_of(about: &Value) -> Option<ObjectName> {
    let (tree, _) = formats::facts::tree::read_json(&about.to_string(), 1, 1);
    formats::facts::object_at(&tree?, "about", &Problems::default())
}

fn answer(load: &Value) -> AnswerItem {
    let reasons = items(load, "reasons").map(|reason| ReasonItem {
        code: text(reason, "code").unwrap_or_default(),
        holds: reason["effect"] == "hold",
        programme: text(reason, "programme"),
        object: text(reason, "object").unwrap_or_default(),
        who_acts: text(reason, "who_acts").unwrap_or_default(),
        deadline_at: text(reason, "deadline_at"),
        methods: items(reason, "methods").filter_map(|method| method.as_str().map(str::to_owned)).collect(),
        message: text(reason, "message").unwrap_or_default(),
        place: text(reason, "place"),
    });
    AnswerItem {
        decision: text(load, "decision").unwrap_or_default(),
        valid_until: text(load, "valid_until"),
        reasons: reasons.collect(),
        reach: text(load, "reach"),
    }
}

fn viewed(told: &Value) -> Viewed {
    let open_requests = items(told, "screening_requests").filter(|request| request["state"] == "open");
    let mut viewed = Viewed {
        status: text(told, "security_status").unwrap_or_default(),
        status_why: text(told, "security_why").unwrap_or_default(),
        screened: screened(
            open_requests
                .map(|request| (text(request, "programme"), text(request, "id"), request["enough"] == true)),
        ),
        ..Viewed::default()
    };
    for case in items(told, "cases") {
        let programme = text(case, "programme").unwrap_or_default();
        let open = items(case, "referrals").filter(|referral| referral["state"] == "open");
        viewed.open.extend(open.filter_map(|one| Some(format!("{programme} {}", text(one, "kind")?))));
        viewed.states.insert(programme, text(case, "state").unwrap_or_default());
    }
    for referral in items(told, "earlier").flat_map(|before| items(before, "referrals")) {
        let words = text(referral, "programme").zip(text(referral, "kind"));
        viewed.earlier.extend(words.map(|(programme, kind)| format!("{programme} {kind}")));
    }
    viewed
}

fn items<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

fn refusal(value: &Value) -> Option<RefusalItem> {
    Some(RefusalItem { code: text(value, "code")?, message: text(value, "message").unwrap_or_default() })
}

fn unknown(question: &Question) -> RefusalItem {
    let object = question.object.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
    let why = finding::Phrase::new(finding::codes::gate::OBJECT_UNKNOWN).with("object", object);
    RefusalItem { code: why.code.id().to_owned(), message: why.text(finding::Language::English) }
}

/// A part of a path, whatever stands in it.
fn in_path(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn read(response: Response) -> Result<Value, Error> {
    let bytes = response.bytes().map_err(|why| failed(&why))?;
    Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// A problem in words.
fn problem(told: &Value) -> String {
    let code = told["code"].as_str().unwrap_or("no answer that is understood");
    format!("{} ({code})", told["detail"].as_str().or(told["title"].as_str()).unwrap_or_default())
}

fn failed(why: &reqwest::Error) -> Error {
    let mut words = why.to_string();
    let mut source = std::error::Error::source(why);
    while let Some(why) = source {
        words = format!("{words}: {why}");
        source = why.source();
    }
    Error::Usage(format!("the node cannot be asked: {words}"))
}

fn strange(why: &str) -> Error {
    Error::Usage(format!("the node answered something else than what was asked: {why}"))
}
