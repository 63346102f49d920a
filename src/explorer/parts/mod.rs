//! The optional parts of the explorer: what they see of it, and where they hook in.
//!
//! A page pays for the parts that it uses alone: the component holds each as a boxed function that the part's own constructor
//! made, so what is never constructed is not in the page's code.

mod axes;
mod pointing;
mod rows;
mod targets;

pub(super) use axes::Detail;
pub use axes::ExplorerAxes;
pub use pointing::Pointing;
pub use targets::{RankTarget, RankTargets};

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::labels::Labels;
use super::picture::Picture;
use super::target::Target;
use crate::slider::Controlled;
use crate::{OnCommit, SliderScale};

/// Adds a part to an explorer that is being made.
pub(crate) type Part = Box<dyn FnOnce(&mut Scene, &mut Extras)>;

/// What a part sees of the explorer.
#[derive(Clone)]
pub(crate) struct Scene {
    pub target: Memo<Target>,
    pub picture: Memo<Picture>,
    /// The rank on display, which may be a preview.
    pub shown: Memo<usize>,
    pub rank: Controlled,
    pub on_rank_commit: OnCommit,
    pub labels: Labels,
}

impl Scene {
    /// The person chooses `rank` by one act.
    pub fn choose(&self, rank: usize) {
        self.rank.request(rank);
        self.commit();
    }

    /// The person has settled on the rank as it now stands.
    pub fn commit(&self) {
        if let Some(rank) = self.rank.shown().try_get_untracked() {
            self.on_rank_commit.run(rank);
        }
    }
}

/// A text that is made anew whenever what it reads changes.
pub(crate) type Text = Arc<dyn Fn() -> String + Send + Sync>;

/// Brings something to life in the plot, for as long as the component lives.
pub(crate) type OnPlot = Arc<dyn Fn(&Element) + Send + Sync>;

/// Markup for the plot, tracked while it is made.
pub(crate) type Overlay = Arc<dyn Fn(&Picture) -> String + Send + Sync>;

/// What the parts add to the explorer.
#[derive(Default)]
pub(crate) struct Extras {
    /// Elements below the readout.
    pub view: Option<AnyView>,
    /// Drawn into the plot area, below the curve.
    pub overlay: Option<Overlay>,
    /// Added to the slider's value text, each with a comma before it.
    pub value_text: Option<Text>,
    /// How ranks are spread over the slider.
    pub scale: SliderScale,
    /// Runs in the browser once the plot is there.
    pub on_plot: Option<OnPlot>,
}

impl Extras {
    /// Adds elements after those that are there.
    pub fn add_view(&mut self, view: impl IntoView) {
        self.view = Some((self.view.take(), view.into_view()).into_any());
    }

    /// Adds markup on top of what is there.
    pub fn add_overlay(&mut self, overlay: impl Fn(&Picture) -> String + Send + Sync + 'static) {
        self.overlay = Some(match self.overlay.take() {
            Some(below) => Arc::new(move |picture| below(picture) + &overlay(picture)),
            None => Arc::new(overlay),
        });
    }
}
