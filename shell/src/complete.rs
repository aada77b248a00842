//! What Tab offers: commands, tables, columns, functions and keywords that go on as the word before the cursor does.

use crate::catalogue::Names;
use crate::command::{Argument, COMMANDS, find};
use crate::highlight::{KEYWORDS, Kind, is_name, parts};
use crate::render::RENDERERS;
use crate::script::is_command;

/// Keywords that a table follows.
const BEFORE_TABLES: &[&str] = &["from", "join", "into", "update", "table", "describe"];

/// Where the completed word starts in `text`, and the words it could become. The cursor stands at `cursor`.
pub(crate) fn complete(text: &str, cursor: usize, names: &Names) -> (usize, Vec<String>) {
    let before = &text[..cursor];
    if is_command(text) {
        return complete_command(before, names);
    }
    let parts = parts(before);
    if let Some((range, kind)) = parts.last()
        && range.end == before.len()
        && matches!(kind, Kind::Text | Kind::Comment)
    {
        return quoted_cohort(before, range.start, names).unwrap_or((cursor, Vec::new()));
    }
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, character)| is_name(*character))
        .last()
        .map_or(cursor, |(index, _)| index);
    let word = &before[start..];
    if let Some(owner) = before[..start].strip_suffix('.') {
        let owner = last_name(owner);
        return (start, starting(word, members(owner, text, names)));
    }
    let previous = parts.iter().rev().find(|(range, _)| range.end <= start);
    let previous = previous.map(|(range, _)| before[range.clone()].to_ascii_lowercase());
    if previous.as_deref() == Some("cohort") && is_said_of_cohorts(before, start) {
        return (start, starting(word, names.cohorts.iter().cloned()));
    }
    if previous.is_some_and(|word| BEFORE_TABLES.contains(&word.as_str())) {
        return (start, starting(word, names.tables.iter().cloned().chain(called(&names.relations))));
    }
    (start, starting(word, anything(word, text, names)))
}

/// The cohorts that a text behind `cohort(` could name; `None` for any other text.
fn quoted_cohort(before: &str, start: usize, names: &Names) -> Option<(usize, Vec<String>)> {
    let word = before[start..].strip_prefix('\'').filter(|word| !word.contains('\''))?;
    let call = before[..start].trim_end().strip_suffix('(')?.to_ascii_lowercase();
    let is_call =
        [" cohort", "\ncohort", " cohort_flow", "\ncohort_flow"].iter().any(|name| call.ends_with(name));
    is_call.then(|| (start + 1, starting(word, names.cohorts.iter().cloned())))
}

/// Whether the word COHORT before `start` follows REFRESH or DROP.
fn is_said_of_cohorts(before: &str, start: usize) -> bool {
    let words: Vec<String> = before[..start].split_whitespace().map(str::to_ascii_lowercase).collect();
    matches!(words.as_slice(), [.., verb, _] if verb == "refresh" || verb == "drop")
}

fn complete_command(before: &str, names: &Names) -> (usize, Vec<String>) {
    let start = before.len() - before.trim_start().len();
    let Some((word, argument)) = before[start..].split_once(char::is_whitespace) else {
        let commands = COMMANDS.iter().map(|command| format!(".{}", command.name));
        return (start, starting(&before[start..], commands));
    };
    let argument = argument.trim_start();
    let start = before.len() - argument.len();
    let list = |words: &mut dyn Iterator<Item = String>| (start, starting(argument, words));
    match find(word).map(|command| command.argument) {
        Ok(Argument::Table) => list(&mut names.tables.iter().cloned()),
        Ok(Argument::Format) => list(&mut RENDERERS.iter().map(|format| format.name.to_owned())),
        Ok(Argument::Switch) => list(&mut ["off", "on"].map(str::to_owned).into_iter()),
        Ok(Argument::OneOf(known)) => list(&mut known.iter().map(|word| (*word).to_owned())),
        Ok(Argument::Command) => list(&mut COMMANDS.iter().map(|command| command.name.to_owned())),
        Ok(Argument::Other) | Err(_) => (start, Vec::new()),
    }
}

/// What can follow `owner.`: the columns of a table or of the table it is an alias of, or a schema's tables.
fn members(owner: &str, text: &str, names: &Names) -> Vec<String> {
    let schema = format!("{owner}.");
    let tables = names.tables.iter();
    let in_schema: Vec<String> =
        tables.filter_map(|table| table.strip_prefix(&schema).map(str::to_owned)).collect();
    if !in_schema.is_empty() {
        return in_schema;
    }
    let table = aliased(owner, text, names).unwrap_or(owner);
    let columns = names.columns.iter();
    columns.filter(|(of, _)| of.eq_ignore_ascii_case(table)).map(|(_, column)| column.clone()).collect()
}

/// The table that is followed by this alias somewhere in the statement.
fn aliased<'a>(alias: &str, text: &str, names: &'a Names) -> Option<&'a str> {
    let words = dotted_words(text);
    let words: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| !word.eq_ignore_ascii_case("as")).collect();
    words.windows(2).find_map(|pair| {
        let is_alias = pair[1].eq_ignore_ascii_case(alias) || pair[1].starts_with(&format!("{alias}."));
        let mut tables = names.tables.iter().chain(&names.relations);
        let table = tables.find(|table| table.eq_ignore_ascii_case(pair[0]));
        table.filter(|_| is_alias).map(String::as_str)
    })
}

/// The words of the statement; a name with dots is one word.
fn dotted_words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut end = 0;
    for (range, _) in parts(text) {
        let word = &text[range.clone()];
        match words.last_mut() {
            Some(last) if range.start == end && (word == "." || last.ends_with('.')) => last.push_str(word),
            _ => words.push(word.to_owned()),
        }
        end = range.end;
    }
    words
}

/// Columns of the tables named in the statement, or of all; then functions, tables and keywords.
fn anything(word: &str, text: &str, names: &Names) -> Vec<String> {
    let words = dotted_words(text);
    let named = |table: &str| words.iter().any(|word| word.eq_ignore_ascii_case(table));
    let columns = names.columns.iter();
    let mut offers: Vec<String> =
        columns.clone().filter(|(table, _)| named(table)).map(|(_, column)| column.clone()).collect();
    if word.is_empty() {
        return offers;
    }
    if offers.is_empty() {
        offers = columns.map(|(_, column)| column.clone()).collect();
    }
    offers.extend(called(&names.functions));
    offers.extend(names.tables.iter().cloned());
    let upper = word.starts_with(|character: char| character.is_uppercase());
    offers.extend(KEYWORDS.iter().map(
        |keyword| {
            if upper { keyword.to_uppercase() } else { (*keyword).to_owned() }
        },
    ));
    offers
}

/// Functions as they are written, up to the arguments.
fn called(functions: &[String]) -> impl Iterator<Item = String> {
    functions.iter().map(|function| format!("{function}("))
}

/// The words that start as `word` does, each once.
fn starting(word: &str, offers: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for offer in offers {
        let starts = offer.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if starts && !words.contains(&offer) {
            words.push(offer);
        }
    }
    words
}

fn last_name(text: &str) -> &str {
    let start = text.rfind(|character| !is_name(character));
    start.map_or(text, |index| {
        let width = text[index..].chars().next().map_or(0, char::len_utf8);
        &text[index + width..]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let columns = [
            ("diploma", "person_id"),
            ("diploma", "award_date"),
            ("ui_wage", "person_id"),
            ("ui_wage", "wages"),
            ("lifetracks.tables", "table_name"),
            ("grad_cohort", "status"),
        ];
        Names {
            tables: ["diploma", "lifetracks.tables", "ui_wage"].map(str::to_owned).to_vec(),
            columns: columns.map(|(table, column)| (table.to_owned(), column.to_owned())).to_vec(),
            functions: vec!["rate".to_owned(), "school_year".to_owned()],
            relations: vec!["grad_cohort".to_owned()],
            cohorts: vec!["class2021".to_owned(), "class2022".to_owned()],
        }
    }

    /// The offers where `|` stands for the cursor.
    fn offers(text: &str) -> Vec<String> {
        let cursor = text.find('|').unwrap();
        let text = text.replace('|', "");
        complete(&text, cursor, &names()).1
    }

    #[test]
    fn commands_and_their_arguments() {
        assert_eq!(offers(".ta|"), [".tables"]);
        assert_eq!(offers(".schema di|"), ["diploma"]);
        assert_eq!(offers(".mode js|"), ["json", "jsonl"]);
        assert_eq!(offers(".timer o|"), ["off", "on"]);
        assert_eq!(offers(".hel|"), [".help"]);
        assert_eq!(offers(".numbers p|"), ["plain"]);
    }

    #[test]
    fn tables_follow_from_and_join() {
        assert_eq!(offers("select 1 from d|"), ["diploma"]);
        assert_eq!(offers("select 1 from diploma join u|"), ["ui_wage"]);
        assert_eq!(offers("select 1 from lifetracks.|"), ["tables"]);
        assert_eq!(offers("select 1 from gr|"), ["grad_cohort("]);
        assert_eq!(offers("select sta| from grad_cohort(2022)"), ["status"]);
    }

    #[test]
    fn cohorts_are_offered_where_one_is_named() {
        assert_eq!(offers("select * from cohort('cl|"), ["class2021", "class2022"]);
        assert_eq!(offers("select * from cohort_flow( 'class2022|"), ["class2022"]);
        assert_eq!(offers("refresh cohort class2021|"), ["class2021"]);
        assert_eq!(offers("select * from x('cl|"), Vec::<String>::new());
        assert_eq!(offers("select 'cohort(' || 'cl|"), Vec::<String>::new());
        assert_eq!(offers("CREATE COH|"), ["COHORT", "COHORTS"]);
    }

    #[test]
    fn columns_come_from_the_tables_of_the_statement() {
        assert_eq!(offers("select wa| from ui_wage"), ["wages"]);
        assert_eq!(offers("select wa| from diploma"), Vec::<String>::new());
        assert_eq!(offers("select | from ui_wage"), ["person_id", "wages"]);
    }

    #[test]
    fn an_alias_gives_its_tables_columns() {
        assert_eq!(offers("select w.| from ui_wage w"), ["person_id", "wages"]);
        assert_eq!(offers("select d.a| from diploma as d join ui_wage w"), ["award_date"]);
        assert_eq!(offers("select rate(d.aw| from diploma d"), ["award_date"]);
        assert_eq!(offers("select t.| from lifetracks.tables t"), ["table_name"]);
        assert_eq!(offers("select ta| from lifetracks.tables"), ["table_name", "table"]);
    }

    #[test]
    fn keywords_keep_the_case_of_what_was_typed() {
        assert_eq!(offers("SEL|"), ["SELECT"]);
        assert_eq!(offers("sel|"), ["select"]);
        assert_eq!(offers("select ra|"), ["rate(", "range"]);
    }

    #[test]
    fn nothing_inside_text_and_comments() {
        assert_eq!(offers("select 'di|"), Vec::<String>::new());
        assert_eq!(offers("select 1 -- di|"), Vec::<String>::new());
    }
}
