//! What the props `target_matrix` and `spectrum` become: a [`Source`], which reads a [`Target`].

pub(super) mod matrix;
pub(super) mod spectrum;

use std::sync::Arc;

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;

use super::parts::{ExplorerContext, PartSlots};
use crate::spectrum::Spectrum;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::reactive::{effect, is_empty, text};

/// The target, read again after each change, and the part that says what is wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub target: Memo<Target>,
    /// A field, so that pages whose target is always there do not contain its code.
    pub part: Option<fn(&ExplorerContext, &mut PartSlots)>,
}

type Read = Box<dyn Fn(Option<&Target>) -> Target + Send + Sync>;

impl Source {
    /// Boxes `read`, since Leptos compiles another copy of `Memo` for each closure type. `read` gets the target before.
    fn new(read: impl Fn(Option<&Target>) -> Target + Send + Sync + 'static) -> Self {
        Self { part: Some(show_note), ..Self::without_problems(read) }
    }

    fn without_problems(read: impl Fn(Option<&Target>) -> Target + Send + Sync + 'static) -> Self {
        let read: Read = Box::new(read);
        Self { target: Memo::new(read), part: None }
    }
}

impl Default for Source {
    fn default() -> Self {
        Self::without_problems(|_| Target::valid(Spectrum::of_default_matrix()))
    }
}

/// The spectrum to show, and what to say about it.
#[derive(Clone, PartialEq)]
pub(crate) struct Target {
    /// Not shown if the target is blank: then it is the one before, or a placeholder, and only keeps rank and curve in place.
    pub spectrum: Spectrum,
    pub problem: Option<Problem>,
    pub blank: Option<&'static Blank>,
}

impl Target {
    pub(super) fn valid(spectrum: Spectrum) -> Self {
        Self { spectrum, problem: None, blank: None }
    }

    fn blank(before: Option<&Self>, blank: &'static Blank, problem: Option<Problem>) -> Self {
        // The smallest one has one rank, so the slider has nothing to choose.
        let spectrum = before.map_or_else(Spectrum::one_zero, |before| before.spectrum.clone());
        Self { spectrum, problem, blank: Some(blank) }
    }

    /// The problem as a sentence with a trailing space; empty if there is none.
    pub fn note(&self, translator: &Translator) -> String {
        let translated = |problem: &Problem| (problem.translate)(translator, problem.english.clone()) + " ";
        self.problem.as_ref().map_or_else(String::new, translated)
    }
}

/// What is wrong with a target, as an English sentence and as the function that translates it: made where the problem is found, so that
/// only pages that can have it contain the messages.
#[derive(Clone)]
pub(crate) struct Problem {
    english: String,
    translate: Translate,
}

/// Translates an English sentence.
type Translate = Arc<dyn Fn(&Translator, String) -> String + Send + Sync>;

impl PartialEq for Problem {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

/// What stands in the empty frame of a target that cannot be shown.
pub(crate) struct Blank {
    label: Label<'static>,
    english: &'static str,
    /// Whether it will be there later.
    pub is_busy: bool,
}

impl Blank {
    pub fn text(&self, translator: &Translator) -> String {
        translator.translate(self.label, self.english.to_owned())
    }
}

impl PartialEq for Blank {
    fn eq(&self, other: &Self) -> bool {
        self.is_busy == other.is_busy
    }
}

static LOADING: Blank = Blank { label: Label::Loading, english: "Loading…", is_busy: true };

static FAILED: Blank = Blank { label: Label::NoSpectrum, english: "No spectrum", is_busy: false };

/// Shows the note above the plot, and warns on the console.
fn show_note(context: &ExplorerContext, slots: &mut PartSlots) {
    let (target, translator) = (context.target, context.translator.clone());
    let note = text(move || target.with(|target| target.note(&translator)));
    effect(move || {
        if target.with(|target| target.problem.is_some()) {
            console_warn(&format!("<LoRaRankExplorer>: {}", note.get()));
        }
    });
    slots.note = Some(view! { <p data-part="note" hidden=is_empty(note)>{note}</p> }.into_any());
}
