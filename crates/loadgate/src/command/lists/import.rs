//! `lists import`: checked lists into a folder that `--lists` reads.

use super::{exit_of, one_edition_each, write};
use crate::cli::ImportArgs;
use crate::command::watch_lists::{self, ReadList, Told, unusable};
use crate::command::{Session, library};
use crate::document::lists::{IMPORT_SCHEMA, ImportedList, ListDiff, names_count};
use crate::render::{self, text};
use crate::{Error, Exit};
use names::List;
use std::cmp::Ordering;
use std::path::PathBuf;

pub(super) fn run(args: &ImportArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let told = Told { lists: false, findings: true, may_lack_files: true, undone: "Nothing was imported" };
    let read = watch_lists::read(&args.lists, told, session)?;
    // Everything is looked at before anything is written.
    let mut plans: Vec<Plan> = Vec::with_capacity(read.len());
    for new in read {
        let plan = Plan::new(new, args, session)?;
        if plans.iter().any(|other| other.folder == plan.folder) {
            let problem = format!(
                "two editions of {} are given. Import the older one first, then the newer one.",
                plan.new.list.title
            );
            return Err(unusable(&plan.new.list.files[0].file, &problem));
        }
        plan.check(args)?;
        plans.push(plan);
    }
    let exit = plans.iter().map(|plan| exit_of(&plan.new)).max().unwrap_or(Exit::Clean);
    let mut imported = Vec::with_capacity(plans.len());
    for plan in plans {
        imported.push(plan.carry_out()?);
    }
    write(&imported, args.form, render::lists::imported, session)?;
    Ok(exit)
}

/// What is about to become of one list.
struct Plan {
    new: ReadList,
    /// The edition in use so far.
    old: Option<List>,
    /// The folder of the list.
    folder: PathBuf,
}

impl Plan {
    fn new(new: ReadList, args: &ImportArgs, session: &mut Session<'_>) -> Result<Self, Error> {
        let folder = args.into.join(library::folder_of(&new.list));
        let old = match library::in_use(&folder)? {
            Some(place) => {
                let told = Told {
                    lists: false,
                    findings: false,
                    may_lack_files: true,
                    undone: "Nothing was imported",
                };
                one_edition_each(&place, told, session)?.into_iter().next().map(|read| read.list)
            }
            None => None,
        };
        Ok(Self { new, old, folder })
    }

    /// Refuses a list that is not whole, or lost so much that it may be cut off.
    fn check(&self, args: &ImportArgs) -> Result<(), Error> {
        let new = &self.new.list;
        if !new.missing.is_empty() && !args.confirm_incomplete {
            let problem = format!(
                "{} is not whole: its files {} are missing, and with them the names that stand in them alone. Nothing was \
                 imported. Put them beside this file; if there are none, add --confirm-incomplete.",
                new.title,
                new.missing.join(", ")
            );
            return Err(unusable(&new.files[0].file, &problem));
        }
        let Some(old) = self.old.as_ref().filter(|_| !args.confirm_shrink && !self.is_older()) else {
            return Ok(());
        };
        for (what, before, now) in [
            ("entries", old.entities.len() as u64, new.entities.len() as u64),
            ("names", names_count(old), names_count(new)),
        ] {
            if (before.saturating_sub(now)) * 100 > before * u64::from(args.shrink_max) {
                let problem = format!(
                    "{} would shrink from {before} {what} (edition {}) to {now} (edition {}), by more than {} percent. \
                     Nothing was imported. See `loadgate lists diff`; if it is right, add --confirm-shrink.",
                    new.title,
                    watch_lists::edition(old),
                    watch_lists::edition(new),
                    args.shrink_max
                );
                return Err(unusable(&new.files[0].file, &problem));
            }
        }
        Ok(())
    }

    /// Whether it is of an earlier date than the edition in use, as far as both are dated.
    fn is_older(&self) -> bool {
        let Some(old) = &self.old else { return false };
        let (Some(old), Some(new)) = (&old.edition, &self.new.list.edition) else { return false };
        // A month and a day of it are not held against each other.
        let length = old.len().min(new.len());
        new[..length].cmp(&old[..length]) == Ordering::Less
    }

    fn carry_out(self) -> Result<ImportedList, Error> {
        let older = self.is_older();
        let Self { new, old, folder } = self;
        let list = &new.list;
        let same = old.as_ref().is_some_and(|old| old.sha256 == list.sha256);
        let place = library::store(list, &folder)?;
        let state = if same {
            "already_in_use"
        } else if older {
            "kept"
        } else {
            library::put_in_use(&folder, &library::edition_folder(list))?;
            "in_use"
        };
        let diff = ListDiff::new(old.as_ref(), Some(list))
            .ok_or_else(|| Error::Internal("a list that is there was not compared".to_owned()))?;
        Ok(ImportedList {
            schema: IMPORT_SCHEMA,
            state,
            folder: text::visible(&place.display().to_string()).into_owned(),
            diff,
            findings: new.findings,
            passed_over: new.passed_over,
        })
    }
}
