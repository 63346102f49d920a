//! The plot area's own units.

/// Width and height of the plot area in its own units: thousandths.
pub const FRAME: f64 = 1000.0;

/// More vertices than a screen has columns add nothing but work.
pub(crate) const MOST_VERTICES: usize = 512;
