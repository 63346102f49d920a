//! The plot area's own units.

/// Width and height of the plot area in its own units: thousandths.
pub const FRAME: f64 = 1000.0;

/// The most vertices of a curve: more than a screen has columns are wasted work.
pub(crate) const MOST_VERTICES: usize = 512;
