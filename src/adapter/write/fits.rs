//! Whether the new factors of a layer fit their dtypes for certain, without computing them.

use super::encode::{Range, range};
use super::recipe::Recipe;
use crate::matrix::Matrix;

/// Whether it is certain that the new factors can be stored: no entry is too large, and not so many are too small that
/// [`encode`](super::encode::encode) would refuse them. `false` if that is not known.
///
/// With σ₁ the largest singular value of ratio·B·A, no entry of the new factors is above √σ₁, and the length of each as one
/// vector is at least √σ₁. σ₁ lies between ‖B·A·x‖ / ‖x‖ for any x and ‖B‖·‖A‖.
pub(super) fn fits(recipe: &Recipe, b: &Matrix, a: &Matrix) -> bool {
    let (rank, cols) = (b.cols(), a.cols());
    let ratio = recipe.ratio.abs();
    let most = ratio * length(b.as_slice()) * length(a.as_slice());
    // x is the longest row of A.
    let rows = a.as_slice().chunks_exact(cols);
    let Some(x) = rows.clone().max_by(|x, y| length(x).total_cmp(&length(y))) else { return false };
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let ax: Vec<f64> = rows.map(|row| dot(row, x)).collect();
    let bax: Vec<f64> = b.as_slice().chunks_exact(rank).map(|row| dot(row, &ax)).collect();
    let least: f64 = ratio * length(&bax) / length(x);
    is_certain(recipe, [b.rows(), cols], [least, most])
}

/// The same for a layer in whose place a pair is written, with σ₁ of ΔW between two bounds.
pub(super) fn fits_between(recipe: &Recipe, [least, most]: [f64; 2]) -> bool {
    let (layer, ratio) = (&recipe.layer, recipe.ratio.abs());
    is_certain(recipe, [layer.rows(), layer.cols()], [ratio * least, ratio * most])
}

fn is_certain(recipe: &Recipe, [rows, cols]: [usize; 2], [least, most]: [f64; 2]) -> bool {
    // Also where the bound is lost to numbers that are too small to be squared.
    if least.is_nan() || least == 0.0 {
        return false;
    }
    let least = least.min(recipe.cap.unwrap_or(f64::INFINITY));
    // Far from the limits, so that the rounding of these bounds does not matter.
    let counts = [recipe.rank.get() as f64 * cols as f64, recipe.rank.get() as f64 * rows as f64];
    recipe.dtypes.iter().zip(counts).all(|(dtype, count)| {
        let Range { largest, least: smallest, unit } = range(dtype);
        most.sqrt() <= largest / 2.0 && smallest * count.sqrt() <= unit * least.sqrt()
    })
}

fn length(entries: &[f64]) -> f64 {
    entries.iter().map(|entry| entry * entry).sum::<f64>().sqrt()
}
