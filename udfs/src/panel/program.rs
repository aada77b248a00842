//! The program of `panel`: what it reads and gives, and how it starts.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, Statistics, exec_datafusion_err};
use datafusion::error::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::estimate;
use super::industry::Industry;
use super::loaded::{Loaded, LoadedRule, Loading};
use super::prices::Prices;
use super::run::{Links, PanelRun};
use super::spells::{self, SpellSource, Spells};
use super::timeline::Timeline;
use super::unit::Unit;
use super::wage_columns::{self, OF_EMPLOYERS, OF_INDUSTRY};
use super::wages::{WageFacts, Wages};
use super::work::{EMPLOYER, LoadedQuarters, UNIT};
use crate::person::{Gather, Known, Program, Run, Start};
use crate::travel;

/// A table in which the persons of a panel are looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelSource {
    /// The table: who has a row in one of its sources can be found in all of them.
    pub table: String,
    /// Name spaces of `person_xwalk` by which persons are found in it.
    pub agencies: Vec<String>,
    /// How its coverage is read.
    pub loaded: LoadedRule,
}

/// What a panel follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Followed {
    /// Wages, in one source.
    Wages {
        /// The year in whose dollars `wages_real` is.
        base_year: Option<i32>,
        /// Whether the employer file is the reference behind the coverage.
        has_industry: bool,
        /// Whether wages may be negative, so that employers must be told apart before they are added up.
        has_negative: bool,
    },
    /// Spells, in one or several sources.
    Spells {
        /// What is told of each source.
        sources: Vec<SpellSource>,
        /// The state of a person who is found nowhere; `None`: no column of states.
        idle: Option<String>,
    },
}

/// The program of `panel`.
///
/// Person inputs: the cohort (`person_id, index_date` and what is carried), each source (`person_id` and the columns of its
/// kind), and, where `has_links`, the links (`person_id, agency`). References: the coverage of each source; for wages the
/// employer file when `has_industry`, and the price index when there is a `base_year`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// What the panel is of.
    pub of: String,
    /// The columns of the cohort.
    #[serde(with = "travel::fields::schema")]
    pub cohort: SchemaRef,
    /// The unit of its periods.
    pub unit: Unit,
    /// The first and the last period, counted from that of the index date.
    pub relative: (i32, i32),
    /// The sources, in the order of their inputs.
    pub sources: Vec<PanelSource>,
    /// Whether there is an input of links.
    pub has_links: bool,
    /// What is followed.
    pub followed: Followed,
}

/// The columns that every panel has behind those of the cohort.
fn frame() -> Vec<Field> {
    vec![
        Field::new("rel", DataType::Int32, false),
        Field::new("period", DataType::Int32, false),
        Field::new("period_start", DataType::Date32, false),
        Field::new("period_end", DataType::Date32, false),
        Field::new("covered", DataType::Boolean, false),
        Field::new("matched", DataType::Boolean, true),
        Field::new("observed", DataType::Boolean, false),
    ]
}

impl Panel {
    fn own(&self) -> Vec<Field> {
        match &self.followed {
            Followed::Wages { .. } => wage_columns::fields(),
            Followed::Spells { sources, idle } => spells::fields(sources, idle.is_some()),
        }
    }

    /// The names of all columns that are not the cohort's.
    pub fn names(&self) -> Vec<String> {
        frame().iter().chain(&self.own()).map(|field| field.name().clone()).collect()
    }

    /// Whether a column of an input is needed for the columns that are asked for.
    fn needs(&self, input: usize, column: &str, asked: &dyn Fn(&str) -> bool) -> bool {
        if input == 0 {
            return [super::PERSON, super::INDEX_DATE].contains(&column) || asked(column);
        }
        let asks_one_of = |names: &[&str]| names.iter().any(|name| asked(name));
        let industry = || asks_one_of(&OF_INDUSTRY);
        match &self.followed {
            Followed::Wages { has_negative, has_industry, .. } => match column {
                UNIT | "naics" => industry(),
                EMPLOYER if input == 1 => *has_negative || asks_one_of(&OF_EMPLOYERS),
                EMPLOYER => industry(),
                _ => !(*has_industry && input == self.industry_input()) || industry(),
            },
            Followed::Spells { sources, .. } => {
                let carried = sources
                    .get(input - 1)
                    .is_some_and(|source| source.carried.iter().any(|field| field.name() == column));
                !carried || asked(column)
            }
        }
    }

    /// The place of the employer file among the inputs, where it is one.
    fn industry_input(&self) -> usize {
        1 + 2 * self.sources.len() + usize::from(self.has_links)
    }
}

impl Program for Panel {
    fn name(&self) -> &'static str {
        "Panel"
    }

    fn description(&self) -> String {
        let (from, to) = self.relative;
        let more = match &self.followed {
            Followed::Wages { base_year: Some(year), .. } => format!(", base_year={year}"),
            Followed::Wages { base_year: None, .. } => String::new(),
            Followed::Spells { sources, .. } => {
                let states: Vec<&str> = sources.iter().map(|source| source.state.as_str()).collect();
                format!(", sources=[{}]", states.join(", "))
            }
        };
        format!("of={}, unit={}, periods={from}..={to}{more}", self.of, self.unit.name())
    }

    fn parameters(&self) -> Result<Value> {
        travel::parameters(self)
    }

    fn schema(&self) -> SchemaRef {
        let cohort = self.cohort.fields().iter().map(|field| {
            // A column that nobody asks for is NULL.
            let field = field.as_ref().clone();
            let nullable = field.name() != super::PERSON && field.name() != super::INDEX_DATE;
            let is_nullable = nullable || field.is_nullable();
            field.with_nullable(is_nullable)
        });
        Arc::new(Schema::new(cohort.chain(frame()).chain(self.own()).collect::<Vec<_>>()))
    }

    fn reads(&self, asked: &[usize], inputs: &[&DFSchema]) -> Vec<Vec<usize>> {
        let schema = self.schema();
        let names: Vec<&str> = asked
            .iter()
            .filter_map(|place| schema.fields().get(*place))
            .map(|field| field.name().as_str())
            .collect();
        let asked = |name: &str| names.contains(&name);
        let of_input = |(input, columns): (usize, &&DFSchema)| {
            let columns = columns.fields().iter().enumerate();
            let needed = columns.filter(|(_, field)| self.needs(input, field.name(), &asked));
            needed.map(|(place, _)| place).collect()
        };
        inputs.iter().enumerate().map(of_input).collect()
    }

    fn follows_first(&self) -> bool {
        true
    }

    fn follows_through_time(&self) -> bool {
        true
    }

    fn estimate(&self, inputs: &[Known]) -> Statistics {
        estimate::panel(self, inputs)
    }

    fn gather(&self) -> Box<dyn Gather> {
        let loading = self.sources.iter().map(|source| Loading::new(source.loaded.clone())).collect();
        Box::new(PanelGather {
            panel: self.clone(),
            loading,
            industry: Industry::default(),
            prices: Prices::default(),
        })
    }
}

/// A panel that reads its references.
#[derive(Debug)]
struct PanelGather {
    panel: Panel,
    loading: Vec<Loading>,
    industry: Industry,
    prices: Prices,
}

impl Gather for PanelGather {
    fn batch(&mut self, reference: usize, batch: &RecordBatch) -> Result<()> {
        if let Some(loading) = self.loading.get_mut(reference) {
            return loading.batch(batch);
        }
        match self.panel.followed {
            Followed::Wages { has_industry: true, .. } if reference == self.loading.len() => {
                self.industry.batch(batch)
            }
            _ => self.prices.batch(batch),
        }
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Start>> {
        let Self { panel, loading, industry, prices } = *self;
        let loaded: Vec<Loaded> = loading.into_iter().map(Loading::finish).collect();
        let worth = match panel.followed {
            Followed::Wages { base_year: Some(year), .. } => Some(prices.in_dollars_of(year)?),
            _ => None,
        };
        let sentence = |sentence| exec_datafusion_err!("{sentence}");
        let of_quarters = loaded.first().map(LoadedQuarters::new).transpose().map_err(sentence)?;
        let loaded_quarters = of_quarters.unwrap_or_default();
        let facts = WageFacts { industry: industry.finish(), loaded: loaded_quarters, worth };
        Ok(Box::new(Started { panel, loaded, facts: Arc::new(facts) }))
    }
}

/// A panel that has its references.
#[derive(Debug)]
struct Started {
    panel: Panel,
    loaded: Vec<Loaded>,
    facts: Arc<WageFacts>,
}

impl Start for Started {
    fn start(&self, asked: &[usize]) -> Result<Box<dyn Run>> {
        let panel = &self.panel;
        let schema = panel.schema();
        let asks = |name: &str| schema.index_of(name).is_ok_and(|place| asked.contains(&place));
        let result = (Arc::clone(&schema), panel.cohort.fields().len(), asked);
        let timeline = Timeline::new(panel.unit.clone(), self.loaded.clone());
        let agencies = panel.sources.iter().map(|source| source.agencies.clone()).collect();
        let first_of = |source: &PanelSource| {
            panel.sources.iter().position(|other| other.table == source.table).unwrap_or(0)
        };
        let tables = panel.sources.iter().map(first_of).collect();
        let links = Links::new(agencies, tables, panel.has_links);
        Ok(match &panel.followed {
            Followed::Wages { .. } => {
                let wages = Wages::new(Arc::clone(&self.facts), asks);
                Box::new(PanelRun::new(result, panel.relative, timeline, links, wages))
            }
            Followed::Spells { sources, idle } => {
                let ends = self
                    .loaded
                    .iter()
                    .map(|loaded| loaded.stretches().last().map_or(i32::MIN, |last| last.1));
                let spells = Spells::new(sources.iter().cloned().zip(ends).collect(), idle.clone());
                Box::new(PanelRun::new(result, panel.relative, timeline, links, spells))
            }
        })
    }
}
