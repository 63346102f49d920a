//! [`Comparison`]: other spectra over the explorer's axes.

use std::sync::Arc;

use leptos::prelude::*;

use super::axes::{Drawn, Other, ReadAxes, decide, draw, tell};
use super::{DecidedCurve, ExplorerContext, PartSlots};
use crate::plot::axes::Axes;
use crate::plot::markup::Markup;
use crate::spectrum::Spectrum;
use crate::spectrum::curve::Metric;
use crate::ui::explorer::target::Target;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{from_signals, text};
use crate::ui::read_from::ReadFrom;

/// Up to six named spectra to show beside the explorer's own, and a name for its own.
///
/// ```
/// use lora_rank_explorer::{Comparison, Spectrum};
///
/// let v_proj = Spectrum::new(2, 2, vec![5.0, 2.0])?;
/// let compare = Comparison::of("q_proj").with("v_proj", v_proj);
/// # let _ = compare;
/// # Ok::<(), lora_rank_explorer::SpectrumError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    own: String,
    others: Vec<(String, Spectrum)>,
}

impl Comparison {
    /// The largest number of spectra beside the explorer's own: more cannot be told apart.
    pub const MOST: usize = 6;

    /// An empty comparison, in which the explorer's own spectrum is named `own`.
    pub fn of(own: impl Into<String>) -> Self {
        Self { own: own.into(), others: Vec::new() }
    }

    /// Adds a spectrum. The seventh and later ones are left out, and the component says so.
    pub fn with(mut self, name: impl Into<String>, spectrum: Spectrum) -> Self {
        self.others.push((name.into(), spectrum));
        self
    }

    fn problem(&self) -> Option<String> {
        let left_out: Vec<&str> = self.others.iter().skip(Self::MOST).map(|(name, _)| name.as_str()).collect();
        (!left_out.is_empty())
            .then(|| format!("at most {} spectra can be compared; left out: {}", Self::MOST, left_out.join(", ")))
    }
}

/// What `compare` accepts: a [`Comparison`], or a signal, memo or closure of one. The curves are drawn over the explorer's axes.
/// Unless `axes` says otherwise, residuals are relative to each spectrum's own norm. A legend lists the names with their
/// residuals at the displayed rank.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{Comparison, LoRaRankExplorer, Spectrum};
///
/// #[component]
/// fn Lesson(q_proj: Spectrum, k_proj: Spectrum, v_proj: Spectrum) -> impl IntoView {
///     let compare = Comparison::of("q_proj").with("k_proj", k_proj).with("v_proj", v_proj);
///     view! { <LoRaRankExplorer spectrum=q_proj compare /> }
/// }
/// ```
#[derive(Default)]
pub struct ComparedSpectra(pub(in crate::ui::explorer) Option<Decide>);

/// Decides the curve.
type Decide = Box<dyn FnOnce(Option<ReadAxes>, Memo<Target>, Signal<Metric>) -> DecidedCurve>;

impl From<Comparison> for ComparedSpectra {
    fn from(comparison: Comparison) -> Self {
        (move || comparison.clone()).into()
    }
}

impl<Read, Returned> From<Read> for ComparedSpectra
where
    Comparison: ReadFrom<Read, Output = Returned>,
    Returned: Into<Comparison>,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        let read: Arc<dyn Fn() -> Comparison + Send + Sync> = Arc::new(move || Comparison::read_from(&read).into());
        Self(Some(Box::new(move |axes, target, metric| {
            let compared = Memo::new(move |_| read());
            let axes = move || axes.as_ref().map_or_else(Axes::new, |axes| axes());
            let draw = move |target: &_| {
                compared.with(|compared| {
                    let others = &compared.others[..compared.others.len().min(Comparison::MOST)];
                    draw(target, metric.get(), &axes(), others)
                })
            };
            decide(target, Box::new(draw), move |drawn, context, slots| {
                tell(drawn, context, slots);
                install(compared, drawn, context, slots);
            })
        })))
    }
}

from_signals!([] Comparison => ComparedSpectra);

/// The dash patterns, which tell the curves apart without colours.
const DASHES: [&str; Comparison::MOST] = ["8 4", "2 3", "12 3 2 3", "4 2", "14 3 2 3 2 3", "1 5"];

/// The letters of the curves in the plot and in the legend.
const LETTERS: [&str; Comparison::MOST] = ["a", "b", "c", "d", "e", "f"];

fn install(compared: Memo<Comparison>, drawn: Memo<Drawn>, context: &ExplorerContext, slots: &mut PartSlots) {
    slots.add_overlay(move |_, markup| drawn.with(|drawn| curves(&drawn.others, markup)));
    let (displayed, translator) = (context.displayed_rank, context.translator.clone());
    let legend = text(move || {
        let rank = displayed.get();
        compared.with(|compared| drawn.with(|drawn| legend(&compared.own, drawn, rank, &translator))).into_string()
    });
    let name = context.namer()(|| Label::Compared, "Compared spectra");
    slots.add_view(view! { <ul data-part="legend" aria-label=name inner_html=legend></ul> });
    let problem = move || compared.with(Comparison::problem);
    slots.add_problem(context, "compare", problem, |reason| Label::InvalidComparison { reason });
}

/// The curves with their letters, each at another x so that the letters do not overlap.
fn curves(others: &[Other], markup: &mut Markup) {
    let mut letters = Markup::default();
    markup.raw(r#"<svg overflow="visible" viewBox="0 0 1000 1000" preserveAspectRatio="none">"#);
    for (i, other) in others.iter().enumerate() {
        compared_path(LETTERS[i], &other.line.path(), DASHES[i], markup);
        // All that is known of it may lie before the first rank of the axis.
        let Some(&(last, _)) = other.line.vertices().last() else { continue };
        let x = last * (i + 1) as f64 / (others.len() + 2) as f64;
        letters.raw(r#"<text data-part="compared-letter" data-letter=""#).raw(LETTERS[i]);
        letters.raw(r#"" x=""#).text(&percent(x)).raw(r#"" y=""#).text(&percent(other.line.at(x)));
        letters.raw(r#"" dy="-.5em" text-anchor="middle">"#).raw(LETTERS[i]).raw("</text>");
    }
    markup.raw(r#"</svg><g fill="currentColor">"#).append(&letters).raw("</g>");
}

/// The items of the legend, with the residuals at `rank`.
fn legend(own: &str, drawn: &Drawn, rank: usize, translator: &Translator) -> Markup {
    let model = &drawn.model;
    let mut items = Markup::default();
    item("", "", own, &model.residual(translator, rank), &mut items);
    for (i, other) in drawn.others.iter().enumerate() {
        let Other { name, model, .. } = other;
        // Beyond the known singular values of `other`, its residual is unknown.
        let is_known = rank <= model.curve.max_rank() || model.curve.max_rank() == model.max_rank;
        let residual = if is_known { model.residual(translator, rank) } else { "–".to_owned() };
        item(LETTERS[i], DASHES[i], name, &residual, &mut items);
    }
    items
}

fn item(letter: &'static str, dash: &'static str, name: &str, residual: &str, items: &mut Markup) {
    items.raw(r#"<li><svg width="44" height="12" aria-hidden="true">"#);
    compared_path(letter, "M0 6H44", dash, items);
    items.raw(r#"</svg> <b data-part="legend-letter" data-letter=""#).raw(letter).raw(r#"">"#).raw(letter);
    items.raw("</b> <span>").text(name).raw("</span> <b>").text(residual).raw("</b></li>");
}

fn compared_path(letter: &'static str, path: &str, dash: &'static str, markup: &mut Markup) {
    markup.raw(r#"<path data-part="compared" data-letter=""#).raw(letter).raw(r#"" d=""#).text(path);
    markup.raw(r#"" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray=""#).raw(dash);
    markup.raw(r#"" vector-effect="non-scaling-stroke"/>"#);
}
