//! Where the user's configuration lies.

use std::path::PathBuf;

/// `$XDG_CONFIG_HOME/lifetracks`, by default in `~/.config`; `None` without a home.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let config = folder("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(config.join("lifetracks"))
}
