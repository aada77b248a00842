//! `FROM t` without SELECT is all of `t`.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as Parsed;
use datafusion::sql::sqlparser::ast::{
    Select, SelectFlavor, SelectItem, VisitorMut, WildcardAdditionalOptions,
};

use crate::dialect;

/// Writes the `SELECT *` that such a query leaves out.
pub(crate) fn complete(statement: &mut Parsed) {
    // A visitor that never breaks.
    let _: ControlFlow<()> = dialect::visit(statement, &mut FromFirst);
}

struct FromFirst;

impl VisitorMut for FromFirst {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if select.flavor == SelectFlavor::FromFirstNoSelect && select.projection.is_empty() {
            select.flavor = SelectFlavor::Standard;
            select.projection.push(SelectItem::Wildcard(WildcardAdditionalOptions::default()));
        }
        ControlFlow::Continue(())
    }
}
