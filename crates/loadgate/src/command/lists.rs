//! `lists`: what watch lists hold, what a new edition changes, and a folder of checked editions.

mod import;

use super::watch_lists::{self, ReadList, Told};
use super::{Form, Session};
use crate::cli::{DiffArgs, FormArgs, ListsCommand, ShowArgs};
use crate::document::lists::{ListDiff, ShownList};
use crate::{Error, Exit, render};
use finding::Severity;
use names::{List, pair_editions};
use serde::Serialize;
use std::path::PathBuf;

pub(super) fn run(command: &ListsCommand, session: &mut Session<'_>) -> Result<Exit, Error> {
    match command {
        ListsCommand::Show(args) => show(args, session),
        ListsCommand::Diff(args) => diff(args, session),
        ListsCommand::Import(args) => import::run(args, session),
    }
}

fn show(args: &ShowArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let told = Told { lists: false, findings: false, may_lack_files: true, undone: "Nothing is shown" };
    let paths = [&args.paths[..], &args.lists].concat();
    let read = watch_lists::read(&paths, told, session)?;
    let exit = read.iter().map(exit_of).max().unwrap_or(Exit::Clean);
    let shown: Vec<ShownList> =
        read.into_iter().map(|read| ShownList::new(&read.list, read.findings, read.passed_over)).collect();
    write(&shown, args.form, render::lists::shown, session)?;
    Ok(exit)
}

fn diff(args: &DiffArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let told = Told { lists: false, findings: true, may_lack_files: true, undone: "Nothing was compared" };
    let old = one_edition_each(&args.old, told, session)?;
    let new = one_edition_each(&args.new, told, session)?;
    let mut passed_over: Vec<String> =
        old.iter().chain(&new).flat_map(|read| read.passed_over.clone()).collect();
    passed_over.sort_unstable();
    passed_over.dedup();
    let exit = if passed_over.is_empty() { Exit::Clean } else { Exit::Found };
    let [old, new] = [&old, &new].map(|read| read.iter().map(|read| &read.list).collect::<Vec<_>>());
    let pairs = pair_editions(&old, &new).into_iter();
    let diffs: Vec<ListDiff> = pairs
        .filter_map(|(before, after)| {
            let (before, after) = (before.map(|place| old[place]), after.map(|place| new[place]));
            Some(ListDiff { passed_over: passed_over.clone(), ..ListDiff::new(before, after)? })
        })
        .collect();
    write(&diffs, args.form, render::lists::diff, session)?;
    Ok(exit)
}

/// The lists at a path, each in one edition.
fn one_edition_each(path: &PathBuf, told: Told, session: &mut Session<'_>) -> Result<Vec<ReadList>, Error> {
    let read = watch_lists::read(std::slice::from_ref(path), told, session)?;
    let key = |list: &List| (list.source, list.title.clone());
    for (place, one) in read.iter().enumerate() {
        if let Some(other) = read[..place].iter().find(|other| key(&other.list) == key(&one.list)) {
            let editions = [&other.list, &one.list].map(watch_lists::edition);
            let problem = format!(
                "it holds two editions of {}: {} and {}. Name the files of one edition.",
                one.list.title, editions[0], editions[1]
            );
            return Err(watch_lists::unusable(&path.display().to_string(), &problem));
        }
    }
    Ok(read)
}

/// Writes one entry for each list, in the form that is wanted.
fn write<T: Serialize>(
    items: &[T],
    form: FormArgs,
    text: impl Fn(&T, render::Look) -> String,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    match Form::from(form) {
        Form::People => {
            for item in items {
                let text = text(item, session.look());
                session.out.write_all(text.as_bytes())?;
            }
            Ok(())
        }
        Form::Json => session.json_line(&items),
        Form::JsonLines => items.iter().try_for_each(|item| session.json_line(item)),
    }
}

/// Whether anything is wrong: with its records, or because files of it are missing or were passed over.
fn exit_of(read: &ReadList) -> Exit {
    let error = read.findings.iter().any(|finding| finding.severity == Severity::Error.as_str());
    let whole = read.list.missing.is_empty() && read.passed_over.is_empty();
    if error || !whole { Exit::Found } else { Exit::Clean }
}
