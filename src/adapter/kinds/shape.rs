//! The sides of a layer by the shapes of its factors, which some tools store transposed.

use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};
use crate::matrix::Matrix;

/// r, m and n of the factors, and whether both are transposed.
///
/// PEFT stores A as r × n and B as m × r. Where the shapes allow the other order and the configuration's rank fits only that,
/// it decides. Shapes that make sense in the other order only, or in both but with a rank above the sides in PEFT's, are refused
/// without it.
pub(crate) fn oriented(
    path: &str,
    down: &Tensor,
    up: &Tensor,
    says: Option<u64>,
) -> Result<([usize; 3], bool), Problem> {
    // mlx-lm's own names, and no others, stand for transposed factors.
    if down.name().ends_with(".lora_a") {
        let wrong = || Reason::Shape {
            found: down.shape.clone(),
            expected: "[n, r] beside [r, m], as mlx-lm stores them".to_owned(),
        };
        return transposed_shape(down, up).map(|sides| (sides, true)).ok_or_else(|| down.problem(wrong()));
    }
    let usual = shape(down, up);
    let makes_sense = |[rank, rows, cols]: &[usize; 3]| rank <= rows.min(cols);
    let other = transposed_shape(down, up).filter(|sides| makes_sense(sides) && down.name().contains(".lora_A"));
    let Some(other) = other else { return usual.map(|sides| (sides, false)) };
    match usual {
        Ok(sides) if makes_sense(&sides) || says == Some(sides[0] as u64) => Ok((sides, false)),
        _ if says == Some(other[0] as u64) => Ok((other, true)),
        _ => {
            let [down, up] = [down, up].map(|tensor| [tensor.shape[0], tensor.shape[1]]);
            Err(Problem::module(path, Reason::Transposed { down, up }))
        }
    }
}

/// The transpose of a tensor's matrix.
pub(crate) fn transposed(tensor: &Tensor, matrix: &Matrix) -> Result<Matrix, Problem> {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    let mut entries = Vec::new();
    let bytes = (rows as u64).saturating_mul(cols as u64).saturating_mul(8);
    entries.try_reserve_exact(rows.saturating_mul(cols)).map_err(|_| tensor.problem(Reason::OutOfMemory { bytes }))?;
    entries.extend((0..cols).flat_map(|j| matrix.as_slice().iter().skip(j).step_by(cols)));
    Matrix::from_vec(cols, rows, entries)
        .map_err(|error| tensor.problem(Reason::Shape { found: tensor.shape.clone(), expected: error.to_string() }))
}

/// The sides r, m and n of factors that are both transposed; `None` if the shapes do not fit so.
fn transposed_shape(down: &Tensor, up: &Tensor) -> Option<[usize; 3]> {
    let ([cols, rank], [up_rank, rows]) = (&down.shape[..], &up.shape[..]) else { return None };
    let sides = [rank, rows, cols].map(|&side| usize::try_from(side).ok().filter(|&side| side > 0));
    let [Some(rank), Some(rows), Some(cols)] = sides else { return None };
    (up_rank == &(rank as u64)).then_some([rank, rows, cols])
}

/// Checks the shapes of the factors and returns r, m and n.
fn shape(down: &Tensor, up: &Tensor) -> Result<[usize; 3], Problem> {
    let wrong = |tensor: &Tensor, expected: &str| {
        tensor.problem(Reason::Shape { found: tensor.shape.clone(), expected: expected.to_owned() })
    };
    let [rank, ref inner @ ..] = down.shape[..] else { return Err(wrong(down, "[r, n] or [r, in, kernel …]")) };
    let [rows, columns, ref kernel @ ..] = up.shape[..] else { return Err(wrong(up, "[m, r] or [m, r, 1 …]")) };
    if inner.is_empty() {
        return Err(wrong(down, "[r, n] or [r, in, kernel …]"));
    }
    if rank == 0 {
        return Err(down.problem(Reason::RankZero));
    }
    if columns != rank || kernel.iter().any(|&side| side != 1) {
        return Err(wrong(up, &format!("[m, {rank}] or [m, {rank}, 1 …]")));
    }
    let cols = inner.iter().try_fold(1u64, |product, &side| product.checked_mul(side));
    let sides = [Some(rank), Some(rows), cols].map(|side| usize::try_from(side?).ok().filter(|&side| side > 0));
    let [Some(rank), Some(rows), Some(cols)] = sides else {
        return Err(wrong(if rows == 0 { up } else { down }, "sides of at least 1 that fit into memory"));
    };
    Ok([rank, rows, cols])
}
