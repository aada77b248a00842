//! The three things the engine asks of an aggregate, for the state that fits its arguments' types.
//!
//! An aggregate whose state depends on a type chooses once, and the choice answers all three questions.

use datafusion::arrow::datatypes::FieldRef;
use datafusion::logical_expr::function::StateFieldsArgs;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use crate::fold::{Columns, Grouped, Single, state_fields};

/// What the engine needs to run one kind of state.
pub(crate) struct Adaptors<Setting> {
    /// The columns of states.
    pub(crate) fields: fn(&StateFieldsArgs) -> Vec<FieldRef>,
    /// A state without groups.
    pub(crate) single: fn(Setting) -> Box<dyn Accumulator>,
    /// States of groups.
    pub(crate) grouped: fn(Setting) -> Box<dyn GroupsAccumulator>,
}

impl<Setting> Adaptors<Setting> {
    /// Those of one state.
    pub(crate) fn of<S: Columns<Setting = Setting>>() -> Self {
        Self {
            fields: state_fields::<S>,
            single: |setting| Box::new(Single::<S>::new(setting)),
            grouped: |setting| Box::new(Grouped::<S>::new(setting)),
        }
    }
}
