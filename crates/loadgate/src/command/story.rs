//! `story`: plays stories and tells where they go otherwise than they say.

use super::{Entries, Form, Session};
use crate::cli::StoryArgs;
use crate::document::UnusableFile;
use crate::story::document::{PlayedFile, SCHEMA};
use crate::story::{self, EXAMPLE};
use crate::{Error, Exit};
use std::path::Path;

/// Largest story, in bytes: 4 MiB.
const STORY_BYTES_MAX: u64 = 4 << 20;

pub(super) fn run(args: &StoryArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    if args.example {
        session.out.write_all(EXAMPLE.as_bytes())?;
        return Ok(Exit::Clean);
    }
    let form = if args.json { Form::Json } else { Form::People };
    let mut entries = Entries::default();
    let mut exit = Exit::Clean;
    let (mut played, mut failed) = (0_u64, 0_u64);
    for path in &args.files {
        let file = path.display().to_string();
        let folder = path.parent().unwrap_or(Path::new(""));
        let status = match load(path) {
            Err(problem) => {
                match form {
                    Form::People => session.complain(&file, &problem)?,
                    Form::Json | Form::JsonLines => {
                        entries.next(session.out)?;
                        session.json(&UnusableFile { schema: SCHEMA, file, error: problem })?;
                    }
                }
                Exit::Unusable
            }
            Ok(read) => {
                let item = match (&args.url, &args.token) {
                    (Some(url), Some(token)) => story::play_at(&read, folder, url, token)?,
                    _ => story::play(&read, folder)?,
                };
                let status = if item.passed { Exit::Clean } else { Exit::Found };
                played += 1;
                failed += u64::from(!item.passed);
                match form {
                    Form::People => {
                        let text = story::people(&file, &item, session.look());
                        session.out.write_all(text.as_bytes())?;
                    }
                    Form::Json | Form::JsonLines => {
                        entries.next(session.out)?;
                        session.json(&PlayedFile { schema: SCHEMA, file, story: item })?;
                    }
                }
                status
            }
        };
        exit = exit.max(status);
    }
    match form {
        Form::People if played > 1 => {
            writeln!(session.out, "{played} stories, {failed} failed")?;
        }
        Form::People => {}
        Form::Json | Form::JsonLines => entries.finish(session.out)?,
    }
    Ok(exit)
}

/// Reads a story.
fn load(path: &Path) -> Result<story::Story, String> {
    let about = std::fs::metadata(path).map_err(|why| format!("it cannot be opened: {why}."))?;
    if about.is_dir() {
        return Err("this is a folder. Name the stories in it.".to_owned());
    }
    if about.len() > STORY_BYTES_MAX {
        return Err(format!("it is larger than {} MiB.", STORY_BYTES_MAX >> 20));
    }
    let bytes = std::fs::read(path).map_err(|why| format!("it cannot be read: {why}."))?;
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8.".to_owned())?;
    story::read(&text).map_err(|problems| story::unusable(&problems))
}
