//! Paints the marks of a sheet with plotters, whatever it writes to.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont, RGBColor, ShapeStyle, TextStyle};

use super::font::FAMILY;
use super::sheet::{Anchor, Mark};

/// Paints one mark after the other on white.
pub(super) fn paint<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    marks: &[Mark],
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    area.fill(&RGBColor(255, 255, 255))?;
    for mark in marks {
        match mark {
            Mark::Line { places, color, width } => {
                let style = ShapeStyle { color: color.to_rgba(), filled: false, stroke_width: *width };
                area.draw(&PathElement::new(places.clone(), style))?;
            }
            Mark::Area { places, color, opacity } => {
                area.draw(&Polygon::new(places.clone(), color.mix(*opacity)))?;
            }
            Mark::Disc { place, radius, color, opacity } => {
                area.draw(&Circle::new(*place, *radius, color.mix(*opacity).filled()))?;
            }
            Mark::Text { place, text, size, anchor, color } => {
                let along = match anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let style = TextStyle::from((FAMILY, *size).into_font())
                    .color(color)
                    .pos(Pos::new(along, VPos::Center));
                area.draw(&Text::new(text.as_str(), *place, style))?;
            }
        }
    }
    area.present()
}
