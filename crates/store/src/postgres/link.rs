//! One connection, driven by the thread that uses it.
//!
//! The thread that writes is no task: the engine asks its journal and waits. So each connection has a runtime of its own
//! that runs while somebody waits for an answer, and statements that need not wait for one another go out together.
//! Every wait has an end; after it, or after any fault of the line, the connection is broken and is not used again.

use super::address::Address;
use crate::StoreError;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row, Statement};

/// How long it may take to be connected.
const CONNECT: Duration = Duration::from_secs(15);

/// How long an answer may take. Longer than the server lets anybody wait for a lock ([`LOCK_SECONDS`]).
const ANSWER: Duration = Duration::from_secs(45);

/// How long a transaction waits for a lock.
const LOCK_SECONDS: u32 = 35;

/// How long a node may be silent within a transaction before the server ends it: whoever was stopped there must not keep
/// all others waiting.
pub(super) const SILENT_SECONDS: u32 = 5;

/// What a statement is given.
pub(super) type Value = Box<dyn ToSql + Sync + Send>;

/// Puts values of any kind into a list.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$(Box::new($value) as $crate::postgres::link::Value),*]
    };
}
pub(super) use values;

/// A statement, and what it is given.
pub(super) struct Step {
    sql: &'static str,
    values: Vec<Value>,
}

impl Step {
    pub(super) fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values }
    }
}

/// Why a statement has no answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// The line or the server is gone. Whether the statement was done is not known.
    Lost(String),
    /// The server refused it; the connection is as good as before.
    Refused { state: SqlState, what: String },
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Lost(why) => Self::Lost(why),
            Fault::Refused { what, .. } => Self::Server(what),
        }
    }
}

/// What an error of the client means.
fn fault(why: &Error) -> Fault {
    let Some(said) = why.as_db_error() else {
        return Fault::Lost(chain(why));
    };
    let what = format!("{} ({})", said.message(), said.code().code());
    let ends = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        // What was the primary when we connected is one no longer.
        SqlState::READ_ONLY_SQL_TRANSACTION,
    ];
    // Class 08 is that of faults of the connection (PostgreSQL, appendix A).
    match ends.contains(said.code()) || said.code().code().starts_with("08") {
        true => Fault::Lost(what),
        false => Fault::Refused { state: said.code().clone(), what },
    }
}

/// An error with what caused it.
fn chain(why: &dyn std::error::Error) -> String {
    let mut text = why.to_string();
    let mut cause = why.source();
    while let Some(why) = cause {
        text.push_str(": ");
        text.push_str(&why.to_string());
        cause = why.source();
    }
    text
}

/// A connection.
pub(super) struct Link {
    runtime: Runtime,
    client: Client,
    statements: RefCell<HashMap<&'static str, Statement>>,
    broken: Cell<bool>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Link").field("broken", &self.is_broken()).finish_non_exhaustive()
    }
}

impl Link {
    /// Connects to the primary, and sets what every session here wants.
    pub(super) fn open(address: &Address) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime =
            runtime.map_err(|why| StoreError::System { place: "the runtime of a connection".into(), why })?;
        let unreachable = |why: String| StoreError::Unreachable { database: address.to_string(), why };
        let client = runtime.block_on(async {
            let connecting = async {
                // The connection is driven by whoever waits for an answer, and ends with the client.
                match &address.tls {
                    Some(tls) => {
                        let (client, connection) = address.config.connect(tls.clone()).await?;
                        tokio::spawn(connection);
                        Ok::<_, Error>(client)
                    }
                    None => {
                        let (client, connection) = address.config.connect(NoTls).await?;
                        tokio::spawn(connection);
                        Ok(client)
                    }
                }
            };
            match tokio::time::timeout(CONNECT, connecting).await {
                Ok(Ok(client)) => Ok(client),
                Ok(Err(why)) => Err(unreachable(chain(&why))),
                Err(_) => Err(unreachable(format!("it did not answer within {} s", CONNECT.as_secs()))),
            }
        })?;
        let link = Self { runtime, client, statements: RefCell::default(), broken: Cell::default() };
        // Statements here look single rows up by their keys. A plan that reads a whole table instead, made while the table
        // was small, would stay when it is large.
        link.batch(&format!(
            "SET idle_in_transaction_session_timeout = '{SILENT_SECONDS}s'; SET lock_timeout = '{LOCK_SECONDS}s'; \
             SET statement_timeout = '{LOCK_SECONDS}s'; SET enable_seqscan = off; SET enable_hashjoin = off; \
             SET enable_mergejoin = off; SET jit = off; SET client_min_messages = warning; \
             SET default_transaction_isolation = 'read committed'"
        ))?;
        Ok(link)
    }

    /// Whether it is not to be used again.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.get() || self.client.is_closed()
    }

    /// Waits for an answer.
    fn wait<T>(&self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Fault> {
        self.wait_for(ANSWER, answer)
    }

    fn wait_for<T>(
        &self,
        most: Duration,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Fault> {
        if self.broken.get() {
            return Err(Fault::Lost("it was lost before".into()));
        }
        let within = self.runtime.block_on(async { tokio::time::timeout(most, answer).await });
        let answered = match within {
            Ok(answered) => answered.map_err(|why| fault(&why)),
            Err(_) => Err(Fault::Lost(format!("no answer within {} s", most.as_secs()))),
        };
        if let Err(Fault::Lost(_)) = &answered {
            self.broken.set(true);
        }
        answered
    }

    fn prepared(&self, sql: &'static str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.borrow().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.wait(self.client.prepare(sql))?;
        self.statements.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    /// The rows of a statement.
    pub(super) fn query(&self, sql: &'static str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Fault> {
        let statement = self.prepared(sql)?;
        self.wait(self.client.query(&statement, values))
    }

    /// The row of a statement that has one at most.
    pub(super) fn query_opt(
        &self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, Fault> {
        let statement = self.prepared(sql)?;
        self.wait(self.client.query_opt(&statement, values))
    }

    /// The row of a statement that has one.
    pub(super) fn query_one(&self, sql: &'static str, values: &[&(dyn ToSql + Sync)]) -> Result<Row, Fault> {
        let statement = self.prepared(sql)?;
        self.wait(self.client.query_one(&statement, values))
    }

    /// Does a statement; gives how many rows it concerned.
    pub(super) fn execute(&self, sql: &'static str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, Fault> {
        let statement = self.prepared(sql)?;
        self.wait(self.client.execute(&statement, values))
    }

    /// Does statements without values.
    pub(super) fn batch(&self, sql: &str) -> Result<(), Fault> {
        self.wait(self.client.batch_execute(sql))
    }

    /// Does something in a transaction: whole or not at all.
    pub(super) fn whole<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.batch("BEGIN")?;
        let done = work();
        let ended = self.batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" });
        let done = done?;
        ended?;
        Ok(done)
    }

    /// Does steps one after the other without waiting in between; gives the rows of each. After the first that is refused
    /// the server refuses the others, where they are in one transaction.
    pub(super) fn together(&self, steps: &[Step]) -> Result<Vec<Vec<Row>>, Fault> {
        let statements: Vec<Statement> =
            steps.iter().map(|step| self.prepared(step.sql)).collect::<Result<_, _>>()?;
        let client = &self.client;
        type Asked<'a> = Pin<Box<dyn Future<Output = Result<Vec<Row>, Error>> + 'a>>;
        let mut asked: Vec<Asked<'_>> = Vec::with_capacity(steps.len());
        for (step, statement) in steps.iter().zip(&statements) {
            let values: Vec<&(dyn ToSql + Sync)> =
                step.values.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
            asked.push(Box::pin(async move { client.query(statement, &values).await }));
        }
        let mut answers: Vec<Option<Result<Vec<Row>, Error>>> = steps.iter().map(|_| None).collect();
        // A statement is sent when its future is first polled; each is polled in order, so that they go out in order.
        let all = poll_fn(move |context| {
            let mut waits = false;
            for (future, answer) in asked.iter_mut().zip(&mut answers) {
                if answer.is_none() {
                    match future.as_mut().poll(context) {
                        Poll::Ready(came) => *answer = Some(came),
                        Poll::Pending => waits = true,
                    }
                }
            }
            if waits {
                return Poll::Pending;
            }
            Poll::Ready(answers.iter_mut().filter_map(Option::take).collect::<Result<Vec<_>, Error>>())
        });
        self.wait(all)
    }

    /// The client and how to wait for it, for what is rarely done.
    pub(super) fn with_client<T, E: std::fmt::Display>(
        &mut self,
        work: impl AsyncFnOnce(&mut Client) -> Result<T, E>,
    ) -> Result<T, String> {
        let client = &mut self.client;
        self.runtime.block_on(work(client)).map_err(|why| why.to_string())
    }
}
