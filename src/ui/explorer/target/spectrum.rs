//! [`TargetSpectrum`]: what the prop `spectrum` takes.

use std::fmt::Display;
use std::sync::Arc;

#[cfg(not(feature = "nightly"))]
use leptos::prelude::*;

use super::{FAILED, LOADING, Problem, Source, Target};
use crate::spectrum::Spectrum;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::read_from::ReadFrom;

/// What `spectrum` accepts: a [`Spectrum`], also a borrowed one, which is cloned; an `Option` or a `Result` of one, or both; and a
/// signal, memo, resource or closure of any of them.
///
/// On a page that a server renders, Leptos wants a `Resource` to be read in a `<Transition>` or `<Suspense>`, whose children run too early
/// for that unless they are a closure: `<Transition>{move || view! { <LoRaRankExplorer spectrum=resource /> }}</Transition>`. A
/// `LocalResource` needs neither.
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
                let translate = move |translator: &Translator, english| {
                    translator.translate(Label::InvalidSpectrum { reason: &reason }, english)
                };
                Target::blank(before, &FAILED, Some(Problem { english, translate: Arc::new(translate) }))
            }
        }))
    }
}

impl<Prop> From<Prop> for TargetSpectrum
where
    Spectrum: TargetFrom<Prop>,
{
    fn from(prop: Prop) -> Self {
        Spectrum::target_from(prop)
    }
}

/// A target made from `Prop`. `Self` is [`Spectrum`] and only serves the message, as in [`ReadFrom`].
#[diagnostic::on_unimplemented(
    message = "expected a `Spectrum`, or an `Option` or a `Result` of one, found `{Prop}`",
    label = "this prop takes a `Spectrum`",
    note = "docs/compiler-messages.md says what to write instead"
)]
pub trait TargetFrom<Prop> {
    /// The target, read again after each change of what it depends on.
    fn target_from(prop: Prop) -> TargetSpectrum;
}

macro_rules! plain_spectra {
    ($([$($parameter:tt)*] $spectrum:ty;)*) => {$(
        impl<$($parameter)*> TargetFrom<$spectrum> for Spectrum {
            fn target_from(spectrum: $spectrum) -> TargetSpectrum {
                let spectrum = spectrum.into_spectrum();
                TargetSpectrum::new(move || spectrum.clone())
            }
        }
    )*};
}

plain_spectra! {
    [] Spectrum;
    [Error: Display] Result<Spectrum, Error>;
    [Later: IntoSpectrum] Option<Later>;
}

impl TargetFrom<&Spectrum> for Spectrum {
    fn target_from(spectrum: &Spectrum) -> TargetSpectrum {
        spectrum.clone().into()
    }
}

impl<Read, Later> TargetFrom<Read> for Spectrum
where
    Spectrum: ReadFrom<Read, Output = Later>,
    Later: IntoSpectrum,
    Read: Send + Sync + 'static,
{
    fn target_from(read: Read) -> TargetSpectrum {
        TargetSpectrum::new(move || Spectrum::read_from(&read).into_spectrum())
    }
}

/// From what has a method `get` that is tracked.
#[cfg(not(feature = "nightly"))]
macro_rules! from_readable {
    ($($readable:ident),*) => {$(
        impl<Later: IntoSpectrum + Clone + Send + Sync + 'static> TargetFrom<$readable<Later>> for Spectrum {
            fn target_from(readable: $readable<Later>) -> TargetSpectrum {
                TargetSpectrum::new(move || readable.get().into_spectrum())
            }
        }
    )*};
}

// With `nightly`, these are closures.
#[cfg(not(feature = "nightly"))]
from_readable!(Signal, RwSignal, ReadSignal, Memo, Resource, LocalResource);
