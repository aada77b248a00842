//! How much room a disk has left.

use std::path::Path;
use std::process::{Command, Stdio};

/// Free bytes on the disk of a folder, as `df` says; `None` where it cannot be asked.
pub(super) fn free(folder: &Path) -> Option<u64> {
    let output = Command::new("df")
        .arg("-Pk")
        .arg("--")
        .arg(folder)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    parse(&String::from_utf8_lossy(&output.stdout))
}

/// The fourth field of the line below the header: POSIX lays down the format of `df -Pk`.
fn parse(text: &str) -> Option<u64> {
    let kibibytes: u64 = text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_available_room_is_read() {
        let text = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 100 60 40 60% /\n";
        assert_eq!(parse(text), Some(40 * 1024));
        assert_eq!(parse("df: no such folder"), None);
    }
}
