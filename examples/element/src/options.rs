//! [`Options`]: the props beside target and rank.

use lora_rank_explorer::{
    Axes, Comparison, Metric, Observations, RankCost, RankCostError, RankMarker, RankScale, RankTarget, Spectrum, Term,
    Transition,
};

/// The props beside target and rank; those that are not given are `None`.
#[derive(Default)]
pub struct Options {
    pub metric: Metric,
    pub transition: Transition,
    pub targets: Option<Vec<RankTarget>>,
    pub markers: Option<Vec<RankMarker>>,
    pub axes: Option<AxesOption>,
    pub cost: Option<CostOption>,
    pub compare: Option<Comparison>,
    pub observations: Option<Observations>,
    pub terms: Option<Vec<Term>>,
    pub heading: Option<String>,
    pub pointing: bool,
    pub sentence: bool,
    pub labels: bool,
    pub input: bool,
    pub table: bool,
}

impl Options {
    /// The first and the last rank on the axis of a spectrum with so many known values.
    pub fn ends(&self, known: usize) -> (usize, usize) {
        let Some(AxesOption { scale, max_rank, .. }) = &self.axes else { return (1, known) };
        let last = max_rank.filter(|last| *last > 0).map_or(known, |last| last.min(known));
        let (axis, _) = scale.axis(1, last);
        (axis.first(), axis.last())
    }
}

/// `Axes`, and what of them decides the ranks.
pub struct AxesOption {
    pub axes: Axes,
    pub scale: RankScale,
    pub max_rank: Option<usize>,
}

#[derive(Clone, Copy)]
pub struct CostOption {
    pub rows: Option<f64>,
    pub cols: Option<f64>,
    pub bytes_per_value: f64,
    pub copies: f64,
}

impl Default for CostOption {
    fn default() -> Self {
        Self { rows: None, cols: None, bytes_per_value: 2.0, copies: 1.0 }
    }
}

impl CostOption {
    /// The cost for a layer of this shape; where none is given, of that of the spectrum.
    pub fn of(&self, spectrum: &Spectrum) -> Result<RankCost, RankCostError> {
        let rows = self.rows.unwrap_or(spectrum.rows() as f64) as u64;
        let cols = self.cols.unwrap_or(spectrum.cols() as f64) as u64;
        RankCost::new(rows, cols)?.with_bytes_per_value(self.bytes_per_value as u64)?.with_copies(self.copies as u64)
    }
}
