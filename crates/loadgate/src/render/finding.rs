//! A finding as a compiler would show it: the line of the message, and the place underlined.

use super::Look;
use super::excerpt::Excerpt;
use super::text::visible;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use finding::{Finding, Language, Severity};
use std::ops::Range;

/// A finding in a file, ready to be shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// The finding.
    pub finding: &'a Finding,
    /// Line of the file, from 1.
    pub line: u32,
    /// Column of that line, from 1.
    pub column: u32,
    /// The line of the message, where it can be shown.
    pub excerpt: Option<Excerpt>,
}

impl Shown<'_> {
    /// The finding in several lines, without a line end after the last one.
    pub fn text(&self, look: Look) -> String {
        let level = match self.finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Info => Level::INFO,
        };
        let message = self.finding.message(Language::English);
        let file = visible(self.file);
        let line = self.line as usize;
        let title = level.primary_title(visible(&message)).id(self.finding.code.id());
        let group = match &self.excerpt {
            Some(excerpt) => title.element(
                Snippet::source(excerpt.text.as_str())
                    .line_start(line)
                    .path(file)
                    .annotation(AnnotationKind::Primary.span(self.marked(excerpt, look))),
            ),
            None => title.element(Origin::path(file).line(line).char_column(self.column as usize)),
        };
        let help = format!("loadgate explain {}", self.finding.code.id());
        let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
        renderer.term_width(usize::from(look.width)).render(&[group.element(Level::HELP.message(help))])
    }

    /// The marked bytes, no more of them than fit beside each other.
    fn marked(&self, excerpt: &Excerpt, look: Look) -> Range<usize> {
        let room = usize::from(look.width) / 2;
        let end = excerpt.text[excerpt.marked.clone()]
            .char_indices()
            .nth(room)
            .map_or(excerpt.marked.end, |(offset, _)| excerpt.marked.start + offset);
        excerpt.marked.start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use finding::{Position, codes};
    use formats::RawMessage;

    fn shown(text: &str, position: Position) -> String {
        let message = RawMessage::whole(text);
        let finding = Finding::new(codes::wire::SEGMENT_UNKNOWN)
            .at(position)
            .with("segment", "ZZZ")
            .with("format", "FWB/17");
        let shown = Shown {
            file: "a\u{1b}.fwb",
            finding: &finding,
            line: position.line,
            column: position.column,
            excerpt: super::super::excerpt::MessageText::new(&message).excerpt(position),
        };
        shown.text(Look::new(false, None))
    }

    #[test]
    fn the_offending_text_is_underlined() {
        let text = shown("FWB/17\nZZZ/1\x1b[31m\n", Position::new(2, 1, 3));
        let expected = "\
warning[segment-unknown]: ZZZ is no segment of FWB/17; its text was kept and not read. Correct its identifier, or leave it out.
 --> a\u{241B}.fwb:2:1
  |
2 | ZZZ/1\u{241B}[31m
  | ^^^
  |
  = help: loadgate explain segment-unknown";
        assert_eq!(text, expected);
    }

    #[test]
    fn without_a_line_the_place_is_still_named() {
        let text = shown("FWB/17\n", Position::new(9, 4, 1));
        assert!(text.contains("a\u{241B}.fwb:9:4") && text.contains("loadgate explain"), "{text}");
    }
}
