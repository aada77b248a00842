//! `.manual`

use lifetracks_engine::closest_name;

use super::{Action, Argument, Collect, Command, Next, PAGE_ROWS, Section, literal, page_of};
use crate::failure::{Failure, Result};
use crate::page::Page;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "manual",
    aliases: &["\\h"],
    section: Section::Catalogue,
    usage: ".manual FUNCTION",
    help: "Explains a function: how it is called, its arguments and columns, what NULL means, an example that runs.",
    argument: Argument::Function,
    run: Action::Do(run),
};

/// Headings of the parts that have one.
const HEADINGS: [(&str, &str); 4] =
    [("argument", "Arguments"), ("column", "Columns"), ("example", "Example"), ("related", "See also")];

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let name = argument.split('(').next().unwrap_or_default().trim().to_lowercase();
    if name.is_empty() {
        return Err(Failure::usage("there is no function to explain")
            .with_help("write its name, such as .manual rate; .functions lists them"));
    }
    let sql = format!(
        "SELECT function, kind, family, part, name, text FROM lifetracks.manual \
         WHERE function = {} ORDER BY place",
        literal(&name)
    );
    let shown = page_of(shell, sql, page);
    Ok(Next::Collect(Collect {
        sql: "SELECT DISTINCT function FROM lifetracks.manual".to_owned(),
        limit: PAGE_ROWS,
        then: Box::new(move |_, found| {
            let names = found.texts()?.into_iter().flatten().flatten().collect::<Vec<String>>();
            if names.contains(&name) { Ok(shown) } else { Err(unknown(&name, &names)) }
        }),
    }))
}

fn unknown(name: &str, names: &[String]) -> Failure {
    let help = closest_name(name, names.iter().map(String::as_str)).map_or_else(
        || format!(".functions {name} looks for it in what functions do"),
        |near| format!("did you mean {near}? .functions {name} looks for it in what functions do"),
    );
    Failure::usage(format!("there is no function {name}")).with_help(help)
}

fn page(page: &mut Page, rows: &[Vec<Option<String>>]) {
    let mut last = String::new();
    for row in rows {
        let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
        let [function, kind, family, part, name, text] = cells.as_slice() else { continue };
        if last.is_empty() {
            let family = if family.is_empty() { "made in this session" } else { family };
            page.title(function, &format!("{kind} function, {family}"));
            page.gap();
        }
        if last != *part {
            match HEADINGS.iter().find(|(heading, _)| heading == part) {
                Some((_, heading)) => page.heading(heading),
                None => page.gap(),
            }
            (*part).clone_into(&mut last);
        }
        match *part {
            "syntax" | "example" => page.code(text),
            "argument" | "column" => page.entry(name, text),
            _ => page.markdown(text),
        }
    }
}
