//! Output for people: tables fitted to the terminal, colour where it is wanted, nothing that could harm
//! a terminal.

pub mod assess;
pub mod describe;
pub mod excerpt;
pub mod finding;
pub mod gaps;
pub mod lists;
mod measure;
pub mod screen;
pub mod text;

use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, ContentArrangement, Table, presets};
use std::fmt::Display;

/// Columns assumed where there is no terminal to ask.
pub const WIDTH_DEFAULT: u16 = 80;

/// Fewest columns a table is fitted to; below that it is left to the terminal to wrap.
const WIDTH_MIN: u16 = 40;

/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// News to think about.
pub const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();
/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Titles.
pub const TITLE: Style = Style::new().bold();
/// What can be overlooked.
pub const QUIET: Style = Style::new().dimmed();

/// How output for people looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether colour is wanted.
    pub color: bool,
    /// Columns to fit into.
    pub width: u16,
}

impl Look {
    /// A look for a terminal of this many columns; `None` where there is no terminal.
    pub fn new(color: bool, width: Option<u16>) -> Self {
        Self { color, width: width.unwrap_or(WIDTH_DEFAULT).max(WIDTH_MIN) }
    }

    /// The text in this style, where colour is wanted.
    pub fn paint(self, style: Style, text: impl Display) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    /// An empty table without lines, fitted to the width.
    pub fn table(self) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            // The width was asked of the terminal once; the table must not ask again.
            .force_no_tty()
            .set_width(self.width);
        if self.color {
            table.enforce_styling();
        }
        table
    }

    /// A table with a header.
    pub fn table_of(self, header: &[&str]) -> Table {
        let mut table = self.table();
        table.set_header(header.iter().map(|title| Cell::new(title).add_attribute(Attribute::Bold)));
        table
    }
}

/// The lines of a table, without blanks at their ends.
pub fn lines(table: &Table) -> String {
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

/// Columns of the terminal that standard output is; `None` where it is none.
pub fn terminal_width() -> Option<u16> {
    Table::new().width()
}
