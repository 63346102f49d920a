//! [`CurveModel`]: what one spectrum looks like in one metric, and [`Units`]: what its residuals are measured in, and how they read.

use super::text::numbers;
use crate::plot::Plot;
use crate::spectrum::Spectrum;
use crate::spectrum::curve::{Metric, ResidualCurve};
use crate::ui::explorer::text::labels::{Label, Translator};

#[derive(Clone, PartialEq)]
pub(crate) struct CurveModel {
    pub curve: ResidualCurve,
    pub plot: Plot,
    /// That of the matrix; the curve ends at what is known.
    pub max_rank: usize,
    pub units: &'static Units,
    /// What residuals are divided by, beside what the units say.
    pub base: f64,
}

impl CurveModel {
    pub fn new(spectrum: &Spectrum, metric: Metric) -> Self {
        let curve = ResidualCurve::new(spectrum, metric);
        Self { plot: Plot::new(&curve), curve, max_rank: spectrum.max_rank(), units: &ABSOLUTE, base: 1.0 }
    }

    /// Of how many ranks these are the first, with a comma before it; empty where they are all.
    pub fn extent(&self, translator: &Translator) -> String {
        match (self.curve.max_rank(), self.max_rank) {
            (known, of) if known < of => {
                translator.translate(Label::KnownRanks { known, of }, format!(", the first {known} of {of}"))
            }
            _ => String::new(),
        }
    }
}

/// One of a few constants. Each brings its function along, so that a page without a unit goes without its code.
pub(crate) struct Units {
    /// What the residual is called.
    pub name: &'static str,
    /// What follows the norm in the name of the residual's axis, as markup.
    pub divisor: &'static str,
    /// The residual at a rank, or the range that it is known to lie in.
    pub residual: fn(&CurveModel, &Translator, usize) -> String,
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
    residual: |model, translator, rank| numbers::residuals(translator, model.curve.residual_range(rank)),
};
