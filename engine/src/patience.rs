//! Waiting for a lock for some time, not for ever: whoever holds it may have been stopped.

use std::fs::TryLockError;
use std::io;
use std::time::Duration;

/// How long to wait before the next try.
const PAUSE: Duration = Duration::from_millis(20);

/// Asks for a file's lock again and again until `wait` is over. `lock` is one try.
///
/// Errors: [`io::ErrorKind::WouldBlock`] when somebody else holds the lock all the time; the system has no locks.
pub fn patiently(wait: Duration, lock: impl Fn() -> Result<(), TryLockError>) -> io::Result<()> {
    let mut pauses = wait.as_millis() / PAUSE.as_millis();
    loop {
        match lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if pauses == 0 => {
                return Err(io::Error::new(io::ErrorKind::WouldBlock, "another program keeps it locked"));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
        }
        pauses -= 1;
    }
}
