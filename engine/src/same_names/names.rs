//! Which expressions the planner would call the same: those that differ by casts alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, VisitMut, VisitorMut};

/// An expression as it is written, and without its casts.
pub(super) struct Written {
    text: String,
    bare: String,
}

impl Written {
    pub(super) fn of(expr: &Expr) -> Self {
        let mut expr = expr.clone();
        let text = expr.to_string().to_lowercase();
        let _: ControlFlow<()> = expr.visit(&mut Bare);
        Self { text, bare: expr.to_string().to_lowercase() }
    }
}

/// Takes casts, parentheses and the tables of columns away, as names do.
struct Bare;

impl VisitorMut for Bare {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let inner = match expr {
            Expr::Cast { expr, .. } | Expr::Nested(expr) => Some(expr.as_ref().clone()),
            Expr::CompoundIdentifier(parts) => parts.last().cloned().map(Expr::Identifier),
            _ => None,
        };
        if let Some(inner) = inner {
            *expr = inner;
        }
        ControlFlow::Continue(())
    }
}

/// Whether an expression has a cast.
pub(super) fn has_cast(expr: &Expr) -> bool {
    struct Casts(bool);
    impl VisitorMut for Casts {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            self.0 |= matches!(expr, Expr::Cast { .. });
            ControlFlow::Continue(())
        }
    }
    let mut casts = Casts(false);
    let _ = expr.clone().visit(&mut casts);
    casts.0
}

/// The texts of expressions by what they are without casts.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, BTreeSet<String>>);

impl Names {
    pub(super) fn add(&mut self, written: Written) {
        self.0.entry(written.bare).or_default().insert(written.text);
    }

    /// Whether some would have the same name.
    pub(super) fn has_several(&self) -> bool {
        self.0.values().any(|texts| texts.len() > 1)
    }

    /// The place, from 1, of an expression with a cast among those that would have its name; `None` where it is alone.
    pub(super) fn place(&self, expr: &Expr) -> Option<usize> {
        let written = Written::of(expr);
        let texts = self.0.get(&written.bare).filter(|texts| texts.len() > 1)?;
        if !has_cast(expr) {
            return None;
        }
        texts.iter().position(|text| *text == written.text).map(|before| before + 1)
    }
}
