//! `serve` and `token`: a node, and who may speak to it.

use super::Session;
use crate::cli::{ServeArgs, TokenArgs};
use crate::{Error, Exit};
use jiff::SignedDuration;
use programme::Mode;
use std::io::{self, Write};
use std::net::SocketAddr;
use web::config::Config;
use web::identity::new_token;
use web::node::Node;
use web::{FirstLink, ServeError, serve};

/// What is logged without any setting: what somebody must see to, what was refused, and what was read anew.
const LOG: &str = "warn,web::renewal=info";

/// Runs a node until it is told to stop.
pub(super) fn run(args: &ServeArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let mut config = Config::read(&args.data).map_err(|why| Error::Usage(why.to_string()))?;
    config.listen = args.listen.unwrap_or(config.listen);
    if let Some(address) = &args.database {
        config = config.shared(address).map_err(|why| Error::Usage(why.to_string()))?;
    }
    let wanted = std::env::var("LOADGATE_LOG").ok().filter(|wanted| !wanted.trim().is_empty());
    let filter = tracing_subscriber::EnvFilter::try_new(wanted.as_deref().unwrap_or(LOG))
        .map_err(|why| Error::Usage(format!("LOADGATE_LOG says nothing that is known: {why}")))?;
    // A log that somebody else has set up already is theirs.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        // Where a line cannot be written nobody can be told so, and the node works on.
        .log_internal_errors(false)
        .json()
        .try_init();
    let over_tls = config.tls.is_some();
    let data = config.data.display().to_string();
    let database = config.database.as_ref().map(ToString::to_string);
    let mut told = Ok(());
    let out = &mut *session.out;
    let served = serve(
        config,
        |address, node, first| {
            told = banner(out, address, node, (&data, database.as_deref()), over_tls)
                .and_then(|()| first_link(out, first.as_ref()))
                .and_then(|()| out.flush())
        },
        stopped,
    );
    told?;
    match served {
        Ok(()) => Ok(Exit::Clean),
        Err(ServeError::Io(why)) => Err(Error::Output(why)),
        Err(why) => Err(Error::Usage(why.to_string())),
    }
}

fn banner(
    out: &mut dyn Write,
    address: SocketAddr,
    node: &Node,
    (data, database): (&str, Option<&str>),
    over_tls: bool,
) -> io::Result<()> {
    let scheme = if over_tls { "https" } else { "http" };
    writeln!(out, "Loadgate {} listens on {scheme}://{address}", env!("LOADGATE_VERSION"))?;
    writeln!(out, "  data        {data}")?;
    if let Some(database) = database {
        writeln!(out, "  database    {database}, shared with other nodes")?;
    }
    let running: Vec<String> = node.running().map(|(id, mode)| format!("{id} ({})", word(mode))).collect();
    match running.as_slice() {
        [] => writeln!(out, "  programmes  all simulated: every answer says so")?,
        running => writeln!(out, "  programmes  {}; the others are simulated", running.join(", "))?,
    }
    match node.lists().as_slice() {
        [] => writeln!(out, "  lists       none: no names are screened")?,
        lists => writeln!(out, "  lists       {}", lists.join(", "))?,
    }
    if node.shown().is_empty() {
        writeln!(
            out,
            "  nobody may speak to it yet: `loadgate token ORGANISATION` makes a token and says where it goes"
        )?;
    }
    Ok(())
}

/// Where nobody runs the node yet, who has this link does.
fn first_link(out: &mut dyn Write, first: Option<&FirstLink>) -> io::Result<()> {
    let Some((link, until)) = first else { return Ok(()) };
    let until = web::pages::told(*until);
    writeln!(
        out,
        "  nobody administers it yet: open this link in a browser and make a passkey, once, until {until}"
    )?;
    writeln!(out, "    {link}")
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Authority => "authority",
        Mode::Relay => "relay",
        Mode::Simulated => "simulated",
    }
}

/// Until somebody interrupts the process or tells it to end.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = ended.recv() => {}
            }
            return;
        }
    }
    // Where the signal cannot be heard the process is ended by other means.
    let _ = interrupted.await;
}

/// Makes a token and says where it goes.
pub(super) fn token(args: &TokenArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let named = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte))
    };
    if !named(&args.organisation) || !named(&args.name) {
        return Err(Error::Usage(
            "names of organisations and tokens take letters, digits, spaces, - and _".to_owned(),
        ));
    }
    let (token, hash) =
        new_token().map_err(|_| Error::Usage("the system gives no random bytes".to_owned()))?;
    let expires = session
        .surroundings
        .now
        .checked_add(SignedDuration::from_hours(24 * i64::from(args.days)))
        .map_err(|why| Error::Usage(format!("--days {}: {why}", args.days)))?;
    let organisation = &args.organisation;
    writeln!(session.out, "{token}\n")?;
    writeln!(session.out, "Give it to {organisation} now: it is kept nowhere. For loadgate.toml:\n")?;
    writeln!(session.out, "[organisation.\"{organisation}\"]")?;
    writeln!(
        session.out,
        "role = \"filer\"  # or carrier 9Z, handler, officer of us-acas, authority of us-acas, registry, auditor"
    )?;
    writeln!(session.out, "[[organisation.\"{organisation}\".token]]")?;
    writeln!(session.out, "name = \"{}\"\nsha256 = \"{hash}\"\nexpires = \"{expires}\"", args.name)?;
    Ok(Exit::Clean)
}
