//! The optional parts of the explorer: what they see of it, and where they hook in.
//!
//! A page pays only for the parts that it uses: the component holds each part as a boxed function that the part's own constructor
//! creates, so a part that is never constructed is not in the page's code.

pub(crate) mod axes;
pub(crate) mod comparison;
pub(crate) mod cost;
pub(crate) mod markers;
mod marks;
pub(crate) mod noise_floor;
pub(crate) mod numbers;
pub(crate) mod observations;
pub(crate) mod pointing;
mod rows;
pub(crate) mod targets;
pub(crate) mod terms;
pub(crate) mod trade_off;

use std::sync::Arc;

use leptos::leptos_dom::logging::console_warn;
use leptos::prelude::*;

use marks::RankMarks;

use super::chart::inputs::Overlay;
use super::model::CurveModel;
use super::target::Target;
use crate::plot::markup::Markup;
use crate::ui::element_ref::ElementRef;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::reactive::{Text, effect, is_empty, text};
use crate::ui::slider::commit::OnCommit;
use crate::ui::slider::controlled::Controlled;
use crate::ui::slider::scale::SliderScale;

/// Fills an explorer's slots.
pub(crate) type Part = Box<dyn FnOnce(&ExplorerContext, &mut PartSlots)>;

/// What is decided first: the curve. Parts that decide it also fill slots.
pub(crate) struct DecidedCurve {
    pub model: Memo<CurveModel>,
    /// The smallest rank on the axis.
    pub min_rank: Signal<usize>,
    /// How ranks are spaced along the slider.
    pub scale: SliderScale,
    pub part: Option<Part>,
}

/// What is decided next: the displayed rank, which may be a preview.
pub(crate) struct DecidedRank {
    pub displayed: Memo<usize>,
    pub part: Option<Part>,
}

/// What a part sees of the explorer once curve and rank are decided.
#[derive(Clone)]
pub(crate) struct ExplorerContext {
    pub target: Memo<Target>,
    pub model: Memo<CurveModel>,
    pub displayed_rank: Memo<usize>,
    pub rank: Controlled,
    pub on_rank_commit: OnCommit,
    pub residual_name: Signal<String>,
    pub translator: Translator,
    /// The plot's element, once it exists.
    pub plot: ElementRef,
}

impl ExplorerContext {
    /// A function that translates a label, given its English text.
    pub fn namer(&self) -> impl Fn(fn() -> Label<'static>, &'static str) -> Signal<String> + use<> {
        let translator = self.translator.clone();
        move |label, english| {
            let translator = translator.clone();
            text(move || translator.translate(label(), english.to_owned()))
        }
    }

    /// The person chooses `rank` in one step: requests it, then commits.
    pub fn choose(&self, rank: usize) {
        self.rank.request(rank);
        self.commit();
    }

    /// The person has settled on the current rank.
    pub fn commit(&self) {
        if let Some(rank) = self.rank.current().try_get_untracked() {
            self.on_rank_commit.run(rank);
        }
    }
}

/// Warns of `problem` with the prop `prop` on the console, each time that it changes.
fn warn(prop: &'static str, problem: impl Fn() -> Option<String> + 'static) {
    let mut said = None;
    effect(move || {
        let problem = problem();
        if problem != said {
            said = problem;
            said.iter().for_each(|problem| console_warn(&format!("<LoRaRankExplorer>: {prop}: {problem}")));
        }
    });
}

/// What the parts add to the explorer.
#[derive(Default)]
pub(crate) struct PartSlots {
    /// An element above the plot.
    pub note: Option<AnyView>,
    /// Elements below the readout.
    pub view: Option<AnyView>,
    /// Markup in the plot area, below the curve.
    pub overlays: Vec<Overlay>,
    /// Additions to the slider's value text, each starting with a comma.
    pub value_text: Option<Text>,
    /// The ranks that parts mark on the curve.
    pub marks: Option<RankMarks>,
}

impl PartSlots {
    /// Adds elements after the existing ones.
    pub fn add_view(&mut self, view: impl IntoView) {
        self.view = Some((self.view.take(), view.into_view()).into_any());
    }

    /// If something is wrong with the prop `prop`, shows a note, and a console warning in English.
    fn add_problem(
        &mut self,
        context: &ExplorerContext,
        prop: &'static str,
        problem: impl Fn() -> Option<String> + Send + Sync + 'static,
        label: fn(&str) -> Label<'_>,
    ) {
        let problem = Memo::new(move |_| problem());
        warn(prop, move || problem.get());
        let translator = context.translator.clone();
        let note = text(move || {
            problem.get().map_or_else(String::new, |reason| translator.translate(label(&reason), reason.clone()))
        });
        self.add_view(view! { <p data-part="problem" hidden=is_empty(note)>{note}</p> });
    }

    /// Adds a text, which starts with a comma.
    pub fn add_value_text(&mut self, more: impl Fn() -> String + Send + Sync + 'static) {
        self.value_text = Some(match self.value_text.take() {
            Some(first) => Arc::new(move || first() + &more()),
            None => Arc::new(more),
        });
    }

    /// Adds markup on top of the existing markup.
    pub fn add_overlay(&mut self, overlay: impl Fn(&CurveModel, &mut Markup) + Send + Sync + 'static) {
        self.overlays.push(Arc::new(overlay));
    }
}
