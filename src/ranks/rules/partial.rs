//! The rules for spectra of which only the first k values are known: the ranks that remain possible.

use std::ops::RangeInclusive;

use super::complete::{GRADIENCE_ZERO, is_zero_to_tool, to_gradience};
use super::criterion::Criterion;
use super::knee;
use crate::ranks::bounds::Bounds;
use crate::spectrum::Spectrum;

/// The relative margin above which a comparison is certain: the rounding error of the tools' 32-bit arithmetic.
const TOOL_ROUNDING: f64 = 1e-6;

/// The σ₁ below which squares lose digits to underflow, so that a part decides nothing: in 32 bits, and in 64.
const SMALLEST: [f64; 2] = [1e-18, 1e-145];

/// The smallest and the largest rank that `criterion` can choose. They are equal if the known values decide it.
pub(super) fn ranks(criterion: &Criterion, spectrum: &Spectrum, bounds: &Bounds) -> RangeInclusive<usize> {
    let search = Search { spectrum, bounds };
    // σ₁ as the tools have it.
    let largest = bounds.largest() as f32;
    let [smallest_single, smallest_double] = SMALLEST;
    let plus_one = |ranks: RangeInclusive<usize>| {
        let more = |rank: usize| rank.saturating_add(1).min(spectrum.max_rank());
        more(*ranks.start())..=more(*ranks.end())
    };
    match *criterion {
        _ if is_zero_to_tool(criterion, bounds.largest()) => 1..=1,
        Criterion::RelativeResidual(share) => search.residual(|total| total * share * share),
        Criterion::ResidualOfBase { share, base_norm } => {
            let bound = share * base_norm / bounds.largest();
            search.residual(|_| bound * bound)
        }
        Criterion::EnergyAbove(share) if bounds.largest() > smallest_double => search.energy(share),
        Criterion::EnergyAbove(_) | Criterion::AtMostBytes { .. } => 1..=spectrum.max_rank(),
        Criterion::EnergyRoundedUp(share) => search.energy_rounded_up(share),
        // The tool does not look at the values.
        Criterion::SigmaAboveUpTo { value: 0.0, max_rank } => {
            let rank = max_rank.min(spectrum.max_rank());
            rank..=rank
        }
        _ if bounds.largest() < smallest_single => 1..=spectrum.max_rank(),
        Criterion::EnergyAtLeast(share) => search.energy(share),
        Criterion::FrobeniusRetained(share) => search.energy(share * share),
        Criterion::NuclearShare(share) => search.nuclear(share),
        Criterion::NuclearShareFloor(share) => {
            let ranks = search.nuclear(share);
            // Undecided, it may be all: in 32 bits the whole can be above each running sum.
            let most = if *ranks.end() == spectrum.max_rank() { *ranks.end() } else { (ranks.end() - 1).max(1) };
            (ranks.start() - 1).max(1)..=most
        }
        Criterion::SigmaRatio(ratio) => search.above(largest / ratio as f32),
        Criterion::SigmaRelative(share) => search.above(largest * share as f32),
        Criterion::SigmaAbove(value) => search.above(value as f32),
        Criterion::SigmaAboveUpTo { value, max_rank } => {
            let ranks = search.above(value as f32);
            (*ranks.start()).min(max_rank)..=(*ranks.end()).min(max_rank)
        }
        Criterion::FrobeniusRetainedPlusOne(share) => plus_one(search.energy(share * share)),
        Criterion::NuclearSharePlusOne(share) => plus_one(search.nuclear(share)),
        Criterion::SigmaRatioPlusOne(ratio) => plus_one(search.above(largest / ratio as f32)),
        Criterion::SigmaKnee(sensitivity) => knee::possible(spectrum, bounds, sensitivity),
    }
}

struct Search<'a> {
    spectrum: &'a Spectrum,
    bounds: &'a Bounds<'a>,
}

/// Whether a rank is enough.
enum Enough {
    No,
    Perhaps,
    Yes,
}

impl Enough {
    /// Whether a value in `reached` is at least as large as one in `needed`.
    fn if_at_least(reached: RangeInclusive<f64>, needed: RangeInclusive<f64>) -> Self {
        match () {
            () if *reached.start() > needed.end() * (1.0 + TOOL_ROUNDING) => Self::Yes,
            () if *reached.end() < needed.start() * (1.0 - TOOL_ROUNDING) => Self::No,
            () => Self::Perhaps,
        }
    }
}

impl Search<'_> {
    /// The first known rank that is enough; a range if that is uncertain or no known rank is enough.
    fn first(&self, enough: impl Fn(usize) -> Enough) -> RangeInclusive<usize> {
        let known = self.spectrum.known_rank();
        let least = (1..=known).find(|&r| !matches!(enough(r), Enough::No)).unwrap_or(known + 1);
        let most = (least..=known).find(|&r| matches!(enough(r), Enough::Yes)).unwrap_or(self.spectrum.max_rank());
        least..=most
    }

    fn energy(&self, share: f64) -> RangeInclusive<usize> {
        self.cumulative(share, self.bounds.total_squares(), |value| value * value)
    }

    /// Decided only where the values that gradience takes as 0 cannot matter.
    fn energy_rounded_up(&self, share: f64) -> RangeInclusive<usize> {
        let (known, most) = (self.spectrum.known_rank(), self.spectrum.max_rank());
        let largest = self.bounds.largest() * self.bounds.largest();
        let left_out = most as f64 * GRADIENCE_ZERO * GRADIENCE_ZERO;
        if largest < GRADIENCE_ZERO * (1.0 + TOOL_ROUNDING) || left_out > 0.1 * TOOL_ROUNDING * largest {
            return 1..=most;
        }
        let ranks = self.energy(share);
        // The layer's own rank is the number of values above 0, of which more may follow.
        let own = if self.bounds.next_value() > 0.0 { most } else { known };
        to_gradience(*ranks.start()).min(known)..=to_gradience(*ranks.end()).min(own)
    }

    fn nuclear(&self, share: f64) -> RangeInclusive<usize> {
        self.cumulative(share, self.bounds.total_values(), |value| value)
    }

    fn cumulative(&self, share: f64, total: RangeInclusive<f64>, term: fn(f64) -> f64) -> RangeInclusive<usize> {
        let add = |sum: &mut f64, value: &f64| {
            *sum += term(value / self.bounds.largest());
            Some(*sum)
        };
        let sums: Vec<f64> = self.spectrum.singular_values().iter().scan(0.0, add).collect();
        self.first(|r| Enough::if_at_least(sums[r - 1]..=sums[r - 1], share * total.start()..=share * total.end()))
    }

    /// How many values are above `threshold`, which has the tool's own rounding.
    fn above(&self, threshold: f32) -> RangeInclusive<usize> {
        let (known, most) = (self.spectrum.known_rank(), self.spectrum.max_rank());
        let above = self.spectrum.singular_values().partition_point(|&value| value as f32 > threshold);
        match above < known || self.bounds.next_value() * (1.0 + TOOL_ROUNDING) <= f64::from(threshold) {
            true => above.max(1)..=above.max(1),
            false => known..=most,
        }
    }

    /// The first rank whose squared residual is at most `bound` of Σ(σⱼ/σ₁)². A larger unknown part adds more to the residual
    /// than to any share of the total, so comparing both ends of the ranges is enough.
    fn residual(&self, bound: impl Fn(f64) -> f64) -> RangeInclusive<usize> {
        let total = self.bounds.total_squares();
        self.first(|r| {
            let tail = self.bounds.tail_squares(r);
            let enough = |tail: f64, total: f64| Enough::if_at_least(bound(total)..=bound(total), tail..=tail);
            match (enough(*tail.start(), *total.start()), enough(*tail.end(), *total.end())) {
                (Enough::Yes, Enough::Yes) => Enough::Yes,
                (Enough::No, Enough::No) => Enough::No,
                _ => Enough::Perhaps,
            }
        })
    }
}
