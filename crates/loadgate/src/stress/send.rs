//! Senders and askers: requests to a node, each after the answer to the last, and what the answers must say.

use super::cargo::{Cargo, WAYBILLS_MAX};
use super::count::{Counts, Kind};
use super::random::Random;
use super::{Extent, failed};
use indicatif::ProgressBar;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(60);

/// How long an asker pauses after an answer, as somebody at a desk does: questions overtake filings on a node, and
/// without a pause a few askers would be most of the load.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a sender pauses after a failure, so that a node that is gone is not asked without end.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// How long one request waits in all because it is turned away, where nothing else says when it is over.
const TURNED_AWAY_MAX: Duration = Duration::from_secs(300);

/// Most seconds that are waited at once, whatever the node says.
const RETRY_AFTER_MAX: u64 = 60;

/// Of how many acknowledged waybills the numbers are kept, to be asked about.
const KEPT_MAX: usize = 1_000;

/// A run under way.
pub(super) struct Run {
    client: Client,
    url: String,
    token: String,
    cargo: Cargo,
    extent: Extent,
    /// How many waybills are filed a second; without it as many as are answered.
    rate: Option<u32>,
    /// Programmes for whose goods every answer must be "hold": they are mandatory, and nobody speaks for their authorities.
    silent: Vec<String>,
    /// The next item to file.
    next: AtomicU32,
    counts: Counts,
    kept: Mutex<Kept>,
    /// Whether the senders have ended.
    over: AtomicBool,
}

/// Acknowledged waybills: an even choice of all of them (Vitter's algorithm R).
#[derive(Debug)]
struct Kept {
    items: Vec<u32>,
    seen: u32,
    random: Random,
}

impl Kept {
    fn add(&mut self, item: u32) {
        self.seen += 1;
        if self.items.len() < KEPT_MAX {
            self.items.push(item);
        } else if let Some(place) = self.items.get_mut(self.random.below(self.seen) as usize) {
            *place = item;
        }
    }
}

/// An answer, `null` where it is no JSON.
struct Answer {
    status: StatusCode,
    told: Value,
}

impl Run {
    pub(super) fn new(
        (url, token): (&str, &str),
        cargo: Cargo,
        extent: Extent,
        rate: Option<u32>,
        silent: Vec<String>,
    ) -> Result<Self, String> {
        let client = Client::builder().timeout(ANSWER).build().map_err(|why| failed(&why))?;
        Ok(Self {
            client,
            url: url.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
            cargo,
            extent,
            rate,
            silent,
            next: AtomicU32::new(0),
            counts: Counts::default(),
            kept: Mutex::new(Kept {
                items: Vec::new(),
                seen: 0,
                random: Random::of(cargo.seed, u64::MAX - 1),
            }),
            over: AtomicBool::new(false),
        })
    }

    /// Files until the time is over or everything is filed, with askers beside. Gives how long it took.
    pub(super) async fn load(self: &Arc<Self>, senders: u32, askers: u32, bar: &ProgressBar) -> Duration {
        let began = Instant::now();
        let until = match self.extent {
            Extent::Time(time) => began.checked_add(time),
            Extent::Filings(_) => None,
        };
        let mut sending = JoinSet::new();
        for _ in 0..senders {
            let run = Arc::clone(self);
            sending.spawn(async move { run.send(began, until).await });
        }
        let mut asking = JoinSet::new();
        for asker in 0..askers {
            let run = Arc::clone(self);
            // One of them wants an answer on which goods may be loaded.
            let kind = if asker == 0 { Kind::Commit } else { Kind::Peek };
            asking.spawn(async move { run.ask(u64::from(asker), kind, until).await });
        }
        let mut beats = tokio::time::interval(Duration::from_millis(200));
        loop {
            tokio::select! {
                _ = beats.tick() => bar.set_position(match until {
                    Some(_) => began.elapsed().as_secs(),
                    None => self.counts.answers(Kind::Waybill),
                }),
                ended = sending.join_next() => match ended {
                    Some(Ok(())) => {}
                    Some(Err(why)) => self.counts.failed(Kind::Waybill, &format!("a sender ended: {why}")),
                    None => break,
                },
            }
        }
        self.over.store(true, Ordering::Relaxed);
        while let Some(ended) = asking.join_next().await {
            if let Err(why) = ended {
                self.counts.failed(Kind::Peek, &format!("an asker ended: {why}"));
            }
        }
        began.elapsed()
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Asks about a waybill that was not filed yet.
    ///
    /// # Errors
    /// Where the node cannot be asked, does not know who asks, or has the waybill already; in words.
    pub(super) async fn look_first(&self) -> Result<(), String> {
        let waybill = self.cargo.waybill(0);
        let (answer, _) = answer_to(self.get_gate(&waybill).bearer_auth(&self.token)).await?;
        match answer.status.as_u16() {
            200 => Err(format!(
                "{} knows {waybill} already. Choose another --seed or --prefix, so that what is filed is new to it",
                self.url
            )),
            404 | 422 | 429 | 503 => Ok(()),
            _ => Err(format!("{} does not answer questions to the gate: {}", self.url, problem(&answer))),
        }
    }

    /// When an item is to be filed; `None` for at once.
    fn due(&self, began: Instant, item: u32) -> Option<Instant> {
        let after = Duration::from_secs_f64(f64::from(item) / f64::from(self.rate?));
        began.checked_add(after)
    }

    /// One sender.
    async fn send(&self, began: Instant, until: Option<Instant>) {
        let items = match self.extent {
            Extent::Filings(count) => count.min(WAYBILLS_MAX),
            Extent::Time(_) => WAYBILLS_MAX,
        };
        let Cargo { prefix, seed, departs } = self.cargo;
        while until.is_none_or(|until| Instant::now() < until) {
            let item = self.next.fetch_add(1, Ordering::Relaxed);
            // Each sender goes past the end once, which the counter has room for.
            if item >= items {
                return;
            }
            let due = self.due(began, item);
            if let Some(due) = due {
                if until.is_some_and(|until| until <= due) {
                    return;
                }
                tokio::time::sleep_until(due.into()).await;
            }
            let goods = self.cargo.goods(item);
            let key = format!("stress-{prefix:03}-{seed}-{departs}-{item}");
            if self.file(Kind::Waybill, &key, goods.master, &[&goods.waybill], (due, until)).await {
                lock(&self.kept).add(item);
                if let Some(houses) = goods.houses {
                    let expected = vec![goods.waybill.as_str(); goods.house_count as usize];
                    self.file(Kind::Houses, &format!("{key}-houses"), houses, &expected, (None, until)).await;
                }
            }
        }
    }

    /// Files messages, which may have been due before now; each must be recorded under the waybill expected of it. Whether they
    /// were acknowledged.
    async fn file(
        &self,
        kind: Kind,
        key: &str,
        body: String,
        expected: &[&str],
        (due, until): (Option<Instant>, Option<Instant>),
    ) -> bool {
        let request = || {
            let request = self.client.post(format!("{}/v1/filings", self.url));
            request.header("Idempotency-Key", key).body(body.clone())
        };
        let Some(answer) = self.exchange(kind, 200, (due, until), request).await else { return false };
        self.judge(
            kind,
            judge_filing(&answer.told, expected).map_err(|why| format!("{}: {why}", expected[0])),
        );
        true
    }

    /// One asker.
    async fn ask(&self, number: u64, kind: Kind, until: Option<Instant>) {
        let mut random = Random::of(self.cargo.seed, u64::MAX - 2 - number);
        while !self.over.load(Ordering::Relaxed) {
            let item = {
                let kept = lock(&self.kept);
                let place = random.below(kept.items.len() as u32) as usize;
                kept.items.get(place).copied()
            };
            if let Some(item) = item {
                self.ask_about(kind, item, until).await;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Asks the gate about a waybill that was acknowledged. Whether the node knows it; `None` where it did not answer.
    async fn ask_about(&self, kind: Kind, item: u32, until: Option<Instant>) -> Option<bool> {
        let committed = kind == Kind::Commit;
        let waybill = self.cargo.waybill(item);
        let programme = self.cargo.programme(item);
        let holds = self.silent.iter().any(|silent| silent == programme);
        let request = || match committed {
            true => {
                let request = self.client.post(format!("{}/v1/gate", self.url));
                request.body(json!({ "waybill": waybill }).to_string())
            }
            false => self.get_gate(&waybill),
        };
        let answer = self.exchange(kind, if committed { 201 } else { 200 }, (None, until), request).await?;
        let judged = judge_answer(&answer.told, committed, holds);
        // What is answered wrongly is known all the same; it is counted as wrong.
        let known = !matches!(judged, Ok(false));
        let judged = match judged {
            Ok(true) => Ok(()),
            Ok(false) => Err("acknowledged, and the gate says that it was not filed".to_owned()),
            Err(why) => Err(why),
        };
        self.judge(kind, judged.map_err(|why| format!("{waybill}: {why}")));
        Some(known)
    }

    fn get_gate(&self, waybill: &str) -> RequestBuilder {
        // Digits and a hyphen need no escaping.
        self.client.get(format!("{}/v1/gate?waybill={waybill}", self.url))
    }

    /// Asks for what was kept of the acknowledged: how many, and how many are missing.
    pub(super) async fn ask_again(&self) -> (u64, u64) {
        let items = lock(&self.kept).items.clone();
        let mut missing = 0;
        for item in &items {
            // What does not answer cannot be said to be there.
            if self.ask_about(Kind::AskedAgain, *item, None).await != Some(true) {
                missing += 1;
            }
        }
        (items.len() as u64, missing)
    }

    fn judge(&self, kind: Kind, judged: Result<(), String>) {
        if let Err(why) = judged {
            self.counts.wrong(kind, &why);
        }
    }

    /// Sends a request, again where it is turned away, until it is answered, for as long as this time is not over. `None`
    /// where it failed or was given up. Its time counts from the sending that was answered; from when it was due, where it was.
    async fn exchange(
        &self,
        kind: Kind,
        expected: u16,
        (due, until): (Option<Instant>, Option<Instant>),
        request: impl Fn() -> RequestBuilder,
    ) -> Option<Answer> {
        let mut waited = Duration::ZERO;
        loop {
            let began = Instant::now();
            let (answer, wait) = match answer_to(request().bearer_auth(&self.token)).await {
                Ok(answered) => answered,
                Err(why) => return self.fail(kind, &why).await,
            };
            match answer.status.as_u16() {
                status if status == expected => {
                    self.counts.answered(kind, due.unwrap_or(began).elapsed());
                    return Some(answer);
                }
                429 | 503 => self.counts.turned_away(kind),
                _ => return self.fail(kind, &problem(&answer)).await,
            }
            waited += wait;
            let over = match until {
                Some(until) => Instant::now() + wait >= until,
                None => waited > TURNED_AWAY_MAX,
            };
            if over {
                self.counts.given_up(kind);
                return None;
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn fail(&self, kind: Kind, why: &str) -> Option<Answer> {
        self.counts.failed(kind, why);
        tokio::time::sleep(AFTER_FAILURE).await;
        None
    }
}

/// Sends a request; the answer, and how long to wait before it is sent again where it was turned away.
async fn answer_to(request: RequestBuilder) -> Result<(Answer, Duration), String> {
    let response = request.send().await.map_err(|why| failed(&why))?;
    let (status, wait) = (response.status(), retry_after(&response));
    let bytes = response.bytes().await.map_err(|why| failed(&why))?;
    let told = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Ok((Answer { status, told }, wait))
}

/// How long the node wants to be left alone; a second where it does not say.
fn retry_after(response: &Response) -> Duration {
    let value = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = value.and_then(|text| text.parse().ok()).unwrap_or(1);
    Duration::from_secs(u64::min(seconds, RETRY_AFTER_MAX))
}

/// Whether messages were taken in whole: each recorded under the waybill expected of it, without an error found in it.
fn judge_filing(told: &Value, expected: &[&str]) -> Result<(), String> {
    let messages = told["messages"].as_array().ok_or("the answer has no messages")?;
    if messages.len() != expected.len() {
        return Err(format!("{} messages were sent, {} are told of", expected.len(), messages.len()));
    }
    for (message, waybill) in messages.iter().zip(expected) {
        let found = message["findings"].as_array().into_iter().flatten();
        if let Some(error) = { found }.find(|finding| finding["severity"] == "error") {
            return Err(format!("an error was found in what has none: {}", error["code"]));
        }
        let filing = &message["filing"];
        if filing["outcome"] != "filed" {
            return Err(format!("it was not filed: {filing}"));
        }
        let recorded = |one: &Value| one["outcome"] == "recorded" && one["master"] == *waybill;
        if !filing["consignments"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(recorded)) {
            return Err(format!("it was not recorded as it was sent: {filing}"));
        }
        if !message["reply"][0].as_str().is_some_and(|reply| reply.starts_with("FMA")) {
            return Err(format!("no FMA came back: {}", message["reply"]));
        }
    }
    Ok(())
}

/// Whether an answer of the gate is one: an error where it cannot be so, `false` where it says that nothing was filed.
fn judge_answer(told: &Value, committed: bool, holds: bool) -> Result<bool, String> {
    let (load, id) = (&told["load"], &told["answer_id"]);
    if told["for_loading"] != committed || id.is_string() != committed {
        return Err(format!("for_loading is {}, answer_id {id}", told["for_loading"]));
    }
    let reasons = load["reasons"].as_array().ok_or("the answer has no reasons")?;
    match load["decision"].as_str() {
        Some("hold") if reasons.iter().all(|reason| reason["effect"] != "hold") => {
            return Err("it is held without a reason that holds".to_owned());
        }
        Some("load") if holds => {
            return Err("\"load\", and no authority has said a word".to_owned());
        }
        Some("load") if reasons.iter().any(|reason| reason["effect"] == "hold") => {
            return Err("\"load\", with a reason that holds".to_owned());
        }
        Some("hold" | "load") => {}
        _ => return Err(format!("the decision is {}", load["decision"])),
    }
    Ok(reasons.iter().all(|reason| reason["code"] != "not-filed"))
}

/// A problem in words.
fn problem(answer: &Answer) -> String {
    let told = &answer.told;
    let detail =
        told["detail"].as_str().or(told["title"].as_str()).unwrap_or("no problem document came with it");
    format!("{} {} ({detail})", answer.status.as_u16(), told["code"].as_str().unwrap_or("without a code"))
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    // What it guards is whole between any two statements.
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filing_that_is_not_taken_in_whole_is_wrong() {
        let right = json!({ "messages": [{ "findings": [{ "severity": "warning", "code": "x" }],
            "filing": { "outcome": "filed", "consignments": [{ "outcome": "recorded", "master": "888-1" }] },
            "reply": ["FMA\r\n"] }] });
        assert_eq!(judge_filing(&right, &["888-1"]), Ok(()));
        assert!(judge_filing(&right, &["888-2"]).is_err());
        assert!(judge_filing(&right, &["888-1", "888-1"]).is_err());
        assert!(judge_filing(&Value::Null, &["888-1"]).is_err());
        let changes = [
            ("/messages/0/findings/0/severity", json!("error")),
            ("/messages/0/filing/outcome", json!("refused")),
            ("/messages/0/filing/consignments", json!([])),
            ("/messages/0/filing/consignments/0/outcome", json!("unchanged")),
            ("/messages/0/reply", json!(["FNA\r\n"])),
        ];
        for (place, other) in changes {
            let mut wrong = right.clone();
            if let Some(value) = wrong.pointer_mut(place) {
                *value = other;
            }
            assert!(judge_filing(&wrong, &["888-1"]).is_err(), "{place}");
        }
    }

    #[test]
    fn an_answer_that_cannot_be_so_is_wrong() {
        let of = |decision: &str, effect: &str, code: &str, id: Value| {
            json!({ "for_loading": id.is_string(), "answer_id": id,
                "load": { "decision": decision, "reasons": [{ "effect": effect, "code": code }] } })
        };
        assert_eq!(judge_answer(&of("hold", "hold", "not-acknowledged", Value::Null), false, true), Ok(true));
        assert_eq!(judge_answer(&of("hold", "hold", "not-filed", Value::Null), false, true), Ok(false));
        assert_eq!(judge_answer(&of("load", "info", "simulated", json!("A1")), true, false), Ok(true));
        let wrong = [
            of("load", "info", "simulated", Value::Null),
            of("load", "hold", "not-acknowledged", Value::Null),
            of("hold", "info", "simulated", Value::Null),
            of("hold", "hold", "not-acknowledged", json!("A1")),
            Value::Null,
        ];
        for told in wrong {
            assert!(judge_answer(&told, false, true).is_err(), "{told}");
        }
    }
}
