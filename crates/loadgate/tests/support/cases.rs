//! The cases of `fixtures/gate/cases.txt`.

use super::root;

/// One case: its name, its messages, and more arguments.
#[derive(Debug, Default)]
pub struct Case {
    pub name: String,
    pub messages: Vec<String>,
    pub args: Vec<String>,
}

/// Every case, in the order of the file.
pub fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(root().join("fixtures/gate/cases.txt")).expect("the cases are there");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(name) = line.strip_prefix("== ") {
            cases.push(Case { name: name.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a case starts with its name");
        if let Some(file) = line.strip_prefix("file ") {
            let path = root().join("fixtures").join(file);
            let message = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{file}: {why}"));
            case.messages.push(message.replace("\r\n", "\n"));
        } else if let Some(args) = line.strip_prefix("args ") {
            case.args.extend(args.split_whitespace().map(str::to_owned));
        } else if line == "text" {
            case.messages.push(String::new());
        } else if let Some(written) = line.strip_prefix('|') {
            let message = case.messages.last_mut().expect("text comes before its lines");
            message.push_str(written.strip_prefix(' ').unwrap_or(written));
            message.push('\n');
        } else {
            let message = case.messages.last_mut().expect("a file comes before its changes");
            *message = changed(message, line);
        }
    }
    cases
}

/// Applies `s/what/instead/`; `~` is a line break, and `$` instead cuts the message there.
fn changed(message: &str, change: &str) -> String {
    let mut parts = change.strip_prefix('s').expect(change).chars();
    let separator = parts.next().expect(change);
    let parts: Vec<&str> = parts.as_str().split(separator).collect();
    let [what, instead, ""] = parts.as_slice() else { panic!("not a change: {change}") };
    let (what, instead) = (what.replace('~', "\n"), instead.replace('~', "\n"));
    assert!(message.contains(&what), "nothing to change: {change}");
    if instead == "$" {
        message.split(&what).next().unwrap_or_default().to_owned()
    } else {
        message.replace(&what, &instead)
    }
}
