//! Charts as files: one layout of lines, areas and text, painted as SVG or into the pixels of a PNG.

mod axes;
mod bars;
mod flow;
mod font;
mod histogram;
mod legend;
mod paint;
mod palette;
mod plot;
mod png;
mod sheet;
mod svg;

use std::path::Path;

use super::figure::{Drawn, Figure};
use crate::failure::{Failure, Result};
use sheet::Sheet;

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    /// Text that scales, with a title and a description for screen readers.
    Svg,
    /// Pixels, 1600 across.
    Png,
}

impl FileFormat {
    /// The format that the end of a file's name asks for.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
        match extension.as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => Err(Failure::usage(format!("{} is neither a .svg nor a .png file", path.display()))
                .with_help("end the name with .svg, which scales, or with .png")),
        }
    }
}

/// The bytes of a file.
pub(super) fn draw(title: &str, drawn: &Drawn, format: FileFormat) -> Result<Vec<u8>> {
    font::register()?;
    let mut sheet = Sheet::new(title, &drawn.notes, height(&drawn.figure));
    match &drawn.figure {
        Figure::Bars(bars) => bars::draw(&mut sheet, bars),
        Figure::Histogram(histogram) => histogram::draw(&mut sheet, histogram),
        Figure::Plot(plot) | Figure::Sparks(plot) => plot::draw(&mut sheet, plot),
        Figure::Flow(flow) => flow::draw(&mut sheet, flow),
    }
    let summary = drawn.figure.summary(&drawn.title);
    match format {
        FileFormat::Svg => svg::write(&sheet, title, &summary),
        FileFormat::Png => png::write(&sheet, title, &summary),
    }
}

/// Rows of text need a height; everything else has the usual one.
fn height(figure: &Figure) -> i32 {
    let rows = match figure {
        Figure::Bars(bars) if bars.stacked => bars.categories.len(),
        Figure::Bars(bars) => bars.categories.len() * bars.series.len(),
        _ => 0,
    };
    let rows = i32::try_from(rows).unwrap_or(0);
    (rows * bars::LEAST_ROW + 300).max(sheet::HEIGHT)
}
