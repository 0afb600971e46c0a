//! The table of types in `docs/stored.md`; `UPDATE_EXPECT=1 cargo test -p store page` writes it.

use super::*;
use std::fmt::Write as _;
use std::fs;

const BEGIN: &str = "<!-- types:begin -->";
const END: &str = "<!-- types:end -->";

#[test]
fn the_page_lists_every_type() {
    let path = root().join("docs/stored.md");
    let text = fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    let mut table = String::from("| type | v | tells | fields |\n|---|---|---|---|\n");
    for Type { kind, v, fields, tells } in TYPES {
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        let _ = writeln!(table, "| `{kind}` | {v} | {} | {} |", tells.trim(), fields.join(", "));
    }
    let expected = format!("{head}{BEGIN}\n{table}{END}{tail}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, expected).unwrap();
        return;
    }
    assert!(
        text == expected,
        "docs/stored.md is not as the register gives it: UPDATE_EXPECT=1 cargo test -p store page"
    );
}
