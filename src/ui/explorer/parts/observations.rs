//! [`ObservedScores`]: measured quality over the curve, on an axis of its own, so that people see where the residual stops telling it.

use std::sync::Arc;

use leptos::prelude::*;

use super::{ExplorerContext, Part, PartSlots};
use crate::numeric::decimal::push_fixed;
use crate::plot::frame::FRAME;
use crate::plot::markup::Markup;
use crate::plot::notation::score;
use crate::plot::score_axis::ScoreAxis;
use crate::ranks::observations::{Observations, ObservationsError};
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::{Label, Quantity, Translator};
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{from_signals, text};
use crate::ui::read_from::ReadFrom;

/// What `observations` accepts: [`Observations`], a `Result` of them, or a closure or signal of either.
///
/// Each score is a square over its rank, on an axis at the right that has the name of what was measured; the means of the ranks are
/// joined. The readout and the slider's value text say the mean at the rank, or that nothing was measured there.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Observations};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let csv = RwSignal::new("rank,accuracy\n1,0.31\n4,0.47\n".to_owned());
///     view! {
///         <LoRaRankExplorer observations=Observations::new("accuracy", [(1, 0.31), (4, 0.47)]) />
///         <LoRaRankExplorer observations=move || Observations::from_csv(&csv.read()) />
///     }
/// }
/// ```
pub struct ObservedScores(pub(in crate::ui::explorer) Part);

type Observed = Result<Observations, ObservationsError>;

/// [`Observations`], or what is wrong with them.
#[diagnostic::on_unimplemented(
    message = "expected `Observations` or a `Result` of them, found `{Self}`",
    label = "this prop takes `Observations`",
    note = "docs/compiler-messages.md says what to write instead"
)]
pub trait IntoObservations: sealed::Sealed {
    /// The observations, or the error.
    fn into_observations(self) -> Result<Observations, ObservationsError>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::ranks::observations::Observations {}
    impl Sealed for Result<crate::ranks::observations::Observations, crate::ranks::observations::ObservationsError> {}
}

impl IntoObservations for Observations {
    fn into_observations(self) -> Observed {
        Ok(self)
    }
}

impl IntoObservations for Observed {
    fn into_observations(self) -> Observed {
        self
    }
}

impl ObservedScores {
    fn new(read: impl Fn() -> Observed + Send + Sync + 'static) -> Self {
        let read: Arc<dyn Fn() -> Observed + Send + Sync> = Arc::new(read);
        Self(Box::new(move |context, slots| install(read, context, slots)))
    }
}

impl From<Observations> for ObservedScores {
    fn from(observations: Observations) -> Self {
        Ok(observations).into()
    }
}

impl From<Observed> for ObservedScores {
    fn from(observations: Observed) -> Self {
        Self::new(move || observations.clone())
    }
}

impl<Read, Returned> From<Read> for ObservedScores
where
    Observations: ReadFrom<Read, Output = Returned>,
    Returned: IntoObservations,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        Self::new(move || Observations::read_from(&read).into_observations())
    }
}

from_signals!([] Observations => ObservedScores);
from_signals!([] Observed => ObservedScores);

fn install(read: Arc<dyn Fn() -> Observed + Send + Sync>, context: &ExplorerContext, slots: &mut PartSlots) {
    let observed = Memo::new(move |_| read());
    let (displayed, chosen, model) = (context.displayed_rank, context.rank.current(), context.model);
    slots.add_overlay({
        let translator = context.translator.clone();
        move |model, markup| {
            observed.with(|observed| observed.iter().for_each(|it| draw(it, model, &translator, markup)))
        }
    });
    let at = {
        let translator = context.translator.clone();
        // While the target is not there yet, no rank is the one that will be shown.
        move |rank: usize| {
            let is_there = model.with(|model| model.blank.is_none());
            observed.with(|observed| mean(observed.as_ref().ok().filter(|_| is_there)?, rank, &translator))
        }
    };
    let name = text(move || observed.with(|it| it.as_ref().map_or_else(|_| String::new(), |it| it.name().to_owned())));
    slots.add_value_text({
        let at = at.clone();
        move || at(chosen.get()).map_or_else(String::new, |score| format!(", {} {score}", name.get()))
    });
    let value = text(move || at(displayed.get()).unwrap_or_else(|| "–".to_owned()));
    slots.add_view(view! {
        <dl data-part="readout" hidden=move || observed.with(Result::is_err)>
            <div>
                <dt>{name}</dt>
                <dd data-part="observed-score">{value}</dd>
            </div>
        </dl>
    });
    let problem = move || {
        observed.with(|observed| match observed {
            Ok(observed) => model.with(|model| beyond(observed, model)),
            Err(error) => Some(error.to_string()),
        })
    };
    slots.add_problem(context, "observations", problem, |reason| Label::InvalidObservations { reason });
}

/// The mean at `rank` as text, or that there is none.
fn mean(observed: &Observations, rank: usize, translator: &Translator) -> Option<String> {
    Some(match observed.mean(rank) {
        Some(mean) => translator.format(Quantity::Score(mean), score(mean)),
        None => translator.translate(Label::NotMeasured, "not measured".to_owned()),
    })
}

/// Which ranks have scores that the axis has no room for.
fn beyond(observed: &Observations, model: &CurveModel) -> Option<String> {
    let axis = &model.plot.ranks;
    let mut ranks: Vec<usize> =
        observed.points().iter().map(|point| point.0).filter(|rank| !axis.contains(*rank)).collect();
    ranks.dedup();
    let list = ranks.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let (first, last) = (axis.first(), axis.last());
    (model.blank.is_none() && !ranks.is_empty())
        .then(|| format!("ranks {list} are not drawn: the axis goes from {first} to {last}"))
}

/// The scores, the line that joins their means, and their axis at the right. Its labels stand within the plot, where the curve is
/// low.
fn draw(observed: &Observations, model: &CurveModel, translator: &Translator, markup: &mut Markup) {
    let ranks = &model.plot.ranks;
    let axis = ScoreAxis::of(observed.points().iter().map(|point| point.1));
    let (mut line, mut points, mut last) = (String::new(), Markup::default(), None);
    for &(rank, score) in observed.points().iter().filter(|point| ranks.contains(point.0)) {
        let x = ranks.to_frame(rank as f64);
        points.raw(r#"<svg x=""#).text(&percent(x)).raw(r#"" y=""#).text(&percent(axis.to_frame(score)));
        points.raw(r#"" overflow="visible"><path d="M-4-4H4V4H-4Z"/></svg>"#);
        if last != Some(rank) {
            last = Some(rank);
            line.push(if line.is_empty() { 'M' } else { 'L' });
            push_fixed(&mut line, x, 1);
            line.push(' ');
            push_fixed(&mut line, axis.to_frame(observed.mean(rank).unwrap_or(score)), 1);
        }
    }
    markup
        .raw(r#"<g data-part="observed"><svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none">"#);
    markup.raw(r#"<path data-part="observed-line" d=""#).text(&line);
    markup.raw(r#"" fill="none" stroke="currentColor" vector-effect="non-scaling-stroke"/></svg>"#).append(&points);
    markup.raw(r#"<g text-anchor="end" fill="currentColor"><text x="100%" dy="-1.5em" data-part="axis-label">"#);
    markup.text(observed.name()).raw("</text>");
    for (&tick, label) in axis.ticks.iter().zip(axis.labels()) {
        let y = axis.to_frame(tick);
        // The lowest label would stand on the axis of ranks, or on the end of the curve.
        let dy = if y < FRAME { "1em" } else { "-1em" };
        markup.raw(r#"<text x="100%" dx="-.4em" y=""#).text(&percent(y)).raw(r#"" dy=""#).raw(dy).raw(r#"">"#);
        markup.text(&translator.format(Quantity::ScoreTick(tick), label)).raw("</text>");
    }
    markup.raw("</g></g>");
}
