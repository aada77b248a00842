//! Paints the marks of a sheet with plotters, whatever it writes to.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::font::FAMILY;
use super::sheet::{Anchor, Mark, Place, part};

/// How a sheet is painted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Brush {
    /// Pixels painted for each of the sheet, along a line.
    pub(super) scale: i32,
    /// How far text is moved down, in parts of its size: pixels are centred on the box of a line, not on its letters.
    pub(super) text_drop: f64,
}

/// Paints one mark after the other on white.
pub(super) fn paint<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    marks: &[Mark],
    brush: Brush,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let scaled = |(x, y): &Place| (x * brush.scale, y * brush.scale);
    let all = |places: &[Place]| -> Vec<Place> { places.iter().map(scaled).collect() };
    area.fill(&RGBColor(255, 255, 255))?;
    for mark in marks {
        match mark {
            Mark::Line { places, color, width } => {
                let style = ShapeStyle {
                    color: color.to_rgba(),
                    filled: false,
                    stroke_width: width * brush.scale.unsigned_abs(),
                };
                area.draw(&PathElement::new(all(places), style))?;
            }
            Mark::Area { places, color, opacity } => {
                area.draw(&Polygon::new(all(places), color.mix(*opacity)))?;
            }
            Mark::Disc { place, radius, color, opacity } => {
                area.draw(&Circle::new(scaled(place), radius * brush.scale, color.mix(*opacity).filled()))?;
            }
            Mark::Text { place, text, size, anchor, color } => {
                let along = match anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let size = size * brush.scale;
                let (x, y) = scaled(place);
                let style = TextStyle::from((FAMILY, size).into_font())
                    .color(color)
                    .pos(Pos::new(along, VPos::Center));
                area.draw(&Text::new(text.as_str(), (x, y + part(size, brush.text_drop)), style))?;
            }
        }
    }
    area.present()
}
