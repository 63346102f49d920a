//! [`TargetMatrix`]: what the prop `target_matrix` takes.

use std::sync::Arc;

use leptos::leptos_dom::logging::console_warn;
#[cfg(not(feature = "nightly"))]
use leptos::prelude::*;

use super::{LOADING, Problem, Source, Target};
use crate::matrix::{Matrix, MatrixError, MatrixRow};
use crate::spectrum::Spectrum;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::read_from::ReadFrom;

/// What `target_matrix` accepts: rows as arrays or vectors of `f64` or `f32`, a [`Matrix`], also a borrowed one, which is cloned; an
/// `Option` of any of them; and a signal, memo, resource or closure of them.
///
/// All singular values are computed at once: 43 ms for 512×512, eight times as long for each doubling. For more, there are
/// [`use_solver`](crate::use_solver) and the prop `spectrum`; the console says so.
///
/// Rows are checked when they are read. If they are invalid, the component shows the error; nothing panics. While there is `None`,
/// the explorer shows an empty frame of the same height with `Loading…`, as for [`spectrum`](super::spectrum::TargetSpectrum).
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Matrix};
///
/// #[component]
/// fn Page() -> impl IntoView {
///     let rows = RwSignal::new(vec![vec![2.0, 0.0], vec![0.0, 1.0]]);
///     let later = RwSignal::new(None::<Matrix>);
///     view! {
///         <LoRaRankExplorer target_matrix=[[4.0, 3.0], [3.0, 2.0]] />
///         <LoRaRankExplorer target_matrix=rows />
///         <LoRaRankExplorer target_matrix=move || rows.get() />
///         <LoRaRankExplorer target_matrix=Matrix::from_slice(2, 2, &[4.0f32, 3.0, 3.0, 2.0]) />
///         <LoRaRankExplorer target_matrix=later />
///     }
/// }
/// ```
#[derive(Clone, Copy, Default)]
pub struct TargetMatrix(pub(in crate::ui::explorer) Source);

impl TargetMatrix {
    fn new(read: impl Fn() -> Option<Result<Matrix, MatrixError>> + Send + Sync + 'static) -> Self {
        Self(Source::new(move |before| match read() {
            Some(Ok(matrix)) => {
                warn_if_slow(&matrix);
                Target::valid(Spectrum::of(&matrix))
            }
            None => Target::blank(before, &LOADING, None),
            Some(Err(error)) => {
                let english = format!("Invalid target matrix: {error}. Showing the default matrix instead.");
                let translate =
                    move |translator: &Translator, english| translator.translate(Label::InvalidTarget(&error), english);
                let problem = Some(Problem { english, translate: Arc::new(translate) });
                Target { problem, ..Target::valid(Spectrum::of_default_matrix()) }
            }
        }))
    }
}

/// Names a matrix on the console that holds the page for more than 50 ms or so.
fn warn_if_slow(matrix: &Matrix) {
    let (rows, cols) = (matrix.rows(), matrix.cols());
    if cfg!(target_family = "wasm") && rows.saturating_mul(cols).saturating_mul(rows.min(cols)) > 512 * 512 * 512 {
        console_warn(&format!(
            "<LoRaRankExplorer>: target_matrix is {rows}×{cols}, and the page waits while all its singular values are computed. \
             use_solver computes them in slices of a frame; pass its result as spectrum"
        ));
    }
}

impl<Target: IntoTargetMatrix> From<Target> for TargetMatrix {
    fn from(target: Target) -> Self {
        target.into_target_matrix()
    }
}

/// Rows that may or may not form a [`Matrix`]. Implement it for your own type of matrix, and closures and signals of that type can be
/// a `target_matrix`, too.
#[diagnostic::on_unimplemented(
    message = "expected rows of `f64` or `f32`, or a `Matrix`, found `{Self}`",
    label = "this prop takes rows of numbers",
    note = "docs/compiler-messages.md says what to write instead"
)]
pub trait IntoMatrix {
    /// The matrix, or what is wrong with it; `None` if it is not there yet.
    fn into_matrix(self) -> Option<Result<Matrix, MatrixError>>;
}

/// Rows, or a signal or closure that returns rows and is tracked.
pub trait IntoTargetMatrix {
    /// The target, read again after each change of what it depends on.
    fn into_target_matrix(self) -> TargetMatrix;
}

macro_rules! plain_rows {
    ($([$($parameter:tt)*] $rows:ty => |$value:ident| $matrix:expr;)*) => {$(
        impl<$($parameter)*> IntoMatrix for $rows {
            fn into_matrix(self) -> Option<Result<Matrix, MatrixError>> {
                let $value = self;
                $matrix
            }
        }

        impl<$($parameter)*> IntoTargetMatrix for $rows {
            fn into_target_matrix(self) -> TargetMatrix {
                let matrix = self.into_matrix();
                TargetMatrix::new(move || matrix.clone())
            }
        }
    )*};
}

plain_rows! {
    [] Matrix => |matrix| Some(Ok(matrix));
    [] &Matrix => |matrix| Some(Ok(matrix.clone()));
    [] Result<Matrix, MatrixError> => |matrix| Some(matrix);
    [Row: MatrixRow] Vec<Row> => |rows| Some(Matrix::from_rows(&rows));
    [Row: MatrixRow, const ROWS: usize] [Row; ROWS] => |rows| Some(Matrix::from_rows(&rows));
    [Rows: IntoMatrix] Option<Rows> => |rows| rows?.into_matrix();
}

impl<Read, Rows> IntoTargetMatrix for Read
where
    Matrix: ReadFrom<Read, Output = Rows>,
    Rows: IntoMatrix,
    Read: Send + Sync + 'static,
{
    fn into_target_matrix(self) -> TargetMatrix {
        TargetMatrix::new(move || Matrix::read_from(&self).into_matrix())
    }
}

// With `nightly`, these are closures and the impl above covers them.
#[cfg(not(feature = "nightly"))]
macro_rules! from_readable {
    ($($readable:ident),*) => {$(
        impl<Rows: IntoMatrix + Clone + Send + Sync + 'static> IntoTargetMatrix for $readable<Rows> {
            fn into_target_matrix(self) -> TargetMatrix {
                TargetMatrix::new(move || self.get().into_matrix())
            }
        }
    )*};
}

#[cfg(not(feature = "nightly"))]
from_readable!(Signal, RwSignal, ReadSignal, Memo, Resource, LocalResource);
