//! Notices as mails to people, handed to a relay of the State's own.
//!
//! The one module that knows the library for mail. A mail is plain text; its Message-ID is made from the notice, so that
//! whoever gets it twice sees one. What the relay refuses for the mail's own sake (5xx to sender, recipient or content)
//! it will refuse again; everything else, and what it says of the connection itself, may pass.

use super::NotTaken;
use super::words::{Words, words};
use crate::api::notice_item;
use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::ClientId;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use store::inbox::Received;

/// Answers of 5xx that speak of the connection and not of the mail: it lacks a login or TLS, or the login is wrong.
const OF_THE_CONNECTION: [u16; 4] = [530, 534, 535, 538];

/// How a connection to a relay is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From its first byte.
    Implicit,
    /// By STARTTLS, and nothing is sent without.
    Required,
    /// By STARTTLS where the relay has it.
    Opportunistic,
    /// Not at all: on this machine alone.
    None,
}

/// What is said of a relay.
#[derive(Debug)]
pub struct RelaySettings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// From whom the mails are, with a name or without.
    pub from: String,
    /// How connections are kept from others.
    pub tls: Tls,
    /// The authorities that its certificate is of, PEM; those that the machine trusts where there are none.
    pub authorities: Option<Vec<u8>>,
    /// User and password.
    pub login: Option<(String, String)>,
    /// How long it may take to take a mail.
    pub answer: Duration,
    /// Where the node is asked, for the words of the mails.
    pub url: Option<String>,
}

/// A relay.
#[derive(Clone)]
pub struct Relay {
    host: String,
    port: u16,
    from: Mailbox,
    hello: ClientId,
    tls: Tls,
    parameters: Option<TlsParameters>,
    login: Option<Credentials>,
    answer: Duration,
    url: Option<String>,
}

impl fmt::Debug for Relay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Relay");
        shown
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl Relay {
    /// A relay by its settings.
    ///
    /// # Errors
    /// What is wrong, by the name of the setting, and what would do.
    pub fn new(settings: RelaySettings) -> Result<Self, String> {
        let RelaySettings { host, port, from, tls, authorities, login, answer, url } = settings;
        let from: Mailbox = from.parse().map_err(|why| format!("from: {from} is no mail address ({why})"))?;
        if !from.email.to_string().is_ascii() {
            return Err(format!(
                "from: {} has letters that not every relay takes; write it in ASCII",
                from.email
            ));
        }
        let parameters = match tls {
            Tls::None => None,
            Tls::Implicit | Tls::Required | Tls::Opportunistic => {
                let mut builder = TlsParametersBuilder::new(host.clone());
                if let Some(pem) = &authorities {
                    if !String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----") {
                        return Err("authorities: there is no certificate in it; it takes PEM".to_owned());
                    }
                    builder = builder.certificate_store(CertificateStore::None);
                    builder = builder.add_root_certificate(
                        Certificate::from_pem(pem)
                            .map_err(|why| format!("authorities: {}", in_words(&why)))?,
                    );
                }
                Some(builder.build().map_err(|why| format!("tls: {}", in_words(&why)))?)
            }
        };
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let login = login.map(|(user, password)| Credentials::new(user, password));
        Ok(Self { host, port, from, hello, tls, parameters, login, answer, url })
    }

    /// Where it is.
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Connects as for a mail, and ends the connection: for whoever looks after the node. Must not be called by a task of
    /// a runtime.
    ///
    /// # Errors
    /// Why no mail could be handed over.
    pub fn look(&self) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|why| why.to_string())?;
        let connected = runtime.block_on(async {
            tokio::time::timeout(self.answer, async {
                let mut connection = self.connect().await?;
                // Whether it says farewell is the same to us.
                let _ = connection.quit().await;
                Ok(())
            })
            .await
        });
        connected.unwrap_or_else(|_| Err(format!("no answer within {} seconds", self.answer.as_secs())))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let wrapped = self.parameters.clone().filter(|_| self.tls == Tls::Implicit);
        let host = (self.host.trim_matches(['[', ']']), self.port);
        let connected =
            AsyncSmtpConnection::connect_tokio1(host, Some(self.answer), &self.hello, wrapped, None).await;
        let mut connection = connected.map_err(|why| in_words(&why))?;
        if let (Tls::Required | Tls::Opportunistic, Some(parameters)) = (self.tls, &self.parameters) {
            if connection.can_starttls() {
                connection.starttls(parameters.clone(), &self.hello).await.map_err(|why| in_words(&why))?;
            } else if self.tls == Tls::Required {
                return Err("it has no STARTTLS, and nothing is sent to it without".to_owned());
            }
        }
        if let Some(login) = &self.login {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, login).await.map_err(|why| in_words(&why))?;
        }
        Ok(connection)
    }

    async fn hand_over(&self, message: &Message) -> Result<(), NotTaken> {
        let mut connection = self.connect().await.map_err(|why| NotTaken {
            logged: format!("the relay {} takes no connection for mails", self.place()),
            ..NotTaken::for_now(format!("the relay {}: {why}", self.place()))
        })?;
        match connection.send(message.envelope(), &message.formatted()).await {
            Ok(_) => {
                // It has the mail: whether it says farewell is the same to us.
                let _ = connection.quit().await;
                Ok(())
            }
            Err(why) => Err(self.not_taken(&why)),
        }
    }

    fn not_taken(&self, why: &Error) -> NotTaken {
        let status = why.status().map(u16::from);
        let forever = why.is_permanent() && !status.is_some_and(|code| OF_THE_CONNECTION.contains(&code));
        let logged = match status {
            Some(code) => format!("the relay {} answered {code}", self.place()),
            None => format!("the relay {} did not answer", self.place()),
        };
        NotTaken { forever, why: format!("the relay {}: {}", self.place(), in_words(why)), logged }
    }
}

/// A mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(lettre::Address);

impl Address {
    /// An address by its text.
    ///
    /// # Errors
    /// Where it is none, or none that every relay takes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: String| format!("{text} is no mail address ({why}); write it as desk@example.org");
        if !text.is_ascii() {
            return Err(wrong("not every relay takes its letters".to_owned()));
        }
        text.parse().map(Self).map_err(|why: lettre::address::AddressError| wrong(why.to_string()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A mail box that wants notices.
#[derive(Debug, Clone)]
pub struct Sender {
    relay: Arc<Relay>,
    to: Address,
    target: String,
}

impl Sender {
    /// One mail box.
    pub fn new(relay: Arc<Relay>, to: Address) -> Self {
        let target = format!("mailto:{to}");
        Self { relay, to, target }
    }

    /// By what it is known.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// How long the relay may take.
    pub fn patience(&self) -> Duration {
        self.relay.answer
    }

    /// Hands a notice to the relay.
    ///
    /// # Errors
    /// Where it was not taken.
    pub async fn send(&self, organisation: &str, received: &Received) -> Result<(), NotTaken> {
        let message =
            self.message(organisation, received).map_err(|why| NotTaken::for_now(why.to_string()))?;
        match tokio::time::timeout(self.relay.answer, self.relay.hand_over(&message)).await {
            Ok(done) => done,
            Err(_) => Err(NotTaken::for_now(format!(
                "the relay {} did not take it within {} seconds",
                self.relay.place(),
                self.relay.answer.as_secs()
            ))),
        }
    }

    fn message(&self, organisation: &str, received: &Received) -> Result<Message, lettre::error::Error> {
        let Words { subject, text } =
            words(organisation, received, &notice_item(received), self.relay.url.as_deref());
        Message::builder()
            .from(self.relay.from.clone())
            .to(self.to.0.clone().into())
            .subject(subject)
            .date(SystemTime::from(received.at))
            .message_id(Some(self.message_id(organisation, received)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
    }

    /// By what a mail of this notice is known. An inbox that was put back from a backup gives places again, so the time
    /// counts as well.
    fn message_id(&self, organisation: &str, received: &Received) -> String {
        let at = received.at.as_nanosecond().to_string();
        let parts = [organisation, &received.place.to_string(), &at, &self.target];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        let hex = hash.iter().take(16).fold(String::new(), |mut text, byte| {
            use fmt::Write as _;
            // A string grows without failing.
            let _ = write!(text, "{byte:02x}");
            text
        });
        format!("<notice.{}.{hex}@{}>", received.place, self.relay.from.email.domain())
    }
}

/// That no person wrote it, so that no machine answers it (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn in_words(why: &Error) -> String {
    let mut words = why.to_string();
    let mut source = std::error::Error::source(why);
    while let Some(why) = source {
        let cause = why.to_string();
        if !words.contains(&cause) {
            words = format!("{words}: {cause}");
        }
        source = why.source();
    }
    words
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::ConsignmentKey;
    use consignment::fact::ObjectName;
    use engine::{Addressee, Notice, NoticeKind};
    use finding::{Phrase, codes};

    fn settings() -> RelaySettings {
        RelaySettings {
            host: "127.0.0.1".to_owned(),
            port: 25,
            from: "Node <node@state.example>".to_owned(),
            tls: Tls::None,
            authorities: None,
            login: None,
            answer: Duration::from_secs(60),
            url: None,
        }
    }

    fn sender(to: &str) -> Sender {
        Sender::new(Arc::new(Relay::new(settings()).unwrap()), Address::parse(to).unwrap())
    }

    fn received(place: u64, text: &str) -> Received {
        let about = ObjectName::Consignment(ConsignmentKey { master: None, house: None });
        let notice = Notice {
            text: Some(Phrase::new(codes::gate::WHY_STATED).with("text", text)),
            ..Notice::new(Addressee::Filer("acme\r\nBcc: evil@x.test".into()), NoticeKind::AllHeld, about)
        };
        Received { place, at: "2026-11-24T06:00:00.5Z".parse().unwrap(), notice: Ok(notice) }
    }

    #[test]
    fn the_same_notice_is_the_same_mail_and_another_is_another() {
        let bytes =
            |sender: &Sender, place| sender.message("acme", &received(place, "x")).unwrap().formatted();
        let (one, other) = (sender("desk@acme.example"), sender("night@acme.example"));
        assert_eq!(bytes(&one, 7), bytes(&one, 7));
        let id =
            |sender: &Sender, organisation, place| sender.message_id(organisation, &received(place, "x"));
        let ids = [id(&one, "acme", 7), id(&one, "acme", 8), id(&one, "acm", 7), id(&other, "acme", 7)];
        assert!(ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1), "{ids:?}");
        assert!(ids[0].starts_with("<notice.7.") && ids[0].ends_with("@state.example>"), "{}", ids[0]);
    }

    #[test]
    fn nothing_in_a_notice_becomes_a_header() {
        let organisation = "acme\r\nBcc: evil@x.test";
        let text = "one\r\nBcc: evil@x.test\r\n\r\n.\r\nMAIL FROM:<evil@x.test>\r\n";
        let message = sender("desk@acme.example").message(organisation, &received(1, text)).unwrap();
        let bytes = String::from_utf8(message.formatted()).unwrap();
        let (head, _) = bytes.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0)
            .collect();
        for name in ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type"] {
            assert_eq!(names.iter().filter(|one| **one == name).count(), 1, "{name}: {head}");
        }
        assert!(!names.contains(&"Bcc") && names.len() <= 9, "{head}");
        assert_eq!(message.envelope().to().len(), 1);
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
    }

    /// A relay with a certificate of `name`, which has STARTTLS where `offers`; the lines that it was told, and its certificate.
    fn relay(name: &str, offers: bool) -> (u16, Vec<u8>, std::sync::mpsc::Receiver<String>) {
        use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
        use tokio_rustls::rustls;
        async fn talk(
            stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
            offers: bool,
            tell: &std::sync::mpsc::Sender<String>,
        ) -> bool {
            let mut lines = BufReader::new(stream);
            loop {
                let mut line = String::new();
                if lines.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return false;
                }
                let word = line.split_whitespace().next().unwrap_or_default().to_owned();
                let said = match word.as_str() {
                    "EHLO" if offers => "250-relay\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n",
                    "EHLO" => "250-relay\r\n250 AUTH PLAIN\r\n",
                    "STARTTLS" => "220 go on\r\n",
                    "AUTH" => "235 welcome\r\n",
                    _ => "250 ok\r\n",
                };
                let _ = tell.send(line.trim().to_owned());
                lines.write_all(said.as_bytes()).await.unwrap();
                if word == "STARTTLS" {
                    return true;
                }
            }
        }
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let pem = made.cert.pem().into_bytes();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(
            rustls::crypto::aws_lc_rs::default_provider(),
        ));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                listener.set_nonblocking(true).unwrap();
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.write_all(b"220 relay\r\n").await.unwrap();
                if talk(&mut stream, offers, &tell).await
                    && let Ok(mut stream) = acceptor.accept(stream).await
                {
                    let _ = tell.send("TLS".to_owned());
                    talk(&mut stream, false, &tell).await;
                }
            });
        });
        (port, pem, told)
    }

    #[test]
    fn a_password_goes_under_tls_to_the_relay_that_is_named() {
        let login = || Some(("node".to_owned(), "secret".to_owned()));
        let look = |name: &str, offers: bool, tls: Tls| {
            let (port, pem, told) = relay(name, offers);
            let host = "localhost".to_owned();
            let settings =
                RelaySettings { host, port, tls, authorities: Some(pem), login: login(), ..settings() };
            let looked = Relay::new(settings).unwrap().look();
            (looked, told.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>())
        };
        let (looked, told) = look("localhost", true, Tls::Required);
        looked.unwrap();
        assert_eq!(told, ["EHLO", "STARTTLS", "TLS", "EHLO", "AUTH", "QUIT"]);
        let (looked, told) = look("localhost", false, Tls::Required);
        assert!(looked.unwrap_err().contains("no STARTTLS"));
        assert_eq!(told, ["EHLO"], "nothing is said in the clear");
        let (looked, told) = look("other.example", true, Tls::Required);
        assert!(looked.is_err());
        assert!(!told.contains(&"AUTH".to_owned()), "{told:?}");
        let (looked, told) = look("localhost", true, Tls::Opportunistic);
        looked.unwrap();
        assert!(told.contains(&"TLS".to_owned()), "{told:?}");
    }

    #[test]
    fn what_is_no_address_is_refused_with_words() {
        for text in
            ["", "desk", "a b@c.test", "desk@", "a@b.test\r\nRCPT TO:<x@y.test>", "ä@b.test", "<a@b.test>"]
        {
            assert!(Address::parse(text).unwrap_err().contains("is no mail address"), "{text}");
        }
        let wrong = Relay::new(RelaySettings { from: "nobody".to_owned(), ..settings() }).unwrap_err();
        assert!(wrong.starts_with("from: nobody"), "{wrong}");
        let (tls, authorities) = (Tls::Required, Some(b"no certificate".to_vec()));
        assert!(Relay::new(RelaySettings { tls, authorities, ..settings() }).is_err());
    }
}
