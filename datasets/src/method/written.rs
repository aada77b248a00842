//! A method as it stands in its file, and how it takes over what it extends.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use super::{
    CodeRules, CohortRule, CredentialRule, EarlyWarningRule, EntryRule, EstimateRule, EventRule, EventWindow,
    ExitRule, Method, MethodRule, MonthDay, SchoolRule, WindowRule,
};
use crate::definitions::Named;
use crate::{CodeMap, DefinitionError, closest_name};

/// Keys that a method never takes from the one it extends.
const OWN: [&str; 3] = ["name", "default", "extends"];

/// Levels of `extends` that make sense; more is a circle.
const DEEPEST: usize = 8;

/// A method's file before it is put together with the one it extends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrittenMethod {
    name: String,
    place: String,
    table: Table,
}

impl WrittenMethod {
    /// Reads the file as TOML; its fields are looked at by [`resolve`].
    pub(crate) fn parse(place: &str, text: &str) -> Result<Self, DefinitionError> {
        let table: Table =
            toml::from_str(text).map_err(|error| DefinitionError::from_toml(place, text, &error))?;
        let name = table.get("name").and_then(Value::as_str).map(str::to_owned);
        let name = name.ok_or_else(|| DefinitionError::in_file(place, "the method has no name; add one."))?;
        Ok(Self { name, place: place.to_owned(), table })
    }

    /// The file's fields over those of the method it extends, section by section.
    fn merged(&self, all: &[Self], depth: usize) -> Result<Table, DefinitionError> {
        let Some(parent) = self.table.get("extends").and_then(Value::as_str) else {
            return Ok(self.table.clone());
        };
        let found = all.iter().find(|other| other.name == parent).filter(|_| depth < DEEPEST);
        let found = found.ok_or_else(|| {
            let near = closest_name(parent, all.iter().map(|other| other.name.as_str()));
            let help = near.map_or_else(String::new, |near| format!(" did you mean {near:?}?"));
            let sentence = format!("it extends {parent:?}, which is no method or extends this one;{help}");
            DefinitionError::in_file(&self.place, sentence)
        })?;
        let mut merged = found.merged(all, depth + 1)?;
        merged.retain(|key, _| !OWN.contains(&key));
        for (key, value) in &self.table {
            match (merged.get_mut(key), value) {
                (Some(Value::Table(under)), Value::Table(over)) => {
                    under.extend(over.iter().map(|(key, value)| (key.clone(), value.clone())));
                }
                _ => drop(merged.insert(key.clone(), value.clone())),
            }
        }
        Ok(merged)
    }
}

impl Named for WrittenMethod {
    fn name(&self) -> &str {
        &self.name
    }
}

/// Puts every method together with what it extends and with the maps that class its codes.
///
/// Errors: an unknown, missing or misspelt field, a method or map that is not there, a class of codes that a method
/// does not treat or that does not exist, and two methods of a kind that are both the default.
pub(crate) fn resolve(written: &[WrittenMethod], maps: &[CodeMap]) -> Result<Vec<Method>, DefinitionError> {
    let methods = written.iter().map(|method| {
        let merged = method.merged(written, 0)?;
        let fields: Fields = Value::Table(merged)
            .try_into()
            .map_err(|error: toml::de::Error| fault(&method.place, error.message()))?;
        fields.into_method(maps).map_err(|sentence| fault(&method.place, &sentence))
    });
    let methods: Vec<Method> = methods.collect::<Result<_, _>>()?;
    let defaults = methods.iter().filter(|method| method.is_default);
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    for method in defaults {
        if let Some(other) = kinds.insert(method.rule.kind(), &method.name) {
            let sentence =
                format!("the methods {other:?} and {:?} are both the default; leave one.", method.name);
            return Err(DefinitionError::in_file("methods", sentence));
        }
    }
    Ok(methods)
}

fn fault(place: &str, sentence: &str) -> DefinitionError {
    DefinitionError::in_file(place, sentence.trim_end().replace('\n', " "))
}

/// All fields of a method's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: String,
    kind: Kind,
    #[serde(rename = "extends")]
    _extends: Option<String>,
    title: String,
    owner: String,
    first_year: Option<i32>,
    last_year: Option<i32>,
    #[serde(default)]
    default: bool,
    description: String,
    source: String,
    entry: Option<EntryRule>,
    window: Option<WindowRule>,
    exit: Option<Treatment<ExitRule>>,
    credential: Option<Treatment<CredentialRule>>,
    school: Option<School>,
    event: Option<EventWindow>,
    estimate: Option<EstimateRule>,
    flags: Option<EarlyWarningRule>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Cohort,
    EventDropout,
    Estimate,
    EarlyWarning,
}

/// The map that classes codes, and what becomes of each class.
#[derive(Debug, Deserialize)]
struct Treatment<Rule> {
    classes: String,
    #[serde(flatten)]
    rules: BTreeMap<String, Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct School {
    rule: SchoolName,
    #[serde(default)]
    days: Vec<MonthDay>,
    #[serde(default)]
    brief_attendance: Brief,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SchoolName {
    Last,
    Longest,
    Apportioned,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Brief {
    #[default]
    Last,
    Longest,
}

impl Fields {
    fn into_method(self, maps: &[CodeMap]) -> Result<Method, String> {
        let rule = match self.kind {
            Kind::Cohort => MethodRule::Cohort(CohortRule {
                entry: needed(self.entry, "entry")?.checked()?,
                window: needed(self.window, "window")?,
                codes: codes(self.exit, self.credential, maps)?,
                school: needed(self.school, "school")?.rule()?,
            }),
            Kind::EventDropout => MethodRule::EventDropout(EventRule {
                event: needed(self.event, "event")?,
                codes: codes(self.exit, self.credential, maps)?,
            }),
            Kind::Estimate => MethodRule::Estimate(needed(self.estimate, "estimate")?),
            Kind::EarlyWarning => MethodRule::EarlyWarning(needed(self.flags, "flags")?),
        };
        for (field, text) in [("title", &self.title), ("owner", &self.owner), ("source", &self.source)] {
            if text.trim().is_empty() {
                return Err(format!("{field} is empty; fill it in."));
            }
        }
        Ok(Method {
            name: self.name,
            title: self.title,
            owner: self.owner,
            first_year: self.first_year,
            last_year: self.last_year,
            is_default: self.default,
            description: self.description,
            source: self.source,
            rule,
        })
    }
}

fn needed<T>(section: Option<T>, name: &str) -> Result<T, String> {
    section.ok_or_else(|| format!("the section [{name}] is missing; a method of this kind needs it."))
}

fn codes(
    exit: Option<Treatment<ExitRule>>,
    credential: Option<Treatment<CredentialRule>>,
    maps: &[CodeMap],
) -> Result<CodeRules, String> {
    Ok(CodeRules {
        exits: needed(exit, "exit")?.by_code("exit", maps)?,
        credentials: needed(credential, "credential")?.by_code("credential", maps)?,
    })
}

impl<Rule: Copy> Treatment<Rule> {
    /// What becomes of each code of the map; every class must be treated, and every treated class be there.
    fn by_code(&self, section: &str, maps: &[CodeMap]) -> Result<BTreeMap<String, (String, Rule)>, String> {
        let map = maps.iter().find(|map| map.name == self.classes).ok_or_else(|| {
            format!(
                "[{section}] classes names the map {:?}, which is not there; add maps/{}.csv.",
                self.classes, self.classes
            )
        })?;
        if let Some(class) = self.rules.keys().find(|class| map.rows.iter().all(|row| row.to != **class)) {
            let near = closest_name(class, map.rows.iter().map(|row| row.to.as_str()));
            let help =
                near.map_or_else(|| "leave it out.".to_owned(), |near| format!("did you mean {near:?}?"));
            return Err(format!(
                "[{section}] treats the class {class:?}, which the map {:?} lacks; {help}",
                map.name
            ));
        }
        let treated = map.rows.iter().map(|row| {
            let rule = self.rules.get(&row.to).ok_or_else(|| {
                format!("[{section}] does not say what becomes of the class {:?}; add a line for it.", row.to)
            })?;
            Ok((row.from.clone(), (row.to.clone(), *rule)))
        });
        treated.collect()
    }
}

impl EntryRule {
    fn checked(self) -> Result<Self, String> {
        if self.grades.contains(&self.first_grade) {
            Ok(self)
        } else {
            Err(format!("first_grade {:?} is none of the grades; add it.", self.first_grade))
        }
    }
}

impl School {
    fn rule(self) -> Result<SchoolRule, String> {
        match (self.rule, self.brief_attendance) {
            (SchoolName::Last, Brief::Last) => Ok(SchoolRule::Last),
            (SchoolName::Last, Brief::Longest) => Ok(SchoolRule::LastUnlessBrief),
            (SchoolName::Longest, _) => Ok(SchoolRule::Longest),
            (SchoolName::Apportioned, _) if self.days.is_empty() => {
                Err("[school] is apportioned by no days; list them in days.".to_owned())
            }
            (SchoolName::Apportioned, _) => Ok(SchoolRule::Apportioned(self.days)),
        }
    }
}
