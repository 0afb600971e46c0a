//! `explain`: the story behind a code.

use super::Session;
use crate::cli::ExplainArgs;
use crate::document::explain::Explanation;
use crate::render::{self, TITLE};
use crate::{Error, Exit};
use finding::codes::{self, Code};

/// Most codes named where one is not known.
const SUGGESTIONS_MAX: usize = 5;

pub(super) fn run(args: &ExplainArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let id = args.code.trim().to_ascii_lowercase().replace('_', "-");
    let code = Code::find(&id).ok_or_else(|| Error::Usage(unknown(&args.code, &id)))?;
    let explanation = Explanation::new(code);
    if args.json {
        session.json_line(&explanation)?;
        return Ok(Exit::Clean);
    }
    let look = session.look();
    let mut table = look.table();
    let mut row = |name: &str, text: &str| {
        table.add_row([name, text]);
    };
    row("is", explanation.about());
    row("says", &explanation.message);
    if let Some(clears_when) = &explanation.clears_when {
        row("clears when", clears_when);
    }
    row("follows", explanation.reference);
    let text = format!("{}\n{}", look.paint(TITLE, explanation.code), render::lines(&table));
    session.out.write_all(text.as_bytes())?;
    Ok(Exit::Clean)
}

/// What to say of a code that does not exist: those that share most words with it.
fn unknown(written: &str, id: &str) -> String {
    let words: Vec<&str> = id.split('-').filter(|word| !word.is_empty()).collect();
    let shared = |code: &Code| code.id().split('-').filter(|word| words.contains(word)).count();
    let mut near: Vec<Code> = codes::all().filter(|code| shared(code) > 0).collect();
    near.sort_by_key(|code| std::cmp::Reverse(shared(code)));
    near.truncate(SUGGESTIONS_MAX);
    let advice = if near.is_empty() {
        "Codes of findings stand in brackets behind `error`, `warning` and `info` in the output of `loadgate \
         check`, those of reasons before their text in that of `loadgate assess`; all are in \
         docs/reference/findings.md, such as awb-number-invalid and house-missing."
            .to_owned()
    } else {
        let near: Vec<&str> = near.iter().map(|code| code.id()).collect();
        format!("Perhaps one of these is meant: {}.", near.join(", "))
    };
    format!("there is no code {written}. {advice}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_code_gets_its_neighbours() {
        let text = unknown("awb_nummer_invalid", "awb-nummer-invalid");
        assert!(text.contains("awb-number-invalid"), "{text}");
        let text = unknown("xyz", "xyz");
        for place in ["`loadgate check`", "`loadgate assess`", "docs/reference/findings.md"] {
            assert!(text.contains(place), "{text}");
        }
    }
}
