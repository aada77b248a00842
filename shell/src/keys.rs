//! What keys do besides moving and typing: new lines, ghost text, formatting, the editor.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::{
    Cmd, ConditionalEventHandler, Editor, Event, EventContext, EventHandler, Helper, KeyCode, KeyEvent,
    Modifiers, Movement, RepeatCount, history::History,
};

use crate::buffer::{marked, new_line, unmarked};
use crate::format::formatted;
use crate::hint::first_word;
use crate::script::is_complete;

/// Binds the keys. `asks_editor` is set when the person wants to go on in an editor of files.
pub(crate) fn bind<H: Helper, I: History>(editor: &mut Editor<H, I>, asks_editor: &Arc<AtomicBool>) {
    let mut on = |keys: &[KeyEvent], key: Key| {
        editor.bind_sequence(Event::KeySeq(keys.to_vec()), EventHandler::Conditional(Box::new(key)));
    };
    for enter in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('M'), KeyEvent::ctrl('J')] {
        on(&[enter], Key(enter_finishes));
    }
    on(&[KeyEvent(KeyCode::Enter, Modifiers::ALT)], Key(|_| Some(Cmd::Insert(1, new_line()))));
    on(&[KeyEvent::ctrl('F')], Key(accept_hint));
    on(&[KeyEvent(KeyCode::Right, Modifiers::NONE)], Key(accept_hint));
    on(&[KeyEvent::alt('f')], Key(accept_word));
    on(&[KeyEvent(KeyCode::F(2), Modifiers::NONE)], Key(format));
    on(&[KeyEvent::ctrl('X'), KeyEvent::ctrl('U')], Key(|_| Some(Cmd::Undo(1))));
    let leave = Leave { asks_editor: Arc::clone(asks_editor) };
    let keys = Event::KeySeq(vec![KeyEvent::ctrl('X'), KeyEvent::ctrl('E')]);
    editor.bind_sequence(keys, EventHandler::Conditional(Box::new(leave)));
}

/// A key that does something depending on the text alone.
struct Key(fn(&EventContext<'_>) -> Option<Cmd>);

impl ConditionalEventHandler for Key {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        (self.0)(context)
    }
}

/// Ends the reading, so that the text can go to an editor.
struct Leave {
    asks_editor: Arc<AtomicBool>,
}

impl ConditionalEventHandler for Leave {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.asks_editor.store(true, Ordering::Relaxed);
        Some(Cmd::AcceptLine)
    }
}

/// Enter runs what is finished; a statement that is not goes on in a new line. One that does not parse is not held
/// back: running it shows the error and keeps it in the history.
fn enter_finishes(context: &EventContext<'_>) -> Option<Cmd> {
    (!is_complete(&unmarked(context.line()))).then(|| Cmd::Insert(1, new_line()))
}

fn accept_hint(context: &EventContext<'_>) -> Option<Cmd> {
    (at_end(context) && context.hint_text().is_some()).then_some(Cmd::CompleteHint)
}

fn accept_word(context: &EventContext<'_>) -> Option<Cmd> {
    let hint = context.hint_text().filter(|_| at_end(context))?;
    Some(Cmd::Insert(1, first_word(hint).to_owned()))
}

fn format(context: &EventContext<'_>) -> Option<Cmd> {
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
