//! The residual of factors, entry by entry.

use crate::svd::kernel::multiples::add_multiples;

/// ‖W − B·A‖_F for W of m × n, B of m × r and A of r × n, all row-major, with n = `cols`.
pub(super) fn residual(w: &[f32], cols: usize, b: &[f64], a: &[f64]) -> f64 {
    /// So many columns of A at a time stay in a core's cache while all rows of B pass by.
    const COLUMNS: usize = 256;
    let (rank, mut left, mut sum) = (b.len() / (w.len() / cols), [0.0; COLUMNS], 0.0);
    let (mut block, mut factors) = (Vec::with_capacity(rank * COLUMNS.min(cols)), Vec::with_capacity(rank));
    for from in (0..cols).step_by(COLUMNS) {
        let to = cols.min(from + COLUMNS);
        let left = &mut left[..to - from];
        block.clear();
        a.chunks_exact(cols).for_each(|a| block.extend_from_slice(&a[from..to]));
        let rows_of_a: Vec<&[f64]> = block.chunks_exact(left.len()).collect();
        for (row, b) in w.chunks_exact(cols).zip(b.chunks_exact(rank)) {
            left.iter_mut().zip(&row[from..to]).for_each(|(left, &entry)| *left = f64::from(entry));
            factors.clear();
            factors.extend(b.iter().map(|b| -b));
            add_multiples(left, &factors, &rows_of_a);
            sum += left.iter().map(|left| left * left).sum::<f64>();
        }
    }
    sum.sqrt()
}
