//! `stress`: puts a node under load.

use super::Session;
use crate::cli::StressArgs;
use crate::stress::cargo::Cargo;
use crate::stress::{self, Extent, Plan, Target};
use crate::{Error, Exit};
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use std::time::Duration;

pub(super) fn run(args: &StressArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let target = match (&args.url, &args.token, &args.data) {
        (Some(url), Some(token), _) => Target::Url(url.clone(), token.clone()),
        (_, _, Some(data)) => Target::Own(data.clone(), args.lists.clone()),
        // The command line asks for them before it comes here.
        _ => {
            return Err(Error::Usage(
                "name a node with --url and --token, or a folder with --data".to_owned(),
            ));
        }
    };
    let now = session.surroundings.now;
    let plan = Plan {
        target,
        senders: args.senders,
        askers: args.askers,
        rate: args.rate,
        extent: match args.filings {
            Some(count) => Extent::Filings(count),
            None => Extent::Time(Duration::from_secs(u64::from(args.seconds))),
        },
        cargo: Cargo {
            prefix: args.prefix,
            // Another one each time, so that a node under load again is filed goods that are new to it.
            seed: args.seed.unwrap_or_else(|| now.as_second().unsigned_abs()),
            departs: now.to_zoned(TimeZone::UTC).date().saturating_add(1.day()),
        },
        progress: session.progress(false),
    };
    let run = stress::run(&plan)?;
    if args.json {
        session.json_line(&run)?;
    } else {
        let text = stress::people(&run, session.look());
        session.out.write_all(text.as_bytes())?;
    }
    Ok(if run.passed { Exit::Clean } else { Exit::Found })
}
