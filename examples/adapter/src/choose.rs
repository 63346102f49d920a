//! Ranks for the whole file: the file's own, by one rule, or by size.

use leptos::prelude::*;
use lora_rank_explorer::{RankRule, RankRuleError};

use crate::format;
use crate::outcome::Outcome;
use crate::ranks::Choice;
use crate::state::Page;

type Make = fn(f64) -> Result<RankRule, RankRuleError>;

/// Rules that need only a threshold: name, label, default threshold, constructor.
const RULES: [(&str, &str, &str, Make); 15] = [
    ("peft", "PEFT: energy ≥", "0.9", RankRule::energy_at_least),
    ("pca", "scikit-learn PCA: energy >", "0.9", RankRule::energy_above),
    ("sv_fro", "sd-scripts sv_fro: norm ≥", "0.95", RankRule::frobenius_retained),
    ("sv_cumulative", "sd-scripts sv_cumulative: Σσ ≥", "0.9", RankRule::nuclear_share),
    ("quantile", "LyCORIS quantile: Σσ <", "0.9", RankRule::nuclear_share_floor),
    ("sv_ratio", "sd-scripts sv_ratio: σ > σ₁ /", "10", RankRule::sigma_ratio),
    ("ratio", "LyCORIS ratio: σ > σ₁ ×", "0.1", RankRule::sigma_relative),
    ("threshold", "LyCORIS threshold: σ >", "0.01", RankRule::sigma_above),
    ("rle_lora", "resize_lora rle_lora: residual ≤", "0.3", RankRule::relative_residual),
    ("older_sv_fro", "sd-scripts before PR 2194 sv_fro: norm ≥", "0.95", RankRule::frobenius_retained_plus_one),
    ("older_sv_cumulative", "sd-scripts before PR 2194 sv_cumulative: Σσ ≥", "0.9", RankRule::nuclear_share_plus_one),
    ("older_sv_ratio", "sd-scripts before PR 2194 sv_ratio: σ > σ₁ /", "10", RankRule::sigma_ratio_plus_one),
    ("sv_knee", "KJNodes sv_knee: sensitivity", "1", RankRule::sigma_knee),
    ("mergekit", "mergekit, max-rank 128: σ >", "0.01", |value| RankRule::sigma_above_up_to(value, 128)),
    ("gradience", "gradience, rounded up: energy ≥", "0.9", RankRule::energy_rounded_up),
];

const MIB: f64 = (1u64 << 20) as f64;

#[component]
pub fn Choose(page: Page) -> impl IntoView {
    let way = RwSignal::new("keep".to_owned());
    let (rule, threshold) = (RwSignal::new("peft".to_owned()), RwSignal::new("0.9".to_owned()));
    let budget = RwSignal::new(String::new());
    let choice = Memo::new(move |_| match way.get().as_str() {
        "rule" => read_rule(&rule.get(), &threshold.get()),
        "budget" => read_budget(&budget.get()),
        _ => Ok(Choice::Keep),
    });
    Effect::new(move || {
        if let Ok(choice) = choice.get()
            && page.choice.get_untracked() != choice
        {
            page.choice.set(choice);
        }
    });
    let set_way = move |event| {
        let chosen = event_target_value(&event);
        if chosen == "budget" && budget.read_untracked().is_empty() {
            let bytes = page.contents.with_untracked(|contents| contents.as_ref().map_or(0, |file| file.file_bytes));
            budget.set(format!("{:.2}", (bytes as f64 / 2.0 / MIB).max(0.01)));
        }
        way.set(chosen);
    };
    let set_rule = move |event| {
        let name = event_target_value(&event);
        let first = RULES.iter().find(|rule| rule.0 == name).map_or("0.9", |rule| rule.2);
        threshold.set(first.to_owned());
        rule.set(name);
    };
    let message = move || match choice.get() {
        Err(error) => error,
        Ok(_) => page.ranks.with(|ranks| ranks.message.clone().unwrap_or_default()),
    };
    let is_wrong = move || choice.with(Result::is_err).to_string();
    let by_hand = Memo::new(move |_| page.own.with(|own| own.len()));
    let radio = move |value: &'static str, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="way"
                    id=format!("way-{value}")
                    value=value
                    checked=value == "keep"
                    on:change=set_way
                />
                {words}
            </label>
        }
    };
    let number = move |id: &'static str, words: &'static str, text: RwSignal<String>| {
        view! {
            <label>
                {words}
                <input
                    id=id
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby="choose-message"
                    aria-invalid=is_wrong
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </label>
        }
    };
    view! {
        <section class="choose" aria-labelledby="choose-title">
            <div>
                <h2 id="choose-title">"Ranks for the whole file"</h2>
                <fieldset>
                    <legend>"Ranks from"</legend>
                    {radio("keep", "the file as it is")}
                    {radio("rule", "one rule for all layers")}
                    {radio("budget", "a file size, spent where it keeps the most energy")}
                </fieldset>
                <div class="fields" class:hidden=move || way.get() != "rule">
                    <label>
                        "Rule"
                        <select id="rule" on:change=set_rule prop:value=move || rule.get()>
                            {RULES
                                .map(|(name, words, ..)| view! { <option value=name>{words}</option> })
                                .collect_view()}
                        </select>
                    </label>
                    {number("threshold", "Threshold", threshold)}
                </div>
                <div class="fields" class:hidden=move || way.get() != "budget">
                    {number("budget", "Size of the file in MiB", budget)}
                </div>
                <p id="choose-message" aria-live="polite">{message}</p>
                <button
                    id="forget-all"
                    class:hidden=move || by_hand.get() == 0
                    on:click=move |_| page.own.update(|own| own.clear())
                >
                    {move || format!("Forget {} set by hand", format::counted(by_hand.get(), "rank"))}
                </button>
            </div>
            <Outcome page />
        </section>
    }
}

fn read_rule(name: &str, threshold: &str) -> Result<Choice, String> {
    let threshold = threshold.trim().parse().map_err(|_| "The threshold is not a number.".to_owned())?;
    let make = RULES.iter().find(|rule| rule.0 == name).map_or(RULES[0].3, |rule| rule.3);
    make(threshold).map(Choice::Rule).map_err(|error| format!("{error}."))
}

fn read_budget(text: &str) -> Result<Choice, String> {
    match text.trim().parse::<f64>() {
        Ok(size) if size > 0.0 && size.is_finite() => Ok(Choice::Budget((size * MIB) as u64)),
        Ok(_) => Err("The size must be above 0 MiB.".to_owned()),
        Err(_) => Err("The size is not a number.".to_owned()),
    }
}
