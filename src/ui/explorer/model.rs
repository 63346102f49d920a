//! [`CurveModel`]: the curve and the plot of one spectrum in one metric. [`Units`]: how its residuals are measured and printed.

use super::target::{Blank, Target};
use super::text::numbers;
use crate::plot::{Plot, notation};
use crate::spectrum::curve::{Metric, ResidualCurve};
use crate::ui::explorer::text::labels::{Label, Quantity, Translator};

#[derive(Clone, PartialEq)]
pub(crate) struct CurveModel {
    pub curve: ResidualCurve,
    pub plot: Plot,
    /// The largest rank of the matrix; the curve may end earlier, at the last known singular value.
    pub max_rank: usize,
    pub units: &'static Units,
    /// The base norm that `ResidualView::OfBase` divides by; otherwise 1.
    pub base: f64,
    /// What stands in place of curve and numbers, if the target cannot be shown.
    pub blank: Option<&'static Blank>,
}

impl CurveModel {
    pub fn new(target: &Target, metric: Metric) -> Self {
        let Target { spectrum, blank, .. } = target;
        let curve = ResidualCurve::new(spectrum, metric);
        let plot = Plot::new(&curve);
        Self { plot, curve, max_rank: spectrum.max_rank(), units: &ABSOLUTE, base: 1.0, blank: *blank }
    }

    /// The residual at `rank`, or the range in which it lies; `–` if its measure is undefined.
    pub fn residual(&self, translator: &Translator, rank: usize) -> String {
        self.unless_blank(|| {
            let (range, norm) = (self.curve.residual_range(rank), self.curve.residual_range(0));
            let print = |residual, norm| self.print(residual, norm, &|value| (self.units.print)(translator, value));
            numbers::either(translator, print(*range.start(), *norm.start()), print(*range.end(), *norm.end()))
        })
    }

    /// The residual at `rank` for the axis, which has little room: `≤` its upper end if it is a range.
    pub fn residual_on_axis(&self, translator: &Translator, rank: usize) -> String {
        let print = |value| translator.format(Quantity::ResidualOnAxis(value), notation::short(value));
        self.upper_end(rank, "≤", &print)
    }

    /// The residual at `rank` for a sentence: `at most` its upper end if it is a range.
    pub fn residual_at_most(&self, translator: &Translator, rank: usize) -> String {
        self.upper_end(rank, "at most ", &|value| (self.units.print)(translator, value))
    }

    /// The upper end of the residual at `rank`, after the word `bound` if it is a range.
    fn upper_end(&self, rank: usize, bound: &str, print: &dyn Fn(f64) -> String) -> String {
        let (range, norm) = (self.curve.residual_range(rank), self.curve.residual_range(0));
        let high = self.print(*range.end(), *norm.end(), print);
        // Both ends may read the same.
        let is_range = range.start() < range.end() && self.print(*range.start(), *norm.start(), print) != high;
        if is_range { bound.to_owned() + &high } else { high }
    }

    fn print(&self, residual: f64, norm: f64, print: &dyn Fn(f64) -> String) -> String {
        (self.units.measure)(self, residual, norm).map_or_else(|| "–".to_owned(), print)
    }

    /// The captured energy at `rank`, or the range in which it lies.
    pub fn captured_energy(&self, translator: &Translator, rank: usize) -> String {
        self.unless_blank(|| numbers::percentages(translator, self.curve.captured_energy_range(rank)))
    }

    fn unless_blank(&self, print: impl Fn() -> String) -> String {
        if self.blank.is_none() { print() } else { "–".to_owned() }
    }

    /// `, the first 8 of 64` if only some singular values are known; otherwise empty.
    pub fn extent(&self, translator: &Translator) -> String {
        match (self.curve.max_rank(), self.max_rank) {
            (known, of) if known < of => {
                translator.translate(Label::KnownRanks { known, of }, format!(", the first {known} of {of}"))
            }
            _ => String::new(),
        }
    }
}

/// One of a few constants. Each contains its own function, so that pages that do not use it do not contain its code.
pub(crate) struct Units {
    /// The name of the residual.
    pub name: &'static str,
    /// The markup after the norm in the label of the residual axis.
    pub divisor: &'static str,
    /// A residual in these units, where ‖W‖ is the last argument, if they are defined.
    pub measure: fn(&CurveModel, f64, f64) -> Option<f64>,
    /// Prints a measured residual.
    pub print: fn(&Translator, f64) -> String,
}

impl PartialEq for Units {
    fn eq(&self, other: &Self) -> bool {
        self.divisor == other.divisor
    }
}

/// Residuals as they are.
pub(crate) static ABSOLUTE: Units = Units {
    name: "residual",
    divisor: "",
    measure: |_, residual, _| Some(residual),
    print: |translator, residual| translator.format(Quantity::Residual(residual), notation::residual(residual)),
};
