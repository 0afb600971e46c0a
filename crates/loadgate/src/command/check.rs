//! `check`: findings about the form of messages and the quality of their data, in constant memory but for
//! what is needed to compare houses with their master.

mod compared;
mod gaps;
mod report;

use super::{Entries, Form, Session, sources};
use crate::cli::CheckArgs;
use crate::input::{self, Source};
use crate::render::excerpt::MessageText;
use crate::{Error, Exit};
use compared::Compared;
use engine::{Checker, Settings};
use finding::Finding;
use report::Report;

pub(super) fn run(args: &CheckArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    if args.gaps {
        return gaps::run(args, session);
    }
    let form = Form::from(args.read.form);
    let settings = Settings::simulated();
    let mut entries = Entries::default();
    let mut exit = Exit::Clean;
    for source in sources(&args.read)? {
        let report = Report::new(form, args.all, source.to_string(), &mut entries);
        exit = exit.max(file(&source, &settings, report, session)?);
    }
    if form == Form::Json {
        entries.finish(session.out)?;
    }
    Ok(exit)
}

/// Tells what is found in each message as soon as it is read, and last what several messages say together.
fn file(
    source: &Source,
    settings: &Settings,
    mut report: Report<'_>,
    session: &mut Session<'_>,
) -> Result<Exit, Error> {
    let mut checker = Checker::new(settings);
    let mut compared = Compared::new(report.form() == Form::People);
    let reading = input::read(source, session.progress(true), session.surroundings.now, |raw, filing| {
        if filing.format.is_some() {
            report.begin(session)?;
        }
        compared.keep(raw, &filing);
        let quality = checker.message(&filing);
        let concerns = |finding: &&Finding| checker.concerns(finding, &filing);
        let mut findings: Vec<Finding> = filing.findings.iter().filter(concerns).cloned().collect();
        findings.extend(quality);
        let start = (raw.first_line, raw.first_column);
        report::sort(&mut findings, |_| start);
        let mut text = None;
        for finding in &findings {
            report.tell(finding, start, session, |position| {
                text.get_or_insert_with(|| MessageText::new(raw)).excerpt(position)
            })?;
        }
        Ok::<(), Error>(())
    })?;
    if let Some(error) = reading.unusable() {
        return report.unusable(error, session);
    }
    for finding in checker.finish() {
        let index = finding.message_index;
        report
            .tell(&finding, compared.start(index), session, |position| compared.excerpt(index, position))?;
    }
    report.finish(&reading, session)
}
