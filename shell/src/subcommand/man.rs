//! `lifetracks man`

use std::fmt::Write as _;
use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::write_result;
use crate::args::Args;
use crate::exit::Exit;
use crate::failure::Result;

/// Writes the manual page, as `man -l` reads it.
pub(super) fn run() -> Result<Exit> {
    write_result(&page()?)?;
    Ok(Exit::SUCCESS)
}

/// One page: the command, and a section for each of its subcommands.
fn page() -> io::Result<String> {
    let mut command = Args::command();
    command.build();
    let mut page = rendered(&command, Man::render)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        write_subcommand(subcommand, "lifetracks", &mut page)?;
    }
    Ok(page)
}

fn write_subcommand(command: &Command, before: &str, page: &mut String) -> io::Result<()> {
    let name = format!("{before} {}", command.get_name());
    let command = command.clone().bin_name(&name);
    // Writing to a string cannot fail.
    let _ = writeln!(page, ".SH \"{}\"", name.to_uppercase());
    for render in [Man::render_description_section, Man::render_synopsis_section, Man::render_options_section]
    {
        let section = rendered(&command, render)?;
        // Sections of a subcommand stand below its own.
        page.push_str(&section.replace(".SH ", ".SS "));
    }
    let inner = command.get_subcommands().filter(|inner| inner.get_name() != "help");
    for inner in inner {
        write_subcommand(inner, &name, page)?;
    }
    Ok(())
}

fn rendered(
    command: &Command,
    render: impl Fn(&Man, &mut dyn io::Write) -> io::Result<()>,
) -> io::Result<String> {
    let mut text = Vec::new();
    render(&Man::new(command.clone()), &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(command: &Command, found: &mut Vec<String>) {
        found.extend(command.get_arguments().filter_map(clap::Arg::get_long).map(str::to_owned));
        command.get_subcommands().for_each(|subcommand| options(subcommand, found));
    }

    #[test]
    fn the_page_has_every_option_and_subcommand() {
        let text = page().unwrap();
        assert!(text.contains(".TH lifetracks 1"), "{text}");
        // Hyphens are escaped in roff.
        let plain = text.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "");
        let command = Args::command();
        let mut all = Vec::new();
        options(&command, &mut all);
        assert!(all.len() > 20);
        for option in all {
            assert!(plain.contains(&format!("--{option}")), "{option}");
        }
        for subcommand in command.get_subcommands() {
            assert!(text.contains(&format!(".SH \"LIFETRACKS {}\"", subcommand.get_name().to_uppercase())));
        }
    }
}
