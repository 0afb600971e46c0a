//! The fixtures as a history of a node.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::{files_below, root};
use engine::{Channel, Command, EngineError, Reply};
use std::path::{Path, PathBuf};

/// The files of a folder of fixtures that are messages, each by each channel, and what was answered.
pub fn answers(
    mut handle: impl FnMut(Command) -> Result<Reply, String>,
    now: jiff::Timestamp,
    folder: &str,
    channels: &[Channel],
) -> Vec<String> {
    let is_message = |path: &&PathBuf| !path.extension().is_some_and(|end| end == "expect" || end == "md");
    let mut answers = Vec::new();
    let mut handle = |command: Command| {
        let reply = handle(command);
        answers.push(format!("{reply:?}"));
        reply.ok()
    };
    for path in files_below(&root().join(Path::new("fixtures").join(folder))).iter().filter(is_message) {
        for channel in channels {
            let bytes = std::fs::read(path).unwrap();
            for message in formats::Splitter::new(bytes.as_slice()) {
                let mut filing = formats::decode(&message.unwrap(), now);
                for fact in std::mem::take(&mut filing.facts) {
                    handle(Command::Fact { fact, channel: channel.clone() });
                }
                let filed = handle(Command::File { filing, channel: channel.clone() });
                let Some(Reply::Filed(filed)) = filed else { continue };
                for one in filed {
                    handle(Command::View { object: one.object });
                }
            }
        }
    }
    handle(Command::Tick);
    answers
}

/// What an engine answers that nothing ails.
pub fn unfailing(reply: Result<Reply, EngineError>) -> Result<Reply, String> {
    match reply {
        Ok(reply) => Ok(reply),
        Err(EngineError::Refused(refusal)) => Err(refusal.to_string()),
        Err(why) => panic!("{why}"),
    }
}
