//! Looks the names up in the background: nothing is asked before the first key, and typing never waits for an answer.

mod ask;
mod functions;
mod prompt;
mod settings;
mod tables;

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lifetracks_engine::{Engine, Parameters};

use crate::names::{Column, Names, Value};

/// How long Tab waits for the names.
const PATIENCE: Duration = Duration::from_secs(5);

const COHORTS: &str = "SELECT name, concat(members, ' members') FROM lifetracks.cohorts ORDER BY name";

/// What the prompt knows of the lake and the session. Clones share everything.
#[derive(Clone)]
pub(crate) struct Catalogue {
    shared: Arc<Shared>,
}

struct Shared {
    /// Another one when another lake is opened.
    engine: Mutex<Engine>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    names: Option<Arc<Names>>,
    /// Whether the names are those of now; older ones still serve for colours.
    is_fresh: bool,
    is_loading: bool,
    /// Counts the changes, so that an answer to an older question is not taken for a new one.
    changes: u64,
    /// Questions that the engine works on.
    asked: BTreeSet<String>,
    /// What `$name` can be, with the kinds of the values.
    parameters: Vec<Value>,
}

impl Catalogue {
    /// A catalogue that asks nothing yet.
    pub(crate) fn new(engine: Engine) -> Self {
        let (state, changed) = (Mutex::default(), Condvar::new());
        Self { shared: Arc::new(Shared { engine: Mutex::new(engine), state, changed }) }
    }

    /// Looks names up in another engine from now on, and forgets all of the one before.
    pub(crate) fn open(&self, engine: Engine) {
        *self.shared.engine.lock().unwrap_or_else(PoisonError::into_inner) = engine;
        self.forget();
        self.state().names = None;
    }

    /// Forgets the names: a statement may have changed them.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.is_fresh = false;
        state.changes += 1;
        state.asked.clear();
    }

    /// Takes note of the parameters that are set; their values are not kept.
    pub(crate) fn know(&self, parameters: &Parameters) {
        let mut state = self.state();
        state.parameters = prompt::kinds(parameters);
    }

    /// Takes note that a statement has run: there is another last result, and perhaps another parameter.
    pub(crate) fn update(&self) {
        let engine = self.engine();
        let mut state = self.state();
        state.asked.clear();
        let parameters = state.parameters.clone();
        if let Some(names) = &mut state.names {
            let names = Arc::make_mut(names);
            names.planned.clear();
            names.tables = tables::tables(&engine);
            names.parameters = parameters;
            names.queries = prompt::saved();
        }
    }

    /// Starts looking the names up, unless they are known or on their way.
    pub(crate) fn warm(&self) {
        let mut state = self.state();
        if state.is_fresh || state.is_loading {
            return;
        }
        state.is_loading = true;
        drop(state);
        let catalogue = self.clone();
        // Without a thread there are no names, and everything else works.
        let started = thread::Builder::new().name("names".to_owned()).spawn(move || catalogue.load());
        if started.is_err() {
            self.state().is_loading = false;
        }
    }

    /// The names as far as they are known now.
    pub(crate) fn now(&self) -> Option<Arc<Names>> {
        self.state().names.clone()
    }

    /// The names, waited for where they are not known yet; none when that takes too long.
    pub(crate) fn wait(&self) -> Arc<Names> {
        self.warm();
        let waits = |state: &mut State| !state.is_fresh && state.is_loading;
        let waited = self.shared.changed.wait_timeout_while(self.state(), PATIENCE, waits);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.names.clone().unwrap_or_default()
    }

    /// Asks the engine for the columns of queries, and waits that long for the answers. Whether there are new ones.
    pub(crate) fn ask(&self, questions: &[String], budget: Duration) -> bool {
        let mut state = self.state();
        let new: Vec<String> =
            questions.iter().filter(|text| !state.asked.contains(*text)).cloned().collect();
        state.asked.extend(new.iter().cloned());
        let changes = state.changes;
        drop(state);
        if !new.is_empty() {
            let catalogue = self.clone();
            let asked = move || new.iter().for_each(|question| catalogue.answer(question, changes));
            // Without a thread there is no answer, and Tab offers what it has.
            drop(thread::Builder::new().name("columns".to_owned()).spawn(asked));
        }
        self.wait_for_answers(questions, budget)
    }

    fn wait_for_answers(&self, questions: &[String], budget: Duration) -> bool {
        let until = Instant::now() + budget;
        let mut state = self.state();
        loop {
            let answered = |names: &Arc<Names>| questions.iter().all(|text| names.planned.contains_key(text));
            if state.names.as_ref().is_some_and(answered) {
                return true;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn answer(&self, question: &str, changes: u64) {
        let columns = ask::columns(&self.engine(), question);
        let mut state = self.state();
        if state.changes == changes
            && state.asked.contains(question)
            && let Some(names) = &mut state.names
        {
            let columns = columns.map(|columns| with_codes(columns, names));
            Arc::make_mut(names).planned.insert(question.to_owned(), columns);
        }
        drop(state);
        self.shared.changed.notify_all();
    }

    fn load(&self) {
        let changes = self.state().changes;
        let mut names = names(&self.engine());
        let mut state = self.state();
        names.parameters.clone_from(&state.parameters);
        state.is_loading = false;
        state.is_fresh = state.changes == changes;
        state.names = Some(Arc::new(names));
        let again = !state.is_fresh;
        drop(state);
        self.shared.changed.notify_all();
        if again {
            self.warm();
        }
    }

    fn engine(&self) -> Engine {
        self.shared.engine.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn names(engine: &Engine) -> Names {
    let mut functions = functions::documented(engine);
    functions.extend(functions::built_in(&ask::rows(engine, functions::BUILT_IN)));
    functions.sort_by(|left, right| left.name.cmp(&right.name));
    functions.dedup_by(|left, right| left.name == right.name);
    let cohorts = ask::rows(engine, COHORTS).into_iter().filter_map(|row| {
        let [value, label] = <[String; 2]>::try_from(row).ok()?;
        Some(Value { value, label })
    });
    Names {
        tables: tables::tables(engine),
        functions,
        codes: tables::codes(engine),
        cohorts: cohorts.collect(),
        settings: settings::settings(&ask::rows(engine, settings::SETTINGS)),
        queries: prompt::saved(),
        keys: tables::keys(engine),
        links: tables::links(engine),
        ..Names::default()
    }
}

/// The engine does not say which columns of a query are codes: those whose name stands for one code set everywhere.
fn with_codes(columns: Vec<Column>, names: &Names) -> Vec<Column> {
    let set = |column: &Column| {
        tables::code_set_of(
            names.tables.iter().flat_map(|table| table.columns.iter().flatten()),
            &column.name,
        )
    };
    columns.into_iter().map(|column| Column { code_set: set(&column), ..column }).collect()
}
