//! `.methods`

use lifetracks_engine::closest_name;

use super::{Action, Argument, Collect, Command, Next, PAGE_ROWS, Section, literal, matching, page_of};
use crate::failure::Failure;
use crate::page::Page;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "methods",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".methods [NAME|PATTERN]",
    help: "Lists the methods of computing rates, or explains one: whose it is, its rule, what codes lead to, its source.",
    argument: Argument::Method,
    run: Action::Show(show),
};

fn show(shell: &Shell, argument: &str) -> Next {
    let filter = matching("concat(name, ' ', kind, ' ', title, ' ', owner)", argument);
    let list = format!(
        "SELECT name, kind, title, owner, first_year, last_year, is_default FROM lifetracks.methods{filter} \
         ORDER BY kind, name"
    );
    if argument.is_empty() {
        return Next::Query(list);
    }
    let name = argument.to_lowercase();
    let rule = page_of(shell, rule(&name), page);
    let is_meant = filter.replacen(" WHERE", "", 1);
    Next::Collect(Collect {
        sql: format!("SELECT name, {is_meant} AS is_meant FROM lifetracks.methods"),
        limit: PAGE_ROWS,
        then: Box::new(move |_, found| {
            let methods = found.texts()?;
            let names = || methods.iter().filter_map(|row| row[0].as_deref());
            if names().any(|known| known == name) {
                return Ok(rule);
            }
            if methods.iter().any(|row| row[1].as_deref() == Some("true")) {
                return Ok(Next::Query(list));
            }
            let help = closest_name(&name, names()).map_or_else(
                || ".methods lists the methods".to_owned(),
                |near| format!("did you mean {near}? .methods lists the methods"),
            );
            Err(Failure::usage(format!("there is no method {name}")).with_help(help))
        }),
    })
}

/// The parts of a method's page.
fn rule(name: &str) -> String {
    let name = literal(name);
    let years = "CASE WHEN first_year IS NULL AND last_year IS NULL THEN NULL \
        ELSE concat('In force', coalesce(' from ' || first_year, ''), coalesce(' to ' || last_year, ''), '.') END";
    let length = "CASE WHEN shortest_rate IS NOT NULL \
        THEN concat('Rates of ', shortest_rate, ' to ', longest_rate, ' years.') END";
    let parts = format!(
        "SELECT 1 AS place, 'title' AS part, name, title AS text FROM lifetracks.methods WHERE name = {name} \
         UNION ALL SELECT 2, 'owner', kind, owner FROM lifetracks.methods WHERE name = {name} \
         UNION ALL SELECT 3, 'years', NULL, {years} FROM lifetracks.methods WHERE name = {name} \
         UNION ALL SELECT 4, 'years', NULL, {length} FROM lifetracks.methods WHERE name = {name} \
         UNION ALL SELECT 5, 'rule', NULL, description FROM lifetracks.methods WHERE name = {name} \
         UNION ALL SELECT 6, of, replace(rule, '_', ' '), string_agg(DISTINCT code, ' ' ORDER BY code) \
            FROM lifetracks.method_codes WHERE method = {name} GROUP BY of, rule \
         UNION ALL SELECT 7, 'source', NULL, source FROM lifetracks.methods WHERE name = {name}"
    );
    format!("SELECT part, name, text FROM ({parts}) WHERE text IS NOT NULL ORDER BY place, part DESC, name")
}

fn page(page: &mut Page, rows: &[Vec<Option<String>>]) {
    let mut last = String::new();
    for row in rows {
        let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
        let [part, name, text] = cells.as_slice() else { continue };
        if last != *part {
            match *part {
                "exit" => page.heading("What exit codes lead to"),
                "credential" => page.heading("What credentials lead to"),
                "source" => page.heading("Source"),
                "rule" => page.gap(),
                _ => {}
            }
            (*part).clone_into(&mut last);
        }
        match *part {
            "title" => page.title(name, text),
            "exit" | "credential" => page.entry(name, text),
            _ => page.markdown(text),
        }
    }
}
