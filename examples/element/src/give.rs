//! The props beside the target, one method for each: what `js/give.js` calls. Those that can fail return what is wrong.

use std::time::Duration;

use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Comparison, CubicBezier, Observations, ObservationsError, RankMarker, RankScale, RankTarget, ResidualScale,
    ResidualView, Spring, Term, Transition, Tween, UnknownMetric,
};
use wasm_bindgen::prelude::*;

use crate::Explorer;
use crate::names::{named_rule, named_suggestion};
use crate::options::{AxesOption, CostOption, Options};
use crate::target::spectrum;

#[wasm_bindgen]
impl Explorer {
    /// The host's rank; `undefined` to leave it to the person.
    pub fn give_r(&self, rank: Option<usize>) {
        self.state.control(rank);
    }

    pub fn give_metric(&self, name: Option<String>) -> Option<String> {
        let metric = name.map_or_else(|| Ok(Default::default()), |name| name.parse());
        let problem = metric.as_ref().err().map(UnknownMetric::to_string);
        self.set(|options| options.metric = metric.unwrap_or_default());
        problem
    }

    /// One of the springs, `instant`, or nothing for the default.
    pub fn give_transition(&self, name: Option<String>) -> Option<String> {
        let (transition, problem) = match name.as_deref() {
            None | Some("snap") => (Spring::SNAP.into(), None),
            Some("smooth") => (Spring::SMOOTH.into(), None),
            Some("instant") => (Transition::Instant, None),
            Some(other) => (Spring::SNAP.into(), Some(format!("`{other}` is none of `snap`, `smooth` and `instant`"))),
        };
        self.set(|options| options.transition = transition);
        problem
    }

    pub fn give_spring(&self, stiffness: f64, damping: f64, mass: f64) -> Option<String> {
        match Spring::new(stiffness, damping, mass) {
            Ok(spring) => self.set(|options| options.transition = spring.into()),
            Err(problem) => return Some(problem.to_string()),
        }
        None
    }

    /// `duration` in seconds, `easing` as the four numbers of `cubic-bezier`.
    pub fn give_tween(&self, duration: f64, easing: &[f64]) -> Option<String> {
        let Ok(duration) = Duration::try_from_secs_f64(duration) else {
            return Some("duration is not a time in seconds".to_owned());
        };
        let &[x1, y1, x2, y2] = easing else { return Some("easing is not four numbers".to_owned()) };
        match CubicBezier::new(x1, y1, x2, y2) {
            Ok(easing) => self.set(|options| options.transition = Tween::new(duration, easing).into()),
            Err(problem) => return Some(problem.to_string()),
        }
        None
    }

    /// Begins the list of targets; or there is none.
    pub fn give_targets(&self, are_given: bool) {
        self.set(|options| options.targets = are_given.then(Vec::new));
    }

    /// Adds the rule of this name, with its number, or both its numbers.
    pub fn add_target(&self, name: Option<String>, rule: &str, first: f64, second: f64) -> Option<String> {
        match named_rule(rule, first, second) {
            None => Some(format!("`{rule}` is not a rule")),
            Some(Err(problem)) => Some(problem.to_string()),
            Some(Ok(rule)) => {
                let target = RankTarget::from(rule);
                let target = match name {
                    Some(name) => target.named(name),
                    None => target,
                };
                self.set(|options| options.targets.get_or_insert_default().push(target));
                None
            }
        }
    }

    /// Begins the list of markers; or there is none.
    pub fn give_markers(&self, are_given: bool) {
        self.set(|options| options.markers = are_given.then(Vec::new));
    }

    pub fn add_suggestion(&self, name: Option<String>, suggestion: &str) -> Option<String> {
        let Some(suggestion) = named_suggestion(suggestion) else {
            return Some(format!("`{suggestion}` is not a suggestion"));
        };
        let marker = RankMarker::from(suggestion);
        let marker = match name {
            Some(name) => marker.named(name),
            None => marker,
        };
        self.set(|options| options.markers.get_or_insert_default().push(marker));
        None
    }

    pub fn add_rank(&self, name: String, rank: usize) {
        self.set(|options| options.markers.get_or_insert_default().push(RankMarker::at(name, rank)));
    }

    pub fn give_no_axes(&self) {
        self.set(|options| options.axes = None);
    }

    /// A ladder with no rung is not one; `base` is the norm of `of_base`.
    pub fn give_axes(
        &self,
        rank_scale: &str,
        ladder: Option<Vec<u32>>,
        max_rank: Option<usize>,
        residual_view: &str,
        base: f64,
        residual_scale: &str,
    ) -> Option<String> {
        let scale = match (ladder, rank_scale) {
            (Some(rungs), _) => RankScale::ladder(rungs.into_iter().map(|rung| rung as usize).collect::<Vec<_>>()),
            (None, "" | "linear") => RankScale::Linear,
            (None, "log2") => RankScale::Log2,
            (None, other) => return Some(format!("`{other}` is none of `linear`, `log2` and a ladder")),
        };
        let axes = Axes::new().rank_scale(scale.clone()).residual_scale(match residual_scale {
            "" | "linear" => ResidualScale::Linear,
            "log" => ResidualScale::Log,
            other => return Some(format!("`{other}` is neither `linear` nor `log`")),
        });
        let axes = match residual_view {
            "" => axes,
            "absolute" => axes.residual_view(ResidualView::Absolute),
            "relative" => axes.residual_view(ResidualView::Relative),
            "percent" => axes.residual_view(ResidualView::Percent),
            "of_base" => axes.residual_view(ResidualView::OfBase(base)),
            other => return Some(format!("`{other}` is none of `absolute`, `relative`, `percent` and a base norm")),
        };
        let axes = match max_rank {
            Some(last) => axes.max_rank(last),
            None => axes,
        };
        self.set(|options| options.axes = Some(AxesOption { axes, scale, max_rank }));
        None
    }

    pub fn give_no_cost(&self) {
        self.set(|options| options.cost = None);
    }

    /// Whole numbers; what is wrong with them, the explorer says.
    pub fn give_cost(&self, rows: Option<f64>, cols: Option<f64>, bytes_per_value: f64, copies: f64) {
        self.set(|options| options.cost = Some(CostOption { rows, cols, bytes_per_value, copies }));
    }

    /// Begins a comparison in which the explorer's own spectrum has this name; or there is none.
    pub fn give_compare(&self, own: Option<String>) {
        self.set(|options| options.compare = own.map(Comparison::of));
    }

    pub fn add_compared(
        &self,
        name: String,
        rows: usize,
        cols: usize,
        values: Vec<f64>,
        norm: Option<f64>,
        rounding: Option<f64>,
    ) -> Option<String> {
        let spectrum = match spectrum(rows, cols, values, norm, rounding) {
            Ok(spectrum) => spectrum,
            Err(problem) => return Some(problem),
        };
        self.set(|options| options.compare = options.compare.take().map(|all| all.with(name, spectrum)));
        None
    }

    /// The scores at these ranks, and what was measured; or there are none.
    pub fn give_observations(&self, name: Option<String>, ranks: Vec<u32>, scores: Vec<f64>) -> Option<String> {
        let points = ranks.into_iter().map(|rank| rank as usize).zip(scores);
        self.set_observations(name.map(|name| Observations::new(name, points)))
    }

    /// The scores as `rank,score` lines.
    pub fn give_observations_csv(&self, text: &str) -> Option<String> {
        self.set_observations(Some(Observations::from_csv(text)))
    }

    /// Begins the list of terms; or there is none.
    pub fn give_terms(&self, are_given: bool) {
        self.set(|options| options.terms = are_given.then(Vec::new));
    }

    pub fn add_term(&self, name: &str) -> Option<String> {
        let term = match name {
            "residual" => Term::Residual,
            "captured_energy" => Term::CapturedEnergy,
            suggestion => match named_suggestion(suggestion) {
                Some(suggestion) => Term::Suggestion(suggestion),
                None => return Some(format!("`{name}` is neither `residual` nor `captured_energy` nor a suggestion")),
            },
        };
        self.set(|options| options.terms.get_or_insert_default().push(term));
        None
    }

    pub fn give_heading(&self, text: Option<String>) {
        self.set(|options| options.heading = text);
    }

    pub fn give_pointing(&self, is_on: bool) {
        self.set(|options| options.pointing = is_on);
    }

    pub fn give_sentence(&self, is_on: bool) {
        self.set(|options| options.sentence = is_on);
    }

    /// Whether the host has texts for labels.
    pub fn give_labels(&self, are_given: bool) {
        self.set(|options| options.labels = are_given);
    }

    pub fn give_numbers(&self, input: bool, table: bool) {
        self.set(|options| (options.input, options.table) = (input, table));
    }
}

impl Explorer {
    fn set_observations(&self, given: Option<Result<Observations, ObservationsError>>) -> Option<String> {
        let problem = given.as_ref().and_then(|given| Some(given.as_ref().err()?.to_string()));
        self.set(|options| options.observations = given.and_then(Result::ok));
        problem
    }

    fn set(&self, change: impl FnOnce(&mut Options)) {
        self.state.options.update_value(change);
        self.state.changed.notify();
    }
}
