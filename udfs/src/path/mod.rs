//! Functions of what happens to a person in time: funnels, patterns of events, states one after another, spells.

mod events;
mod funnel;
mod matcher;
mod moment;
mod pattern;
mod question;
mod retention;
mod sequence;
mod spell_id;
mod state_path;
mod window_funnel;

use datafusion::logical_expr::{AggregateUDF, WindowUDF};

use funnel::Funnel;
use question::Asking;
pub(crate) use spell_id::SpellId;

/// The aggregates of this family.
pub(crate) fn aggregates() -> Vec<AggregateUDF> {
    vec![
        retention::Retention::new().into(),
        state_path::StatePath::new().into(),
        Asking::<sequence::Count>::new().into(),
        Asking::<sequence::First>::new().into(),
        Asking::<sequence::IsFound>::new().into(),
        Asking::<Funnel>::new().into(),
    ]
}

/// The window functions of this family.
pub(crate) fn windows() -> Vec<WindowUDF> {
    vec![SpellId::new().into()]
}

#[cfg(test)]
mod tests;
