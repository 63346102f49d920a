//! [`Words`]: what the explorer says at a rank.

use leptos::prelude::*;

use super::format;
use super::labels::{Label, Labels, Reading};
use super::parts::Text;
use super::picture::Picture;
use super::target::Target;
use crate::Metric;
use crate::erased::text;

#[derive(Clone)]
pub(super) struct Words {
    pub target: Memo<Target>,
    pub picture: Memo<Picture>,
    pub metric: Signal<Metric>,
    pub labels: Labels,
    /// What optional parts add to the value text.
    pub more: Option<Text>,
}

impl Words {
    /// What `say` makes of the reading at `rank`, kept up to date.
    pub fn text(&self, rank: Memo<usize>, say: fn(&Labels, &Reading) -> String) -> Signal<String> {
        let words = self.clone();
        text(move || words.say(rank.get(), say))
    }

    fn say(&self, rank: usize, say: fn(&Labels, &Reading) -> String) -> String {
        let labels = &self.labels;
        let (size, note) = self
            .target
            .with(|target| (format!("{}×{}", target.spectrum.rows(), target.spectrum.cols()), target.note(labels)));
        let (residual_name, residual, captured_energy, known) = self.picture.with(|picture| {
            (
                picture.residual_name(),
                picture.residual(labels, rank),
                format::percentages(labels, picture.curve.captured_energy_range(rank)),
                picture.extent(labels),
            )
        });
        let metric = metric_name(labels, self.metric.get());
        let more = self.more.as_ref().map_or_else(String::new, |more| more());
        say(
            labels,
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

fn metric_name(labels: &Labels, metric: Metric) -> String {
    labels.say(Label::Metric(metric)).unwrap_or_else(|| metric.name().to_owned())
}

pub(super) fn residual_name(labels: &Labels, picture: &Picture) -> String {
    let metric = picture.curve.metric();
    labels.say(Label::Residual(metric)).unwrap_or_else(|| [metric.name(), " ", picture.residual_name()].concat())
}

pub(super) fn residual(_: &Labels, now: &Reading) -> String {
    now.residual.to_owned()
}

pub(super) fn captured_energy(_: &Labels, now: &Reading) -> String {
    now.captured_energy.to_owned()
}

pub(super) fn caption(labels: &Labels, now: &Reading) -> String {
    let english = || format!("{} · {} · r={}", now.size, now.metric, now.rank);
    labels.say(Label::Caption(now)).unwrap_or_else(english)
}

pub(super) fn value_text(labels: &Labels, now: &Reading) -> String {
    let Reading { rank, residual_name, residual, captured_energy, more, .. } = *now;
    let english = || format!("rank {rank}, {residual_name} {residual}, {captured_energy} of energy{more}");
    labels.say(Label::ValueText(now)).unwrap_or_else(english)
}

pub(super) fn announcement(labels: &Labels, now: &Reading) -> String {
    let Reading { size, metric, rank, residual_name, residual, note, known, .. } = *now;
    labels.say(Label::Announcement(now)).unwrap_or_else(|| {
        let are_known = if known.is_empty() { "" } else { " singular values known" };
        format!(
            "{note}LoRA reconstruction curve. Target is {size}{known}{are_known}. {metric} {residual_name} at r={rank}: {residual}."
        )
    })
}
