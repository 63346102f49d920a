//! [`ShowNoiseFloor`]: the residual that noise alone would leave, as a line on the plot and in the readout.

use std::sync::Arc;

use leptos::prelude::*;

use super::{ExplorerContext, Part, PartSlots};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::RoundingFloor;
use crate::plot::frame::FRAME;
use crate::plot::markup::Markup;
use crate::spectrum::curve::Metric;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::{Label, Translator};
use crate::ui::explorer::text::numbers::{either, percent};
use crate::ui::reactive::{from_signals, text};
use crate::ui::read_from::ReadFrom;

/// The size of the noise in W, such as that of rounding to the dtype in which it is stored: where the residual falls below it, a
/// higher rank keeps mostly noise. Each norm may be unknown.
///
/// With the feature `checkpoint` it is made from a `RoundingFloor`.
///
/// ```
/// use lora_rank_explorer::NoiseFloor;
///
/// // 64 × 64 entries with independent noise of standard deviation 0.01 each: σ·√(m·n), and about σ·(√m + √n).
/// let floor = NoiseFloor::new().frobenius(0.01 * 64.0).spectral(0.01 * 16.0).named("sensor noise");
/// # let _ = floor;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NoiseFloor {
    name: Option<String>,
    frobenius: Option<f64>,
    spectral: Option<f64>,
}

impl NoiseFloor {
    /// A floor of which no norm is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// ‖N‖_F of the noise N, in W's units, finite and at least 0.
    pub fn frobenius(self, norm: f64) -> Self {
        Self { frobenius: Some(norm), ..self }
    }

    /// ‖N‖₂ of the noise N, its largest singular value, in W's units, finite and at least 0.
    pub fn spectral(self, norm: f64) -> Self {
        Self { spectral: Some(norm), ..self }
    }

    /// Replaces the name, which is else `noise floor`.
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// The norm that the metric asks for, if it is known and a norm.
    fn norm(&self, metric: Metric) -> Option<f64> {
        let norm = match metric {
            Metric::Frobenius => self.frobenius,
            Metric::Spectral => self.spectral,
        };
        norm.filter(|norm| is_norm(*norm))
    }

    fn problem(&self) -> Option<String> {
        let norms = [("Frobenius", self.frobenius), ("spectral", self.spectral)];
        let (name, norm) =
            norms.into_iter().find_map(|(name, norm)| Some((name, norm.filter(|norm| !is_norm(*norm))?)))?;
        Some(format!("the {name} norm of the noise is {norm}, and must be finite and at least 0"))
    }
}

fn is_norm(norm: f64) -> bool {
    (0.0..f64::INFINITY).contains(&norm)
}

#[cfg(feature = "checkpoint")]
impl From<&RoundingFloor> for NoiseFloor {
    fn from(floor: &RoundingFloor) -> Self {
        Self::new().frobenius(floor.frobenius_norm()).spectral(floor.value()).named("rounding floor")
    }
}

/// What `noise_floor` accepts: a [`NoiseFloor`], an `Option` of one, or a closure or signal of either.
///
/// A dashed line is drawn where the residual would be if noise alone were left; nothing where the norm of the metric is not known, or
/// lies beyond the axis. The readout says the value, or `–`.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, NoiseFloor};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let noise = RwSignal::new(0.5);
///     view! {
///         <LoRaRankExplorer noise_floor=NoiseFloor::new().frobenius(0.5) />
///         <LoRaRankExplorer noise_floor=move || NoiseFloor::new().frobenius(noise.get()).named("measured twice") />
///     }
/// }
/// ```
pub struct ShowNoiseFloor(pub(in crate::ui::explorer) Part);

type Read = Arc<dyn Fn() -> Option<NoiseFloor> + Send + Sync>;

impl ShowNoiseFloor {
    fn new(read: impl Fn() -> Option<NoiseFloor> + Send + Sync + 'static) -> Self {
        let read: Read = Arc::new(read);
        Self(Box::new(move |context, slots| install(read, context, slots)))
    }
}

impl From<NoiseFloor> for ShowNoiseFloor {
    fn from(floor: NoiseFloor) -> Self {
        Some(floor).into()
    }
}

impl From<Option<NoiseFloor>> for ShowNoiseFloor {
    fn from(floor: Option<NoiseFloor>) -> Self {
        Self::new(move || floor.clone())
    }
}

impl<Closure, Returned> From<Closure> for ShowNoiseFloor
where
    NoiseFloor: ReadFrom<Closure, Output = Returned>,
    Returned: Into<Option<NoiseFloor>>,
    Closure: Send + Sync + 'static,
{
    fn from(read: Closure) -> Self {
        Self::new(move || NoiseFloor::read_from(&read).into())
    }
}

from_signals!([] NoiseFloor => ShowNoiseFloor);
from_signals!([] Option<NoiseFloor> => ShowNoiseFloor);

fn install(read: Read, context: &ExplorerContext, slots: &mut PartSlots) {
    let floor = Memo::new(move |_| read());
    let (model, translator) = (context.model, context.translator.clone());
    slots.add_overlay({
        let translator = translator.clone();
        move |model, markup| floor.with(|floor| floor.iter().for_each(|it| line(it, model, &translator, markup)))
    });
    let title = text({
        let translator = translator.clone();
        move || floor.with(|floor| floor.as_ref().map_or_else(String::new, |floor| name(floor, &translator)))
    });
    let value = text(move || {
        let norm = |model: &CurveModel| floor.with(|floor| floor.as_ref()?.norm(model.curve.metric()));
        model.with(|model| {
            // A share of a norm that is not there is not known.
            let norm = norm(model).filter(|_| model.blank.is_none());
            let range = model.curve.residual_range(0);
            // A share of a norm that is a range is a range, too, which the larger norm begins.
            let print = |of: f64| {
                let measured = (model.units.measure)(model, norm?, of)?;
                Some((model.units.print)(&translator, measured))
            };
            let ends = print(*range.end()).zip(print(*range.start()));
            ends.map_or_else(|| "–".to_owned(), |(low, high)| either(&translator, low, high))
        })
    });
    slots.add_view(view! {
        <dl data-part="readout" hidden=move || floor.with(Option::is_none)>
            <div>
                <dt>{title}</dt>
                <dd data-part="noise-floor-value">{value}</dd>
            </div>
        </dl>
    });
    let problem = move || floor.with(|floor| floor.as_ref()?.problem());
    slots.add_problem(context, "noise_floor", problem, |reason| Label::InvalidNoiseFloor { reason });
}

fn name(floor: &NoiseFloor, translator: &Translator) -> String {
    let english = || translator.translate(Label::NoiseFloor, "noise floor".to_owned());
    floor.name.clone().unwrap_or_else(english)
}

/// The line with its name, if it lies on the axis.
fn line(floor: &NoiseFloor, model: &CurveModel, translator: &Translator, markup: &mut Markup) {
    let axis = &model.plot.residuals;
    let norm = floor.norm(model.curve.metric()).filter(|norm| *norm > 0.0);
    let Some(measured) = norm.and_then(|norm| (model.units.measure)(model, norm, model.curve.residual(0))) else {
        return;
    };
    let place = axis.to_frame(measured);
    if !(0.0..=FRAME).contains(&place) || axis.gap().is_some_and(|gap| place >= gap) {
        return;
    }
    let y = percent(place);
    markup.raw(r#"<line data-part="noise-floor" x2="100%" y1=""#).text(&y).raw(r#"" y2=""#).text(&y);
    markup.raw(r#"" stroke="currentColor" stroke-dasharray="6 4"/>"#);
    // Below the line where there is no room above it.
    let dy = if place < FRAME / 8.0 { "1.2em" } else { "-.4em" };
    // On the left, where the curve is high.
    markup.raw(r#"<text data-part="noise-floor-label" dx=".5em" y=""#).text(&y).raw(r#"" dy=""#).raw(dy);
    markup.raw(r#"" fill="currentColor">"#).text(&name(floor, translator)).raw("</text>");
}
