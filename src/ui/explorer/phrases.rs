//! [`Phrases`]: the explorer's texts about a rank.

use std::sync::Arc;

use leptos::prelude::*;

use super::model::CurveModel;
use super::target::Target;
use crate::spectrum::curve::Metric;
use crate::ui::explorer::text::labels::{Label, Reading, Translator};
use crate::ui::reactive::{Text, text};

pub(super) struct Phrases {
    pub target: Memo<Target>,
    pub model: Memo<CurveModel>,
    /// The rank that the person has chosen.
    pub chosen: Memo<usize>,
    pub translator: Translator,
    /// What the optional parts add to the value text.
    pub more: Option<Text>,
}

impl Phrases {
    /// What `print` makes of the curve at `rank`, tracked.
    pub fn number(
        self: &Arc<Self>,
        rank: Memo<usize>,
        print: fn(&CurveModel, &Translator, usize) -> String,
    ) -> Signal<String> {
        let phrases = Arc::clone(self);
        text(move || {
            let r = rank.get();
            phrases.model.with(|model| print(model, &phrases.translator, r))
        })
    }

    /// The text that `say` makes of the reading at `rank`, tracked; what is in the empty frame while the target cannot be shown.
    pub fn sentence(self: &Arc<Self>, rank: Memo<usize>, say: fn(&Translator, &Reading) -> String) -> Signal<String> {
        let phrases = Arc::clone(self);
        text(move || phrases.blank().unwrap_or_else(|| phrases.say(rank.get(), say)))
    }

    /// What is announced: also what is wrong.
    pub fn summary(self: &Arc<Self>, rank: Memo<usize>) -> Signal<String> {
        let phrases = Arc::clone(self);
        text(move || match phrases.blank() {
            Some(blank) => phrases.target.with(|target| target.note(&phrases.translator)) + &blank,
            None => phrases.say(rank.get(), announcement),
        })
    }

    fn blank(&self) -> Option<String> {
        self.model.with(|model| Some(model.blank?.text(&self.translator)))
    }

    fn say(&self, rank: usize, say: fn(&Translator, &Reading) -> String) -> String {
        let translator = &self.translator;
        let (size, note) = self
            .target
            .with(|target| (format!("{}×{}", target.spectrum.rows(), target.spectrum.cols()), target.note(translator)));
        let (metric, is_zero, residual_name, residual, captured_energy, known) = self.model.with(|model| {
            (
                metric_name(translator, model.curve.metric()),
                model.curve.captured_energy_range(rank).is_none(),
                model.units.name,
                model.residual(translator, rank),
                model.captured_energy(translator, rank),
                model.extent(translator),
            )
        });
        let more = self.more.as_ref().map_or_else(String::new, |more| more());
        say(
            translator,
            &Reading {
                rank,
                is_preview: rank != self.chosen.get(),
                is_zero,
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

fn metric_name(translator: &Translator, metric: Metric) -> String {
    translator.translate(Label::Metric(metric), metric.name().to_owned())
}

pub(super) fn residual_name(translator: &Translator, model: &CurveModel) -> String {
    let (metric, name) = (model.curve.metric(), model.units.name);
    translator.translate(Label::Residual { metric, name }, [metric.name(), " ", name].concat())
}

pub(super) fn caption(translator: &Translator, now: &Reading) -> String {
    let Reading { size, metric, rank, is_preview, is_zero, .. } = *now;
    let preview = if is_preview { " · preview" } else { "" };
    let zero = if is_zero { " · W is zero: no energy to capture" } else { "" };
    translator.translate(Label::Caption(now), format!("{size} · {metric} · r={rank}{preview}{zero}"))
}

pub(super) fn value_text(translator: &Translator, now: &Reading) -> String {
    let Reading { rank, is_zero, residual_name, residual, captured_energy, more, .. } = *now;
    let (share, of) = if is_zero { ("W is zero", "") } else { (captured_energy, " of energy") };
    let english = format!("rank {rank}, {residual_name} {residual}, {share}{of}{more}");
    translator.translate(Label::ValueText(now), english)
}

/// What is announced when only the rank has changed.
pub(super) fn short_announcement(translator: &Translator, now: &Reading) -> String {
    translator.translate(Label::RankAnnouncement(now), residual_at_rank(now))
}

fn residual_at_rank(now: &Reading) -> String {
    let Reading { metric, rank, residual_name, residual, .. } = *now;
    format!("{metric} {residual_name} at r={rank}: {residual}.")
}

fn announcement(translator: &Translator, now: &Reading) -> String {
    let Reading { size, note, known, .. } = *now;
    let are_known = if known.is_empty() { "" } else { " singular values known" };
    let english =
        format!("{note}LoRA reconstruction curve. Target is {size}{known}{are_known}. {}", residual_at_rank(now));
    translator.translate(Label::Announcement(now), english)
}
