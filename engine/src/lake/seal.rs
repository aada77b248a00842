//! Seals: one hash over all commits of a table's Delta log, so that a changed bit of the log is found.
//!
//! The lake log keeps the seal of every table it names; the lake log's own seal stands in a file beside it.

use super::location::Location;
use super::log::LAKE_LOG;
use super::table::folder;
use crate::error::{Error, Result};

/// The file with the seal of the lake log's own Delta log.
pub(crate) const SEAL: &str = "lake.seal";

/// What a table's Delta log was up to one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    /// The Delta version.
    pub(crate) version: u64,
    /// blake3 of the hash of the version before, followed by this version's commit.
    pub(crate) hash: String,
}

impl Seal {
    /// The seal of the commit that follows `before`; of the first commit if there is none before.
    pub(crate) fn of(before: Option<&Self>, commit: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        if let Some(before) = before {
            hasher.update(before.hash.as_bytes());
        }
        hasher.update(commit);
        let version = before.map_or(0, |before| before.version + 1);
        Self { version, hash: hasher.finalize().to_hex().to_string() }
    }

    /// The seal of a table at `version`, read from the commits since `before`.
    pub(crate) async fn read(
        location: &Location,
        table: &str,
        before: Option<Self>,
        version: u64,
    ) -> Result<Self> {
        let mut seal = before.filter(|before| before.version <= version);
        loop {
            let next = match &seal {
                Some(seal) if seal.version == version => return Ok(seal.clone()),
                Some(seal) => seal.version + 1,
                None => 0,
            };
            let path = commit_path(table, next);
            let commit = location.read(&path).await?.ok_or_else(|| {
                Error::lake(format!("the log file {path} is missing"))
                    .with_help("run `verify` to see what else is, and restore the lake from a copy")
            })?;
            seal = Some(Self::of(seal.as_ref(), &commit));
        }
    }

    /// The seal that stands in a file's text; `None` when the text is none.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (version, hash) = std::str::from_utf8(text).ok()?.split_once(' ')?;
        let hash = blake3::Hash::from_hex(hash.trim_end()).ok()?.to_hex().to_string();
        let seal = Self { version: version.parse().ok()?, hash };
        (seal.to_string().as_bytes() == text).then_some(seal)
    }

    /// Writes the newest seal of the lake log.
    ///
    /// A crash before this leaves an older seal, which still holds for the commits it covers; the next load renews it.
    pub(crate) async fn renew(location: &Location, version: u64) -> Result<()> {
        let before = location.read(SEAL).await?.and_then(|text| Self::parse(&text));
        let seal = Self::read(location, LAKE_LOG, before, version).await?;
        location.write(SEAL, seal.to_string()).await
    }
}

impl std::fmt::Display for Seal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(formatter, "{} {}", self.version, self.hash)
    }
}

/// The file of one commit of a table's Delta log, below the lake's folder.
pub(crate) fn commit_path(table: &str, version: u64) -> String {
    format!("{}_delta_log/{version:020}.json", folder(table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_goes_through_its_text_and_back() {
        let first = Seal::of(None, b"{}");
        let second = Seal::of(Some(&first), b"{\"add\":{}}");
        assert_eq!((first.version, second.version), (0, 1));
        let text = second.to_string();
        assert_eq!(Seal::parse(text.as_bytes()), Some(second));
        for wrong in ["", "1", "x y\n", text.trim_end(), &text.replace(' ', "  "), &format!("0{text}")] {
            assert_eq!(Seal::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_seal_depends_on_every_commit() {
        let seal = |commits: &[&[u8]]| {
            commits.iter().fold(None, |before, commit| Some(Seal::of(before.as_ref(), commit)))
        };
        assert_ne!(seal(&[b"a", b"b"]), seal(&[b"c", b"b"]));
        assert_ne!(seal(&[b"ab", b"c"]), seal(&[b"a", b"bc"]));
    }
}
