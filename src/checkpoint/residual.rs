//! The residual of factors, entry by entry.

/// ‖W − B·A‖_F for W of m × n, B of m × r and A of r × n, all row-major, with n = `cols`.
pub(super) fn residual(w: &[f32], cols: usize, b: &[f64], a: &[f64]) -> f64 {
    /// So many columns of A at a time stay in a core's cache while all rows of B pass by.
    const COLUMNS: usize = 256;
    let (rank, mut left, mut sum) = (b.len() / (w.len() / cols), [0.0; COLUMNS], 0.0);
    let mut block = Vec::with_capacity(rank * COLUMNS.min(cols));
    for from in (0..cols).step_by(COLUMNS) {
        let to = cols.min(from + COLUMNS);
        let left = &mut left[..to - from];
        block.clear();
        a.chunks_exact(cols).for_each(|a| block.extend_from_slice(&a[from..to]));
        for (row, b) in w.chunks_exact(cols).zip(b.chunks_exact(rank)) {
            left.iter_mut().zip(&row[from..to]).for_each(|(left, &entry)| *left = f64::from(entry));
            // Four rows of A at a time: each number on the left is loaded and stored a quarter as often.
            let (fours, rest) = b.as_chunks::<4>();
            let (in_fours, of_rest) = block.split_at(4 * fours.len() * left.len());
            for ([b, c, d, e], a) in fours.iter().zip(in_fours.chunks_exact(4 * left.len())) {
                let (w, a) = a.split_at(left.len());
                let (x, a) = a.split_at(left.len());
                let (y, z) = a.split_at(left.len());
                for ((((left, w), x), y), z) in left.iter_mut().zip(w).zip(x).zip(y).zip(z) {
                    *left -= (b * w + c * x) + (d * y + e * z);
                }
            }
            for (b, a) in rest.iter().zip(of_rest.chunks_exact(left.len())) {
                left.iter_mut().zip(a).for_each(|(left, a)| *left -= b * a);
            }
            sum += left.iter().map(|left| left * left).sum::<f64>();
        }
    }
    sum.sqrt()
}
