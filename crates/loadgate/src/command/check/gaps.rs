//! `check --gaps`: what each document lacks for the filing types of the programmes that bind on its way.

use crate::cli::CheckArgs;
use crate::command::{Entries, Form, Session, sources, tail_of};
use crate::document::gaps::{GapsItem, LINE_SCHEMA, SCHEMA};
use crate::document::{Head, Line, UnusableFile};
use crate::input::{self, Source};
use crate::render::gaps;
use crate::{Error, Exit};
use consignment::fact::What;
use engine::{Checker, Settings};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Tells the gaps of every file.
pub(super) fn run(args: &CheckArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let form = Form::from(args.read.form);
    let settings = Settings::simulated();
    let checker = Checker::new(&settings);
    let today = session.surroundings.now.to_zoned(TimeZone::UTC).date();
    let mut entries = Entries::default();
    let mut exit = Exit::Clean;
    for source in sources(&args.read)? {
        exit = exit.max(file(&source, form, &checker, today, &mut entries, session)?);
    }
    if form == Form::Json {
        entries.finish(session.out)?;
    }
    Ok(exit)
}

/// Tells the gaps of one file while it is read. Nothing is written before the first message of a known format,
/// because a file without any has another entry.
fn file(
    source: &Source,
    form: Form,
    checker: &Checker<'_>,
    today: Date,
    entries: &mut Entries,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let name = source.to_string();
    let (mut begun, mut items, mut rejects) = (false, 0_u64, false);
    let reading = input::read(source, session.progress(true), session.surroundings.now, |_, filing| {
        if filing.format.is_some() && !begun {
            begun = true;
            if form == Form::Json {
                entries.next(session.out)?;
                session.json_head(&Head { schema: SCHEMA, file: name.clone() }, "consignments")?;
            }
        }
        let told = filing.facts.iter().filter_map(|fact| match &fact.what {
            What::Filed(consignment) => Some(&**consignment),
            _ => None,
        });
        for consignment in
            filing.consignments.iter().chain(told).filter(|consignment| consignment.is_filing())
        {
            let programmes = checker.binding(consignment);
            let item = GapsItem::new(&filing, consignment, &programmes, today);
            rejects |= item.rejects();
            match form {
                Form::Json => {
                    session.out.write_all(if items == 0 { b"\n" } else { b",\n" })?;
                    session.json(&item)?;
                }
                Form::JsonLines => session.json_line(&Line { schema: LINE_SCHEMA, file: &name, item })?,
                Form::People => {
                    session.out.write_all(gaps::sheet(&name, &item, session.look()).as_bytes())?
                }
            }
            items += 1;
        }
        Ok::<(), Error>(())
    })?;
    let unusable = reading.unusable();
    let broken = unusable.is_some();
    match (form, unusable.or_else(|| reading.failure.clone())) {
        (Form::Json, Some(error)) if broken => {
            entries.next(session.out)?;
            session.json(&UnusableFile { schema: SCHEMA, file: name, error })?;
        }
        // The end of the entry tells what broke off.
        (Form::Json, _) => session.json_tail(&tail_of(&reading))?,
        (Form::JsonLines, Some(error)) => {
            session.json_line(&UnusableFile { schema: LINE_SCHEMA, file: name, error })?;
        }
        (Form::People, Some(error)) => session.complain(&name, &error)?,
        (Form::JsonLines | Form::People, None) => {}
    }
    Ok(match (broken || reading.failure.is_some(), rejects) {
        (true, _) => Exit::Unusable,
        (false, true) => Exit::Found,
        (false, false) => Exit::Clean,
    })
}
