//! `extends`: what a layout does not say is taken from another, so that a variation of a file is written once.

use std::collections::BTreeMap;

use super::Layout;
use super::written::{Written, suggestion};
use crate::DefinitionError;

impl Layout {
    /// The layout with everything that it does not say itself, found among `layouts`.
    ///
    /// Errors: a layout that is not there, layouts that extend each other, and whatever is wrong with the whole.
    pub(crate) fn extended(&self, layouts: &[Self]) -> Result<Self, DefinitionError> {
        let mut chain = vec![&self.own];
        let mut last = &self.own;
        while let Some(name) = &last.extends {
            let Some(base) = layouts.iter().find(|layout| layout.name == *name) else {
                let near = suggestion(name, layouts.iter().map(|layout| layout.name.as_str()));
                return Err(last.fault(format!("it extends layout {name:?}, which is not there; {near}")));
            };
            if base.name == self.name || chain.iter().any(|other| other.name == base.name) {
                let sentence = format!(
                    "it extends layout {name:?}, which in the end extends itself; take one extends away."
                );
                return Err(last.fault(sentence));
            }
            last = &base.own;
            chain.push(last);
        }
        let whole = chain.iter().skip(1).fold(self.own.clone(), |whole, base| whole.over(base));
        Self::new(self.own.clone(), whole)
    }
}

impl Written {
    /// What this layout does not say is taken from `base`.
    fn over(mut self, base: &Self) -> Self {
        // A constant stands in for a column that the other one reads, and a column for a constant.
        let mut loaded = Vec::new();
        let mut own = std::mem::take(&mut self.loaded);
        for column in &base.loaded {
            match own.iter().position(|other| other.to == column.to) {
                Some(position) => loaded.push(own.remove(position)),
                None if self.constants.contains_key(&column.to) => {}
                None => loaded.push(column.clone()),
            }
        }
        loaded.extend(own);
        let constants: BTreeMap<_, _> = base
            .constants
            .iter()
            .filter(|(name, _)| !loaded.iter().any(|column| column.to == **name))
            .map(|(name, constant)| (name.clone(), constant.clone()))
            .collect();
        self.loaded = loaded;
        fill(&mut self.constants, &constants);
        fill(&mut self.fields, &base.fields);
        fill(&mut self.expect, &base.expect);
        fill(&mut self.tokens, &base.tokens);
        self.table = self.table.or_else(|| base.table.clone());
        self.agency = self.agency.or_else(|| base.agency.clone());
        self.max_reject_share = self.max_reject_share.or(base.max_reject_share);
        self.format = self.format.or(base.format);
        self.delimiter = self.delimiter.or(base.delimiter);
        self.quote = self.quote.or_else(|| base.quote.clone());
        self.encoding = self.encoding.or(base.encoding);
        self.header = self.header.or(base.header);
        self.header_line = self.header_line.or(base.header_line);
        self.columns = self.columns.or_else(|| base.columns.clone());
        self.sheet = self.sheet.or_else(|| base.sheet.clone());
        self.member = self.member.or_else(|| base.member.clone());
        self.record_length = self.record_length.or(base.record_length);
        self.min_record_length = self.min_record_length.or(base.min_record_length);
        self.null_tokens = self.null_tokens.or_else(|| base.null_tokens.clone());
        self.ignored = self.ignored.or_else(|| base.ignored.clone());
        self.unpivot = match (self.unpivot, &base.unpivot) {
            (Some(own), Some(base)) => Some(own.map(|own| own.over(base))),
            (own, base) => own.or_else(|| base.clone()),
        };
        self.records = match (self.records, &base.records) {
            (Some(own), Some(base)) => Some(own.map(|own| own.over(base))),
            (own, base) => own.or_else(|| base.clone()),
        };
        self.years = match (self.years, &base.years) {
            (Some(own), Some(base)) => Some(own.map(|own| own.over(base))),
            (own, base) => own.or_else(|| base.clone()),
        };
        if self.variants.is_empty() {
            self.variants.clone_from(&base.variants);
        }
        self
    }
}

/// Adds what `base` has under other keys.
fn fill<T: Clone>(own: &mut BTreeMap<String, T>, base: &BTreeMap<String, T>) {
    for (name, value) in base {
        own.entry(name.clone()).or_insert_with(|| value.clone());
    }
}
