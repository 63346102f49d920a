//! The target: what the host gives as a matrix becomes a spectrum, a large one in slices of a frame.

use leptos::prelude::*;
use lora_rank_explorer::svd::{FullSolver, Solver};
use lora_rank_explorer::{Matrix, MatrixError, Spectrum};
use wasm_bindgen::prelude::*;

use crate::Explorer;

/// What the component is given.
#[derive(Clone, PartialEq)]
pub enum Target {
    /// Nothing: it shows its default matrix.
    Default,
    /// Rows that are no matrix: it says why and shows its default matrix.
    Invalid(MatrixError),
    /// A spectrum, which may not be there yet or not be one.
    Spectrum,
}

impl Target {
    pub fn default_spectrum() -> Spectrum {
        Spectrum::of(&Matrix::default())
    }
}

/// A matrix whose singular values are computed in slices.
pub struct Slices {
    rows: usize,
    cols: usize,
    solver: FullSolver<Matrix>,
}

/// Up to so many steps of an svd, rows · columns · the smaller of them, one or two milliseconds, the page does not notice.
const AT_ONCE: usize = 128 * 128 * 128;

/// The steps between two tasks of the page: a few milliseconds.
const SLICE: u64 = 8_000_000;

#[wasm_bindgen]
impl Explorer {
    /// The host gives no target, or takes it back.
    pub fn give_no_target(&self) {
        self.set_target(Target::Default, Some(Ok(Target::default_spectrum())));
    }

    /// The target is on its way.
    pub fn give_target_later(&self) {
        self.set_target(Target::Spectrum, None);
    }

    /// The target cannot be read, for this reason.
    pub fn give_bad_target(&self, reason: String) {
        self.set_target(Target::Spectrum, Some(Err(reason)));
    }

    /// The host gives a matrix as the entries of all rows, and how many are in each row.
    pub fn give_rows(&self, entries: Vec<f64>, lengths: &[u32]) {
        let mut rest = entries.as_slice();
        let rows = lengths.iter().map(|length| {
            let (row, others) = rest.split_at((*length as usize).min(rest.len()));
            rest = others;
            row
        });
        self.give_matrix(Matrix::from_rows(&rows.collect::<Vec<_>>()));
    }

    /// The host gives a matrix as its entries, row by row, and its shape.
    pub fn give_entries(&self, rows: usize, cols: usize, entries: Vec<f64>) {
        self.give_matrix(Matrix::from_vec(rows, cols, entries));
    }

    /// The host gives a spectrum.
    pub fn give_spectrum(&self, rows: usize, cols: usize, values: Vec<f64>, norm: Option<f64>, rounding: Option<f64>) {
        let spectrum = spectrum(rows, cols, values, norm, rounding);
        self.set_target(Target::Spectrum, Some(spectrum));
    }

    /// Computes one slice of the singular values. Returns whether there is more to do.
    pub fn advance(&self) -> bool {
        let Some(mut slices) = self.slices.take() else { return false };
        let values = match slices.solver.advance(SLICE) {
            Ok(None) => {
                self.slices.set(Some(slices));
                return true;
            }
            Ok(Some(values)) => values,
            Err(error) => {
                self.give_bad_target(error.to_string());
                return false;
            }
        };
        self.give_spectrum(slices.rows, slices.cols, values, None, None);
        false
    }
}

impl Explorer {
    fn give_matrix(&self, matrix: Result<Matrix, MatrixError>) {
        match matrix {
            Err(error) => self.set_target(Target::Invalid(error), Some(Ok(Target::default_spectrum()))),
            Ok(matrix) => {
                let (rows, cols) = (matrix.rows(), matrix.cols());
                if rows.saturating_mul(cols).saturating_mul(rows.min(cols)) <= AT_ONCE {
                    return self.set_target(Target::Spectrum, Some(Ok(Spectrum::of(&matrix))));
                }
                match FullSolver::new(matrix, rows, cols) {
                    Ok(solver) => {
                        self.give_target_later();
                        self.slices.set(Some(Slices { rows, cols, solver }));
                    }
                    Err(error) => self.give_bad_target(error.to_string()),
                }
            }
        }
    }

    fn set_target(&self, target: Target, spectrum: Option<Result<Spectrum, String>>) {
        self.slices.set(None);
        self.state.target.set_value(target);
        self.state.spectrum.set(spectrum);
    }
}

/// All singular values of a matrix, or the first ones.
pub fn spectrum(
    rows: usize,
    cols: usize,
    values: Vec<f64>,
    norm: Option<f64>,
    rounding: Option<f64>,
) -> Result<Spectrum, String> {
    let spectrum = Spectrum::leading(rows, cols, values, norm).map_err(|error| error.to_string())?;
    // A share below that of 64 bits, the default, counts as that.
    Ok(spectrum.with_rounding(rounding.unwrap_or(0.0)))
}
