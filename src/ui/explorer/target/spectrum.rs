//! [`TargetSpectrum`]: what the prop `spectrum` takes.

use std::fmt::Display;

use leptos::prelude::*;

use super::{FAILED, LOADING, Problem, Reason, Source, Target};
use crate::spectrum::Spectrum;
use crate::ui::read_from::ReadFrom;

/// What `spectrum` accepts: a [`Spectrum`], an `Option` or a `Result` of one, or both, and a signal, memo, resource or closure of any
/// of them.
///
/// While it is `None`, the explorer shows an empty frame of the same height with `Loading…` and is `aria-busy`. Focus and the
/// rank that the person chose stay, and the curve moves from the spectrum before to the next one. For an error, the frame stays
/// empty and a note has its text.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Spectrum};
///
/// #[component]
/// fn Page(spectrum: Spectrum, load: fn() -> Option<Spectrum>) -> impl IntoView {
///     let other = RwSignal::new(None);
///     let fetched = LocalResource::new(|| async { Spectrum::new(2, 2, vec![4.0, 3.0]) });
///     view! {
///         <LoRaRankExplorer spectrum />
///         <LoRaRankExplorer spectrum=other />
///         <LoRaRankExplorer spectrum=move || other.get().or_else(load) />
///         <LoRaRankExplorer spectrum=fetched />
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct TargetSpectrum(pub(in crate::ui::explorer) Source);

/// A [`Spectrum`], or one that is not there yet or could not be had.
#[diagnostic::on_unimplemented(
    message = "expected a `Spectrum`, or an `Option` or a `Result` of one, found `{Self}`",
    label = "this prop takes a `Spectrum`",
    note = "docs/compiler-messages.md says what to write instead"
)]
pub trait IntoSpectrum: sealed::Sealed {
    /// The spectrum; `None` if it is not there yet; or the text of what went wrong.
    fn into_spectrum(self) -> Option<Result<Spectrum, String>>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::spectrum::Spectrum {}
    impl<Problem> Sealed for Result<crate::spectrum::Spectrum, Problem> {}
    impl<Later: Sealed> Sealed for Option<Later> {}
}

impl IntoSpectrum for Spectrum {
    fn into_spectrum(self) -> Option<Result<Spectrum, String>> {
        Some(Ok(self))
    }
}

impl<Error: Display> IntoSpectrum for Result<Spectrum, Error> {
    fn into_spectrum(self) -> Option<Result<Spectrum, String>> {
        Some(self.map_err(|error| error.to_string()))
    }
}

impl<Later: IntoSpectrum> IntoSpectrum for Option<Later> {
    fn into_spectrum(self) -> Option<Result<Spectrum, String>> {
        self?.into_spectrum()
    }
}

// Everything for spectra is created here, so that pages without one do not contain that code.
impl TargetSpectrum {
    fn new(read: impl Fn() -> Option<Result<Spectrum, String>> + Send + Sync + 'static) -> Self {
        Self(Source::new(move |before| match read() {
            Some(Ok(spectrum)) => Target::valid(spectrum),
            None => Target::blank(before, &LOADING, None),
            Some(Err(reason)) => {
                let english = format!("The spectrum cannot be shown: {reason}.");
                Target::blank(before, &FAILED, Some(Problem { reason: Reason::Spectrum(reason), english }))
            }
        }))
    }
}

macro_rules! plain_spectra {
    ($([$($parameter:tt)*] $spectrum:ty;)*) => {$(
        impl<$($parameter)*> From<$spectrum> for TargetSpectrum {
            fn from(spectrum: $spectrum) -> Self {
                let spectrum = spectrum.into_spectrum();
                Self::new(move || spectrum.clone())
            }
        }
    )*};
}

plain_spectra! {
    [] Spectrum;
    [Error: Display] Result<Spectrum, Error>;
    [Later: IntoSpectrum] Option<Later>;
}

impl<Read, Later> From<Read> for TargetSpectrum
where
    Spectrum: ReadFrom<Read, Output = Later>,
    Later: IntoSpectrum,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        Self::new(move || Spectrum::read_from(&read).into_spectrum())
    }
}

/// From what has a method `get` that is tracked.
macro_rules! from_readable {
    ($($readable:ident),*) => {$(
        impl<Later: IntoSpectrum + Clone + Send + Sync + 'static> From<$readable<Later>> for TargetSpectrum {
            fn from(readable: $readable<Later>) -> Self {
                Self::new(move || readable.get().into_spectrum())
            }
        }
    )*};
}

// With `nightly`, these are closures.
#[cfg(not(feature = "nightly"))]
from_readable!(Signal, RwSignal, ReadSignal, Memo, Resource, LocalResource);
