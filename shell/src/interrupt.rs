//! Waiting for a statement, while Ctrl-C, a time limit and the progress line have their turn.

use std::future::{Future, pending, ready};
use std::io;
use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::{Interval, MissedTickBehavior};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::log::Account;
use crate::progress::{ProgressLine, TICK};
use crate::text::seconds;

/// Listens for Ctrl-C over several waits, so that none is lost between two of them.
pub(crate) struct Interrupt {
    signal: Pin<Box<dyn Future<Output = io::Result<()>>>>,
}

impl Interrupt {
    /// Listens from now on. Not to be called inside the runtime.
    pub(crate) fn listen(runtime: &Runtime) -> Self {
        let mut interrupt = Self { signal: Box::pin(tokio::signal::ctrl_c()) };
        // The signal is registered when it is first waited for.
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = interrupt.pressed() => {}
                () = ready(()) => {}
            }
        });
        interrupt
    }

    /// Forgets that it was pressed: whatever was meant is over.
    async fn forget(&mut self) {
        // A signal that has come is seen when the runtime looks for it.
        tokio::task::yield_now().await;
        tokio::select! {
            biased;
            () = self.pressed() => {}
            () = ready(()) => {}
        }
    }

    /// Returns when Ctrl-C is pressed; never, where the system gives no signals.
    async fn pressed(&mut self) {
        let caught = self.signal.as_mut().await;
        self.signal = Box::pin(tokio::signal::ctrl_c());
        if caught.is_err() {
            pending::<()>().await;
        }
    }
}

/// Waits for the parts of one statement.
pub(crate) struct Waiting<'a> {
    interrupt: &'a mut Interrupt,
    /// What is shown meanwhile.
    pub(crate) line: ProgressLine,
    /// What the query log is to know.
    pub(crate) account: Account,
    limit: Option<Duration>,
    ticker: Interval,
}

impl<'a> Waiting<'a> {
    /// Waits from now on, at most for `limit`.
    pub(crate) fn new(interrupt: &'a mut Interrupt, line: ProgressLine, limit: Option<Duration>) -> Self {
        let mut ticker = tokio::time::interval(TICK);
        ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interrupt, line, account: Account::begin(), limit, ticker }
    }

    /// The outcome of `work`; a cancellation when the user presses Ctrl-C first, and an error when the time is over.
    /// `work` is then dropped.
    pub(crate) async fn wait<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                () = self.interrupt.pressed() => return Err(self.cancelled()),
                value = &mut work => return Ok(value),
                _ = self.ticker.tick() => self.tick()?,
            }
        }
    }

    /// Forgets presses of Ctrl-C that were meant for another program on the screen.
    pub(crate) async fn forget_presses(&mut self) {
        self.interrupt.forget().await;
    }

    fn tick(&mut self) -> Result<()> {
        if let Some(limit) = self.limit
            && self.line.started().elapsed() >= limit
        {
            let message = format!("the statement took longer than {}", seconds(limit));
            return Err(Failure::new(Exit::TIMEOUT, message).with_help("give it more time with --timeout"));
        }
        self.line.tick();
        Ok(())
    }

    fn cancelled(&self) -> Failure {
        let rows = self.line.running().map(|running| running.now().rows).filter(|rows| *rows > 0);
        Failure::cancelled(self.line.started().elapsed(), rows)
    }
}
