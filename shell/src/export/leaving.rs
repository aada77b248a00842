//! What happens when the system ends the program while a file is being written: the draft goes, with the rows in it.
//!
//! Nothing is listened to before the first draft, so that a program without one ends as any other does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::Once;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The drafts that are not finished.
static DRAFTS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

#[cfg(unix)]
static WATCH: Once = Once::new();

fn drafts() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    DRAFTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// This draft goes when the program is ended.
pub(super) fn note(draft: &Path) {
    drafts().insert(draft.to_owned());
    #[cfg(unix)]
    WATCH.call_once(unix::watch);
}

/// This draft is finished or gone.
pub(super) fn forget(draft: &Path) {
    drafts().remove(draft);
}

#[cfg(unix)]
mod unix {
    use std::future::pending;
    use std::io;

    use tokio::signal::unix::{SignalKind, signal};

    /// What a shell adds to a signal's number.
    const BY_SIGNAL: i32 = 128;

    /// Listens from a thread of its own: that of the prompt waits for keys.
    pub(super) fn watch() {
        // Without the thread a signal ends the program at once, as it does by itself.
        let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(leave_when_asked);
    }

    #[expect(
        clippy::exit,
        reason = "the thread of the prompt cannot be woken, and nothing else is left to do"
    )]
    fn leave_when_asked() -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let kind = runtime.block_on(async {
            tokio::select! {
                kind = asked(SignalKind::terminate(), &status) => kind,
                kind = asked(SignalKind::hangup(), &status) => kind,
            }
        });
        // Kept to the end, so that no other draft is begun.
        let drafts = super::drafts();
        for draft in drafts.iter() {
            // Nothing can be done about a file that does not go.
            let _ = std::fs::remove_file(draft);
        }
        std::process::exit(BY_SIGNAL + kind.as_raw_value());
    }

    /// Returns when the signal comes; never, where it is left alone.
    async fn asked(kind: SignalKind, status: &str) -> SignalKind {
        if !is_left_alone(kind, status)
            && let Ok(mut signal) = signal(kind)
            && signal.recv().await.is_some()
        {
            return kind;
        }
        pending().await
    }

    /// Whether whoever started the program has told it to ignore a signal, as `nohup` does. `status` is what the system
    /// says of this process; where it says nothing, the hangup is left alone.
    fn is_left_alone(kind: SignalKind, status: &str) -> bool {
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        match ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
            Some(mask) => mask >> (kind.as_raw_value() - 1) & 1 == 1,
            None => kind == SignalKind::hangup(),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_signal_that_the_program_is_to_ignore_is_left_alone() {
            let [hangup, terminate] = [SignalKind::hangup(), SignalKind::terminate()];
            let status =
                |mask: &str| format!("Name:\tlifetracks\nSigIgn:\t{mask}\nSigCgt:\t0000000000004001\n");
            let nohup = status("0000000000001001");
            assert!(is_left_alone(hangup, &nohup) && !is_left_alone(terminate, &nohup));
            let plain = status("0000000000001000");
            assert!(!is_left_alone(hangup, &plain) && !is_left_alone(terminate, &plain));
            assert!(is_left_alone(hangup, "") && !is_left_alone(terminate, ""));
        }
    }
}
