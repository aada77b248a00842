//! SVG: text that scales, and that screen readers read.

use plotters::drawing::IntoDrawingArea;
use plotters::prelude::SVGBackend;

use super::paint::{Brush, paint};
use super::sheet::{Sheet, WIDTH};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The sheet as SVG with a title and a description.
pub(super) fn write(sheet: &Sheet, title: &str, summary: &str) -> Result<Vec<u8>> {
    let mut drawing = String::new();
    let size = (WIDTH.unsigned_abs(), sheet.height.unsigned_abs());
    let area = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
    paint(&area, &sheet.marks, Brush { scale: 1, text_drop: 0.0 })
        .map_err(|error| Failure::new(Exit::QUERY, format!("the chart cannot be written as SVG: {error}")))?;
    drop(area);
    // Our own root: half as large as the drawing's pixels, with what is read aloud.
    let body = drawing.split_once('>').map_or("", |(_, body)| body);
    let (width, height) = size;
    let (shown_width, shown_height) = (width / 2, height / 2);
    let (title, summary) = (escaped(title), escaped(summary));
    let text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{shown_width}\" height=\"{shown_height}\" \
         viewBox=\"0 0 {width} {height}\">\n<title>{title}</title>\n<desc>{summary}</desc>{body}"
    );
    Ok(text.into_bytes())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
