//! [`Known`]: what the host has given, as a spectrum.

use leptos::prelude::*;
use lora_rank_explorer::svd::FullSolver;
use lora_rank_explorer::{Matrix, MatrixError, Spectrum, use_solver};

use crate::given::{Inputs, Name};

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

/// The target, and its spectrum as soon as it is known.
#[derive(Clone, Copy)]
pub struct Known(Memo<(Target, Option<Result<Spectrum, String>>)>);

/// Up to so many steps of an svd, rows · columns · the smaller of them, one or two milliseconds, the page does not notice. Larger ones
/// run in slices of a frame.
const AT_ONCE: usize = 128 * 128 * 128;

impl Known {
    pub fn new(inputs: Inputs) -> Self {
        let solver = use_solver(move || {
            inputs.with_matrix(|matrix| {
                let matrix = matrix?.as_ref().ok().filter(|matrix| is_large(matrix))?;
                Some(FullSolver::new(matrix.clone(), matrix.rows(), matrix.cols()))
            })
        });
        Self(Memo::new(move |_| {
            if inputs.has(Name::Spectrum) {
                return (Target::Spectrum, inputs.read(Name::Spectrum).map(Option::flatten).transpose());
            }
            let in_slices = |rows, cols| {
                let values = solver.result.get()?.map_err(|error| error.to_string());
                Some(values.and_then(|values| Spectrum::new(rows, cols, values).map_err(|error| error.to_string())))
            };
            inputs.with_matrix(|matrix| match matrix {
                Some(Ok(matrix)) if is_large(matrix) => (Target::Spectrum, in_slices(matrix.rows(), matrix.cols())),
                Some(Ok(matrix)) => (Target::Spectrum, Some(Ok(Spectrum::of(matrix)))),
                Some(Err(error)) => (Target::Invalid(error.clone()), default()),
                None => match inputs.read::<()>(Name::TargetMatrix) {
                    Ok(None) => (Target::Default, default()),
                    // `null`: it is on its way.
                    Ok(Some(())) => (Target::Spectrum, None),
                    Err(problem) => (Target::Spectrum, Some(Err(problem))),
                },
            })
        }))
    }

    /// Tracked.
    pub fn target(self) -> Target {
        self.0.with(|(target, _)| target.clone())
    }

    /// `None` while it is on its way; tracked.
    pub fn spectrum(self) -> Option<Result<Spectrum, String>> {
        self.0.with(|(_, spectrum)| spectrum.clone())
    }

    /// `None` if there is none; tracked.
    pub fn with<T>(self, read: impl FnOnce(Option<&Spectrum>) -> T) -> T {
        self.0.with(|(_, spectrum)| read(spectrum.as_ref().and_then(|spectrum| spectrum.as_ref().ok())))
    }
}

fn default() -> Option<Result<Spectrum, String>> {
    Some(Ok(Spectrum::of(&Matrix::default())))
}

fn is_large(matrix: &Matrix) -> bool {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    rows.saturating_mul(cols).saturating_mul(rows.min(cols)) > AT_ONCE
}
