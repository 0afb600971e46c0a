//! What stands below the help of the commands.

use super::LATER;
use formats::register::{self, Family};
use std::fmt::Write as _;

/// What stands below the help of the program: formats, examples, exit status, and what is planned.
pub(super) fn after_help() -> String {
    let mut text = String::from("Formats, by their names and versions:\n");
    for family in Family::ALL.iter().copied() {
        let of_family = || register::all().iter().filter(|row| row.family() == family);
        let read: Vec<String> = of_family()
            .filter(|row| row.is_read())
            .map(|row| match row.versions() {
                [] => row.name().to_owned(),
                _ => format!("{} ({})", row.name(), row.versions_text()),
            })
            .collect();
        let kept: Vec<&str> = of_family().filter(|row| !row.is_read()).map(register::Row::name).collect();
        // A string grows without failing.
        let _ = writeln!(text, "  {family}: {}", read.join(", "));
        if !kept.is_empty() {
            let _ = writeln!(text, "    recognised, not read: {}", kept.join(", "));
        }
    }
    text.push_str(
        "
Examples:
  loadgate demo
  loadgate check message.fwb
  loadgate describe --json messages.txt | jq '.[].consignments[].master'
  loadgate assess waybill.fwb houses.fhl --lists lists/ --leg 9Z100/2026-11-24/FRA-JFK
  loadgate screen 'Zephyr Border Trading' --lists lists/
  loadgate story fixtures/stories/example.toml
  loadgate explain awb-number-invalid

Exit status, the highest that applies:
  0  clean
  1  check, describe, lists: a finding of severity error; screen, compare: a hit; assess, gate-list: a hold; assess: a message that could not be taken in; story: a difference; stress: a request that failed or was answered wrongly, or a filing that is missing
  2  an input that cannot be used, or a wrong command line
  3  a failure of Loadgate, or a result that could not be written whole (its reader went away)",
    );
    let later: Vec<&str> = LATER.iter().map(|(name, _)| *name).collect();
    // A string grows without failing. In one line, so that nobody takes them for commands that are here.
    let _ = write!(text, "\n\nPlanned, and not in this release: {}.", later.join(", "));
    text
}

pub(super) const CHECK_HELP: &str = "\
Each file is judged by itself; a house is held against its master where both are in one file. People
see the first 1000 findings of a file; --json and --jsonl have all.

--gaps answers before anything is sent: which elements are missing, by programme and filing type. Which
programmes bind is worked out from the route. The exit status is 1 where a filing before loading would be
rejected.

Examples:
  loadgate check message.fwb
  loadgate check --gaps message.fwb
  cat *.fwb | loadgate check --jsonl -";

pub(super) const DESCRIBE_HELP: &str = "\
Files of any size are read in constant memory. What is wrong with them is told by check.

Examples:
  loadgate describe message.fwb
  loadgate describe --jsonl day.txt | jq -r .master";

pub(super) const ASSESS_HELP: &str = "\
All files are taken together, as one history in their order: houses find their master in another
file. Every programme is simulated here unless --relay says otherwise: the answer is no decision of
any authority, and nothing is recorded.

What an authority says of a bill moves the simulated case. In a relayed programme it counts only from
a file that --channel names; by any other file it may hold the goods and frees nothing.

Every consignment that a message names is answered, also where the message only reports on it. A
waybill of which a status or a manifest tells and whose data are not among the files is held
(not-filed), and the exit status is 1; a house beside it has its own answer.

A name on a sanctions list holds the goods for compliance, everywhere. A name on a security list
makes a programme that binds ask about the party. Where none binds it informs (name-hit) and holds
nothing: a resemblance is no order, and there is no authority to ask.

Examples:
  loadgate assess waybill.fwb houses.fhl
  loadgate assess waybill.fwb --lists sdn.csv --lists un.xml --programme us-acas
  loadgate assess waybill.fwb answer.psn --relay us-acas --channel us-acas=answer.psn
  loadgate assess waybill.fwb --leg 9Z100/2026-11-24/FRA-JFK --aircraft cao --at 2026-11-24T06:00:00Z";

pub(super) const SCREEN_HELP: &str = "\
A hit is a resemblance, not a decision. A row that cannot be read is told with its line, the others
are answered, and the exit status is 2. Rows stand on one line each. The answers do not depend on the
number of threads.

With --stored only parties that a new or changed entry resembles are told of, by their id. A new
edition also shifts the scores of the other entries a little; screen all parties now and then.

Examples:
  loadgate screen 'Zephyr Border Trading FZE' --country AE --lists sdn.csv --explain
  loadgate screen --batch parties.csv --lists lists/ --jsonl | jq 'select(.hits_count > 0)'
  loadgate screen --batch parties.csv --lists lists/ --resume answers.csv
  loadgate screen --stored parties.csv --changed-from october/ --lists november/ --csv";

pub(super) const COMPARE_HELP: &str = "\
Examples:
  loadgate compare 'Zephyr Border Trading FZE' 'ZEPHYR BORDR TRADING LLC'
  loadgate compare --batch pairs.csv --json";

pub(super) const SHOW_HELP: &str = "\
Of a folder the files in it are read; folders below it are not searched.

Example:
  loadgate lists show downloads/";

pub(super) const DIFF_HELP: &str = "\
Of a folder the files in it are read; folders below it are not searched.

Example:
  loadgate lists diff october/ november/";

pub(super) const IMPORT_HELP: &str = "\
Every edition gets a folder of its own that never changes. All lists are checked before any is
written. An edition of an earlier date than the one in use is kept beside it. Of a folder the files
in it are read; folders below it are not searched.

Examples:
  loadgate lists import downloads/ --into lists
  loadgate screen 'Zephyr Border Trading FZE' --lists lists";

pub(super) const STORY_HELP: &str = "\
A story says what happens to goods step by step, and what the gate answers after each step. It is
played on a node of its own, or with --url over HTTP on one that serves; nothing is recorded. Every
difference is told with its line, and the exit status is 1. docs/stories.md tells how to write one.

Examples:
  loadgate story fixtures/stories/*.toml
  loadgate story --example > mine.toml
  LOADGATE_TOKEN=loadgate_… loadgate story --url http://127.0.0.1:8765 mine.toml";

pub(super) const SERVE_HELP: &str = "\
Its database and its keys are made in the data folder where they are not there. Keep the key file
(loadgate.keys) apart from backups of the database: whoever has both can read everything.
docs/node.md tells of loadgate.toml, tokens and requests. LOADGATE_LOG sets what is logged (default: warn).

Example:
  loadgate serve --data /var/lib/loadgate";

pub(super) const GATE_LIST_HELP: &str = "\
A list is valid for minutes, and no recall reaches you while the line is dead: fetch it again every
few minutes as long as there is a line. Load nothing that does not stand in it as load, and nothing
once it has ended. The verifier key is what GET /v1/verifier of the node gives; get it once, over a
line you trust, and never with a list.

Exit status: 0 load, 1 hold, 2 refused (it ended, it was changed, another key signed it, it has not
begun by this machine's clock, it was made for another stage, the object does not stand in it) or not
to be had; without --object it is 0 where everything in the list may be loaded.

Examples:
  loadgate gate-list fetch 9Z100/2026-11-24/FRA-JFK --url https://node.example --verifier node.key --into 9Z100.list
  loadgate gate-list verify 9Z100.list --verifier node.key --object 888-10001014";

pub(super) const AUDIT_HELP: &str = "\
The exit status is 1 where something is not as it was written. Keep the checkpoint of an export where nobody
who can write to the database can reach it: with it a database that was put back to an earlier state is found out.

Examples:
  loadgate audit verify --data /var/lib/loadgate --checkpoint /media/auditor/checkpoint
  loadgate audit export /media/auditor --data /var/lib/loadgate
  loadgate audit prove 888-10001014 > proof.json";

pub(super) const BACKUP_HELP: &str = "\
The file has its name only once it was checked whole and is on the disk. It holds no keys; keep a copy of the key
file (loadgate.keys) in another place than the backups. A database that nodes share is saved by the means of its server
(docs/store.md).

Example:
  loadgate backup /media/stick/2026-11-24.db --data /var/lib/loadgate";

pub(super) const RESTORE_HELP: &str = "\
Needs the key file in the data folder, and no database there. What came after the backup is not in it, so the node
holds all goods until two people have seen to that.

A database that nodes share is put back by the means of its server, while no node runs. Then this command, with --database
and no file, checks it and has the nodes hold all goods as well.

Example:
  loadgate restore /media/stick/2026-11-24.db --data /var/lib/loadgate";

pub(super) const REBUILD_HELP: &str = "\
What follows from the log are the versions of streams, the tiles, and the entries of the indices,
by which goods, flights and answers are found. With --check nothing is changed, nodes may run, and
the exit status is 1 where anything differs. Without, the entries of the indices are written anew,
where the log is whole; a node with a database of its own must be stopped for it.

Examples:
  loadgate rebuild --check --data /var/lib/loadgate
  loadgate rebuild --data /var/lib/loadgate";

pub(super) const DOCTOR_HELP: &str = "\
Looks beside a node that runs or without one, and with --database at the server that nodes share. The exit status is 1
where something is wrong.

Example:
  loadgate doctor --data /var/lib/loadgate";

pub(super) const STRESS_HELP: &str = "\
Files invented goods: use a node for tests. With --data a node is started for the run, with every
programme in mode relay, and its folder is kept; with --url it is yours, and --token is one of an
organisation that files. Each sender has a connection of its own: a node of yours takes 200 from
one address unless [connections] address_max says otherwise.

Each sender waits for the answer to its last filing, and with --rate for the next to be due; the
time of a waybill counts from then. What is turned away (429, 503) waits as the node says and is
sent again. At the end up to 1000 acknowledged waybills are asked for again.

Examples:
  loadgate stress --data scratch --lists lists/ --seconds 60
  loadgate stress --url http://127.0.0.1:8765 --token TOKEN --senders 32 --filings 10000 --seed 1";

pub(super) const EXPLAIN_HELP: &str = "\
Example:
  loadgate explain awb-number-invalid";

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_format() {
        let help = after_help();
        for row in register::all() {
            assert!(help.contains(row.name()), "{}", row.name());
        }
    }

    #[test]
    fn help_names_what_is_planned() {
        let help = after_help();
        let planned = help.split("Planned").nth(1).unwrap();
        for (name, _) in LATER {
            assert!(planned.contains(name), "{name}");
        }
    }
}
