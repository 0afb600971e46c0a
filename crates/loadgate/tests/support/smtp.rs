//! A small mail server on this machine that does with mails what a test wants.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What the server does with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Takes the mail.
    Take,
    /// Answers RCPT with this.
    Answer(&'static str),
    /// Takes the text and hangs up without a word.
    Drop,
    /// Takes the text and says nothing until the other side is gone.
    Hang,
    /// Refuses the connection as such.
    Greet(&'static str),
}

/// A mail that came, and what was done with it.
#[derive(Debug, Clone)]
pub struct Came {
    pub done: Does,
    pub from: String,
    pub to: String,
    pub text: String,
}

impl Came {
    /// The value of a field of its header.
    pub fn field(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let start = format!("{}:", name.to_ascii_lowercase());
        let mut found = head.split("\r\n").filter(|line| line.to_ascii_lowercase().starts_with(&start));
        let line = found.next().unwrap_or_else(|| panic!("{name} is missing: {head}"));
        assert!(found.next().is_none(), "{name} twice: {head}");
        line[start.len()..].trim().to_owned()
    }
}

/// A server; it ends with the test.
pub struct Smtp {
    pub address: SocketAddr,
    came: Receiver<Came>,
}

impl Smtp {
    /// One that does these things in their order, for each connection one, and then the last for ever.
    pub fn start(does: &[Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, came) = channel();
        let does = does.to_vec();
        std::thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let does = does[count.min(does.len() - 1)];
                let tell = tell.clone();
                std::thread::spawn(move || {
                    // Whoever talks may go away at any time.
                    let _ = talk(&stream.unwrap(), does, &tell);
                });
            }
        });
        Self { address, came }
    }

    /// The next mail that came.
    pub fn next(&self) -> Came {
        self.came.recv_timeout(Duration::from_secs(60)).expect("a mail comes")
    }

    /// Whether nothing comes for so long.
    pub fn is_quiet(&self, time: Duration) -> bool {
        self.came.recv_timeout(time).is_err()
    }
}

fn talk(stream: &TcpStream, does: Does, tell: &Sender<Came>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream);
    let mut out = stream;
    let mut came = Came { done: does, from: String::new(), to: String::new(), text: String::new() };
    if let Does::Greet(answer) = does {
        write!(out, "{answer}\r\n")?;
        let _ = tell.send(came);
        return Ok(());
    }
    write!(out, "220 relay.test ESMTP\r\n")?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let upper = line.to_ascii_uppercase();
        if upper.starts_with("EHLO") {
            write!(out, "250-relay.test\r\n250 8BITMIME\r\n")?;
        } else if upper.starts_with("MAIL FROM:") {
            line.trim()[10..].clone_into(&mut came.from);
            write!(out, "250 2.1.0 ok\r\n")?;
        } else if upper.starts_with("RCPT TO:") {
            line.trim()[8..].clone_into(&mut came.to);
            match does {
                Does::Answer(answer) => {
                    write!(out, "{answer}\r\n")?;
                    let _ = tell.send(came.clone());
                }
                _ => write!(out, "250 2.1.5 ok\r\n")?,
            }
        } else if upper.starts_with("DATA") {
            write!(out, "354 go on\r\n")?;
            loop {
                let mut line = String::new();
                if lines.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                if line == ".\r\n" {
                    break;
                }
                came.text.push_str(line.strip_prefix('.').unwrap_or(&line));
            }
            let _ = tell.send(came.clone());
            match does {
                Does::Drop => return Ok(()),
                Does::Hang => {
                    let _ = lines.read(&mut [0; 1]);
                    return Ok(());
                }
                _ => write!(out, "250 2.0.0 queued\r\n")?,
            }
        } else if upper.starts_with("QUIT") {
            write!(out, "221 2.0.0 bye\r\n")?;
            return Ok(());
        } else {
            write!(out, "250 2.0.0 ok\r\n")?;
        }
    }
}
