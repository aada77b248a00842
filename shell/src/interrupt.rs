//! Ctrl-C while something runs.

use std::future::{Future, pending, ready};
use std::io;
use std::pin::Pin;
use std::time::Instant;

use tokio::runtime::Runtime;

use crate::failure::{Failure, Result};

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

    /// The outcome of `work`, or a cancellation when the user presses Ctrl-C first; `work` is then dropped.
    pub(crate) async fn or<T>(&mut self, work: impl Future<Output = T>, started: Instant) -> Result<T> {
        tokio::select! {
            biased;
            () = self.pressed() => Err(Failure::cancelled(started.elapsed())),
            value = work => Ok(value),
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
