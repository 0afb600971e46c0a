//! A server of PostgreSQL for tests, in a folder of its own: started by the first test that wants one, and stopped and
//! deleted when the tests end, however they end. It has nothing to do with a server this machine may have.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use store::postgres::{Address, Database};

/// Names the folder of the server's programs, where it is none of the usual.
const PROGRAMS: &str = "LOADGATE_POSTGRES_BIN";

/// Who runs the server where root runs the tests: it refuses to be run by root.
const USER: &str = "postgres";

/// The oldest version that does.
const VERSION_MIN: u32 = 15;

/// Beside where its socket is: nobody reaches it over a network.
const SETTINGS: &str = "listen_addresses = ''\nmax_connections = 60\nwal_level = minimal\nmax_wal_senders = 0\n\
                        shared_buffers = 64MB\nlog_min_messages = warning";

/// The server.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    /// Keeps it alive: whoever waits for the end of this stops it.
    _alive: Mutex<std::process::ChildStdin>,
}

/// The programs of the newest server that is installed.
fn programs() -> Option<PathBuf> {
    let has_server = |folder: &PathBuf| folder.join("postgres").exists() && folder.join("initdb").exists();
    if let Some(named) = std::env::var_os(PROGRAMS).map(PathBuf::from) {
        return Some(named).filter(has_server);
    }
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    // Where Debian, and where others put it.
    for (root, start) in
        [("/usr/lib/postgresql", ""), ("/usr", "pgsql-"), ("/opt/homebrew/opt", "postgresql@")]
    {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version = name.strip_prefix(start).and_then(|version| version.parse().ok());
            found.extend(version.map(|version| (version, entry.path().join("bin"))));
        }
    }
    found.retain(|(version, folder)| *version >= VERSION_MIN && has_server(folder));
    found.sort();
    found.pop().map(|(_, folder)| folder)
}

/// The server of this process. `None` where `cargo xtask test` said that none is there and what is not run for want of it
/// (`LOADGATE_TESTS_WITHOUT`). Without that word a server that is missing is a failure, since nobody would see it.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| {
        let without = std::env::var("LOADGATE_TESTS_WITHOUT").unwrap_or_default();
        if without.split(',').any(|name| name == "postgres") {
            return None;
        }
        let there = programs();
        assert!(
            there.is_some(),
            "PostgreSQL {VERSION_MIN} or newer is not installed (looked in /usr/lib/postgresql/*/bin and {PROGRAMS}): \
             install it (Debian: postgresql), or leave its tests out with LOADGATE_TESTS_WITHOUT=postgres"
        );
        there.map(Cluster::start)
    });
    if cluster.is_none() {
        let test = std::thread::current();
        // Past the harness, which keeps back what passing tests print.
        let _ = writeln!(io::stderr(), "not run: {}: postgres is not there", test.name().unwrap_or("a test"));
    }
    cluster.as_ref()
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn id(of: &[&str]) -> u32 {
    output(Command::new("id").args(of)).trim().parse().unwrap()
}

impl Cluster {
    fn start(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("loadgate-pg-").tempdir().unwrap().keep();
        if id(&["-u"]) == 0 {
            std::os::unix::fs::chown(&folder, Some(id(&["-u", USER])), Some(id(&["-g", USER]))).unwrap();
        }
        // Its input is a pipe that ends with this process; then it stops the server and deletes everything. It is in no
        // group of processes that somebody interrupts.
        let script = "trap '' INT HUP TERM; \"$0\"/initdb -D \"$1\"/data -U loadgate -A trust -E UTF8 --locale=C --no-sync >\"$1\"/log 2>&1 && \
                      printf '%s\\n' \"$2\" \"unix_socket_directories = '$1'\" >>\"$1\"/data/postgresql.conf && \
                      \"$0\"/pg_ctl -D \"$1\"/data -l \"$1\"/log -w start >>\"$1\"/log 2>&1; \
                      echo $?; read -r _; \"$0\"/pg_ctl -D \"$1\"/data -m immediate stop >/dev/null 2>&1; rm -rf \"$1\"";
        let mut keeper = as_server();
        keeper.args(["sh", "-c", script]).arg(&programs).arg(&folder).arg(SETTINGS);
        keeper
            .process_group(0)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // It outlives this process.
        #[allow(clippy::zombie_processes)]
        let mut keeper = keeper.spawn().unwrap();
        let alive = keeper.stdin.take().unwrap();
        let mut started = String::new();
        io::BufRead::read_line(&mut io::BufReader::new(keeper.stdout.take().unwrap()), &mut started).unwrap();
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(started.trim(), "0", "the server does not start: {log}");
        Self { programs, folder, _alive: Mutex::new(alive) }
    }

    /// Does something with the server: `pg_ctl` with these arguments.
    pub fn control(&self, arguments: &[&str]) {
        let mut command = as_server();
        command.arg(self.programs.join("pg_ctl")).arg("-D").arg(self.folder.join("data"));
        command.arg("-l").arg(self.folder.join("log")).arg("-w").args(arguments).current_dir(&self.folder);
        // A server it starts would keep a pipe open.
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{command:?}: {}", fs::read_to_string(self.folder.join("log")).unwrap());
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Statements to the server, by its own client.
    pub fn sql(&self, schema: &str, sql: &str) -> String {
        output(&mut self.psql(schema, sql))
    }

    fn psql(&self, schema: &str, sql: &str) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", "loadgate", "-d", "postgres"]);
        command.arg("-h").arg(&self.folder).arg("-c").arg(sql);
        command.env("PGOPTIONS", format!("-c search_path={schema}"));
        command
    }

    /// As [`Self::sql`], of what the server refuses: what it says.
    pub fn refused(&self, schema: &str, sql: &str) -> String {
        let output = self.psql(schema, sql).output().unwrap();
        assert!(!output.status.success(), "{sql} is not refused");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The address of a schema on it.
    pub fn address(&self, schema: &str) -> String {
        format!(
            "postgres://loadgate@/postgres?host={}&options=-csearch_path%3D{schema}",
            self.folder.display()
        )
    }
}

/// A command as whoever may run the server.
fn as_server() -> Command {
    if id(&["-u"]) != 0 {
        return Command::new("env");
    }
    let mut command = Command::new("runuser");
    command.args(["-u", USER, "--"]);
    command
}

/// A database of nodes, in a schema of its own, with a folder for key files that is deleted at the end.
pub struct Shared {
    pub cluster: &'static Cluster,
    pub schema: String,
    pub folder: tempfile::TempDir,
}

impl Shared {
    /// An empty one; `None` where there is no server.
    pub fn new() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let schema = format!("s{}", NEXT.fetch_add(1, Ordering::SeqCst));
        Some(Self::on(cluster()?, schema))
    }

    /// On a server that no other test has.
    pub fn apart() -> Option<Self> {
        cluster()?;
        let cluster = Box::leak(Box::new(Cluster::start(programs()?)));
        Some(Self::on(cluster, "s1".into()))
    }

    fn on(cluster: &'static Cluster, schema: String) -> Self {
        cluster.sql("public", &format!("CREATE SCHEMA {schema}"));
        Self { cluster, schema, folder: tempfile::tempdir().unwrap() }
    }

    pub fn text(&self) -> String {
        self.cluster.address(&self.schema)
    }

    pub fn address(&self) -> Address {
        self.text().parse().unwrap()
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("node.keys")
    }

    pub fn database(&self) -> Database {
        Database::open(&self.address(), &self.key_file()).unwrap()
    }

    pub fn sql(&self, sql: &str) -> String {
        self.cluster.sql(&self.schema, sql)
    }

    /// Deletes it now, where a test makes many.
    pub fn remove(self) {
        self.cluster.sql("public", &format!("DROP SCHEMA {} CASCADE", self.schema));
    }
}
