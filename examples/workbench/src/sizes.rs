//! What ranks cost and keep: the bytes and parameters of the file, and its energy. Pure.

use crate::layer_row::LayerRow;

/// Whether the choice affects the row's size. A weight beside an adapter is not changed.
pub fn counts(rows: &[LayerRow], row: &LayerRow) -> bool {
    !row.layer.is_weight() || rows.first().is_some_and(|first| first.layer.is_weight())
}

/// The bytes of the file with these ranks, and the parameters of its factors.
pub fn cost(rows: &[LayerRow], ranks: &[usize], file_bytes: u64) -> (u64, u64) {
    let mut bytes = i128::from(file_bytes);
    let mut parameters = 0u64;
    for (row, &rank) in rows.iter().zip(ranks).filter(|(row, _)| counts(rows, row)) {
        bytes += added(row, rank);
        let per_rank = (row.layer.rows as u64).saturating_add(row.layer.cols as u64);
        parameters = parameters.saturating_add(if row.layer.stays(rank) {
            // What it is stored in stays.
            let width = (row.layer.bytes_per_rank / per_rank.max(1)).max(1);
            row.layer.bytes / width
        } else {
            per_rank.saturating_mul(rank as u64)
        });
    }
    (as_size(bytes), parameters)
}

/// How many bytes the file grows by if a layer gets this rank; mostly below 0.
pub fn added(row: &LayerRow, rank: usize) -> i128 {
    match row.layer.stays(rank) {
        true => 0,
        false => i128::from(row.layer.bytes_per_rank) * rank as i128 - i128::from(row.layer.bytes),
    }
}

pub fn as_size(bytes: i128) -> u64 {
    u64::try_from(bytes.max(0)).unwrap_or(u64::MAX)
}

/// The energy that all layers keep, divided by their total energy.
pub fn energy(rows: &[LayerRow], ranks: &[usize]) -> Option<f64> {
    let counted = || rows.iter().zip(ranks).filter(|(row, _)| counts(rows, row));
    share(counted().map(|(row, &rank)| kept(row, rank)).sum(), counted().map(|(row, _)| total(row)).sum())
}

/// The energy of a layer; 0 for one that is not read.
pub fn total(row: &LayerRow) -> f64 {
    row.known().map_or(0.0, |known| known.total_energy)
}

/// What of it a rank keeps.
pub fn kept(row: &LayerRow, rank: usize) -> f64 {
    let share = if row.layer.stays(rank) { Some(1.0) } else { row.energy(rank) };
    total(row) * share.unwrap_or(0.0)
}

/// `kept` of `all`; `None` without energy, or with more than a number can hold.
pub fn share(kept: f64, all: f64) -> Option<f64> {
    (all > 0.0 && f64::is_finite(all)).then(|| kept / all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranks::tests::row;

    #[test]
    fn a_weight_beside_an_adapter_keeps_its_size() {
        let adapter = [row("a", &[3.0, 1.0], Some(1.0)), row("w", &[3.0, 1.0], None)];
        assert_eq!(cost(&adapter, &[1, 1], 1000), (976, 12));
        let weights = [row("w", &[3.0, 1.0], None)];
        assert_eq!(cost(&weights, &[1], 64), (24, 12));
    }

    #[test]
    fn a_layer_in_another_form_has_the_size_of_a_pair_below_its_own_rank_and_its_own_size_at_it() {
        let mut loha = row("a", &[3.0, 2.0, 1.0], Some(1.0));
        (loha.layer.becomes_pair, loha.layer.bytes) = (true, 48);
        let rows = [loha];
        assert_eq!(cost(&rows, &[2], 1000), (1000, 24));
        assert_eq!(cost(&rows, &[1], 1000), (976, 12));
        assert_eq!(cost(&rows, &[3], 1000), (1000, 24), "what it is stored in, and not the pair of its own rank");
    }
}
