//! The plot of lost energy over sizes.

use super::Plot;
use super::frame::{FRAME, MOST_VERTICES};
use super::rank_axis::RankAxis;
use super::residual_axis::ResidualAxis;
use super::ticks::{residual_ticks, thinned};
use crate::spectrum::curve::ResidualCurve;

impl Plot {
    /// The plot of 1 − the captured energy of `curve` from the size `first` on, linear and with a step at each size: between two sizes
    /// as much is lost as at the smaller one.
    pub(crate) fn of_lost_energy(curve: &ResidualCurve, first: usize) -> Self {
        let last = curve.max_rank();
        let ranks = RankAxis::linear(first, last);
        let lost = |size: usize| curve.residual(size) * curve.residual(size);
        let lost_ticks = residual_ticks(lost(first));
        let residuals = ResidualAxis::linear(lost_ticks.last().copied().unwrap_or(1.0));
        let step = (last - first).div_ceil(MOST_VERTICES).max(1);
        let sizes = (first..last).step_by(step).chain([last]);
        let mut line: Vec<(f64, f64)> = Vec::new();
        for size in sizes {
            let (x, y) = (ranks.to_frame(size as f64), residuals.to_frame(lost(size)).clamp(0.0, FRAME));
            if let Some(&(_, before)) = line.last() {
                line.push((x, before));
            }
            line.push((x, y));
        }
        // Round sizes between both ends, unless their labels would touch that of the first; `thinned` sees to the last.
        let round = residual_ticks(last as f64).into_iter().map(|size| size as usize);
        let has_room = |size: &usize| *size > first && *size < last && ranks.to_frame(*size as f64) > FRAME / 12.0;
        let mut labelled: Vec<usize> = std::iter::once(first).chain(round.filter(has_room)).collect();
        labelled.extend((last > first).then_some(last));
        let rank_ticks = thinned(&labelled, &ranks);
        Self { ranks, residuals, rank_ticks, residual_ticks: lost_ticks, line: line.into_iter().collect(), lower: None }
    }
}
