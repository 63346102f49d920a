//! [`Picture`]: what one spectrum looks like in one metric.

use super::format;
use super::labels::{Label, Labels};
use super::parts::Detail;
use super::view::SharedView;
use crate::plot::Plot;
use crate::{Metric, ResidualCurve, Spectrum};

#[derive(Clone, PartialEq)]
pub(crate) struct Picture {
    pub curve: ResidualCurve,
    pub plot: Plot,
    /// That of the matrix; the curve ends at what is known.
    pub max_rank: usize,
    /// How residuals read, where it is not as by default.
    pub view: Option<SharedView>,
}

impl Picture {
    pub fn new(spectrum: &Spectrum, metric: Metric) -> Self {
        let curve = ResidualCurve::new(spectrum, metric);
        Self { plot: Plot::new(&curve), curve, max_rank: spectrum.max_rank(), view: None }
    }

    /// What the residual is called.
    pub fn residual_name(&self) -> &'static str {
        self.view.as_ref().map_or("residual", |view| view.0.residual_name())
    }

    /// The residual at `rank`, or the range that it is known to lie in.
    pub fn residual(&self, labels: &Labels, rank: usize) -> String {
        match &self.view {
            None => format::residuals(labels, self.curve.residual_range(rank)),
            Some(view) => view.0.residual(labels, &self.curve, rank),
        }
    }

    /// What the part for other axes drew.
    pub fn detail(&self) -> Option<&Detail> {
        self.view.as_ref().map(|view| view.0.detail())
    }

    /// Of how many ranks these are the first, with a comma before it; empty where they are all.
    pub fn extent(&self, labels: &Labels) -> String {
        match (self.curve.max_rank(), self.max_rank) {
            (known, of) if known < of => {
                labels.say(Label::KnownRanks { known, of }).unwrap_or_else(|| format!(", the first {known} of {of}"))
            }
            _ => String::new(),
        }
    }
}
