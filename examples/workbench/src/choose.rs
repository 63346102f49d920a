//! Ranks for the whole file: the file's own, by one rule, or by size.

use leptos::prelude::*;

use crate::format;
use crate::history::{About, History};
use crate::outcome::Outcome;
use crate::plan::{MIB, Plan, RULES, Way};
use crate::save::focus;
use crate::state::Page;

/// The usual choices: a name, and what it sets.
const USUAL: [(&str, &str); 3] = [("Keep 99%", "0.99"), ("Keep 95%", "0.95"), ("Keep 90%", "0.9")];

#[component]
pub fn Choose(page: Page) -> impl IntoView {
    let is_pair = page.is_pair();
    let way = Memo::new(move |_| page.plan.with(|plan| plan.way));
    let file_bytes = move || page.contents.with_untracked(|file| file.as_ref().map_or(0, |file| file.file_bytes));
    let half = move || format!("{:.2}", (file_bytes() as f64 / 2.0 / MIB).max(0.01));
    let set_way = move |event| {
        let chosen = event_target_value(&event);
        page.change(About::Way, |plan| {
            plan.way = Way::ALL.into_iter().find(|way| way.name() == chosen).unwrap_or_default();
            if plan.way == Way::Budget && plan.budget.is_empty() {
                plan.budget = half();
            }
        });
    };
    let keep = move |share: &'static str| {
        page.change(About::Way, |plan| {
            plan.set_rule("peft");
            plan.threshold = share.to_owned();
        });
    };
    let set_size = move |size: String| page.change(About::Budget, |plan| (plan.way, plan.budget) = (Way::Budget, size));
    let set_rule = move |event| page.change(About::Rule, |plan| plan.set_rule(&event_target_value(&event)));
    let reason = move || {
        page.ranks.with(|ranks| ranks.refused.as_ref().map(|refused| refused.reason.clone())).unwrap_or_default()
    };
    let message = move || page.ranks.with(|ranks| ranks.message.clone()).unwrap_or_default();
    let is_wrong = move || page.ranks.with(|ranks| ranks.refused.is_some()).to_string();
    let smallest = Memo::new(move |_| page.ranks.with(|ranks| ranks.refused.as_ref()?.smallest));
    let use_smallest = move |_| {
        if let Some(bytes) = smallest.get_untracked() {
            set_size(format::in_mib(bytes));
            // The focused button disappears.
            focus("budget");
        }
    };
    let by_hand = Memo::new(move |_| page.plan.with(|plan| plan.own.len()));
    let forget_all = move |_| {
        page.change(About::AllLayers, |plan| plan.own.clear());
        focus("undo");
    };
    let radio = move |it: Way, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="way"
                    id=format!("way-{}", it.name())
                    value=it.name()
                    prop:checked=move || way.get() == it
                    on:change=set_way
                />
                {words}
            </label>
        }
    };
    let number = move |id: &'static str, words: &'static str, about: About, text: Text, set: SetText| {
        view! {
            <label>
                {words}
                <input
                    id=id
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby="choose-refused choose-message"
                    aria-invalid=is_wrong
                    prop:value=move || page.plan.with(|plan| text(plan).to_owned())
                    on:input=move |event| page.change(about, |plan| set(plan, event_target_value(&event)))
                />
            </label>
        }
    };
    let step = move |id: &'static str, words: &'static str, can: fn(&History) -> bool, go: Step| {
        let cannot = move || !page.history.with(can);
        view! {
            // Not `disabled`: that would take the focus away at the last step.
            <button id=id aria-disabled=move || cannot().then_some("true") on:click=move |_| page.go(go)>
                {words}
            </button>
        }
    };
    view! {
        <section class="choose" aria-labelledby="choose-title">
            <div>
                <h3 id="choose-title">"Ranks for the whole file"</h3>
                <fieldset>
                    <legend>"Ranks from"</legend>
                    {move || radio(Way::Keep, if is_pair.get() { "all that was computed" } else { "the file as it is" })}
                    {radio(Way::Rule, "one rule for all layers")}
                    {move || is_pair.get().then(|| radio(Way::Floor, "what is above each layer’s rounding floor"))}
                    {radio(Way::Budget, "a file size, spent where it keeps the most energy")}
                </fieldset>
                <div class="usual" role="group" aria-label="Usual choices">
                    {USUAL.map(|(words, share)| view! { <button on:click=move |_| keep(share)>{words}</button> }).collect_view()}
                    <button id="half" on:click=move |_| set_size(half())>"Half the size"</button>
                    {step("undo", "Undo", History::can_undo, History::undo)}
                    {step("redo", "Redo", History::can_redo, History::redo)}
                </div>
                <div class="fields" class:hidden=move || way.get() != Way::Rule>
                    <label>
                        "Rule"
                        <select id="rule" on:change=set_rule prop:value=move || page.plan.with(|plan| plan.rule.clone())>
                            {RULES.iter().map(|rule| view! { <option value=rule.name>{rule.words}</option> }).collect_view()}
                        </select>
                    </label>
                    {number("threshold", "Threshold", About::Threshold, |plan| &plan.threshold, |plan, text| plan.threshold = text)}
                </div>
                <div class="fields" class:hidden=move || way.get() != Way::Budget>
                    {number("budget", "Size of the file in MiB", About::Budget, |plan| &plan.budget, |plan, text| plan.budget = text)}
                </div>
                <p id="choose-refused" class="bad" aria-live="polite">{reason}</p>
                <button id="smallest" class:hidden=move || smallest.get().is_none() on:click=use_smallest>
                    {move || format!("Use the smallest: {}", format::bytes(smallest.get().unwrap_or_default()))}
                </button>
                <p id="choose-message" aria-live="polite">{message}</p>
                <button id="forget-all" class:hidden=move || by_hand.get() == 0 on:click=forget_all>
                    {move || format!("Forget {} set by hand", format::counted(by_hand.get(), "rank"))}
                </button>
            </div>
            <Outcome page />
        </section>
    }
}

type Text = fn(&Plan) -> &str;
type SetText = fn(&mut Plan, String);
type Step = fn(&mut History, &Plan) -> Option<Plan>;
