//! [`TargetMatrix`] and [`TargetSpectrum`]: what the props `target_matrix` and `spectrum` take.

use leptos::prelude::*;

use crate::matrix::{Matrix, MatrixError};
use crate::spectrum::Spectrum;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::reactive::from_signals;

/// What `target_matrix` accepts: rows as arrays or vectors, a [`Matrix`], or a signal, memo or closure of any of them.
///
/// Rows are checked when they are read. If they are invalid, the component shows the error; nothing panics.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Matrix};
///
/// #[component]
/// fn Page() -> impl IntoView {
///     let rows = RwSignal::new(vec![vec![2.0, 0.0], vec![0.0, 1.0]]);
///     view! {
///         <LoRaRankExplorer target_matrix=[[4.0, 3.0], [3.0, 2.0]] />
///         <LoRaRankExplorer target_matrix=rows />
///         <LoRaRankExplorer target_matrix=move || rows.get() />
///         <LoRaRankExplorer target_matrix=Matrix::default() />
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct TargetMatrix(pub(super) Memo<Target>);

impl TargetMatrix {
    /// Boxes `read`, since Leptos compiles another copy of `Memo` for each closure type.
    fn new(read: impl Fn() -> Target + Send + Sync + 'static) -> Self {
        let read: Box<dyn Fn() -> Target + Send + Sync> = Box::new(read);
        Self(Memo::new(move |_| read()))
    }
}

impl Default for TargetMatrix {
    fn default() -> Self {
        Self::new(|| Target::valid(Spectrum::of(&Matrix::default())))
    }
}

impl<Target: IntoTargetMatrix> From<Target> for TargetMatrix {
    fn from(target: Target) -> Self {
        target.into_target_matrix()
    }
}

/// What `spectrum` accepts: a [`Spectrum`], or a signal, memo or closure of one.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Spectrum};
///
/// #[component]
/// fn Page(spectrum: Spectrum) -> impl IntoView {
///     let other = RwSignal::new(spectrum.clone());
///     view! {
///         <LoRaRankExplorer spectrum />
///         <LoRaRankExplorer spectrum=other />
///         <LoRaRankExplorer spectrum=move || other.get() />
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct TargetSpectrum(pub(super) TargetMatrix);

impl From<Spectrum> for TargetSpectrum {
    fn from(spectrum: Spectrum) -> Self {
        (move || spectrum.clone()).into()
    }
}

// Everything for spectra is created here, so that pages without one do not contain that code.
impl<Read: Fn() -> Spectrum + Send + Sync + 'static> From<Read> for TargetSpectrum {
    fn from(read: Read) -> Self {
        Self(TargetMatrix::new(move || Target::valid(read())))
    }
}

/// The spectrum to show: that of the matrix, or that of the default matrix and the problem with the given one.
#[derive(Clone, PartialEq)]
pub(crate) struct Target {
    pub spectrum: Spectrum,
    pub problem: Option<Problem>,
}

/// What is wrong with a matrix, also as an English sentence: made here, so that only pages with a matrix contain the messages.
#[derive(Clone, PartialEq)]
pub(crate) struct Problem {
    error: MatrixError,
    english: String,
}

impl Target {
    fn valid(spectrum: Spectrum) -> Self {
        Self { spectrum, problem: None }
    }

    fn of(matrix: &Result<Matrix, MatrixError>) -> Self {
        match matrix {
            Ok(matrix) => Self::valid(Spectrum::of(matrix)),
            Err(error) => {
                let english = format!("Invalid target matrix: {error}. Showing the default matrix instead.");
                let problem = Some(Problem { error: error.clone(), english });
                Self { spectrum: Spectrum::of(&Matrix::default()), problem }
            }
        }
    }

    /// The problem as a sentence with a trailing space; empty if there is none.
    pub fn note(&self, translator: &Translator) -> String {
        self.problem.as_ref().map_or_else(String::new, |Problem { error, english }| {
            translator.translate(Label::InvalidTarget(error), english.clone()) + " "
        })
    }
}

/// Rows that may or may not form a [`Matrix`].
pub trait IntoMatrix {
    /// The matrix, or what is wrong with it.
    fn into_matrix(self) -> Result<Matrix, MatrixError>;
}

/// Rows, or a signal or closure that returns rows and is tracked.
pub trait IntoTargetMatrix {
    /// The target, read again after each change of what it depends on.
    fn into_target_matrix(self) -> TargetMatrix;
}

macro_rules! plain_rows {
    ($([$($parameter:tt)*] $rows:ty => |$value:ident| $matrix:expr;)*) => {$(
        impl<$($parameter)*> IntoMatrix for $rows {
            fn into_matrix(self) -> Result<Matrix, MatrixError> {
                let $value = self;
                $matrix
            }
        }

        impl<$($parameter)*> IntoTargetMatrix for $rows {
            fn into_target_matrix(self) -> TargetMatrix {
                let matrix = self.into_matrix();
                TargetMatrix::new(move || Target::of(&matrix))
            }
        }
    )*};
}

plain_rows! {
    [] Matrix => |matrix| Ok(matrix);
    [] Result<Matrix, MatrixError> => |matrix| matrix;
    [Row: AsRef<[f64]>] Vec<Row> => |rows| Matrix::from_rows(&rows);
    [Row: AsRef<[f64]>, const ROWS: usize] [Row; ROWS] => |rows| Matrix::from_rows(&rows);
}

impl<Read, Rows> IntoTargetMatrix for Read
where
    Read: Fn() -> Rows + Send + Sync + 'static,
    Rows: IntoMatrix,
{
    fn into_target_matrix(self) -> TargetMatrix {
        TargetMatrix::new(move || Target::of(&self().into_matrix()))
    }
}

// With `nightly`, signals are closures and the impl above covers them.
#[cfg(not(feature = "nightly"))]
macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<Rows: IntoMatrix + Clone + Send + Sync + 'static> IntoTargetMatrix for $signal<Rows> {
            fn into_target_matrix(self) -> TargetMatrix {
                TargetMatrix::new(move || Target::of(&self.get().into_matrix()))
            }
        }
    )*};
}

#[cfg(not(feature = "nightly"))]
signals!(Signal, RwSignal, ReadSignal, Memo);

from_signals!(Spectrum => TargetSpectrum);
