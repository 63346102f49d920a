//! Factors as files store them, brought to plain matrices.

use super::balanced::{entries_of, matrix};
use super::error::DeltaError;
use crate::matrix::Matrix;
use crate::svd::error::zeros;
use crate::svd::kernel::scale::{exponent, times_power_of_two};

/// The factor A of a Tucker decomposition: the core times the second factor along its second axis.
///
/// A core [p, q, k…] is given as a p × (q·k) matrix, the numbers in the order of the file, and `down` is q × n. The result is
/// p × (n·k) with entry (i, (j, h)) = Σ_l core(i, l, h)·down(l, j), which is the weight of a convolution with n input channels row
/// by row. `lora_mid`, `hada_t1`, `hada_t2` and `lokr_t2` are such cores.
///
/// # Errors
/// [`DeltaError::Split`] where the rows of `down` do not divide the columns of the core, [`DeltaError::Overflow`],
/// [`DeltaError::Memory`].
///
/// ```
/// use lora_rank_explorer::{Matrix, delta::tucker};
///
/// // p = 1, q = 2, two places of the kernel; three input channels.
/// let core = Matrix::from_rows(&[[1.0, 2.0, 10.0, 20.0]])?;
/// let down = Matrix::from_rows(&[[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])?;
/// assert_eq!(tucker(&core, &down)?.as_slice(), [1.0, 2.0, 10.0, 20.0, 11.0, 22.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tucker(core: &Matrix, down: &Matrix) -> Result<Matrix, DeltaError> {
    let (p, q, n) = (core.rows(), down.rows(), down.cols());
    if !core.cols().is_multiple_of(q) {
        return Err(DeltaError::Split { side: "the columns of the Tucker core", length: core.cols(), parts: q });
    }
    let kernel = core.cols() / q;
    let (k_core, k_down) = (exponent(core.as_slice()), exponent(down.as_slice()));
    let cols = entries_of(n, kernel)?;
    let mut entries = zeros(entries_of(p, cols)?, 0.0)?;
    for (row, of_core) in entries.chunks_exact_mut(cols).zip(core.as_slice().chunks_exact(core.cols())) {
        for (of_core, of_down) in of_core.chunks_exact(kernel).zip(down.as_slice().chunks_exact(n)) {
            for (places, &weight) in row.chunks_exact_mut(kernel).zip(of_down) {
                // In units of the largest entries, so that the products stay in range.
                let weight = times_power_of_two(weight, -k_down);
                for (place, &entry) in places.iter_mut().zip(of_core) {
                    *place += times_power_of_two(entry, -k_core) * weight;
                }
            }
        }
    }
    entries.iter_mut().for_each(|entry| *entry = times_power_of_two(*entry, k_core + k_down));
    matrix(p, cols, entries)
}

/// The block-diagonal matrix whose blocks are stored below each other: BD-LoRA's factor, or B of a grouped convolution.
///
/// `stored` holds `blocks` blocks of equally many rows. Block i of the result stands in the columns i·c to (i + 1)·c, where c is how
/// many columns `stored` has.
///
/// # Errors
/// [`DeltaError::Split`] where the rows do not make up as many equal blocks, [`DeltaError::Memory`].
///
/// ```
/// use lora_rank_explorer::{Matrix, delta::block_diagonal};
///
/// let stored = Matrix::from_rows(&[[1.0, 2.0], [3.0, 4.0]])?;
/// assert_eq!(block_diagonal(&stored, 2)?.as_slice(), [1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 3.0, 4.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn block_diagonal(stored: &Matrix, blocks: usize) -> Result<Matrix, DeltaError> {
    let (rows, cols) = (stored.rows(), stored.cols());
    if blocks == 0 || !rows.is_multiple_of(blocks) {
        return Err(DeltaError::Split { side: "the rows of the stored blocks", length: rows, parts: blocks });
    }
    let width = entries_of(cols, blocks)?;
    let mut entries = zeros(entries_of(rows, width)?, 0.0)?;
    let lines = entries.chunks_exact_mut(width).zip(stored.as_slice().chunks_exact(cols));
    for (i, (row, stored)) in lines.enumerate() {
        let from = i / (rows / blocks) * cols;
        row[from..from + cols].copy_from_slice(stored);
    }
    matrix(rows, width, entries)
}

/// The matrix with each column so many times, one beside the other: A of QALoRA for groups of `times` inputs.
///
/// # Errors
/// [`DeltaError::Split`] for no times at all, [`DeltaError::Memory`].
///
/// ```
/// use lora_rank_explorer::{Matrix, delta::repeated_columns};
///
/// let a = Matrix::from_rows(&[[1.0, 2.0]])?;
/// assert_eq!(repeated_columns(&a, 2)?.as_slice(), [1.0, 1.0, 2.0, 2.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn repeated_columns(a: &Matrix, times: usize) -> Result<Matrix, DeltaError> {
    if times == 0 {
        return Err(DeltaError::Split { side: "A's columns", length: a.cols(), parts: times });
    }
    let cols = entries_of(a.cols(), times)?;
    let mut entries = zeros(entries_of(a.rows(), cols)?, 0.0)?;
    entries.chunks_exact_mut(times).zip(a.as_slice()).for_each(|(places, &entry)| places.fill(entry));
    matrix(a.rows(), cols, entries)
}
