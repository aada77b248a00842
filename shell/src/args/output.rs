//! Options that say how results are written and where to.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::builder::{PossibleValue, PossibleValuesParser};

use crate::output::{FileTarget, Takes, Target};
use crate::render::{Format, Look, RENDERERS, format_named};
use crate::wanted::Wanted;

/// How results are written and where to.
#[derive(Debug, ClapArgs)]
pub(crate) struct OutputArgs {
    /// How results are written [default: what the end of -o's PATH says, or table]
    #[arg(long, value_parser = format_parser(), conflicts_with_all = ["csv", "json"])]
    format: Option<String>,

    /// The same as --format csv
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// The same as --format json
    #[arg(long)]
    json: bool,

    /// Writes results to this file once all went well; .parquet, .arrow and .xlsx hold one result
    #[arg(short = 'o', long, value_name = "PATH")]
    output: Option<PathBuf>,

    /// What stands for NULL [default: nothing, NULL in tables]
    #[arg(long, value_name = "TEXT")]
    null_string: Option<String>,

    /// Says on standard error what each statement read, spilled and took
    #[arg(long)]
    pub(crate) stats: bool,

    /// Which results are written: all, last, or the number of one
    #[arg(long = "result", value_name = "WHICH", default_value = "all", value_parser = Wanted::parse)]
    pub(crate) wanted: Wanted,
}

impl OutputArgs {
    /// The format that is named; a file's name may say another.
    pub(crate) fn format(&self) -> &'static Format {
        self.named().and_then(format_named).unwrap_or(&RENDERERS[0])
    }

    /// Where results go.
    pub(crate) fn target(&self) -> Target<'_> {
        let by_end = self.named().is_none();
        let file = |path| Target::at(FileTarget { path, by_end, takes: Takes::Run });
        self.output.as_deref().map_or(Target::Screen, file)
    }

    fn named(&self) -> Option<&str> {
        match &self.format {
            Some(name) => Some(name),
            None if self.csv => Some("csv"),
            None if self.json => Some("json"),
            None => None,
        }
    }

    /// How results look at the start.
    pub(crate) fn look(&self) -> Look {
        Look { null: self.null_string.clone(), ..Look::default() }
    }
}

fn format_parser() -> PossibleValuesParser {
    let value = |format: &Format| {
        PossibleValue::new(format.name).help(format.help).aliases(format.aliases.iter().copied())
    };
    RENDERERS.iter().map(value).collect::<Vec<_>>().into()
}
