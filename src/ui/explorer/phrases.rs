//! [`Words`]: what the explorer says at a rank.

use std::sync::Arc;

use leptos::prelude::*;

use super::model::Picture;
use super::target::Target;
use super::text::numbers;
use crate::spectrum::curve::Metric;
use crate::ui::explorer::text::labels::{Label, Reading, Wording};
use crate::ui::reactive::{Text, text};

pub(super) struct Words {
    pub target: Memo<Target>,
    pub picture: Memo<Picture>,
    pub metric: Signal<Metric>,
    pub wording: Wording,
    /// What optional parts add to the value text.
    pub more: Option<Text>,
}

impl Words {
    /// What `say` makes of the reading at `rank`, kept up to date.
    pub fn text(self: &Arc<Self>, rank: Memo<usize>, say: fn(&Wording, &Reading) -> String) -> Signal<String> {
        let words = Arc::clone(self);
        text(move || words.say(rank.get(), say))
    }

    fn say(&self, rank: usize, say: fn(&Wording, &Reading) -> String) -> String {
        let wording = &self.wording;
        let (size, note) = self
            .target
            .with(|target| (format!("{}×{}", target.spectrum.rows(), target.spectrum.cols()), target.note(wording)));
        let (residual_name, residual, captured_energy, known) = self.picture.with(|picture| {
            (
                picture.units.name,
                (picture.units.residual)(picture, wording, rank),
                numbers::percentages(wording, picture.curve.captured_energy_range(rank)),
                picture.extent(wording),
            )
        });
        let metric = metric_name(wording, self.metric.get());
        let more = self.more.as_ref().map_or_else(String::new, |more| more());
        say(
            wording,
            &Reading {
                rank,
                size: &size,
                metric: &metric,
                residual_name,
                residual: &residual,
                captured_energy: &captured_energy,
                more: &more,
                note: &note,
                known: &known,
            },
        )
    }
}

fn metric_name(wording: &Wording, metric: Metric) -> String {
    wording.say(Label::Metric(metric), metric.name().to_owned())
}

pub(super) fn residual_name(wording: &Wording, picture: &Picture) -> String {
    let (metric, name) = (picture.curve.metric(), picture.units.name);
    wording.say(Label::Residual { metric, name }, [metric.name(), " ", name].concat())
}

pub(super) fn residual(_: &Wording, now: &Reading) -> String {
    now.residual.to_owned()
}

pub(super) fn captured_energy(_: &Wording, now: &Reading) -> String {
    now.captured_energy.to_owned()
}

pub(super) fn caption(wording: &Wording, now: &Reading) -> String {
    let Reading { size, metric, rank, .. } = *now;
    wording.say(Label::Caption(now), format!("{size} · {metric} · r={rank}"))
}

pub(super) fn value_text(wording: &Wording, now: &Reading) -> String {
    let Reading { rank, residual_name, residual, captured_energy, more, .. } = *now;
    let english = format!("rank {rank}, {residual_name} {residual}, {captured_energy} of energy{more}");
    wording.say(Label::ValueText(now), english)
}

pub(super) fn announcement(wording: &Wording, now: &Reading) -> String {
    let Reading { size, metric, rank, residual_name, residual, note, known, .. } = *now;
    let are_known = if known.is_empty() { "" } else { " singular values known" };
    let english = format!(
        "{note}LoRA reconstruction curve. Target is {size}{known}{are_known}. {metric} {residual_name} at r={rank}: {residual}."
    );
    wording.say(Label::Announcement(now), english)
}
