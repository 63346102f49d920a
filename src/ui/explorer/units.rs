//! [`Units`]: what residuals are measured in, and how they read.

use super::model::Picture;
use super::text::numbers;
use crate::ui::explorer::text::labels::Wording;

/// One of a few constants. Each brings its function along, so that a page without a unit goes without its code.
pub(crate) struct Units {
    /// What the residual is called.
    pub name: &'static str,
    /// What follows the norm in the name of the residual's axis, as markup.
    pub divisor: &'static str,
    /// The residual at a rank, or the range that it is known to lie in.
    pub residual: fn(&Picture, &Wording, usize) -> String,
}

impl PartialEq for Units {
    fn eq(&self, other: &Self) -> bool {
        self.divisor == other.divisor
    }
}

/// The norm itself.
pub(crate) static ABSOLUTE: Units = Units {
    name: "residual",
    divisor: "",
    residual: |picture, wording, rank| numbers::residuals(wording, picture.curve.residual_range(rank)),
};
