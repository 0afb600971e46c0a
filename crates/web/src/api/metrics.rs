//! How the node is, in figures (the text format of Prometheus).

use super::route::{Content, Route, Verb};
use crate::node::Node;
use crate::policy::Action;
use crate::problem::{self, Problem};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) const ROUTES: &[Route] = &[Route {
    method: Verb::Get,
    path: "/metrics",
    action: Some(Action::Measure),
    summary: "Figures of the node, for Prometheus.",
    parameters: &[],
    body: None,
    status: 200,
    answer: Content { media: "text/plain; version=0.0.4", what: "The figures.", schema: None },
    handler: || get(metrics),
}];

async fn metrics(State(node): State<Arc<Node>>) -> Result<Response, Problem> {
    let of = Arc::clone(&node);
    let looked = tokio::task::spawn_blocking(move || {
        of.database().look(|log| log.condition()).and_then(|looked| looked)
    });
    let condition = looked.await.map_err(|_| Problem::plain(problem::FAILED))?.map_err(|why| {
        tracing::error!(error = %why, "the database cannot be looked at");
        Problem::plain(problem::FAILED)
    })?;
    let [urgent, ordinary] = node.waiting();
    let mut text = String::new();
    let mut figure = |name: &str, kind: &str, what: &str, values: &[(&str, u64)]| {
        // A string grows without failing.
        let _ = writeln!(text, "# HELP loadgate_{name} {what}\n# TYPE loadgate_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "loadgate_{name}{labels} {value}");
        }
    };
    figure("well", "gauge", "1 where the thread that writes answers.", &[("", u64::from(node.is_well()))]);
    let sure = node.clock().doubt().is_none();
    figure(
        "clock_sure",
        "gauge",
        "1 where the clock is trusted; else the gate holds.",
        &[("", u64::from(sure))],
    );
    let waiting = [("{lane=\"urgent\"}", urgent as u64), ("{lane=\"ordinary\"}", ordinary as u64)];
    figure("commands_waiting", "gauge", "Commands that wait for the thread that writes.", &waiting);
    let connections = node.limits().connections();
    figure("connections", "gauge", "Connections that are open.", &[("", connections.open().into())]);
    let refused =
        connections.refused().map(|(why, times)| (format!("{{reason=\"{}\"}}", why.as_str()), times));
    let refused: Vec<(String, u64)> = refused.collect();
    let what = "Connections that were not listened to, by why.";
    figure("connections_refused", "counter", what, &labelled(&refused));
    let refused = node.refusals().counts();
    let refused = refused.map(|(kind, times)| (format!("{{kind=\"{}\"}}", kind.as_str()), times));
    let refused: Vec<(String, u64)> = refused.collect();
    figure("refused", "counter", "What was refused at the door, by kind.", &labelled(&refused));
    figure("log_entries", "counter", "Entries of the log.", &[("", condition.leaves)]);
    figure("log_signed", "counter", "Entries under the last checkpoint.", &[("", condition.signed)]);
    let letters =
        [("{state=\"waiting\"}", condition.letters_waiting), ("{state=\"dead\"}", condition.letters_dead.0)];
    figure("notices", "gauge", "Notices that are not delivered.", &letters);
    let jobs = [("{state=\"waiting\"}", condition.jobs_waiting), ("{state=\"dead\"}", condition.jobs_dead.0)];
    figure("jobs", "gauge", "Jobs that are not done.", &jobs);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

fn labelled(figures: &[(String, u64)]) -> Vec<(&str, u64)> {
    figures.iter().map(|(label, value)| (label.as_str(), *value)).collect()
}
