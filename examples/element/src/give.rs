//! The props beside the target, one method for each: what `js/values.js` calls. Those that can fail return what is wrong.

use std::time::Duration;

use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Comparison, CubicBezier, RankMarker, RankRule, RankRuleError, RankScale, RankSuggestion, RankTarget,
    ResidualScale, ResidualView, Spring, Transition, Tween, UnknownMetric,
};
use wasm_bindgen::prelude::*;

use crate::Explorer;
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
    ) -> Option<String> {
        let spectrum = match spectrum(rows, cols, values, norm) {
            Ok(spectrum) => spectrum,
            Err(problem) => return Some(problem),
        };
        self.set(|options| options.compare = options.compare.take().map(|all| all.with(name, spectrum)));
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
    fn set(&self, change: impl FnOnce(&mut Options)) {
        self.state.options.update_value(change);
        self.state.changed.notify();
    }
}

/// The rule of this name in JSON; `None` if there is none.
fn named_rule(name: &str, first: f64, second: f64) -> Option<Result<RankRule, RankRuleError>> {
    Some(match name {
        "energy_at_least" => RankRule::energy_at_least(first),
        "energy_above" => RankRule::energy_above(first),
        "energy_rounded_up" => RankRule::energy_rounded_up(first),
        "frobenius_retained" => RankRule::frobenius_retained(first),
        "frobenius_retained_plus_one" => RankRule::frobenius_retained_plus_one(first),
        "nuclear_share" => RankRule::nuclear_share(first),
        "nuclear_share_plus_one" => RankRule::nuclear_share_plus_one(first),
        "nuclear_share_floor" => RankRule::nuclear_share_floor(first),
        "sigma_ratio" => RankRule::sigma_ratio(first),
        "sigma_ratio_plus_one" => RankRule::sigma_ratio_plus_one(first),
        "sigma_relative" => RankRule::sigma_relative(first),
        "sigma_above" => RankRule::sigma_above(first),
        "sigma_above_up_to" => RankRule::sigma_above_up_to(first, second as usize),
        "sigma_knee" => RankRule::sigma_knee(first),
        "relative_residual" => RankRule::relative_residual(first),
        "residual_of_base" => RankRule::residual_of_base(first, second),
        "at_most_bytes" => RankRule::at_most_bytes(first as u64, second as u64),
        _ => return None,
    })
}

fn named_suggestion(name: &str) -> Option<RankSuggestion> {
    Some(match name {
        "knee" => RankSuggestion::Knee,
        "largest_gap" => RankSuggestion::LargestGap,
        "numerical_rank" => RankSuggestion::NumericalRank,
        "stable_rank" => RankSuggestion::StableRank,
        "effective_rank" => RankSuggestion::EffectiveRank,
        "energy_effective_rank" => RankSuggestion::EnergyEffectiveRank,
        "noise_threshold" => RankSuggestion::NoiseThreshold,
        _ => return None,
    })
}
