//! [`Picture`]: what one spectrum looks like in one metric.

use super::format;
use super::labels::{Label, Wording};
use super::view::SharedView;
use crate::plot::Plot;
use crate::{Metric, ResidualCurve, Spectrum};

#[derive(Clone, PartialEq)]
pub(crate) struct Picture {
    pub curve: ResidualCurve,
    pub plot: Plot,
    /// That of the matrix; the curve ends at what is known.
    pub max_rank: usize,
    /// What the residual is called.
    pub residual_name: &'static str,
    /// What follows the norm in the name of the residual's axis, as markup.
    pub divisor: &'static str,
    /// How residuals read, where it is not as by default.
    pub view: Option<SharedView>,
}

impl Picture {
    pub fn new(spectrum: &Spectrum, metric: Metric) -> Self {
        let curve = ResidualCurve::new(spectrum, metric);
        Self {
            plot: Plot::new(&curve),
            curve,
            max_rank: spectrum.max_rank(),
            residual_name: "residual",
            divisor: "",
            view: None,
        }
    }

    /// The residual at `rank`, or the range that it is known to lie in.
    pub fn residual(&self, wording: &Wording, rank: usize) -> String {
        match &self.view {
            None => format::residuals(wording, self.curve.residual_range(rank)),
            Some(view) => view.0.residual(wording, &self.curve, rank),
        }
    }

    /// Of how many ranks these are the first, with a comma before it; empty where they are all.
    pub fn extent(&self, wording: &Wording) -> String {
        match (self.curve.max_rank(), self.max_rank) {
            (known, of) if known < of => {
                wording.say(Label::KnownRanks { known, of }, format!(", the first {known} of {of}"))
            }
            _ => String::new(),
        }
    }
}
