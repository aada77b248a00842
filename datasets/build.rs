//! Embeds the data files: every `.toml` and `.csv` file of the definition folders becomes one line of a
//! generated list of (folder, file name, text), so that the engine needs no file beside its binary.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The definition folders, each with the extension of its files.
const FOLDERS: [(&str, &str); 7] = [
    ("tables", "toml"),
    ("layouts", "toml"),
    ("codes", "csv"),
    ("maps", "csv"),
    ("methods", "toml"),
    ("relations", "toml"),
    ("panels", "toml"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut list = format!("pub(super) const FOLDERS: [(&str, &str); {}] = {FOLDERS:?};\n", FOLDERS.len());
    list.push_str("pub(super) const FILES: &[(&str, &str, &str)] = &[\n");
    for (folder, extension) in FOLDERS {
        let path = root.join(folder);
        println!("cargo::rerun-if-changed={}", path.display());
        for file in files(&path, extension)? {
            let full = path.join(&file);
            let full = full.to_str().ok_or("the path of the crate is not UTF-8")?;
            writeln!(list, "    ({folder:?}, {file:?}, include_str!({full:?})),")?;
        }
    }
    list.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("builtin_files.rs"), list)?;
    Ok(())
}

/// The names of the files with this extension, sorted: the same order on every machine.
fn files(folder: &Path, extension: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension)
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}
