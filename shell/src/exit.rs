//! Exit codes: what a calling script can rely on.

use std::process::ExitCode;

use lifetracks_engine::ErrorKind;

/// The code the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exit(pub(crate) u8);

impl Exit {
    /// Everything went well.
    pub(crate) const SUCCESS: Self = Self(0);
    /// A statement failed, or a load was past its limit of rejected rows.
    pub(crate) const QUERY: Self = Self(1);
    /// An option, a command or a path was used wrongly.
    pub(crate) const USAGE: Self = Self(2);
    /// The lake is missing or cannot be read.
    pub(crate) const LAKE: Self = Self(3);
    /// A time limit was reached.
    pub(crate) const TIMEOUT: Self = Self(4);
    /// A check found something.
    pub(crate) const CHECK: Self = Self(5);
    /// Policy or safe mode refused a statement.
    pub(crate) const REFUSED: Self = Self(7);
    /// Ctrl-C.
    pub(crate) const INTERRUPTED: Self = Self(130);
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Query | ErrorKind::Internal => Self::QUERY,
            ErrorKind::Usage => Self::USAGE,
            ErrorKind::Lake => Self::LAKE,
            ErrorKind::Timeout => Self::TIMEOUT,
            ErrorKind::Check => Self::CHECK,
            ErrorKind::Refused => Self::REFUSED,
            ErrorKind::Interrupted => Self::INTERRUPTED,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}
