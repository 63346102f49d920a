//! [`Spending`]: a size of the file, divided among its layers; and what every size keeps. Pure.

use std::collections::BTreeMap;

use lora_rank_explorer::{AllocationError, RankAllocator, Spectrum};

use crate::format;
use crate::layer_row::LayerRow;
use crate::ranks::Refused;
use crate::sizes::{added, as_size, cost, counts, kept, share, total};

/// The layers among which sizes are divided, with their directions sorted once for all sizes. Every layer has rank 1; the rest of a
/// size is spent on the directions with the most energy for their cost. Layers with a rank of their own take that first.
#[derive(Debug)]
pub struct Spending {
    spent_on: Vec<bool>,
    /// The ranks that are taken first.
    least: Vec<usize>,
    /// The size with these.
    pub smallest: u64,
    allocator: Result<RankAllocator, AllocationError>,
    has_own: bool,
    file_bytes: u64,
}

/// What a size keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kept {
    /// The size that is reached, at most the one that was asked for.
    pub bytes: u64,
    pub energy: f64,
}

impl Spending {
    /// O(N log N) for N singular values in all.
    pub fn new(rows: &[LayerRow], own: &BTreeMap<usize, usize>, file_bytes: u64) -> Self {
        let is_spent_on = |(i, row): (usize, &LayerRow)| {
            counts(rows, row) && row.known().is_some() && row.layer.kept.is_none() && !own.contains_key(&i)
        };
        let spent_on: Vec<bool> = rows.iter().enumerate().map(is_spent_on).collect();
        let least = |(i, row): (usize, &LayerRow)| match own.get(&i) {
            Some(&rank) => row.bounded(rank),
            None if spent_on[i] => 1,
            None => row.most(),
        };
        let least: Vec<usize> = rows.iter().enumerate().map(least).collect();
        let (smallest, _) = cost(rows, &least, file_bytes);
        // The first direction of each layer is already paid for.
        let rest_of = |row: &LayerRow| {
            let spectrum = row.known()?.layer.spectrum();
            let values = spectrum.singular_values().get(1..).filter(|values| !values.is_empty()).unwrap_or(&[0.0]);
            let values = [values, &[0.0]].concat();
            let values = values[..values.len().min(spectrum.max_rank())].to_vec();
            Spectrum::leading(spectrum.rows(), spectrum.cols(), values, None).ok()
        };
        let layers = || rows.iter().zip(&spent_on).filter(|(_, spent_on)| **spent_on).map(|(row, _)| row);
        let spectra: Vec<Spectrum> = layers().filter_map(rest_of).collect();
        let costs: Vec<u64> = layers().map(|row| row.layer.bytes_per_rank).collect();
        let allocator = RankAllocator::new(&spectra, &costs);
        Self { spent_on, least, smallest, allocator, has_own: !own.is_empty(), file_bytes }
    }

    /// The rank that a size gives each layer; `None` for a layer that it is not spent on.
    pub fn within(&self, size: u64) -> Result<Vec<Option<usize>>, Refused> {
        let Some(rest) = size.checked_sub(self.smallest) else {
            let others = if self.has_own { " that is not set by hand" } else { "" };
            let reason =
                format!("Even with rank 1 in every layer{others}, the file takes {}.", format::bytes(self.smallest));
            return Err(Refused { reason, smallest: Some(self.smallest) });
        };
        let refused = |error: &AllocationError| Refused { reason: format!("{error}."), smallest: None };
        let more = match &self.allocator {
            Ok(allocator) => allocator.allocate(rest).map_err(|error| refused(&error))?.ranks,
            // Nothing is left to spend it on.
            Err(AllocationError::NoSpectra) => Vec::new(),
            Err(error) => return Err(refused(error)),
        };
        let mut more = more.into_iter();
        Ok(self.spent_on.iter().map(|&on| on.then(|| 1 + more.next().unwrap_or(0))).collect())
    }

    /// What each of `sizes`, smallest first, keeps: that of the very ranks that [`within`](Self::within) gives, in one pass over all
    /// directions. `None` if a size cannot be met or nothing has energy.
    pub fn kept(&self, rows: &[LayerRow], sizes: &[u64]) -> Vec<Option<Kept>> {
        let Ok(allocator) = &self.allocator else { return vec![None; sizes.len()] };
        // What each layer adds to the file and keeps, of those that count; only what a larger size changes is computed anew. The sums
        // run in the order in which `Ranks` adds, so that both have the same bits.
        let counted: Vec<bool> = rows.iter().map(|row| counts(rows, row)).collect();
        let of_counted = |of: &dyn Fn(&LayerRow, usize) -> f64| -> Vec<f64> {
            let each = rows.iter().zip(&self.least).zip(&counted);
            each.map(|((row, &rank), counts)| if *counts { of(row, rank) } else { 0.0 }).collect()
        };
        let all: f64 = of_counted(&|row, _| total(row)).iter().sum();
        let mut kept_by = of_counted(&kept);
        let mut bytes: i128 = i128::from(self.file_bytes)
            + rows
                .iter()
                .zip(&self.least)
                .filter(|(row, _)| counts(rows, row))
                .map(|(row, &rank)| added(row, rank))
                .sum::<i128>();
        let spent_on: Vec<usize> = (0..rows.len()).filter(|&i| self.spent_on[i]).collect();
        let mut ranks = self.least.clone();
        let rest = sizes.iter().map(|size| size.saturating_sub(self.smallest));
        let kept = allocator.each(rest).zip(sizes).map(|(allocation, &size)| {
            let allocation = allocation.ok().filter(|_| size >= self.smallest)?;
            for (&i, more) in spent_on.iter().zip(allocation.ranks) {
                let rank = (1 + more).clamp(1, rows[i].most());
                if rank != ranks[i] {
                    bytes += added(&rows[i], rank) - added(&rows[i], ranks[i]);
                    (kept_by[i], ranks[i]) = (kept(&rows[i], rank), rank);
                }
            }
            Some(Kept { bytes: as_size(bytes), energy: share(kept_by.iter().sum(), all)? })
        });
        kept.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranks::tests::row;
    use crate::ranks::{Choice, Ranks};

    fn rows() -> Vec<LayerRow> {
        let mut rows = vec![
            row("small", &[0.2, 0.1], Some(1.0)),
            row("large", &[9.0, 8.0, 7.0], Some(1.0)),
            row("flat", &[4.0, 4.0, 4.0, 4.0], Some(1.0)),
            row("zero", &[0.0, 0.0], Some(1.0)),
        ];
        // Another form than B·A, with its own size at its own rank.
        (rows[2].layer.becomes_pair, rows[2].layer.bytes) = (true, 60);
        rows
    }

    #[test]
    fn the_curve_has_the_numbers_of_the_ranks_that_each_size_gives() {
        let rows = rows();
        for own in [BTreeMap::new(), BTreeMap::from([(1, 2)]), BTreeMap::from([(0, 1), (1, 3), (2, 9), (3, 1)])] {
            let spending = Spending::new(&rows, &own, 1000);
            let sizes: Vec<u64> = (0..1100).step_by(7).collect();
            for (kept, size) in spending.kept(&rows, &sizes).into_iter().zip(&sizes) {
                let choice = Ok(Choice::Budget(*size));
                let ranks = Ranks::new(1, &choice, &rows, &own, 1000, Some(&spending), None);
                if own.len() < rows.len() {
                    let expected = ranks.refused.is_none().then(|| (ranks.bytes, ranks.energy.expect("energy")));
                    assert_eq!(kept.map(|kept| (kept.bytes, kept.energy)), expected, "{size}");
                } else {
                    assert_eq!(
                        (kept, ranks.refused.is_some()),
                        (None, *size < spending.smallest),
                        "nothing is left to choose"
                    );
                }
            }
        }
    }

    #[test]
    fn a_larger_size_never_keeps_less() {
        let rows = rows();
        let sizes: Vec<u64> = (800..1100).collect();
        let kept = Spending::new(&rows, &BTreeMap::new(), 1000).kept(&rows, &sizes);
        let energies: Vec<f64> = kept.into_iter().flatten().map(|kept| kept.energy).collect();
        assert!(energies.len() > 100 && energies.is_sorted() && energies.last() == Some(&1.0), "{energies:?}");
    }
}
