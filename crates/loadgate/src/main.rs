//! The binary: what belongs to the process, and nothing else.

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use jiff::Timestamp;
use loadgate::cli::{self, Cli};
use loadgate::render::{BAD, Look, terminal_width};
use loadgate::{Error, Exit, Surroundings};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

/// Decoding makes many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes gathered before they are written to standard output.
const BUFFER_BYTES: usize = 64 << 10;

fn main() -> ExitCode {
    // A panic has already been reported by its hook; what remains is to tell the caller whose fault it is.
    std::panic::catch_unwind(go).unwrap_or(Exit::Failed).into()
}

fn go() -> Exit {
    let word = std::env::args_os().nth(1);
    if let Some(text) = word.as_deref().and_then(|word| word.to_str()).and_then(cli::not_yet) {
        complain(&text);
        return Exit::Unusable;
    }
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(why) => {
            // Whether help or complaint, there is nobody left to tell where it cannot be printed.
            let _ = why.print();
            return if why.exit_code() == 0 { Exit::Clean } else { Exit::Unusable };
        }
    };
    let color = wants_color(&io::stdout());
    let surroundings = Surroundings {
        now: now(),
        look: Look::new(color, terminal_width()),
        width: terminal_width(),
        error_color: wants_color(&io::stderr()),
        out_is_terminal: io::stdout().is_terminal(),
        error_is_terminal: io::stderr().is_terminal(),
    };
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    let mut errors = io::stderr();
    let outcome = loadgate::run(command, &surroundings, &mut out, &mut errors)
        .and_then(|exit| out.flush().map(|()| exit).map_err(Error::from));
    match outcome {
        Ok(exit) => exit,
        Err(why) => {
            if !why.is_silent() {
                complain(&why.to_string());
            }
            why.exit()
        }
    }
}

/// The time, to the second: messages and answers know no finer one.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Colour is for terminals that want it: `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` are heard.
fn wants_color(stream: &impl anstream::stream::RawStream) -> bool {
    AutoStream::choice(stream) != ColorChoice::Never
}

fn complain(text: &str) {
    let look = Look::new(wants_color(&io::stderr()), None);
    let text = loadgate::render::text::visible(text);
    // There is nobody left to tell where standard error is closed.
    let _ = writeln!(io::stderr(), "{}: {text}", look.paint(BAD, "loadgate"));
}
