//! Dot commands: one file per command, one line per command in [`COMMANDS`].
//!
//! A command that only asks for data becomes SQL over the `lifetracks` schema, so that it works in scripts too.

mod bench;
mod cd;
mod chart;
mod codes;
mod cohorts;
mod collect;
mod columns;
mod copy;
mod describe;
mod diff;
mod edit;
mod explain;
mod export;
mod find;
mod functions;
mod headers;
mod help;
mod history;
mod last;
mod layouts;
mod links;
mod log;
mod lookup;
mod manual;
mod maxrows;
mod maxwidth;
mod memory;
mod methods;
mod mode;
mod null;
mod number;
mod numbers;
mod once;
mod open;
mod output;
mod paged;
mod pager;
mod param;
mod profile;
mod progress;
mod queries;
mod query;
mod quit;
mod read;
mod record;
mod rows;
mod safe;
mod sample;
mod save;
mod set;
mod shell;
mod show;
mod sources;
mod sql_text;
mod summarize;
mod switch;
mod table_named;
mod tables;
mod theme;
mod timer;
mod topic;
mod types;
mod version;
mod versions;
mod watch;
mod width;

pub(crate) use self::collect::{Collect, Collected};
pub(crate) use self::help::offers as help_offers;
pub(crate) use self::lookup::find;
use self::paged::{PAGE_ROWS, new_page, page_of, show_page, show_text};
use self::sql_text::{flagged, forced, identifier, literal, matching, role_name, unquoted};

use std::path::PathBuf;
use std::sync::Arc;

use lifetracks_engine::Parameters;

use crate::exit::Exit;
use crate::export::Export;
use crate::failure::Result;
use crate::repeat::Repeat;
use crate::script::{Piece, Source};
use crate::shell::Shell;

/// Every command, in the order of `.help`.
pub(crate) const COMMANDS: &[Command] = &[
    tables::COMMAND,
    describe::COMMAND,
    find::COMMAND,
    codes::COMMAND,
    links::COMMAND,
    summarize::COMMAND,
    sample::COMMAND,
    functions::COMMAND,
    manual::COMMAND,
    methods::COMMAND,
    cohorts::COMMAND,
    sources::COMMAND,
    versions::COMMAND,
    layouts::COMMAND,
    mode::COMMAND,
    output::COMMAND,
    once::COMMAND,
    export::COMMAND,
    copy::COMMAND,
    last::COMMAND,
    columns::COMMAND,
    rows::COMMAND,
    maxrows::COMMAND,
    maxwidth::COMMAND,
    width::COMMAND,
    null::COMMAND,
    types::COMMAND,
    numbers::COMMAND,
    headers::COMMAND,
    theme::COMMAND,
    pager::COMMAND,
    chart::COMMAND,
    timer::COMMAND,
    read::COMMAND,
    edit::COMMAND,
    param::COMMAND,
    save::COMMAND,
    query::COMMAND,
    queries::COMMAND,
    watch::COMMAND,
    explain::COMMAND,
    profile::COMMAND,
    bench::COMMAND,
    diff::COMMAND,
    history::COMMAND,
    log::COMMAND,
    record::COMMAND,
    open::COMMAND,
    set::COMMAND,
    show::COMMAND,
    progress::COMMAND,
    memory::COMMAND,
    cd::COMMAND,
    shell::COMMAND,
    safe::COMMAND,
    version::COMMAND,
    help::COMMAND,
    quit::COMMAND,
];

/// A dot command.
pub(crate) struct Command {
    /// The name without its dot.
    pub(crate) name: &'static str,
    /// Other ways to write it, with their dot or backslash.
    pub(crate) aliases: &'static [&'static str],
    /// Where `.help` lists it.
    pub(crate) section: Section,
    /// How it is written with its argument.
    pub(crate) usage: &'static str,
    /// One line that says what it does.
    pub(crate) help: &'static str,
    /// What Tab offers for the argument.
    pub(crate) argument: Argument,
    /// What it does.
    pub(crate) run: Action,
}

/// What a command does with its argument, which is trimmed and may be empty.
pub(crate) enum Action {
    /// Writes the rows of this SQL.
    Ask(fn(&str) -> String),
    /// Asks for rows and lays them out by itself.
    Show(fn(&Shell, &str) -> Next),
    /// Does it, or says what is left to do.
    Do(fn(&mut Shell, &str) -> Result<Next>),
}

/// The parts of `.help`, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// What is there to ask: tables, codes, functions, methods.
    Catalogue,
    /// Running and keeping statements.
    Query,
    /// How results are shown and where they go.
    Output,
    /// The shell itself.
    Shell,
}

impl Section {
    /// Every section.
    pub(crate) const ALL: [Self; 4] = [Self::Catalogue, Self::Query, Self::Output, Self::Shell];

    /// The section's heading.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Catalogue => "What is there",
            Self::Query => "Statements",
            Self::Output => "Results",
            Self::Shell => "The shell",
        }
    }
}

/// What a command's argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Argument {
    /// Nothing that could be listed.
    Other,
    /// A table of the lake.
    Table,
    /// An output format.
    Format,
    /// `on` or `off`.
    Switch,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A command, a topic of the help, or an example of one.
    Help,
    /// A function.
    Function,
    /// A file with statements.
    Script,
    /// Any file.
    File,
    /// A folder.
    Folder,
    /// One of these words, the first of them with a file behind it.
    WordThenFile(&'static [&'static str]),
    /// A statement.
    Statement,
    /// A statement, which a number may stand before.
    Runs,
    /// Any of these words, behind something else.
    Words(&'static [&'static str]),
    /// A setting of statements, then its value.
    Setting,
    /// What to do with a parameter, then its name or a file.
    Parameter,
    /// A saved statement, then values for its parameters.
    Query,
    /// A method of computing a rate.
    Method,
    /// A coded column, as `table.column`, or a code set.
    Codes,
}

/// What is left to do after a command.
pub(crate) enum Next {
    /// Nothing.
    Done,
    /// Run this SQL and write its rows.
    Query(String),
    /// Run this SQL and do something with its rows.
    Collect(Collect),
    /// Show how this SQL would run.
    Explain(String),
    /// Run this SQL again and again.
    Repeat(Repeat),
    /// Run these statements, with values of their own for parameters.
    Run(Source, Arc<Parameters>),
    /// Run a query into a file.
    Export(Export),
    /// Run the statements in this file.
    Read(PathBuf),
    /// Leave with this code.
    Leave(Exit),
}

/// Runs a command line such as `.describe diploma`.
pub(crate) fn run(shell: &mut Shell, line: &str) -> Result<Next> {
    let line = line.trim().trim_end_matches(';');
    let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match find(word)?.run {
        Action::Ask(sql) => Ok(Next::Query(sql(argument.trim()))),
        Action::Show(show) => Ok(show(shell, argument.trim())),
        Action::Do(run) => run(shell, argument.trim()),
    }
}

/// The name of the command in a piece of text; `None` where that is a statement, or no command.
pub(crate) fn name_of(piece: &Piece<'_>) -> Option<&'static str> {
    let word = piece.text.split_whitespace().next().filter(|_| piece.is_command)?;
    find(word).ok().map(|command| command.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn no_name_or_alias_is_taken_twice() {
        let mut names: Vec<String> = Vec::new();
        for command in COMMANDS {
            names.push(format!(".{}", command.name));
            names.extend(command.aliases.iter().map(|alias| (*alias).to_owned()));
            assert!(command.usage.starts_with(&format!(".{}", command.name)));
            assert!(command.help.ends_with('.'), "{}", command.name);
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_documentation_is_fresh() {
        let mut text = String::from(
            "# Dot commands\n\nWritten at the start of a line, at the prompt and in scripts. \
             A unique start of a name is enough: `.ta` is `.tables`. \
             `.help` has these and the topics of [shell/help](../shell/help), whose examples run.\n",
        );
        for section in Section::ALL {
            write!(text, "\n## {}\n\n| command | also | what it does |\n|---|---|---|\n", section.title())
                .unwrap();
            for command in COMMANDS.iter().filter(|command| command.section == section) {
                let aliases: Vec<_> = command.aliases.iter().map(|alias| format!("`{alias}`")).collect();
                let usage = command.usage.replace('|', "\\|");
                writeln!(text, "| `{usage}` | {} | {} |", aliases.join(" "), command.help).unwrap();
            }
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/commands.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).unwrap();
            std::fs::write(path, &text).unwrap();
        }
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == text, "docs/commands.md is out of date: run the tests with UPDATE_DOCS=1");
    }
}
