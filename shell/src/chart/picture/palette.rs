//! Colours that people with any kind of colour vision can tell apart.

use plotters::style::RGBColor;

/// The colours of series, the ones with most contrast on white first.
///
/// Source: M. Okabe, K. Ito, "Color Universal Design: how to make figures and presentations that are friendly to colorblind
/// people", 2008.
pub(super) const SERIES: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
    RGBColor(240, 228, 66),
];

/// Text.
pub(super) const TEXT: RGBColor = RGBColor(34, 34, 34);

/// Text that stays in the background; 4.5 to 1 against white.
pub(super) const FAINT: RGBColor = RGBColor(100, 100, 100);

/// Lines behind the data.
pub(super) const GRID: RGBColor = RGBColor(222, 222, 222);

/// The axes.
pub(super) const AXIS: RGBColor = RGBColor(120, 120, 120);

/// The colour of a series; colours come again where there are more series.
pub(super) fn series(index: usize) -> RGBColor {
    SERIES[index % SERIES.len()]
}

/// Black or white, whichever is easier to read on a colour (relative luminance of WCAG 2.2, without its gamma).
pub(super) fn readable_on(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let light = 2126 * u32::from(red) + 7152 * u32::from(green) + 722 * u32::from(blue);
    if light > 10_000 * 130 { RGBColor(0, 0, 0) } else { RGBColor(255, 255, 255) }
}
