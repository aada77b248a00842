//! The clauses of one SELECT.

use datafusion::error::Result;
use datafusion::sql::sqlparser::ast::{
    GroupByExpr, GroupByWithModifier, NamedWindowDefinition, NamedWindowExpr, Select, SelectFlavor,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::refusal::{refuse, refuse_if};
use super::{expression, join};

pub(super) fn check(select: &Select) -> Result<()> {
    let Select {
        select_token,
        // A hint is a comment: it changes no row.
        optimizer_hints: _,
        distinct: _,
        select_modifiers,
        top,
        top_before_distinct: _,
        projection,
        exclude,
        into,
        from,
        lateral_views,
        prewhere,
        selection: _,
        connect_by,
        group_by,
        cluster_by,
        distribute_by,
        sort_by,
        having: _,
        named_window,
        qualify,
        window_before_qualify: _,
        value_table_mode,
        flavor,
    } = select;
    let span = select_token.0.span;
    let refuse_clause = |present, what, instead| refuse_if(present, what, instead, span);
    refuse_clause(select_modifiers.is_some(), "a modifier after SELECT", "leave it out")?;
    refuse_clause(top.is_some(), "TOP", "write LIMIT 10 at the end")?;
    check_columns(*flavor, projection.is_empty(), span)?;
    refuse_clause(exclude.is_some(), "EXCLUDE after the last column", "write * EXCLUDE (..)")?;
    refuse_clause(into.is_some(), "SELECT .. INTO", "write CREATE TABLE name AS SELECT")?;
    from.iter().try_for_each(join::check)?;
    join::check_star(projection, from)?;
    refuse_clause(!lateral_views.is_empty(), "LATERAL VIEW", "write SELECT unnest(the_list)")?;
    refuse_clause(prewhere.is_some(), "PREWHERE", "write WHERE")?;
    refuse_clause(!connect_by.is_empty(), "START WITH or CONNECT BY", "write WITH RECURSIVE")?;
    check_group_by(group_by, span)?;
    refuse_clause(
        !cluster_by.is_empty() || !distribute_by.is_empty() || !sort_by.is_empty(),
        "CLUSTER BY, DISTRIBUTE BY or SORT BY",
        "write ORDER BY",
    )?;
    for NamedWindowDefinition(name, definition) in named_window {
        match definition {
            NamedWindowExpr::WindowSpec(window) => expression::check_window(window)?,
            NamedWindowExpr::NamedWindow(other) => refuse(
                &format!("the window {name} as another name for {other}"),
                "write its definition again",
                name.span,
            )?,
        }
    }
    if let Some(qualify) = qualify {
        expression::refuse_named_window(qualify, "QUALIFY")?;
    }
    refuse_clause(value_table_mode.is_some(), "SELECT AS STRUCT or AS VALUE", "write struct(..)")
}

fn check_columns(flavor: SelectFlavor, no_columns: bool, span: Span) -> Result<()> {
    match flavor {
        SelectFlavor::FromFirstNoSelect => refuse("FROM without SELECT and columns", "add SELECT *", span),
        SelectFlavor::Standard | SelectFlavor::FromFirst => {
            refuse_if(no_columns, "SELECT without columns", "name a column, or write SELECT *", span)
        }
    }
}

fn check_group_by(group_by: &GroupByExpr, span: Span) -> Result<()> {
    let (GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers)) = group_by;
    modifiers.iter().try_for_each(|modifier| {
        let (what, instead) = match modifier {
            GroupByWithModifier::Rollup => ("GROUP BY .. WITH ROLLUP", "write GROUP BY ROLLUP (a, b)"),
            GroupByWithModifier::Cube => ("GROUP BY .. WITH CUBE", "write GROUP BY CUBE (a, b)"),
            GroupByWithModifier::Totals => ("GROUP BY .. WITH TOTALS", "write GROUP BY ROLLUP (a, b)"),
            GroupByWithModifier::GroupingSets(_) => {
                ("GROUPING SETS after the columns", "write GROUP BY GROUPING SETS ((a), (a, b))")
            }
        };
        refuse(what, instead, span)
    })
}
