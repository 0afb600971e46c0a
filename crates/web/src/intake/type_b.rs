//! Type-B messages over a connection, as gateways of the trade's networks hand them over.
//!
//! Each message stands between SOH (01) and ETX (03); STX (02) parts its heading from its text. After the commit the node
//! answers ACK (06), then, where the message has an answer, the answer framed alike. Where it was not kept the node answers
//! NAK (15, hexadecimal) and closes: whoever sends it again loses nothing, and an identical one has no second effect. What
//! stands outside a frame is passed over. The single bytes of the answer are ours; networks differ.

use super::take;
use crate::identity::Organisation;
use crate::node::Node;
use axum::body::Bytes;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

const SOH: u8 = 1;
const STX: u8 = 2;
const ETX: u8 = 3;
const ACK: u8 = 6;
const NAK: u8 = 0x15;

/// Longest message, in bytes. Networks pass some four thousand characters in one piece.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Connections at a time.
const CONNECTIONS_MAX: usize = 64;

/// How long a connection may be silent in the middle of a message, and how long an answer may take to be read.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// A port, and who speaks there.
#[derive(Debug, Clone)]
pub struct TypeB {
    /// Where it listens: loopback, for a gateway on this machine.
    pub listen: SocketAddr,
    /// Who speaks where the origin of a message is none of those below.
    pub organisation: Arc<Organisation>,
    /// Who speaks by the address of origin, which the network vouches for.
    pub origins: BTreeMap<String, Arc<Organisation>>,
}

impl TypeB {
    /// Takes in what comes, until the node is gone.
    pub async fn serve(self, listener: TcpListener, node: Weak<Node>) {
        let (own, places) = (Arc::new(self), Arc::new(Semaphore::new(CONNECTIONS_MAX)));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, address)) => {
                    let (own, node) = (Arc::clone(&own), node.clone());
                    tokio::spawn(async move {
                        if let Err(why) = own.speak(stream, &node).await {
                            tracing::warn!(%address, error = %why, "a connection ended");
                        }
                        drop(place);
                    });
                }
                // Too many files are open, for instance.
                Err(why) => {
                    tracing::error!(error = %why, "a connection was not taken");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Takes in the messages of one connection, one after the other.
    ///
    /// # Errors
    /// Where the connection fails, or says what is no message.
    pub async fn speak(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        node: &Weak<Node>,
    ) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let message = match next(&mut stream).await {
                Ok(Some(message)) => message,
                Ok(None) => return Ok(()),
                // Whoever speaks is told that it was not taken; where he does not listen either, the first fault is told.
                Err(why) => {
                    let _ = in_time(stream.get_mut().write_all(&[NAK])).await;
                    return Err(why);
                }
            };
            // A node that stops is gone for whoever still speaks.
            let Some(node) = node.upgrade() else { return Ok(()) };
            let organisation = origin(&message).and_then(|origin| self.origins.get(origin));
            let organisation = organisation.unwrap_or(&self.organisation);
            let key = key(&message);
            let taken = take(&node, organisation, None, Some(&key), Bytes::from(message)).await;
            drop(node);
            match taken {
                Ok(reply) if !reply.messages.iter().any(super::is_unkept) => {
                    let mut answer = vec![ACK];
                    for piece in reply.messages.iter().flat_map(|message| &message.reply) {
                        answer.extend([SOH, STX]);
                        answer.extend(piece.as_bytes());
                        answer.push(ETX);
                    }
                    in_time(stream.get_mut().write_all(&answer)).await?;
                }
                _ => {
                    in_time(stream.get_mut().write_all(&[NAK])).await?;
                    return in_time(stream.get_mut().shutdown()).await;
                }
            }
        }
    }
}

async fn in_time<T>(done: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(PAUSE_MAX, done).await?
}

/// The next message, with its frame; `None` where the connection is over.
async fn next(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Vec<u8>>> {
    // Between messages somebody may be silent for as long as he likes.
    loop {
        match stream.read_u8().await {
            Ok(SOH) => break,
            Ok(_) => {}
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(why) => return Err(why),
        }
    }
    let mut message = vec![SOH];
    loop {
        let byte = in_time(stream.read_u8()).await?;
        message.push(byte);
        match byte {
            ETX => return Ok(Some(message)),
            SOH => return Err(io::Error::other("a message begins within another")),
            _ if message.len() > MESSAGE_BYTES_MAX => {
                return Err(io::Error::other(format!("a message is longer than {MESSAGE_BYTES_MAX} bytes")));
            }
            _ => {}
        }
    }
}

/// The address of origin of a heading: `.ADDRESS` at the start of a line before the text.
fn origin(message: &[u8]) -> Option<&str> {
    let heading = message.split(|byte| *byte == STX).next()?;
    let heading = std::str::from_utf8(heading).ok()?;
    let line = heading.lines().find_map(|line| line.trim_matches('\u{1}').strip_prefix('.'))?;
    line.split_whitespace().next()
}

/// By what a message is known when it is sent again.
fn key(message: &[u8]) -> String {
    Sha256::digest(message).iter().fold("type-b/".to_owned(), |mut text, byte| {
        use std::fmt::Write as _;
        // A string grows without failing.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_stand_between_their_bytes() {
        let mut stream: &[u8] = b"noise\x01QK FRAXX9Z\r\n.ZRHAA8Z 240600\r\n\x02FWB/16\x03\r\n\x01\x02B\x03";
        assert!(next(&mut stream).await.unwrap().unwrap().ends_with(b"FWB/16\x03"));
        assert_eq!(next(&mut stream).await.unwrap().unwrap(), b"\x01\x02B\x03");
        assert_eq!(next(&mut stream).await.unwrap(), None);
        for broken in [&b"\x01half"[..], b"\x01one\x01two\x03"] {
            let mut stream = broken;
            assert!(next(&mut stream).await.is_err());
        }
        let long = [vec![SOH], vec![b'A'; MESSAGE_BYTES_MAX + 1]].concat();
        assert!(next(&mut &long[..]).await.unwrap_err().to_string().contains("longer"));
    }

    #[test]
    fn the_origin_stands_in_the_heading_alone() {
        assert_eq!(origin(b"\x01QK FRAXX9Z\r\n.ZRHAA8Z 240600\r\n\x02FWB\x03"), Some("ZRHAA8Z"));
        assert_eq!(origin(b"\x01.ZRHAA8Z 240600\r\n\x02FWB\x03"), Some("ZRHAA8Z"));
        assert_eq!(origin(b"\x01QK FRAXX9Z\r\n\x02.ZRHAA8Z\r\nFWB\x03"), None);
        assert_eq!(origin(b""), None);
    }
}
