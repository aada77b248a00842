//! `.help`

use std::sync::Arc;

use lifetracks_engine::closest_name;

use super::topic::{TOPICS, Topic};
use super::{Action, Argument, COMMANDS, Command, Next, Section, find, new_page, show_page};
use crate::failure::{Failure, Result};
use crate::page::Page;
use crate::script::Source;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "help",
    aliases: &["\\?", ".?"],
    section: Section::Shell,
    usage: ".help [COMMAND|TOPIC [N]|WORD]",
    help: "Says what to do first, explains a command or a topic, runs a topic's example, or looks for a word.",
    argument: Argument::Help,
    run: Action::Do(run),
};

/// Where a newcomer begins.
const FIRST: [(&str, &str); 4] = [
    (".tables", "what is loaded, agency by agency"),
    (".help first-steps", "from nothing to a graduation rate by district"),
    (".help first-steps 1", "runs its first example; Tab behind .help offers all others"),
    (".find WORD", "looks for a word in tables, columns, codes and functions"),
];

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let mut page = new_page(shell);
    let (word, number) = argument.split_once(char::is_whitespace).unwrap_or((argument, ""));
    let example = match (Topic::find(word), number.trim()) {
        (Some(topic), number) if !number.is_empty() => Some(example(topic, number)?),
        _ => None,
    };
    match example {
        Some(sql) => page.code(sql),
        None if argument.is_empty() => everything(&mut page),
        None if argument.eq_ignore_ascii_case("topics") => topics(&mut page),
        None => one(&mut page, argument)?,
    }
    match example {
        Some(_) => shell.print(&page.finish())?,
        None => show_page(shell, page)?,
    }
    // As if it had been typed, so that its result can be charted and asked again.
    let typed =
        |sql: &str| Next::Run(Source { name: None, text: sql.to_owned() }, Arc::clone(&shell.parameters));
    Ok(example.map_or(Next::Done, typed))
}

/// What can stand behind `.help`, with what it is about.
pub(crate) fn offers() -> Vec<(String, &'static str)> {
    let topics = TOPICS.iter().flat_map(|topic| {
        let example = |number| (format!("{} {number}", topic.name), "runs an example");
        std::iter::once((topic.name.to_owned(), topic.title()))
            .chain((1..=topic.examples().count()).map(example))
    });
    let commands = COMMANDS.iter().map(|command| (command.name.to_owned(), command.help));
    let mut offers: Vec<_> = topics.chain([("topics".to_owned(), "lists the topics")]).collect();
    let others: Vec<_> = commands.filter(|(name, _)| Topic::find(name).is_none()).collect();
    offers.extend(others);
    offers
}

fn example(topic: &Topic, number: &str) -> Result<&'static str> {
    let count = topic.examples().count();
    let wanted = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    wanted.and_then(|number| topic.examples().nth(number)).ok_or_else(|| {
        Failure::usage(format!("the topic {} has no example {number}", topic.name))
            .with_help(format!("it has {count}; .help {} shows them", topic.name))
    })
}

/// The first screen.
fn everything(page: &mut Page) {
    page.paragraph("SQL statements end with a semicolon; commands start with a dot. To begin:");
    for (command, meaning) in FIRST {
        page.entry(command, meaning);
    }
    page.gap();
    for section in Section::ALL {
        let commands = COMMANDS.iter().filter(|command| command.section == section);
        let names: Vec<String> = commands.map(|command| format!(".{}", command.name)).collect();
        page.section(section.title(), &names.join(" "));
    }
    let names: Vec<&str> = TOPICS.iter().map(|topic| topic.name).collect();
    page.section("Topics", &names.join(" "));
    page.paragraph(".help NAME explains any of these; .help WORD looks for a word in them.");
}

fn topics(page: &mut Page) {
    for topic in TOPICS {
        page.entry(topic.name, topic.title());
    }
}

/// A command, a topic, both where they share the name, or whatever has the words.
fn one(page: &mut Page, words: &str) -> Result<()> {
    let is_command = words.starts_with(['.', '\\']);
    let dotted = if is_command { words.to_owned() } else { format!(".{words}") };
    let topic = Topic::find(words);
    let command = match find(&dotted) {
        Ok(command) => Some(command),
        Err(failure) if is_command => return Err(failure),
        Err(_) => None,
    };
    // The start of a command's name is enough only where no topic is meant.
    let command = command.filter(|command| topic.is_none() || command.name.eq_ignore_ascii_case(words));
    if let Some(command) = command {
        explain(page, command);
    }
    if let Some(topic) = topic {
        page.gap();
        page.title(topic.title(), "");
        page.markdown(&topic.page());
    }
    if command.is_none() && topic.is_none() {
        search(page, words)?;
    }
    Ok(())
}

fn explain(page: &mut Page, command: &Command) {
    page.title(command.usage, "");
    page.paragraph(command.help);
    if !command.aliases.is_empty() {
        page.paragraph(&format!("Also written {}.", command.aliases.join(", ")));
    }
}

fn search(page: &mut Page, words: &str) -> Result<()> {
    let lower = words.to_lowercase();
    let commands: Vec<&Command> =
        COMMANDS.iter().filter(|command| command.help.to_lowercase().contains(&lower)).collect();
    let topics: Vec<&Topic> = TOPICS.iter().filter(|topic| topic.mentions(words)).collect();
    if commands.is_empty() && topics.is_empty() {
        let names = COMMANDS.iter().map(|command| command.name).chain(TOPICS.iter().map(|topic| topic.name));
        let help = closest_name(words, names)
            .map_or_else(String::new, |near| format!("did you mean .help {near}? "));
        return Err(Failure::usage(format!("the help has no command, topic or word {words}")).with_help(
            format!("{help}.find {words} looks for it in the data, .manual {words} among functions"),
        ));
    }
    for command in commands {
        page.entry(command.usage, command.help);
    }
    for topic in topics {
        page.entry(&format!(".help {}", topic.name), topic.title());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Theme;

    fn page(write: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::new(Some(80), Theme::PLAIN);
        write(&mut page);
        page.finish()
    }

    #[test]
    fn the_first_screen_fits_a_small_terminal_with_a_prompt() {
        let text = page(everything);
        assert!(text.lines().count() <= 22, "{text}");
        assert!(text.lines().all(|line| line.chars().count() < 80), "{text}");
        for command in COMMANDS {
            assert!(text.contains(&format!(".{}", command.name)), "{}", command.name);
        }
    }

    #[test]
    fn a_name_of_a_command_and_a_topic_gives_both() {
        let text = page(|page| one(page, "codes").unwrap());
        assert!(text.starts_with(".codes ["), "{text}");
        assert!(text.contains(Topic::find("codes").unwrap().title()), "{text}");
        assert!(!page(|page| one(page, ".codes").unwrap()).contains("runs this"));
    }

    #[test]
    fn a_word_is_looked_for_and_an_unknown_one_has_a_neighbour() {
        assert!(page(|page| one(page, "semicolon").unwrap()).contains(".help "));
        let failure = one(&mut Page::new(None, Theme::PLAIN), "gradution").unwrap_err();
        assert!(failure.help.unwrap().starts_with("did you mean .help graduation? "));
    }

    #[test]
    fn examples_are_numbered_from_one() {
        let topic = Topic::find("graduation").unwrap();
        assert!(example(topic, "1").unwrap().contains("grad_cohort"));
        for wrong in ["0", "9", "x"] {
            assert!(example(topic, wrong).unwrap_err().message.contains("has no example"), "{wrong}");
        }
        assert!(offers().iter().any(|(offer, _)| offer == "graduation 1"));
    }
}
