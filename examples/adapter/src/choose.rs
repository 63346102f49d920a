//! Ranks for the whole file: one rule, or a size; and what becomes of the file.

use leptos::prelude::*;
use lora_rank_explorer::{RankRule, RankRuleError};

use crate::format;
use crate::ranks::{Choice, cost};
use crate::state::{Page, Row};

type Make = fn(f64) -> Result<RankRule, RankRuleError>;

/// Rules that need no more than a threshold, each with one to begin with.
const RULES: [(&str, &str, &str, Make); 9] = [
    ("peft", "PEFT: energy ≥", "0.9", RankRule::energy_at_least),
    ("pca", "scikit-learn PCA: energy >", "0.9", RankRule::energy_above),
    ("sv_fro", "sd-scripts sv_fro: norm ≥", "0.95", RankRule::frobenius_retained),
    ("sv_cumulative", "sd-scripts sv_cumulative: Σσ ≥", "0.9", RankRule::nuclear_share),
    ("quantile", "LyCORIS quantile: Σσ <", "0.9", RankRule::nuclear_share_floor),
    ("sv_ratio", "sd-scripts sv_ratio: σ > σ₁ /", "10", RankRule::sigma_ratio),
    ("ratio", "LyCORIS ratio: σ > σ₁ ×", "0.1", RankRule::sigma_relative),
    ("threshold", "LyCORIS threshold: σ >", "0.01", RankRule::sigma_above),
    ("rle_lora", "resize_lora rle_lora: residual ≤", "0.3", RankRule::relative_residual),
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
    view! {
        <section class="choose" aria-labelledby="choose-title">
            <div>
                <h2 id="choose-title">"Ranks for the whole file"</h2>
                <fieldset>
                    <legend>"Chosen by"</legend>
                    {radio("keep", "what the file has")}
                    {radio("rule", "one rule for all layers")}
                    {radio("budget", "a size, spent where it keeps most energy")}
                </fieldset>
                <div class="fields" class:hidden=move || way.get() != "rule">
                    <label for="rule">"Rule"</label>
                    <select id="rule" on:change=set_rule prop:value=move || rule.get()>
                        {RULES.map(|(name, words, ..)| view! { <option value=name>{words}</option> }).collect_view()}
                    </select>
                    <label for="threshold">"Threshold"</label>
                    <input
                        id="threshold"
                        inputmode="decimal"
                        autocomplete="off"
                        aria-describedby="choose-message"
                        aria-invalid=is_wrong
                        prop:value=move || threshold.get()
                        on:input=move |event| threshold.set(event_target_value(&event))
                    />
                </div>
                <div class="fields" class:hidden=move || way.get() != "budget">
                    <label for="budget">"Size in MiB"</label>
                    <input
                        id="budget"
                        inputmode="decimal"
                        autocomplete="off"
                        aria-describedby="choose-message"
                        aria-invalid=is_wrong
                        prop:value=move || budget.get()
                        on:input=move |event| budget.set(event_target_value(&event))
                    />
                </div>
                <p id="choose-message" aria-live="polite">{message}</p>
                <button
                    id="forget-all"
                    class:hidden=move || by_hand.get() == 0
                    on:click=move |_| page.own.update(|own| own.clear())
                >
                    {move || format!("Forget {} ranks set by hand", by_hand.get())}
                </button>
            </div>
            <Outcome page />
        </section>
    }
}

/// Before and after, and how many layers have which rank.
#[component]
fn Outcome(page: Page) -> impl IntoView {
    let before = Memo::new(move |_| {
        let file = page.contents.with(|contents| contents.as_ref().map_or(0, |contents| contents.file_bytes));
        page.rows.with(|rows| {
            let most: Vec<usize> = rows.iter().map(|row| row.layer.rank).collect();
            (file, cost(rows, &most, 0).1)
        })
    });
    let after = move |of: &dyn Fn(&crate::ranks::Ranks) -> String| page.ranks.with(of);
    view! {
        <table class="outcome">
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">"before"</th>
                    <th scope="col">"after"</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">"File"</th>
                    <td>{move || format::bytes(before.get().0)}</td>
                    <td id="bytes-after">{move || after(&|ranks| format::bytes(ranks.bytes))}</td>
                </tr>
                <tr>
                    <th scope="row">"Parameters"</th>
                    <td>{move || format::count(before.get().1)}</td>
                    <td id="parameters-after">{move || after(&|ranks| format::count(ranks.parameters))}</td>
                </tr>
                <tr>
                    <th scope="row">"Energy kept"</th>
                    <td>"100%"</td>
                    <td id="energy-after">{move || after(&|ranks| format::share(ranks.energy))}</td>
                </tr>
                <tr>
                    <th scope="row">"Ranks"</th>
                    <td>{move || page.rows.with(|rows| range(rows.iter().map(|row| row.layer.rank)))}</td>
                    <td id="ranks-after">{move || after(&|ranks| range(ranks.chosen.iter().copied()))}</td>
                </tr>
            </tbody>
        </table>
        <Histogram page />
    }
}

fn range(ranks: impl Iterator<Item = usize> + Clone) -> String {
    match (ranks.clone().min(), ranks.max()) {
        (Some(least), Some(most)) if least < most => format!("{least} to {most}"),
        (Some(rank), _) => rank.to_string(),
        _ => "–".to_owned(),
    }
}

/// How many layers have which rank, in at most so many bars.
const BARS: usize = 32;

#[component]
fn Histogram(page: Page) -> impl IntoView {
    let most = Memo::new(move |_| page.rows.with(|rows| rows.iter().map(Row::most).max().unwrap_or(1)));
    let width = move || most.get().div_ceil(BARS).max(1);
    let counts = Memo::new(move |_| {
        let mut counts = vec![0usize; most.get().div_ceil(width())];
        page.ranks.with(|ranks| {
            for &rank in &ranks.chosen {
                if let Some(count) = counts.get_mut((rank - 1) / width()) {
                    *count += 1;
                }
            }
        });
        counts
    });
    let name = move |bar: usize| match width() {
        1 => format!("rank {}", bar + 1),
        width => format!("ranks {} to {}", bar * width + 1, (bar + 1) * width),
    };
    let words = move || {
        let counts = counts.get();
        let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let bars: Vec<String> = bars.map(|(bar, count)| format!("{} in {count} layers", name(bar))).collect();
        format!("Ranks chosen: {}", bars.join(", "))
    };
    let bars = move || {
        let counts = counts.get();
        let (all, highest) = (counts.len() as f64, counts.iter().copied().max().unwrap_or(1).max(1) as f64);
        let bar = |(bar, count): (usize, &usize)| {
            let (step, height) = (320.0 / all, 64.0 * *count as f64 / highest);
            let (x, width) = (step * bar as f64, (step - 2.0).max(1.0));
            view! {
                <rect x=format!("{x:.1}") y=format!("{:.1}", 64.0 - height) width=format!("{width:.1}") height=format!("{height:.1}") />
            }
        };
        counts.iter().enumerate().map(bar).collect_view()
    };
    view! {
        <figure class="histogram">
            <svg id="histogram" viewBox="0 0 320 64" preserveAspectRatio="none" role="img" aria-label=words>
                {bars}
            </svg>
            <figcaption>
                <span>"1"</span>
                <span>"rank chosen, by number of layers"</span>
                <span>{move || most.get().to_string()}</span>
            </figcaption>
        </figure>
    }
}

fn read_rule(name: &str, threshold: &str) -> Result<Choice, String> {
    let threshold = threshold.trim().parse().map_err(|_| "The threshold is no number.".to_owned())?;
    let make = RULES.iter().find(|rule| rule.0 == name).map_or(RULES[0].3, |rule| rule.3);
    make(threshold).map(Choice::Rule).map_err(|error| format!("{error}."))
}

fn read_budget(text: &str) -> Result<Choice, String> {
    match text.trim().parse::<f64>() {
        Ok(size) if size > 0.0 && size.is_finite() => Ok(Choice::Budget((size * MIB) as u64)),
        Ok(_) => Err("The size must be above 0 MiB.".to_owned()),
        Err(_) => Err("The size is no number.".to_owned()),
    }
}
