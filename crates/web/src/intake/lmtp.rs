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
use jiff::{SignedDuration, Timestamp};
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

/// How long whoever speaks may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a command, and to hear what is said to it.
    pub command: Duration,
    /// For the text of a mail, from its first byte to its last.
    pub data: Duration,
}

/// How long that is: a mail server beside the node is quick.
const PATIENCE: Patience = Patience { command: Duration::from_secs(60), data: Duration::from_secs(600) };

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
    /// How long whoever speaks may take.
    pub patience: Patience,
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
        let nobody = Organisation::new(NOBODY.into(), Role::Filer);
        let told = Mutex::new((Instant::now(), 0));
        Self { listen, server, recipients, bytes_max, patience: PATIENCE, nobody, told }
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
                    if tokio::net::UnixStream::connect(path).await.is_ok() {
                        return Err(io::Error::new(io::ErrorKind::AddrInUse, "somebody listens there"));
                    }
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
        let Patience { command, data } = self.patience;
        let (mut in_data, mut until) = (false, Instant::now() + command);
        loop {
            while let Some(step) = session.step() {
                match step {
                    Step::Say(said) => say(&mut stream, &said, command).await?,
                    Step::Close => return stream.shutdown().await,
                    Step::Take(delivery) => {
                        // A node that stops is gone for whoever still speaks.
                        let Some(node) = node.upgrade() else { return Ok(()) };
                        let outcomes = self.take(&node, delivery).await;
                        drop(node);
                        say(&mut stream, &session.taken(&outcomes), command).await?;
                    }
                }
                until = Instant::now() + command;
            }
            // A mail has its time as a whole: whoever sends a byte now and then does not keep a connection for ever.
            if session.is_in_data() != in_data {
                in_data = !in_data;
                until = Instant::now() + if in_data { data } else { command };
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
                let (read, server) = (mail.clone(), self.server.clone());
                let head = tokio::task::spawn_blocking(move || Letterhead::of(&read, &server)).await;
                // A fault of ours is none of the mail: it is not kept, and comes again.
                let Ok(head) = head else { return outcomes };
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
        let taken = take_heard(node, organisation, None, heard, Some(&key), mail.clone()).await;
        let (outcome, reasons) = match &taken {
            Ok(reply) if reply.messages.iter().any(is_unkept) => return Outcome::NotNow,
            Err(problem) if problem.is_passing() => return Outcome::NotNow,
            Ok(reply) => (Outcome::Kept, shortcomings(reply, heard)),
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
        // A node that runs beside another system tells nobody anything.
        if node.settings().parallel {
            return Ok(());
        }
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
                        None => sqlite::outbox::add(session, &notice, Timestamp::UNIX_EPOCH).map(drop),
                    })
                }
                Writing::Shared { writer, .. } => {
                    writer.between(move |session: &postgres::Session| match &key {
                        Some(key) => {
                            postgres::outbox::add_once(session, key, &notice, now, expires).map(drop)
                        }
                        None => postgres::outbox::add(session, &notice, Timestamp::UNIX_EPOCH),
                    })
                }
            }
        });
        Ok(written.await.map_err(|_| Problem::plain(problem::FAILED))??)
    }
}

/// What of a mail does not count, in words; nothing where all of it does.
fn shortcomings(reply: &FilingsReply, heard: Heard) -> Vec<String> {
    reply.messages.iter().flat_map(|message| shortcomings_of(message, heard)).collect()
}

fn shortcomings_of(message: &MessageItem, heard: Heard) -> Vec<String> {
    let mut found = refusals(&message.filing);
    let facts = message.facts.iter().filter(|fact| fact["outcome"] == "refused");
    found.extend(facts.filter_map(|fact| fact["refusal"]["message"].as_str()).map(str::to_owned));
    let errors = message.findings.iter().filter(|finding| finding.severity == "error");
    found.extend(errors.map(|finding| finding.message.clone()));
    let named = message.filing["consignments"].as_array().is_some_and(|all| !all.is_empty());
    if found.is_empty() && !named && message.facts.is_empty() {
        found.push(match heard {
            Heard::Everything => {
                "nothing in it names goods: read it. What an authority says of an outage two people \
                                  record, with the mail as evidence"
                    .to_owned()
            }
            Heard::ClaimsAlone => "it claims nothing of goods that it names: read it".to_owned(),
        });
    }
    found
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), said: &[u8], most: Duration) -> io::Result<()> {
    tokio::time::timeout(most, stream.write_all(said)).await?
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    fn way(listen: Listen) -> Lmtp {
        let organisation = Organisation::new("acme".into(), Role::Filer);
        let recipient = Recipient { organisation: Arc::new(organisation), from: BTreeSet::new() };
        let recipients = BTreeMap::from([("a@state.example".to_owned(), recipient)]);
        let quick = Patience { command: Duration::from_millis(200), data: Duration::from_millis(600) };
        Lmtp { patience: quick, ..Lmtp::new(listen, "mx".to_owned(), recipients, 1000) }
    }

    fn port() -> Listen {
        Listen::Port("127.0.0.1:0".parse().unwrap())
    }

    #[tokio::test]
    async fn whoever_is_slow_is_left_alone() {
        // Nothing is said; a command is not ended; a mail comes byte by byte, each in time; what is said is not heard.
        let begun = "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<A@state.example>\r\nDATA\r\n";
        for (said, drips) in [("", false), ("LHLO x", false), (begun, true), (begun, false)] {
            let (mut here, there) = duplex(4096);
            let speaking = tokio::spawn(async move { way(port()).speak(there, &Weak::new()).await });
            here.write_all(said.as_bytes()).await.unwrap();
            let dripping = async {
                while drips && here.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                std::future::pending::<()>().await;
            };
            let ended = tokio::select! {
                ended = speaking => ended.unwrap(),
                () = dripping => unreachable!("it waits for ever"),
                () = tokio::time::sleep(Duration::from_secs(20)) => Ok(()),
            };
            assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut, "{said} {drips}");
        }
        let (mut here, there) = duplex(64);
        let speaking = tokio::spawn(async move { way(port()).speak(there, &Weak::new()).await });
        // What is said fills the line, and nobody reads it.
        let flood =
            tokio::spawn(async move { while here.write_all(b"NOOP\r\nNOOP\r\nNOOP\r\n").await.is_ok() {} });
        assert_eq!(speaking.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
        flood.await.unwrap();
    }

    #[tokio::test]
    async fn a_node_that_is_gone_keeps_no_mail_and_says_nothing() {
        let (mut here, there) = duplex(4096);
        let mail = "LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@state.example>\r\nDATA\r\nText\r\n.\r\n";
        here.write_all(mail.as_bytes()).await.unwrap();
        way(port()).speak(there, &Weak::new()).await.unwrap();
        let mut said = String::new();
        here.read_to_string(&mut said).await.unwrap();
        assert!(said.trim_end().ends_with("on a line of its own"), "{said}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_socket_that_was_left_behind_is_taken_and_one_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.sock");
        let way = || way(Listen::Socket(path.clone()));
        let listener = way().bind().await.unwrap();
        assert!(listener.port().is_none());
        let taken = way().bind().await.unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
        drop(listener);
        assert!(path.exists(), "it stays behind");
        drop(way().bind().await.unwrap());
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "a file of somebody").unwrap();
        assert!(way().bind().await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a file of somebody");
        assert!(way_at_port().await.port().is_some());
    }

    async fn way_at_port() -> Listener {
        way(port()).bind().await.unwrap()
    }

    #[test]
    fn of_a_flood_the_duty_desk_is_told_once() {
        let way = way(port());
        let head = Letterhead::of(b"", "mx");
        let told = |unproven| way.words("a@state.example", &head, unproven, &[]);
        let all: Vec<Option<String>> = (0..300).map(|_| told(Some("no proof"))).collect();
        assert!(all[0].as_ref().unwrap().contains("no proof"));
        assert!(all[usize::try_from(TOLD_MAX).unwrap()].as_ref().unwrap().starts_with("more than 100"));
        assert!(all[usize::try_from(TOLD_MAX).unwrap() + 1..].iter().all(Option::is_none));
        assert_eq!(told(None), None, "all of it counts");
        let refused = way.words("a@state.example", &head, None, &["it was refused".to_owned()]);
        assert!(refused.unwrap().ends_with("Message-ID none: it was refused"));
    }
}
