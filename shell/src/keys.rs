//! What keys do besides moving and typing: new lines, ghost text, formatting, the editor, the list of the history, and
//! what is pasted.

use std::sync::Arc;

use rustyline::{
    Cmd, ConditionalEventHandler, EditMode, Editor, Event, EventContext, EventHandler, Helper, InputMode,
    KeyCode, KeyEvent, Modifiers, Movement, RepeatCount, history::History,
};

use crate::buffer::{marked, new_line, unmarked};
use crate::format::formatted;
use crate::hint::first_word;
use crate::keyboard::{Keyboard, State, Wish};
use crate::picker::Picker;
use crate::script::is_complete;

/// What a terminal sends behind a pasted text. On a slow line it may come in pieces, which are no key then.
const END_OF_PASTE: &str = "\u{1b}[201~";

/// What a key does to what is typed; `None` does what it usually does.
type Typing = fn(&EventContext<'_>, &mut State) -> Option<Cmd>;

/// What a key does in the list of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Picking {
    /// What it usually does to the query.
    Usual,
    Nothing,
    Up,
    Down,
    Take,
    Leave,
}

/// Binds the keys.
pub(crate) fn bind<H: Helper, I: History>(editor: &mut Editor<H, I>, keyboard: &Arc<Keyboard>) {
    let mut on = |event: Event, typing: Typing, picking: Picking| {
        let key = Key { keyboard: Arc::clone(keyboard), typing, picking };
        editor.bind_sequence(event, EventHandler::Conditional(Box::new(key)));
    };
    for enter in [plain(KeyCode::Enter), KeyEvent::ctrl('M'), KeyEvent::ctrl('J')] {
        on(enter.into(), enter_finishes, Picking::Take);
    }
    let alt_enter = KeyEvent(KeyCode::Enter, Modifiers::ALT);
    on(alt_enter.into(), |_, _| Some(Cmd::Insert(1, new_line())), Picking::Nothing);
    on(KeyEvent::ctrl('F').into(), accept_hint, Picking::Usual);
    on(plain(KeyCode::Right).into(), accept_hint, Picking::Usual);
    on(KeyEvent::alt('f').into(), accept_word, Picking::Usual);
    on(plain(KeyCode::F(2)).into(), format, Picking::Nothing);
    on(sequence('X', 'U'), |_, _| Some(Cmd::Undo(1)), Picking::Usual);
    on(sequence('X', 'E'), |_, state| Some(end_for(state, Wish::Edit)), Picking::Nothing);
    let pick: Typing = |context, state| Some(end_for(state, Wish::Pick { cursor: context.pos() }));
    on(KeyEvent::ctrl('T').into(), pick, Picking::Down);
    for key in [plain(KeyCode::Down), KeyEvent::ctrl('N'), KeyEvent::ctrl('R')] {
        on(key.into(), |_, _| None, Picking::Down);
    }
    for key in [plain(KeyCode::Up), KeyEvent::ctrl('P'), KeyEvent::ctrl('S')] {
        on(key.into(), |_, _| None, Picking::Up);
    }
    for key in [plain(KeyCode::Esc), KeyEvent::ctrl('G'), KeyEvent::ctrl('C')] {
        on(key.into(), |_, _| None, Picking::Leave);
    }
    // Escape and Ctrl-C in such a haste that they look like one key.
    on(KeyEvent::alt('\u{3}').into(), |_, _| Some(Cmd::Interrupt), Picking::Leave);
    on(Event::Any, |_, _| None, Picking::Usual);
}

/// A key with what it does.
struct Key {
    keyboard: Arc<Keyboard>,
    typing: Typing,
    picking: Picking,
}

impl ConditionalEventHandler for Key {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        let mut state = self.keyboard.state();
        if let Some(key) = event.get(0)
            && let Some(command) = paste(*key, context, &mut state)
        {
            return Some(command);
        }
        match &mut state.picker {
            Some(picker) => self.picking.apply(picker),
            None => (self.typing)(context, &mut state),
        }
    }
}

impl Picking {
    fn apply(self, picker: &mut Picker) -> Option<Cmd> {
        match self {
            Self::Usual => return None,
            Self::Nothing => return Some(Cmd::Noop),
            Self::Up => picker.up(),
            Self::Down => picker.down(),
            Self::Take => picker.take(),
            Self::Leave => {}
        }
        Some(if matches!(self, Self::Up | Self::Down) { Cmd::Repaint } else { Cmd::AcceptLine })
    }
}

fn plain(code: KeyCode) -> KeyEvent {
    KeyEvent(code, Modifiers::NONE)
}

/// Two letters with Ctrl.
fn sequence(first: char, second: char) -> Event {
    Event::KeySeq(vec![KeyEvent::ctrl(first), KeyEvent::ctrl(second)])
}

/// Collects what is pasted and inserts it as a whole, with the marks of its lines: the line editor would leave them out.
/// No key in it does anything. `None` where nothing is being pasted.
fn paste(key: KeyEvent, context: &EventContext<'_>, state: &mut State) -> Option<Cmd> {
    if key == plain(KeyCode::BracketedPasteStart) {
        // Vi's commands count digits before any key is looked at, so there the line editor does it.
        if context.mode() == EditMode::Vi && context.input_mode() == InputMode::Command {
            return None;
        }
        state.pasted = Some(String::new());
        return Some(Cmd::Noop);
    }
    let pasted = state.pasted.as_mut()?;
    match key {
        KeyEvent(KeyCode::BracketedPasteEnd, _) => pasted.push_str(END_OF_PASTE),
        KeyEvent(KeyCode::Esc, _) => pasted.push('\u{1b}'),
        KeyEvent(KeyCode::Char(character), Modifiers::NONE) => pasted.push(character),
        KeyEvent(KeyCode::Enter, _) => pasted.push('\r'),
        KeyEvent(KeyCode::Char('J'), Modifiers::CTRL) => pasted.push('\n'),
        KeyEvent(KeyCode::Tab, _) => pasted.push('\t'),
        _ => {}
    }
    let Some(text) = pasted.strip_suffix(END_OF_PASTE) else { return Some(Cmd::Noop) };
    let text = text.replace('\u{1b}', "").replace("\r\n", "\n").replace('\r', "\n");
    state.pasted = None;
    let is_query = state.picker.is_some();
    Some(Cmd::Insert(1, if is_query { text.replace('\n', " ") } else { marked(&text) }))
}

/// Ends the reading for something else than to run the text.
fn end_for(state: &mut State, wish: Wish) -> Cmd {
    state.wish = Some(wish);
    Cmd::AcceptLine
}

/// Enter runs what is finished; a statement that is not goes on in a new line. One that does not parse is not held
/// back: running it shows the error and keeps it in the history.
fn enter_finishes(context: &EventContext<'_>, _: &mut State) -> Option<Cmd> {
    (!is_complete(&unmarked(context.line()))).then(|| Cmd::Insert(1, new_line()))
}

fn accept_hint(context: &EventContext<'_>, _: &mut State) -> Option<Cmd> {
    (at_end(context) && context.hint_text().is_some()).then_some(Cmd::CompleteHint)
}

fn accept_word(context: &EventContext<'_>, _: &mut State) -> Option<Cmd> {
    let hint = context.hint_text().filter(|_| at_end(context))?;
    Some(Cmd::Insert(1, first_word(hint).to_owned()))
}

fn format(context: &EventContext<'_>, _: &mut State) -> Option<Cmd> {
    let text = unmarked(context.line());
    let formatted = formatted(&text);
    if formatted == text {
        return Some(Cmd::Noop);
    }
    (!text.is_empty()).then(|| Cmd::Replace(Movement::WholeBuffer, Some(marked(&formatted))))
}

fn at_end(context: &EventContext<'_>) -> bool {
    context.pos() == context.line().len()
}
