//! Statements that run several times: to be measured, or to be watched.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::time_of_day;

use crate::command::Collected;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::shell::Shell;
use crate::text::{counted, seconds};

/// A statement and how it is repeated.
pub(crate) struct Repeat {
    /// One statement.
    pub(crate) sql: String,
    /// How.
    pub(crate) how: How,
}

/// How a statement is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// So many times, one after another.
    Measured {
        /// At least 1.
        runs: usize,
    },
    /// Every so often.
    Watched {
        /// The time from one run's end to the next one's start.
        every: Duration,
        /// When it ends.
        until: Until,
    },
}

/// What ends a watch besides Ctrl-C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Nothing.
    Interrupted,
    /// An answer other than the one before.
    Changed,
    /// An error, which is shown and is no failure of the watch.
    Failed,
}

/// Rows that two answers are compared by.
const COMPARED: usize = 100_000;

impl Shell {
    /// Runs a statement again and again.
    pub(crate) async fn repeat(&mut self, repeat: &Repeat, interrupt: &mut Interrupt) -> Result<()> {
        match repeat.how {
            How::Measured { runs } => self.measure(&repeat.sql, runs, interrupt).await,
            How::Watched { every, until } => self.watch(&repeat.sql, every, until, interrupt).await,
        }
    }

    async fn measure(&mut self, sql: &str, runs: usize, interrupt: &mut Interrupt) -> Result<()> {
        let mut times = Vec::with_capacity(runs);
        let mut rows = 0;
        for _ in 0..runs {
            let started = Instant::now();
            rows = self.collect(sql, 0, interrupt).await?.rows;
            times.push(started.elapsed());
        }
        let first = times.first().copied().unwrap_or_default();
        times.sort();
        let middle = times.get(times.len() / 2).copied().unwrap_or_default();
        let fastest = times.first().copied().unwrap_or_default();
        let slowest = times.last().copied().unwrap_or_default();
        let text = format!(
            "{} of {}: median {}, fastest {}, slowest {}, first {}\n",
            counted(runs as u64, "run"),
            counted(rows, "row"),
            milliseconds(middle),
            milliseconds(fastest),
            milliseconds(slowest),
            milliseconds(first)
        );
        self.print(&text)
    }

    async fn watch(
        &mut self,
        sql: &str,
        every: Duration,
        until: Until,
        interrupt: &mut Interrupt,
    ) -> Result<()> {
        let mut before: Option<Vec<RecordBatch>> = None;
        let mut rounds = 0;
        loop {
            let started = Instant::now();
            self.say_dim(&format!("round {} at {}", rounds + 1, time_of_day()))?;
            let ran = self.run_statement(sql, interrupt, true).await;
            if let Err(failure) = ran {
                if until != Until::Failed || failure.is_cancelled() {
                    return self.end_watch(failure, rounds);
                }
                self.report(&failure.with_span(None), None);
                return self.say(&stopped(rounds + 1));
            }
            rounds += 1;
            self.say_dim(&format!("round {rounds} took {}", seconds(started.elapsed())))?;
            if until == Until::Changed {
                let Collected { batches, .. } = self.collect("SELECT * FROM _", COMPARED, interrupt).await?;
                if before.is_some_and(|before| before != batches) {
                    return self.say(&stopped(rounds));
                }
                before = Some(batches);
            }
            io::stderr().flush()?;
            let mut waiting = self.waiting(interrupt);
            waiting.line.hide();
            if let Err(failure) = waiting.wait(tokio::time::sleep(every)).await {
                return self.end_watch(failure, rounds);
            }
        }
    }

    /// Ctrl-C is how a watch is meant to end.
    fn end_watch(&mut self, failure: Failure, rounds: u64) -> Result<()> {
        if !failure.is_cancelled() {
            return Err(failure.with_span(None));
        }
        // The terminal has just written ^C.
        let line = if io::stderr().is_terminal() { "\n" } else { "" };
        self.say(&format!("{line}{}", stopped(rounds)))
    }

    /// Says something that stands back behind the results.
    fn say_dim(&mut self, message: &str) -> Result<()> {
        let dim = self.terminal.errors.dim;
        self.say(&format!("{dim}{message}{dim:#}"))
    }
}

/// What is said when a watch is over.
fn stopped(rounds: u64) -> String {
    format!("stopped after {}", counted(rounds, "round"))
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
