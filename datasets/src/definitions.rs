//! All definitions of a session: the built-in files, and on top of them the folders a site adds.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, iter, thread};

use crate::method::{Method, WrittenMethod, resolve};
use crate::panel::Panel;
use crate::relation::Relation;
use crate::{CodeMap, CodeSet, DefinitionError, Layout, Table, closest_name};

mod embedded {
    // The folders that are read here, each with the extension of its files, and the files in them.
    include!(concat!(env!("OUT_DIR"), "/builtin_files.rs"));
}
use embedded::{FILES, FOLDERS};

/// A definition that is found by its name.
pub(crate) trait Named {
    fn name(&self) -> &str;
}

/// The tables, layouts, code sets, maps, methods, relations and panels of a session, each list sorted by name.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    tables: Vec<Table>,
    layouts: Vec<Layout>,
    code_sets: Vec<CodeSet>,
    maps: Vec<CodeMap>,
    written_methods: Vec<WrittenMethod>,
    methods: Vec<Method>,
    relations: Vec<Relation>,
    panels: Vec<Panel>,
    problems: Vec<DefinitionError>,
}

impl Definitions {
    /// The definitions that are part of the program. No file is read.
    pub fn builtin() -> Self {
        // Every start of the program waits for this, so two threads do it.
        let next = AtomicUsize::new(0);
        let part = || Self::of_embedded(iter::from_fn(|| FILES.get(next.fetch_add(1, Ordering::Relaxed))));
        let mut definitions = thread::scope(|scope| {
            let other = scope.spawn(part);
            let mut definitions = part();
            definitions.merge(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            definitions
        });
        let place = "the built-in definitions";
        let results = [
            definitions.check_code_sets(place),
            definitions.check_references(place),
            definitions.extend_layouts(),
            definitions.resolve_methods(),
        ];
        definitions.problems.extend(results.into_iter().filter_map(Result::err));
        definitions
    }

    /// Some of the built-in files.
    fn of_embedded<'a>(files: impl Iterator<Item = &'a (&'a str, &'a str, &'a str)>) -> Self {
        let mut definitions = Self::default();
        for (folder, file_name, text) in files {
            let place = format!("{folder}/{file_name}");
            if let Err(error) = definitions.add(folder, file_name, &place, text) {
                definitions.problems.push(error);
            }
        }
        definitions
    }

    /// Takes over definitions that are all others.
    fn merge(&mut self, other: Self) {
        join(&mut self.tables, other.tables);
        join(&mut self.layouts, other.layouts);
        join(&mut self.code_sets, other.code_sets);
        join(&mut self.maps, other.maps);
        join(&mut self.written_methods, other.written_methods);
        join(&mut self.methods, other.methods);
        join(&mut self.relations, other.relations);
        join(&mut self.panels, other.panels);
        self.problems.extend(other.problems);
        self.problems.sort_by(|one, two| one.file.cmp(&two.file));
    }

    /// Adds the definitions of a folder with `tables/`, `layouts/`, `codes/`, `maps/`, `methods/`, `relations/` and
    /// `panels/`, each of them optional.
    ///
    /// A definition with the name of an earlier one replaces it. Errors: a folder that cannot be read or holds no
    /// definitions, a file with another extension, a file with a fault, and a name that no definition has.
    pub fn with_folder(mut self, path: impl AsRef<Path>) -> Result<Self, DefinitionError> {
        let path = path.as_ref();
        let place = path.display().to_string();
        if !FOLDERS.iter().any(|(folder, _)| path.join(folder).is_dir()) {
            let sentence = "there is no tables, layouts, codes, maps, methods, relations or panels folder in it; name the folder that holds them.";
            return Err(DefinitionError::in_file(&place, sentence));
        }
        let mut layouts = Vec::new();
        for (folder, extension) in FOLDERS {
            for file_name in file_names(&path.join(folder), extension)? {
                let file = path.join(folder).join(&file_name);
                let place = file.display().to_string();
                let text = fs::read_to_string(&file).map_err(|error| unreadable(&place, &error))?;
                self.add(folder, &file_name, &place, text.trim_start_matches('\u{feff}'))?;
                if folder == "layouts" {
                    layouts.push(stem(&file_name).to_owned());
                }
            }
        }
        self.check_code_sets(&place)?;
        self.check_references(&place)?;
        self.extend_layouts()?;
        self.resolve_methods()?;
        for layout in layouts.iter().filter_map(|name| self.layout(name)) {
            layout.resolve(&self)?;
        }
        Ok(self)
    }

    /// The canonical tables, sorted by name.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The canonical table of this name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        find(&self.tables, name)
    }

    /// The layouts of agency files, sorted by name.
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// The layout of this name.
    pub fn layout(&self, name: &str) -> Option<&Layout> {
        find(&self.layouts, name)
    }

    /// The code sets, sorted by name.
    pub fn code_sets(&self) -> &[CodeSet] {
        &self.code_sets
    }

    /// The code set of this name.
    pub fn code_set(&self, name: &str) -> Option<&CodeSet> {
        find(&self.code_sets, name)
    }

    /// The maps from code to code, sorted by name.
    pub fn maps(&self) -> &[CodeMap] {
        &self.maps
    }

    /// The map of this name.
    pub fn map(&self, name: &str) -> Option<&CodeMap> {
        find(&self.maps, name)
    }

    /// The methods of computing rates, sorted by name.
    pub fn methods(&self) -> &[Method] {
        &self.methods
    }

    /// The method of this name.
    pub fn method(&self, name: &str) -> Option<&Method> {
        find(&self.methods, name)
    }

    /// The shipped relations, sorted by name.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// The shipped relation of this name.
    pub fn relation(&self, name: &str) -> Option<&Relation> {
        find(&self.relations, name)
    }

    /// What panels follow, sorted by name.
    pub fn panels(&self) -> &[Panel] {
        &self.panels
    }

    /// The panel of this name.
    pub fn panel(&self, name: &str) -> Option<&Panel> {
        find(&self.panels, name)
    }

    /// The faults of built-in files: empty in every build that passed its tests.
    pub fn problems(&self) -> &[DefinitionError] {
        &self.problems
    }

    /// Reads one file of a definition folder; `place` is its name in an error.
    fn add(&mut self, folder: &str, file_name: &str, place: &str, text: &str) -> Result<(), DefinitionError> {
        let name = stem(file_name);
        match folder {
            "tables" => put(&mut self.tables, Table::parse(place, text)?, name, place),
            "layouts" => put(&mut self.layouts, Layout::parse(place, text)?, name, place),
            "codes" => put(&mut self.code_sets, CodeSet::parse(place, name, text)?, name, place),
            "relations" => put(&mut self.relations, Relation::parse(place, text)?, name, place),
            "panels" => put(&mut self.panels, Panel::parse(place, text)?, name, place),
            "methods" => put(&mut self.written_methods, WrittenMethod::parse(place, text)?, name, place),
            _ => put(&mut self.maps, CodeMap::parse(place, name, text)?, name, place),
        }
    }

    /// Gives every layout what it takes from the layouts it extends.
    fn extend_layouts(&mut self) -> Result<(), DefinitionError> {
        let extended = self.layouts.iter().map(|layout| layout.extended(&self.layouts));
        self.layouts = extended.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Puts the methods together anew, with all files that are there now.
    fn resolve_methods(&mut self) -> Result<(), DefinitionError> {
        self.methods = resolve(&self.written_methods, &self.maps)?;
        Ok(())
    }

    /// Every code set that a column names must be there; `place` is where the last definitions came from.
    fn check_code_sets(&self, place: &str) -> Result<(), DefinitionError> {
        for table in &self.tables {
            for column in &table.columns {
                if let Some(set) = &column.code_set
                    && self.code_set(set).is_none()
                {
                    let help = match closest_name(set, self.code_sets.iter().map(Named::name)) {
                        Some(near) => format!("did you mean {near:?}?"),
                        None => format!("add the file codes/{set}.csv."),
                    };
                    let user = format!("column {:?} of table {:?}", column.name, table.name);
                    let sentence = format!("{user} names the code set {set:?}, which is not there; {help}");
                    return Err(DefinitionError::in_file(place, sentence));
                }
            }
        }
        Ok(())
    }

    /// Every check that refers to a table must find it; `place` is where the last definitions came from.
    fn check_references(&self, place: &str) -> Result<(), DefinitionError> {
        for table in &self.tables {
            for check in &table.checks {
                let refers = check.refers(table, &self.tables);
                refers.map_err(|sentence| DefinitionError::in_file(place, sentence))?;
            }
        }
        Ok(())
    }
}

impl Named for Layout {
    fn name(&self) -> &str {
        &self.name
    }
}

fn find<'a, T: Named>(list: &'a [T], name: &str) -> Option<&'a T> {
    let position = list.binary_search_by(|item| item.name().cmp(name)).ok()?;
    list.get(position)
}

/// Puts a definition in its place by name, over an earlier one of that name.
fn put<T: Named>(list: &mut Vec<T>, item: T, name: &str, place: &str) -> Result<(), DefinitionError> {
    if item.name() != name {
        let sentence = format!("the definition is named {:?}; give the file the same name.", item.name());
        return Err(DefinitionError::in_file(place, sentence));
    }
    match list.binary_search_by(|other| other.name().cmp(name)) {
        Ok(position) => list[position] = item,
        Err(position) => list.insert(position, item),
    }
    Ok(())
}

/// Adds definitions of other names, each to its place.
fn join<T: Named>(list: &mut Vec<T>, other: Vec<T>) {
    list.extend(other);
    list.sort_by(|one, two| one.name().cmp(two.name()));
}

/// A file name without its extension: the name of the definition.
fn stem(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)
}

/// The files of a folder, sorted by name; hidden files are passed over, and a folder that is not there has none.
fn file_names(folder: &Path, extension: &str) -> Result<Vec<String>, DefinitionError> {
    let place = folder.display().to_string();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| unreadable(&place, &error))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(&place, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if path.extension().is_none_or(|found| found != extension) {
            let sentence = format!(
                "only .{extension} files are read from this folder; rename the file or move it away."
            );
            return Err(DefinitionError::in_file(&path.display().to_string(), sentence));
        }
        names.push(name);
    }
    names.sort();
    Ok(names)
}

fn unreadable(place: &str, error: &io::Error) -> DefinitionError {
    let sentence = format!("it cannot be read: {error}; check the path, its rights and that it is UTF-8.");
    DefinitionError::in_file(place, sentence)
}
