//! [`ShowCost`]: what the rank costs, in the readout and the value text, and as a break-even line on the plot.

use std::fmt::Display;
use std::sync::Arc;

use leptos::prelude::*;

use super::{ExplorerContext, Part, PartSlots};
use crate::numeric::decimal::fixed;
use crate::plot::frame::FRAME;
use crate::plot::markup::Markup;
use crate::plot::notation::grouped;
use crate::ranks::cost::RankCost;
use crate::spectrum::Spectrum;
use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::text::labels::{Label, Quantity, Translator};
use crate::ui::explorer::text::numbers::percent;
use crate::ui::reactive::{from_signals, text};

/// What `cost` accepts: a [`RankCost`], a `Result` of one, or a closure or signal of either; for one that depends on the
/// spectrum, [`ShowCost::of`].
///
/// The readout gains parameters, bytes and the share of W's parameters, the slider's value text gains the parameters, and a line
/// marks the break-even rank, at which B and A have as many parameters as W.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, RankCost, ShowCost};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let copies = RwSignal::new(32);
///     view! {
///         <LoRaRankExplorer cost=ShowCost::of(RankCost::of) />
///         <LoRaRankExplorer cost=move || RankCost::new(4096, 4096).and_then(|cost| cost.with_copies(copies.get())) />
///         <LoRaRankExplorer cost=RankCost::new(4096, 4096).and_then(|cost| cost.with_copies(32)) />
///     }
/// }
/// ```
pub struct ShowCost(pub(in crate::ui::explorer) Part);

type Of = Arc<dyn Fn(&Spectrum) -> Result<RankCost, String> + Send + Sync>;

impl ShowCost {
    /// The cost that `cost` gives for the current spectrum: `ShowCost::of(RankCost::of)` has its shape and 2 bytes for each value.
    pub fn of<Cost: IntoCost>(cost: impl Fn(&Spectrum) -> Cost + Send + Sync + 'static) -> Self {
        Self::new(Arc::new(move |spectrum| cost(spectrum).into_cost()))
    }

    fn new(of: Of) -> Self {
        Self(Box::new(move |context, slots| install(of, context, slots)))
    }
}

/// A [`RankCost`], or what is wrong with it.
#[diagnostic::on_unimplemented(
    message = "expected a `RankCost` or a `Result` of one, found `{Self}`",
    label = "this prop takes a `RankCost`",
    note = "docs/compiler-messages.md says what to write instead"
)]
pub trait IntoCost: sealed::Sealed {
    /// The cost, or the text of the error.
    fn into_cost(self) -> Result<RankCost, String>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for crate::ranks::cost::RankCost {}
    impl<Problem> Sealed for Result<crate::ranks::cost::RankCost, Problem> {}
}

impl IntoCost for RankCost {
    fn into_cost(self) -> Result<RankCost, String> {
        Ok(self)
    }
}

impl<Problem: Display> IntoCost for Result<RankCost, Problem> {
    fn into_cost(self) -> Result<RankCost, String> {
        self.map_err(|problem| problem.to_string())
    }
}

impl From<RankCost> for ShowCost {
    fn from(cost: RankCost) -> Self {
        Self::new(Arc::new(move |_| Ok(cost)))
    }
}

impl<Problem: Display> From<Result<RankCost, Problem>> for ShowCost {
    fn from(cost: Result<RankCost, Problem>) -> Self {
        let cost = cost.into_cost();
        Self::new(Arc::new(move |_| cost.clone()))
    }
}

impl<Read, Cost> From<Read> for ShowCost
where
    RankCost: ReadCost<Read, Output = Cost>,
    Cost: IntoCost,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        Self::new(Arc::new(move |_| RankCost::read_cost(&read).into_cost()))
    }
}

from_signals!([] RankCost => ShowCost);
from_signals!([Problem: Display + Clone + Send + Sync + 'static] Result<RankCost, Problem> => ShowCost);

/// As [`ReadFrom`](crate::ui::read_from::ReadFrom); its message names [`ShowCost::of`].
#[diagnostic::on_unimplemented(
    message = "expected `{Self}`, or a closure without arguments that returns it, found `{Read}`",
    label = "this prop takes `{Self}`",
    note = "for a function of the spectrum write `cost=ShowCost::of(RankCost::of)`; docs/compiler-messages.md has other cases"
)]
pub trait ReadCost<Read> {
    /// What the closure returns.
    type Output;

    /// Calls the closure.
    fn read_cost(read: &Read) -> Self::Output;
}

impl<Value, Output, Read: Fn() -> Output> ReadCost<Read> for Value {
    type Output = Output;

    fn read_cost(read: &Read) -> Output {
        read()
    }
}

// Never applies, and serves the message: see `ReadFrom`.
impl<Value, Read> ReadCost<Read> for Value
where
    [Read; 0]: Fn(),
{
    type Output = ();

    fn read_cost(_: &Read) {}
}

fn install(of: Of, context: &ExplorerContext, slots: &mut PartSlots) {
    let (target, displayed, chosen) = (context.target, context.displayed_rank, context.rank.current());
    // `None` if there is no spectrum to show.
    let cost = Memo::new(move |_| target.with(|target| target.blank.is_none().then(|| of(&target.spectrum))));
    slots.add_overlay({
        let translator = context.translator.clone();
        move |model, markup| {
            cost.with(|cost| cost.iter().flatten().for_each(|cost| line(cost, model, &translator, markup)));
        }
    });
    slots.add_value_text({
        let translator = context.translator.clone();
        move || {
            let chosen = chosen.get();
            cost.with(|cost| match cost {
                Some(Ok(cost)) => {
                    let parameters = count(&translator, cost.parameters(chosen));
                    translator.translate(
                        Label::CostValueText { parameters: &parameters },
                        format!(", {parameters} parameters"),
                    )
                }
                _ => String::new(),
            })
        }
    });

    let value = {
        let translator = context.translator.clone();
        move |print: fn(&Translator, &RankCost, usize) -> String| {
            let translator = translator.clone();
            text(move || {
                let displayed = displayed.get();
                cost.with(|cost| match cost {
                    Some(Ok(cost)) => print(&translator, cost, displayed),
                    _ => "–".to_owned(),
                })
            })
        }
    };
    let name = context.namer();
    slots.add_view(view! {
        <dl data-part="readout">
            <div>
                <dt>{name(|| Label::Parameters, "parameters")}</dt>
                <dd data-part="parameters">{value(|translator, cost, r| count(translator, cost.parameters(r)))}</dd>
            </div>
            <div>
                <dt>{name(|| Label::Size, "size")}</dt>
                <dd data-part="bytes">{value(|translator, cost, r| bytes(translator, cost.bytes(r)))}</dd>
            </div>
            <div>
                <dt>{name(|| Label::ShareOfWeights, "of W’s parameters")}</dt>
                <dd data-part="share">{value(|translator, cost, r| share(translator, cost.share(r)))}</dd>
            </div>
        </dl>
    });
    let problem = move || cost.with(|cost| cost.as_ref()?.as_ref().err().cloned());
    slots.add_problem(context, "cost", problem, |reason| Label::InvalidCost { reason });
}

/// The break-even line, if it lies on the axis.
fn line(cost: &RankCost, model: &CurveModel, translator: &Translator, markup: &mut Markup) {
    let rank = cost.break_even();
    let axis = &model.plot.ranks;
    if !(axis.first() as f64..=axis.last() as f64).contains(&rank) {
        return;
    }
    let place = model.plot.ranks.to_frame(rank);
    let x = percent(place);
    let name = translator.translate(Label::BreakEven, "break-even".to_owned());
    let (dx, anchor) = if place < FRAME / 2.0 { (".5em", "start") } else { ("-.5em", "end") };
    markup.raw(r#"<line data-part="break-even" x1=""#).text(&x).raw(r#"" x2=""#).text(&x);
    markup.raw(r#"" y2="100%" stroke="currentColor"/><text data-part="break-even-label" x=""#).text(&x);
    markup.raw(r#"" dx=""#).raw(dx).raw(r#"" dy="1em" text-anchor=""#).raw(anchor);
    markup.raw(r#"" fill="currentColor">"#).text(&name).raw("</text>");
}

fn count(translator: &Translator, number: u64) -> String {
    translator.format(Quantity::Count(number), grouped(number))
}

fn bytes(translator: &Translator, number: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let (mut amount, mut unit) = (number as f64, "B");
    for larger in UNITS {
        // An amount that would be printed as 1024.0 becomes 1.0 of the next unit.
        if amount < 1023.95 {
            break;
        }
        (amount, unit) = (amount / 1024.0, larger);
    }
    let usual = if unit == "B" { format!("{number} B") } else { fixed(amount, 1) + " " + unit };
    translator.format(Quantity::Bytes(number), usual)
}

/// A share in percent, which may exceed 100: one decimal, or three below 1%.
fn share(translator: &Translator, share: f64) -> String {
    let decimals = if share >= 0.01 || share == 0.0 { 1 } else { 3 };
    translator.format(Quantity::ShareOfWeights(share), fixed(share * 100.0, decimals) + "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_scaled() {
        let english = Translator::default();
        assert_eq!((count(&english, 4_194_304), count(&english, 7)), ("4,194,304".to_owned(), "7".to_owned()));
        assert_eq!((bytes(&english, 8 << 20), bytes(&english, 96)), ("8.0 MiB".to_owned(), "96 B".to_owned()));
        assert_eq!(
            (bytes(&english, (1 << 20) - 1), bytes(&english, u64::MAX)),
            ("1.0 MiB".to_owned(), "16.0 EiB".to_owned())
        );
        assert_eq!((share(&english, 0.007_812_5), share(&english, 2.0)), ("0.781%".to_owned(), "200.0%".to_owned()));
    }
}
