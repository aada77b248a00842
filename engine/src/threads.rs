//! The engine's own threads, which a query that does not yield can never take away for good.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, ErrorKind, Result};

/// Planning recurses with the depth of an expression; this is enough for every statement that is let through.
const STACK_BYTES: usize = 16 << 20;

/// A pool of threads that is replaced when a cancelled query may still hold one.
///
/// Cancelling stops a query at its next yield, and some operators go on for minutes without one. So the statement after a
/// cancelled one gets fresh threads; the old ones are let go when they have ended, or with the engine.
#[derive(Debug)]
pub(crate) struct Threads {
    count: usize,
    pools: Mutex<Pools>,
    cancelled: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Pools {
    /// Taken out only when the engine is dropped.
    current: Option<Runtime>,
    retired: Vec<Runtime>,
}

impl Threads {
    /// `count` threads, at least one.
    pub(crate) fn new(count: usize) -> Result<Self> {
        let pools = Pools { current: Some(pool(count)?), retired: Vec::new() };
        Ok(Self { count, pools: Mutex::new(pools), cancelled: Arc::default() })
    }

    /// The threads for the next piece of work.
    pub(crate) fn handle(&self) -> Result<Handle> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if self.cancelled.swap(false, Ordering::AcqRel) {
            let fresh = pool(self.count)?;
            let old = pools.current.replace(fresh);
            pools.retired.extend(old);
            let ended = |pool: &Runtime| pool.metrics().num_alive_tasks() == 0;
            for pool in pools.retired.extract_if(.., |pool| ended(pool)) {
                pool.shutdown_background();
            }
        }
        let current = pools.current.as_ref().map(|pool| pool.handle().clone());
        current.ok_or_else(|| Error::new(ErrorKind::Internal, "the engine has been shut down"))
    }

    /// Pools that were let go and still hold work.
    pub(crate) fn stopping(&self) -> usize {
        let pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.retired.iter().filter(|pool| pool.metrics().num_alive_tasks() > 0).count()
    }

    /// To be set when work is given up before its end.
    pub(crate) fn cancelled(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        let pools = self.pools.get_mut().unwrap_or_else(PoisonError::into_inner);
        pools
            .current
            .take()
            .into_iter()
            .chain(pools.retired.drain(..))
            .for_each(Runtime::shutdown_background);
    }
}

fn pool(count: usize) -> Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(count.max(1))
        .thread_name("lifetracks-engine")
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()
        .map_err(|error| {
            Error::new(ErrorKind::Internal, format!("could not start the engine's threads: {error}"))
        })
}
