//! A method's code rules by the numbers of texts, so that no text is compared for every row.

use lifetracks_datasets::{CodeRules, CredentialRule, ExitRule};

use super::verdict::{Reason, Status};
use crate::person::{Name, Names};

/// What is known of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ExitMeaning {
    pub(super) rule: ExitRule,
    pub(super) class: ExitClass,
    pub(super) attended: bool,
}

/// The classes of exits that have a reason of their own in the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExitClass {
    Death,
    EquivalencyProgram,
    Absence,
    Graduate,
    /// The code is not one the method knows.
    Unknown,
    Other,
}

impl ExitClass {
    fn of(class: &str) -> Self {
        match class {
            "death" => Self::Death,
            "equivalency_program" => Self::EquivalencyProgram,
            "absence" => Self::Absence,
            "graduate" => Self::Graduate,
            _ => Self::Other,
        }
    }

    /// Why who left with a code of the class dropped out.
    fn reason(self) -> Reason {
        match self {
            Self::EquivalencyProgram => Reason::ExitEquivalencyProgram,
            Self::Absence => Reason::ExitAbsence,
            Self::Graduate => Reason::ExitGraduate,
            Self::Unknown => Reason::ExitUnknownCode,
            Self::Death | Self::Other => Reason::ExitDropout,
        }
    }
}

impl ExitMeaning {
    /// The status and the reason of who left so and never came back; `None` for who went on in the public schools of
    /// the state, which only later rows can tell.
    pub(super) fn leads_to(self, documented: Option<bool>) -> Option<(Status, Reason)> {
        let found = match (self.rule, self.class) {
            (ExitRule::Continues, _) => return None,
            (ExitRule::LeavesIfDocumented, _) if documented != Some(true) => {
                (Status::Dropout, Reason::TransferUndocumented)
            }
            (ExitRule::Leaves | ExitRule::LeavesIfDocumented, ExitClass::Death) => {
                (Status::Excluded, Reason::Death)
            }
            (ExitRule::LeavesIfDocumented, _) => (Status::Excluded, Reason::TransferDocumented),
            (ExitRule::Leaves, _) => (Status::Excluded, Reason::TransferReported),
            (ExitRule::Graduates, _) => (Status::Graduate, Reason::ExitGraduate),
            (ExitRule::Completes, _) => (Status::Completer, Reason::ExitCompleter),
            (ExitRule::DropsOut, class) => (Status::Dropout, class.reason()),
        };
        Some(found)
    }
}

/// The meaning of every text met so far, by its number.
#[derive(Debug, Default)]
pub(super) struct Meanings {
    exits: Vec<ExitMeaning>,
    credentials: Vec<CredentialRule>,
    /// Place in the method's grades.
    grades: Vec<Option<usize>>,
    ungraded: Vec<bool>,
}

impl Meanings {
    /// Learns the texts that were not there before.
    pub(super) fn learn(&mut self, names: &Names, rules: &Vocabulary) {
        for number in self.exits.len()..names.len() {
            let text = names.text(Name::try_from(number).unwrap_or(Name::MAX));
            self.exits.push(rules.exit(text));
            let credential = rules.codes.credentials.get(text);
            self.credentials.push(credential.map_or(CredentialRule::Ignored, |(_, rule)| *rule));
            self.grades.push(rules.grades.iter().position(|grade| grade == text));
            self.ungraded.push(rules.ungraded.iter().any(|grade| grade == text));
        }
    }

    pub(super) fn exit(&self, code: Name) -> ExitMeaning {
        self.exits[code as usize]
    }

    pub(super) fn credential(&self, kind: Name) -> CredentialRule {
        self.credentials[kind as usize]
    }

    /// The place of a grade among the method's, counted from 0.
    pub(super) fn grade(&self, grade: Name) -> Option<usize> {
        self.grades[grade as usize]
    }

    pub(super) fn is_ungraded(&self, grade: Name) -> bool {
        self.ungraded[grade as usize]
    }
}

/// The texts a method gives a meaning to.
#[derive(Debug)]
pub(super) struct Vocabulary<'a> {
    pub(super) codes: &'a CodeRules,
    pub(super) grades: &'a [String],
    pub(super) ungraded: &'a [String],
    pub(super) not_attended: &'a [String],
}

impl Vocabulary<'_> {
    fn exit(&self, code: &str) -> ExitMeaning {
        match self.codes.exits.get(code) {
            Some((class, rule)) => ExitMeaning {
                rule: *rule,
                class: ExitClass::of(class),
                attended: !self.not_attended.contains(class),
            },
            None => ExitMeaning { rule: ExitRule::DropsOut, class: ExitClass::Unknown, attended: true },
        }
    }
}
