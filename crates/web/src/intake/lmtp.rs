//! Mails, as the State's own mail server hands them over by LMTP (RFC 2033).
//!
//! The server is answered for each recipient after the commit; whoever is told to send a mail again loses nothing, and an
//! identical one has no second effect. Which organisation a recipient is the way of stands in the configuration. That a mail
//! speaks for it is proved by what the server found (`formats::Letterhead`) and by the author's address together. Every
//! other mail is of nobody: it is kept, it may hold goods by what it claims, and it does nothing else.
//!
//! A mail has no reply, since its sender's address may be anybody's. Where not all of one counts the duty desk is told.

use super::{Heard, is_unkept, refusals, take_heard};
use crate::identity::{Organisation, Role};
use crate::node::{Node, Writing};
use crate::problem::{self, Problem};
use axum::body::Bytes;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use document::node::{FilingsReply, MessageItem};
use engine::{Addressee, Clock as _, Notice, NoticeKind};
use finding::{Phrase, codes};
use formats::Letterhead;
use formats::lmtp::{Delivery, Outcome, Session, Step};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use store::RequestKey;
use store::writer::{Lane, WriteError};
use store::{postgres, sqlite};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// What we call ourselves.
const HOST: &str = "loadgate";

/// Connections at a time; more wait until one ends.
const CONNECTIONS_MAX: usize = 8;

/// How long a command, and what is said to it, may take.
const COMMAND: Duration = Duration::from_secs(60);

/// How long the text of a mail may take, from its first byte to its last.
const DATA: Duration = Duration::from_secs(600);

/// Most bytes read at once.
const PIECE: usize = 16 << 10;

/// How long it is known that the duty desk was told of a mail: as long as the node knows the mail again.
const KNOWN: SignedDuration = SignedDuration::from_hours(48);

/// Of so many mails that prove nothing the duty desk is told one by one in an hour.
const TOLD_MAX: u32 = 100;
const HOUR: Duration = Duration::from_secs(3600);

/// Most reasons told of one mail, and most characters of what is told.
const REASONS_MAX: usize = 5;
const CHARACTERS_MAX: usize = 2_000;

/// The name under which mails that prove nothing are kept; no organisation has it.
pub const NOBODY: &str = "unproven mail";

/// Where the mail server comes to: on this machine alone, since whoever gets there is believed what he found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A loopback address.
    Port(SocketAddr),
    /// A socket in the file system.
    Socket(PathBuf),
}

/// A recipient of mails.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// For whom proven mails to it speak.
    pub organisation: Arc<Organisation>,
    /// The addresses that speak for it, in lower case.
    pub from: BTreeSet<String>,
}

/// A way in for mails.
#[derive(Debug)]
pub struct Lmtp {
    /// Where.
    pub listen: Listen,
    /// What the mail server calls itself in what it found (authserv-id).
    pub server: String,
    /// Recipients by their address, in lower case.
    pub recipients: BTreeMap<String, Recipient>,
    /// Longest mail, in bytes.
    pub bytes_max: usize,
    /// Who speaks by a mail that proves nothing.
    nobody: Organisation,
    /// Since when, and of how many that prove nothing the duty desk was told.
    told: Mutex<(Instant, u32)>,
}

impl Lmtp {
    /// A way in.
    pub fn new(
        listen: Listen,
        server: String,
        recipients: BTreeMap<String, Recipient>,
        bytes_max: usize,
    ) -> Self {
        let nobody = Organisation {
            name: NOBODY.into(),
            role: Role::Filer,
            desk: false,
            represents: None,
            copies: false,
        };
        Self { listen, server, recipients, bytes_max, nobody, told: Mutex::new((Instant::now(), 0)) }
    }

    /// Begins to listen.
    ///
    /// # Errors
    /// Where that cannot be done.
    pub async fn bind(&self) -> io::Result<Listener> {
        match &self.listen {
            Listen::Port(address) => Ok(Listener::Port(TcpListener::bind(address).await?)),
            #[cfg(unix)]
            Listen::Socket(path) => {
                use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
                // One that a node left behind; anything else stays, and is in the way.
                if std::fs::symlink_metadata(path).is_ok_and(|about| about.file_type().is_socket()) {
                    std::fs::remove_file(path)?;
                }
                let listener = tokio::net::UnixListener::bind(path)?;
                // The folder says who may come: whoever has its group.
                std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
                Ok(Listener::Socket(listener))
            }
            #[cfg(not(unix))]
            Listen::Socket(_) => {
                Err(io::Error::other("this system has no such sockets: listen on 127.0.0.1"))
            }
        }
    }

    /// Takes in what comes, until the node is gone.
    pub async fn serve(self, listener: Listener, node: Weak<Node>) {
        let (own, places) = (Arc::new(self), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok(stream) => {
                    let (own, node) = (Arc::clone(&own), node.clone());
                    tokio::spawn(async move {
                        if let Err(why) = own.speak(stream, &node).await {
                            tracing::warn!(error = %why, "a mail server's connection ended");
                        }
                        drop(place);
                    });
                }
                // Too many files are open, for instance.
                Err(why) => {
                    tracing::error!(error = %why, "a mail server's connection was not taken");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Takes in the mails of one connection.
    ///
    /// # Errors
    /// Where the connection fails or is too slow.
    pub async fn speak(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        node: &Weak<Node>,
    ) -> io::Result<()> {
        let knows = |address: &str| {
            let address = address.to_ascii_lowercase();
            self.recipients.contains_key(&address).then_some(address)
        };
        let mut session = Session::new(HOST, self.bytes_max, knows);
        let mut piece = vec![0; PIECE];
        let (mut in_data, mut until) = (false, Instant::now() + COMMAND);
        loop {
            while let Some(step) = session.step() {
                match step {
                    Step::Say(said) => say(&mut stream, &said).await?,
                    Step::Close => return stream.shutdown().await,
                    Step::Take(delivery) => {
                        // A node that stops is gone for whoever still speaks.
                        let Some(node) = node.upgrade() else { return Ok(()) };
                        let outcomes = self.take(&node, delivery).await;
                        drop(node);
                        say(&mut stream, &session.taken(&outcomes)).await?;
                    }
                }
                until = Instant::now() + COMMAND;
            }
            // A mail has its time as a whole: whoever sends a byte now and then does not keep a connection for ever.
            if session.is_in_data() != in_data {
                in_data = !in_data;
                until = Instant::now() + if in_data { DATA } else { COMMAND };
            }
            let read = tokio::time::timeout_at(until.into(), stream.read(&mut piece)).await?;
            match read? {
                0 => return Ok(()),
                count => session.feed(&piece[..count]),
            }
        }
    }

    /// Takes in a mail for each of its recipients.
    async fn take(&self, node: &Arc<Node>, delivery: Delivery) -> Vec<Outcome> {
        let Delivery { recipients, mail } = delivery;
        let mut outcomes = Vec::with_capacity(recipients.len());
        match mail {
            Ok(mail) => {
                let mail = Bytes::from(mail);
                let head = Letterhead::of(&mail, &self.server);
                for address in &recipients {
                    outcomes.push(self.take_for(node, address, &mail, &head).await);
                }
            }
            // Nothing of it is here; the server is told, and so is whoever waits for it.
            Err(unfit) => {
                for address in &recipients {
                    let why = format!("a mail to {address} was refused: {unfit}");
                    if let Err(problem) = self.tell(node, None, &why).await {
                        tracing::error!(?problem, "nobody was told of a mail that was refused");
                    }
                }
            }
        }
        outcomes
    }

    async fn take_for(&self, node: &Arc<Node>, address: &str, mail: &Bytes, head: &Letterhead) -> Outcome {
        let Some(recipient) = self.recipients.get(address) else { return Outcome::Never };
        let unproven = match &head.proved {
            Ok(author) if recipient.from.contains(author) => None,
            Ok(author) => {
                Some(format!("{author} is no address that speaks for {}", recipient.organisation.name))
            }
            Err(why) => Some(why.to_string()),
        };
        let (organisation, heard) = match unproven {
            None => (&*recipient.organisation, Heard::Everything),
            Some(_) => (&self.nobody, Heard::ClaimsAlone),
        };
        let hash: [u8; 32] = Sha256::digest(mail).into();
        let key = hash.iter().fold("lmtp/".to_owned(), |mut text, byte| {
            use std::fmt::Write as _;
            // A string grows without failing.
            let _ = write!(text, "{byte:02x}");
            text
        });
        let taken = take_heard(node, organisation, heard, Some(&key), mail.clone()).await;
        let (outcome, reasons) = match &taken {
            Ok(reply) if reply.messages.iter().any(is_unkept) => return Outcome::NotNow,
            Err(problem) if problem.is_passing() => return Outcome::NotNow,
            Ok(reply) => (Outcome::Kept, shortcomings(reply)),
            Err(problem) => (Outcome::Never, vec![format!("it was not kept: {}", problem.detail())]),
        };
        let Some(words) = self.words(address, head, unproven.as_deref(), &reasons) else { return outcome };
        let name = Arc::clone(&organisation.name);
        let key =
            RequestKey { organisation: name, key: format!("{key}/{address}/told").into(), request: hash };
        match self.tell(node, Some(key), &words).await {
            Ok(()) => outcome,
            Err(problem) => {
                tracing::error!(?problem, "nobody was told of a mail");
                Outcome::NotNow
            }
        }
    }

    /// What the duty desk is told of a mail; nothing where all of it counts, or where it is told of too many already.
    fn words(
        &self,
        address: &str,
        head: &Letterhead,
        unproven: Option<&str>,
        reasons: &[String],
    ) -> Option<String> {
        let mut all = Vec::new();
        if let Some(why) = unproven {
            match self.counts_one_more() {
                count if count < TOLD_MAX => {}
                TOLD_MAX => {
                    return Some(format!(
                        "more than {TOLD_MAX} mails within an hour prove nothing of who wrote them. The others are \
                         kept, and may hold goods; they are not told of one by one"
                    ));
                }
                _ => return None,
            }
            all.push(format!(
                "it is not proved who wrote it ({why}), so it may hold goods and does nothing else"
            ));
        }
        all.extend(reasons.iter().take(REASONS_MAX).cloned());
        if all.is_empty() {
            return None;
        }
        let author = head.author.as_deref().unwrap_or("nobody");
        let text = format!(
            "a mail to {address} from {author}, subject \"{}\", Message-ID {}: {}",
            head.subject,
            if head.message_id.is_empty() { "none" } else { &head.message_id },
            all.join("; ")
        );
        Some(text.chars().take(CHARACTERS_MAX).collect())
    }

    /// Counts a mail that proves nothing; gives how many came before it within the hour.
    fn counts_one_more(&self) -> u32 {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.0.elapsed() >= HOUR {
            *told = (Instant::now(), 0);
        }
        told.1 = told.1.saturating_add(1);
        told.1 - 1
    }

    /// Tells the duty desk; once for a key.
    async fn tell(&self, node: &Arc<Node>, key: Option<RequestKey>, words: &str) -> Result<(), Problem> {
        let about = ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        let text = Some(Phrase::new(codes::gate::WHY_STATED).with("text", words.to_owned()));
        let notice = Notice { text, ..Notice::new(Addressee::Duty, NoticeKind::MailNotTaken, about) };
        let now = node.clock().now();
        let expires = now.saturating_add(KNOWN).unwrap_or(now);
        let node = Arc::clone(node);
        let written = tokio::task::spawn_blocking(move || -> Result<(), WriteError> {
            match &node.writer {
                Writing::Own(writer) => {
                    writer.run(Lane::Ordinary, move |session: &sqlite::Session| match &key {
                        Some(key) => sqlite::outbox::add_once(session, key, &notice, now, expires).map(drop),
                        None => sqlite::outbox::add(session, &notice, now).map(drop),
                    })
                }
                Writing::Shared { writer, .. } => {
                    writer.between(move |session: &postgres::Session| match &key {
                        Some(key) => {
                            postgres::outbox::add_once(session, key, &notice, now, expires).map(drop)
                        }
                        None => postgres::outbox::add(session, &notice, now),
                    })
                }
            }
        });
        Ok(written.await.map_err(|_| Problem::plain(problem::FAILED))??)
    }
}

/// What of a mail does not count, in words; nothing where all of it does.
fn shortcomings(reply: &FilingsReply) -> Vec<String> {
    reply.messages.iter().flat_map(shortcomings_of).collect()
}

fn shortcomings_of(message: &MessageItem) -> Vec<String> {
    let mut found = refusals(&message.filing);
    let facts = message.facts.iter().filter(|fact| fact["outcome"] == "refused");
    found.extend(facts.filter_map(|fact| fact["refusal"]["message"].as_str()).map(str::to_owned));
    let errors = message.findings.iter().filter(|finding| finding.severity == "error");
    found.extend(errors.map(|finding| finding.message.clone()));
    let named = message.filing["consignments"].as_array().is_some_and(|all| !all.is_empty());
    if found.is_empty() && !named && message.facts.is_empty() {
        found.push(
            "nothing in it names goods: read it. What an authority says of an outage two people record, with the mail as \
             evidence"
                .to_owned(),
        );
    }
    found
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), said: &[u8]) -> io::Result<()> {
    tokio::time::timeout(COMMAND, stream.write_all(said)).await?
}

/// Where connections come in.
#[derive(Debug)]
pub enum Listener {
    /// A port.
    Port(TcpListener),
    /// A socket in the file system.
    #[cfg(unix)]
    Socket(tokio::net::UnixListener),
}

/// A connection of either kind.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Listener {
    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Port(listener) => Box::new(listener.accept().await?.0),
            #[cfg(unix)]
            Self::Socket(listener) => Box::new(listener.accept().await?.0),
        })
    }

    /// The port that it has, where it has one.
    pub fn port(&self) -> Option<SocketAddr> {
        match self {
            Self::Port(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Self::Socket(_) => None,
        }
    }
}
