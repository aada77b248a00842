//! What a picture is made of, before it is SVG or pixels: lines, areas and text with places, heading and caption.

use plotters::style::RGBColor;

use super::{font, palette};

/// The width of every picture, in pixels of a PNG.
pub(super) const WIDTH: i32 = 1600;

/// The usual height.
pub(super) const HEIGHT: i32 = 1000;

/// The size of most text.
pub(super) const SIZE: i32 = 26;

/// The size of the heading.
const HEADING: i32 = 38;

/// The size of the caption.
const SMALL: i32 = 22;

/// The empty edge.
pub(super) const EDGE: i32 = 50;

/// A place, from the left and from the top.
pub(super) type Place = (i32, i32);

/// Which point of a text stands at its place, along the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// One thing to paint.
#[derive(Debug)]
pub(super) enum Mark {
    /// A line through places.
    Line { places: Vec<Place>, color: RGBColor, width: u32 },
    /// A filled area.
    Area { places: Vec<Place>, color: RGBColor, opacity: f64 },
    /// A filled circle.
    Disc { place: Place, radius: i32, color: RGBColor, opacity: f64 },
    /// A line of text around the height of its place.
    Text { place: Place, text: String, size: i32, anchor: Anchor, color: RGBColor },
}

/// A rectangle by its edges.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Frame {
    /// From left to right.
    pub(super) fn width(&self) -> i32 {
        (self.right - self.left).max(1)
    }

    /// From top to bottom.
    pub(super) fn height(&self) -> i32 {
        (self.bottom - self.top).max(1)
    }

    /// The place at a share of the width.
    pub(super) fn across(&self, share: f64) -> i32 {
        self.left + part(self.width(), share)
    }

    /// The place at a share of the height, from the bottom.
    pub(super) fn up(&self, share: f64) -> i32 {
        self.bottom - part(self.height(), share)
    }
}

/// A share of a length.
pub(super) fn part(length: i32, share: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share from 0 to 1 of a picture's size")]
    let part = (f64::from(length) * share.clamp(0.0, 1.0)).round() as i32;
    part
}

/// A picture while it is laid out.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its height.
    pub(super) height: i32,
    /// Where the figure goes.
    pub(super) frame: Frame,
    /// What is painted, in this order.
    pub(super) marks: Vec<Mark>,
}

impl Sheet {
    /// A sheet with its heading and caption, and the room between them.
    pub(super) fn new(title: &str, notes: &[String], height: i32) -> Self {
        let inner = WIDTH - 2 * EDGE;
        let mut sheet = Self {
            height,
            frame: Frame { left: EDGE, top: 0, right: WIDTH - EDGE, bottom: 0 },
            marks: Vec::new(),
        };
        let mut below = EDGE + HEADING / 2;
        for line in font::wrapped(title, HEADING, inner).into_iter().take(2) {
            sheet.text((EDGE, below), line, HEADING, Anchor::Start, palette::TEXT);
            below += HEADING * 5 / 4;
        }
        sheet.frame.top = below;
        let lines: Vec<_> = notes.iter().flat_map(|note| font::wrapped(note, SMALL, inner)).collect();
        let mut above = height - EDGE / 2;
        for line in lines.into_iter().rev() {
            above -= SMALL * 4 / 3;
            sheet.text((EDGE, above + SMALL / 2), line, SMALL, Anchor::Start, palette::FAINT);
        }
        sheet.frame.bottom = above - SMALL / 2;
        sheet
    }

    /// Adds a line.
    pub(super) fn line(&mut self, places: Vec<Place>, color: RGBColor, width: u32) {
        self.marks.push(Mark::Line { places, color, width });
    }

    /// Adds an area.
    pub(super) fn area(&mut self, places: Vec<Place>, color: RGBColor, opacity: f64) {
        self.marks.push(Mark::Area { places, color, opacity });
    }

    /// Adds a filled rectangle.
    pub(super) fn rectangle(&mut self, frame: Frame, color: RGBColor) {
        let Frame { left, top, right, bottom } = frame;
        self.area(vec![(left, top), (right, top), (right, bottom), (left, bottom)], color, 1.0);
    }

    /// Adds a circle.
    pub(super) fn disc(&mut self, place: Place, radius: i32, color: RGBColor, opacity: f64) {
        self.marks.push(Mark::Disc { place, radius, color, opacity });
    }

    /// Adds text.
    pub(super) fn text(
        &mut self,
        place: Place,
        text: impl Into<String>,
        size: i32,
        anchor: Anchor,
        color: RGBColor,
    ) {
        self.marks.push(Mark::Text { place, text: text.into(), size, anchor, color });
    }

    /// Says in the middle that there is nothing to see.
    pub(super) fn nothing(&mut self) {
        let place = (self.frame.across(0.5), self.frame.up(0.5));
        self.text(place, "there is no value to draw", SIZE, Anchor::Middle, palette::FAINT);
    }
}
