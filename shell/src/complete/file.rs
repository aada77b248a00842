//! Files and folders whose names go on as a path does.

use std::path::Path;

use super::Candidate;
use super::write::starts;

/// What the end of a path could become, and how long that end is. Only files with one of the endings are offered, or
/// all where there are none.
pub(super) fn offers(typed: &str, endings: &[&str]) -> (usize, Vec<Candidate>) {
    let (folder, word) =
        typed.rsplit_once('/').map_or(("", typed), |(_, word)| typed.split_at(typed.len() - word.len()));
    let home =
        folder.strip_prefix("~/").and_then(|rest| Some(Path::new(&std::env::var_os("HOME")?).join(rest)));
    let place = match (home, folder) {
        (Some(home), _) => home,
        (None, "") => ".".into(),
        (None, folder) => folder.into(),
    };
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    let mut names: Vec<(String, bool)> = entries
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir())))
        .filter(|(name, _)| starts(word, name) && (word.starts_with('.') || !name.starts_with('.')))
        .filter(|(name, is_folder)| *is_folder || endings.is_empty() || has_ending(name, endings))
        .collect();
    names.sort();
    let offer = |(name, is_folder): (String, bool)| {
        if is_folder { Candidate::new(format!("{name}/"), "folder") } else { Candidate::new(name, "") }
    };
    (word.len(), names.into_iter().map(offer).collect())
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_offered_by_their_kind_and_folders_always() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["wages.csv", "wages.xlsx", ".hidden.csv"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("work")).unwrap();
        let typed = format!("{}/w", folder.path().display());
        let (length, offers) = offers(&typed, &[".csv"]);
        let names: Vec<_> = offers.iter().map(|offer| offer.insert.as_str()).collect();
        assert_eq!((length, names), (1, vec!["wages.csv", "work/"]));
    }
}
