//! A field in which the person types the rank.

use leptos::ev::Targeted;
use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

use crate::ui::explorer::model::CurveModel;
use crate::ui::explorer::parts::{ExplorerContext, PartSlots};
use crate::ui::explorer::text::labels::Label;
use crate::ui::reactive::{initial, is_empty, text};

pub(super) fn install(context: &ExplorerContext, slots: &mut PartSlots) {
    let (chosen, model, name) = (context.rank.current(), context.model, context.namer());
    let ends = |model: &CurveModel| (model.plot.ranks.first(), model.plot.ranks.last());
    let (min, max) = (move || model.with(ends).0, move || model.with(ends).1);
    // The field keeps what was typed. Notifying this after every entry shows the current rank again even if it did not change.
    let entered = ArcTrigger::new();
    // Counts the ranks and targets that there were.
    let current = Memo::new(move |before: Option<&u64>| {
        chosen.track();
        model.track();
        before.map_or(0, |before| before + 1)
    });
    let refused = RwSignal::new(None);
    // A message is about the rank and the target that were current when it appeared.
    let problem = Memo::new(move |_| {
        let current = current.get();
        refused.get().filter(|(_, of)| *of == current).map(|(ends, _): ((usize, usize), u64)| ends)
    });
    let enter = {
        let (context, entered) = (context.clone(), entered.clone());
        move |event: Targeted<Event, HtmlInputElement>| {
            let Some((first, last)) = model.try_with_untracked(ends) else { return };
            // Nobody knows yet which ranks there will be: the field goes back, and nothing is wrong.
            if model.with_untracked(|model| model.blank.is_some()) {
                return entered.notify();
            }
            let rank = event.target().value().trim().parse().ok().filter(|rank| (first..=last).contains(rank));
            refused.set(rank.is_none().then(|| ((first, last), current.get_untracked())));
            if let Some(rank) = rank {
                context.choose(rank);
            }
            if refused.try_get_untracked().is_some() {
                entered.notify();
            }
        }
    };
    let step = |less: bool| {
        let context = context.clone();
        move |_| {
            let Some(rank) = chosen.try_get_untracked() else { return };
            refused.set(None);
            let next = model.with_untracked(|model| {
                let axis = &model.plot.ranks;
                if less { axis.below(rank) } else { axis.above(rank) }
            });
            if next != rank {
                context.choose(next);
            }
        }
    };
    // Not `disabled`: that would take the focus away from a keyboard user who steps to the end.
    let at_end = |is_there: bool| is_there.then_some("true");
    let (is_first, is_last) = (move || at_end(chosen.get() <= min()), move || at_end(chosen.get() >= max()));
    let [start] = initial(move || [chosen.get().to_string()]);
    let value = text(move || {
        entered.track();
        chosen.get().to_string()
    });
    let translator = context.translator.clone();
    let message = text(move || {
        problem.get().map_or_else(String::new, |(first, last)| {
            translator
                .translate(Label::NotARank { first, last }, format!("A rank is a whole number from {first} to {last}."))
        })
    });
    slots.add_view(view! {
        <div data-part="number-input">
            <button
                type="button"
                aria-label=name(|| Label::OneLess, "One rank lower")
                aria-disabled=is_first
                on:click=step(true)
            >
                "−"
            </button>
            <label>
                <span>{name(|| Label::ExactRank, "Exact rank")}</span>
                <input
                    type="number"
                    min=text(move || min().to_string())
                    max=text(move || max().to_string())
                    step="1"
                    value=start
                    prop:value=value
                    aria-invalid=move || problem.get().map(|_| "true")
                    // A reference to the message would need an id.
                    aria-description=move || problem.get().map(|_| message.get())
                    on:change:target=enter
                />
            </label>
            <button
                type="button"
                aria-label=name(|| Label::OneMore, "One rank higher")
                aria-disabled=is_last
                on:click=step(false)
            >
                "+"
            </button>
            <p data-part="problem" role="status" hidden=is_empty(message)>{message}</p>
        </div>
    });
}
