//! The user's configuration, and that of the folder the shell was started in.
//!
//! Both are TOML and know the same keys; what the folder says comes second and wins. Everything on the command line
//! wins over both. `[settings]` are dot commands with their argument and are for the prompt only, so that a script
//! writes the same for everyone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use lifetracks_engine::closest_name;
use toml::{Table, Value};

use crate::args::{parse_bytes, parse_time};
use crate::editor::EditMode;
use crate::failure::{Failure, Result};
use crate::text::visible;

/// The file of the folder.
pub(crate) const OF_FOLDER: &str = ".lifetracks.toml";

/// Statements that run before the first prompt.
const INIT: &str = "init.sql";

/// Keys outside `[settings]`.
const KEYS: [&str; 7] = ["lake", "memory_limit", "threads", "timeout", "log", "editor", "settings"];

/// Dot commands that are settings.
pub(crate) const SETTINGS: &[&str] = &[
    "headers", "maxrows", "maxwidth", "mode", "null", "numbers", "pager", "progress", "theme", "timer",
    "types",
];

/// Settings that start programs: a folder that came from elsewhere must not name them.
const OF_USER_ONLY: [&str; 1] = ["pager"];

/// What the files say.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// The lake, where none is named.
    pub(crate) lake: Option<String>,
    /// Bytes that queries may use.
    pub(crate) memory_limit: Option<u64>,
    /// Threads that run queries.
    pub(crate) threads: Option<u16>,
    /// How long a statement may take.
    pub(crate) timeout: Option<Duration>,
    /// Whether statements are logged; they are unless this says otherwise.
    pub(crate) log: Option<bool>,
    /// How keys edit the line; as in Emacs unless they are told.
    pub(crate) keys: Option<EditMode>,
    /// Dot commands and their arguments.
    pub(crate) settings: BTreeMap<String, String>,
    /// Statements that run before the first prompt.
    pub(crate) init: Option<PathBuf>,
}

impl Config {
    /// Reads the user's file, or the one that is named, and the folder's.
    ///
    /// Errors: a named file is not there, a file cannot be read, a key or a value is not known.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self> {
        let mut config = Self::default();
        for (path, is_users) in files(named) {
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound && named != Some(path.as_path()) => {
                    continue;
                }
                Err(error) => return Err(Failure::file("read", &path, &error)),
            };
            config.read(&path, &text, is_users)?;
        }
        config.init = folder().map(|folder| folder.join(INIT)).filter(|path| path.is_file());
        Ok(config)
    }

    fn read(&mut self, path: &Path, text: &str, is_users: bool) -> Result<()> {
        let file = File { path, text };
        let table: Table = text.parse().map_err(|error: toml::de::Error| file.unreadable(&error))?;
        for (key, value) in table {
            match (key.as_str(), value) {
                ("lake", Value::String(lake)) => self.lake = Some(lake),
                ("memory_limit", Value::String(limit)) => {
                    let limit = parse_bytes(&limit)
                        .map_err(|why| file.wrong(&key, &format!("cannot be read: {why}")))?;
                    self.memory_limit = Some(limit);
                }
                ("timeout", Value::String(timeout)) => {
                    let timeout = parse_time(&timeout)
                        .map_err(|why| file.wrong(&key, &format!("cannot be read: {why}")))?;
                    self.timeout = Some(timeout);
                }
                ("threads", Value::Integer(threads)) => {
                    let threads = u16::try_from(threads).ok().filter(|threads| *threads > 0);
                    self.threads = Some(threads.ok_or_else(|| file.wrong(&key, "is a number of threads"))?);
                }
                ("log", Value::Boolean(log)) => self.log = Some(log),
                ("editor", Value::Table(editor)) => self.editor(&file, editor)?,
                ("settings", Value::Table(settings)) => self.settings(&file, settings, is_users)?,
                ("log", _) => return Err(file.wrong(&key, "is true or false")),
                ("threads", _) => return Err(file.wrong(&key, "is a number of threads")),
                ("editor" | "settings", _) => return Err(file.wrong(&key, "is a table: write [..]")),
                (known, _) if KEYS.contains(&known) => return Err(file.wrong(&key, "is text in quotes")),
                _ => return Err(file.unknown(&key, &KEYS)),
            }
        }
        Ok(())
    }

    fn editor(&mut self, file: &File<'_>, editor: Table) -> Result<()> {
        for (key, value) in editor {
            self.keys = match (key.as_str(), value.as_str()) {
                ("mode", Some("vi")) => Some(EditMode::Vi),
                ("mode", Some("emacs")) => Some(EditMode::Emacs),
                ("mode", _) => return Err(file.wrong("mode", "is \"emacs\" or \"vi\"")),
                _ => return Err(file.unknown(&key, &["mode"])),
            };
        }
        Ok(())
    }

    fn settings(&mut self, file: &File<'_>, settings: Table, is_users: bool) -> Result<()> {
        for (key, value) in settings {
            if !SETTINGS.contains(&key.as_str()) {
                return Err(file.unknown(&key, SETTINGS));
            }
            if !is_users && OF_USER_ONLY.contains(&key.as_str()) {
                return Err(file.wrong(&key, "starts a program, so only your own configuration may set it"));
            }
            let argument = match value {
                Value::String(text) => text,
                Value::Integer(number) => number.to_string(),
                Value::Boolean(true) => "on".to_owned(),
                Value::Boolean(false) => "off".to_owned(),
                _ => return Err(file.wrong(&key, "is text, a number, true or false")),
            };
            self.settings.insert(key, argument);
        }
        Ok(())
    }
}

/// The files in the order in which they are read, and whether each is the user's own.
pub(crate) fn files(named: Option<&Path>) -> Vec<(PathBuf, bool)> {
    let users = named.map(Path::to_owned).or_else(|| Some(folder()?.join("config.toml")));
    users.into_iter().map(|path| (path, true)).chain([(PathBuf::from(OF_FOLDER), false)]).collect()
}

/// `$XDG_CONFIG_HOME/lifetracks`, by default in `~/.config`; `None` without a home.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let config = folder("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(config.join("lifetracks"))
}

/// A file as errors name it.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    /// Where a key stands, as `file:line`.
    fn place(&self, key: &str) -> String {
        let is_there = |line: &str| {
            let rest = line.trim_start().trim_start_matches('[').strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with(['=', ']', '.']))
        };
        match self.text.lines().position(is_there) {
            Some(line) => format!("{}:{}", self.path.display(), line + 1),
            None => self.path.display().to_string(),
        }
    }

    fn wrong(&self, key: &str, what: &str) -> Failure {
        Failure::usage(format!("{}: {} {what}", self.place(key), visible(key)))
    }

    fn unknown(&self, key: &str, known: &[&str]) -> Failure {
        let near = closest_name(key, known.iter().copied());
        let help = near.map_or_else(
            || format!("there are: {}", known.join(", ")),
            |near| format!("did you mean {near}?"),
        );
        Failure::usage(format!("{}: there is no key {}", self.place(key), visible(key))).with_help(help)
    }

    fn unreadable(&self, error: &toml::de::Error) -> Failure {
        let start = error.span().map_or(0, |span| span.start);
        let (line, column) = crate::script::line_and_column(self.text, start);
        let message =
            format!("{}:{line}:{column}: this is no TOML: {}", self.path.display(), error.message());
        Failure::usage(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::find;

    fn read(text: &str, is_users: bool) -> Result<Config, String> {
        let mut config = Config::default();
        let read = config.read(Path::new("c.toml"), text, is_users);
        let said = |failure: Failure| format!("{}; {}", failure.message, failure.help.unwrap_or_default());
        read.map(|()| config).map_err(said)
    }

    #[test]
    fn every_setting_is_a_command() {
        for setting in SETTINGS {
            assert!(find(&format!(".{setting}")).is_ok_and(|command| command.name == *setting), "{setting}");
        }
        assert!(SETTINGS.is_sorted());
    }

    #[test]
    fn the_later_file_wins() {
        let mut config = Config::default();
        let users =
            "lake = \"a\"\nthreads = 4\n[editor]\nmode = \"vi\"\n[settings]\nmaxrows = 10\ntimer = false\n";
        config.read(Path::new("a"), users, true).unwrap();
        config.read(Path::new("b"), "lake = \"b\"\n[settings]\nmaxrows = 20\n", false).unwrap();
        assert_eq!(
            (config.lake.as_deref(), config.threads, config.keys),
            (Some("b"), Some(4), Some(EditMode::Vi))
        );
        let settings: Vec<_> =
            config.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        assert_eq!(settings, ["maxrows 20", "timer off"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let error = |text| read(text, false).unwrap_err();
        assert_eq!(error("\nlaek = \"x\""), "c.toml:2: there is no key laek; did you mean lake?");
        assert_eq!(
            error("[settings]\nmaxrow = 3"),
            "c.toml:2: there is no key maxrow; did you mean maxrows?"
        );
        assert_eq!(error("log = \"off\""), "c.toml:1: log is true or false; ");
        assert_eq!(error("threads = \"2\""), "c.toml:1: threads is a number of threads; ");
        assert_eq!(error("[editor]\nmode = \"ed\""), "c.toml:2: mode is \"emacs\" or \"vi\"; ");
        assert!(error("a = \n").starts_with("c.toml:1:5: this is no TOML"), "{}", error("a = \n"));
    }

    #[test]
    fn a_folder_starts_no_program() {
        let text = "[settings]\npager = \"rm -r x\"";
        assert!(read(text, true).is_ok());
        assert!(read(text, false).unwrap_err().contains("only your own configuration may set it"));
    }
}
