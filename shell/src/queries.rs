//! Statements under a name: a `.sql` file each, whose first comments say what it is about and what its parameters are.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use lifetracks_engine::{Parameters, closest_name};

use crate::args::parse_parameter;
use crate::failure::{Failure, Result};
use crate::text::visible;
use crate::token::is_name_part as is_name;

const ABOUT: &str = "-- about:";
const PARAMETER: &str = "-- param:";

/// A saved statement.
#[derive(Debug)]
pub(crate) struct Query {
    /// Its name.
    pub(crate) name: String,
    /// What it is about.
    pub(crate) about: String,
    /// Values that its parameters have unless others are given.
    pub(crate) parameters: Parameters,
    /// The whole file.
    pub(crate) text: String,
    /// The file.
    pub(crate) path: PathBuf,
}

/// Keeps a statement. Those of its parameters that have a value now keep it as their default.
pub(crate) fn save(name: &str, about: &str, sql: &str, parameters: &Parameters) -> Result<PathBuf> {
    check_name(name)?;
    let folder = folder()?;
    let mut text = String::new();
    // Writing to a string cannot fail.
    if !about.is_empty() {
        let _ = writeln!(text, "{ABOUT} {}", visible(about));
    }
    for (name, value) in parameters.iter().filter(|(name, _)| is_used(sql, name)) {
        let _ = writeln!(text, "{PARAMETER} {name}={}", visible(&value.to_string()));
    }
    let _ = writeln!(text, "{};", sql.trim().trim_end_matches(';'));
    let path = folder.join(format!("{name}.sql"));
    let write = || {
        fs::create_dir_all(&folder)?;
        fs::write(&path, &text)
    };
    write().map_err(|error| Failure::file("write", &path, &error))?;
    Ok(path)
}

/// The statement of that name.
pub(crate) fn find(name: &str) -> Result<Query> {
    check_name(name)?;
    let path = folder()?.join(format!("{name}.sql"));
    if path.is_file() {
        return read(&path);
    }
    let saved = all()?;
    let near = closest_name(name, saved.iter().map(|query| query.name.as_str()));
    let help = near
        .map_or_else(|| ".queries lists those there are".to_owned(), |near| format!("did you mean {near}?"));
    Err(Failure::usage(format!("no statement was saved as {name}")).with_help(help))
}

/// Every saved statement, by name.
pub(crate) fn all() -> Result<Vec<Query>> {
    let folder = folder()?;
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::file("read", &folder, &error)),
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|kind| kind == "sql")).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Query> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let head = || text.lines().take_while(|line| line.starts_with("--"));
    let about = head().find_map(|line| line.strip_prefix(ABOUT)).unwrap_or_default().trim().to_owned();
    let written = head().filter_map(|line| line.strip_prefix(PARAMETER));
    let parameters = written.map(parse_parameter).collect::<Result<_, _>>().map_err(|why| {
        Failure::usage(format!("{} has a parameter that cannot be read: {why}", path.display()))
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Query { name, about, parameters, path: path.to_owned(), text })
}

/// Whether `$name` stands in the statement.
fn is_used(sql: &str, name: &str) -> bool {
    let written = format!("${name}");
    let ends = |at: usize| !sql[at + written.len()..].starts_with(is_name);
    sql.match_indices(&written).any(|(at, _)| ends(at))
}

fn check_name(name: &str) -> Result<()> {
    let is_good = !name.is_empty() && name.chars().all(|part| is_name(part) || part == '-');
    if is_good {
        return Ok(());
    }
    let message = if name.is_empty() {
        "a saved statement needs a name".to_owned()
    } else {
        format!("{} is no name", visible(name))
    };
    Err(Failure::usage(message).with_help("use letters, digits, _ and -"))
}

/// `$XDG_CONFIG_HOME/lifetracks/queries`, by default in `~/.config`.
fn folder() -> Result<PathBuf> {
    let config = crate::config::folder().ok_or_else(|| {
        Failure::usage("there is no home folder to keep statements in")
            .with_help("set HOME or XDG_CONFIG_HOME")
    })?;
    Ok(config.join("queries"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_used() {
        assert!(is_used("select $year", "year"));
        assert!(!is_used("select $years", "year"));
        assert!(is_used("select $years, $year + 1", "year"));
    }

    #[test]
    fn a_name_is_no_path() {
        for wrong in ["", "../x", "a/b", "a b", "x.sql"] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
        assert!(check_name("grad-rate_2022").is_ok());
    }
}
