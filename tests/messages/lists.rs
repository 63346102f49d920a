//! `targets` and `markers`

use std::rc::Rc;

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankMarker, RankRule, RankSuggestion};

/// `targets` of one rule instead of a list
/// - says: expected `Vec<RankTarget>`
/// - helps: yes
/// - instead: `targets=[RankRule::energy_at_least(0.95)]`
/// - before: the trait bound `Result<RankRule, RankRuleError>: IntoReactiveValue<RankTargets, ...>` is not satisfied · the trait `Fn()` is not implemented for `Result<RankRule, RankRuleError>`
fn one_rule() -> impl IntoView {
    view! { <LoRaRankExplorer targets=RankRule::energy_at_least(0.95) /> }
}

/// `targets` of a number: `0.95`
/// - says: expected `Vec<RankTarget>`
/// - helps: yes
/// - instead: `targets=[RankRule::energy_at_least(0.95)]`: say whose rule it is
/// - before: the trait bound `{float}: IntoReactiveValue<RankTargets, ...>` is not satisfied · the trait `Fn()` is not implemented for `{float}`
fn a_number() -> impl IntoView {
    view! { <LoRaRankExplorer targets=0.95 /> }
}

/// `targets` of numbers: `[0.9, 0.95]`
/// - says: `RankTargets: From<[{float}; 2]>` is not satisfied
/// - helps: half
/// - instead: `targets=[RankRule::energy_at_least(0.9), RankRule::energy_at_least(0.95)]`
/// - before: the trait bound `RankTargets: From<[{float}; 2]>` is not satisfied · the trait `From<[{float}; 2]>` is not implemented for `RankTargets`
fn numbers() -> impl IntoView {
    view! { <LoRaRankExplorer targets=[0.9, 0.95] /> }
}

/// `targets=move || …` that returns one rule
/// - says: expected a closure that returns a list
/// - helps: yes
/// - instead: `targets=move || [RankRule::energy_at_least(share.get())]`
/// - before: expected `{closure}` to return `Vec<_>`, but it returns `Result<RankRule, RankRuleError>` · expected `Vec<_>`, found `Result<RankRule, RankRuleError>`
fn closure_of_one_rule(share: RwSignal<f64>) -> impl IntoView {
    view! { <LoRaRankExplorer targets=move || RankRule::energy_at_least(share.get()) /> }
}

/// `targets=move || […]`, an array
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: expected `{closure}` to return `Vec<_>`, but it returns `[Result<RankRule, RankRuleError>; 1]` · expected `Vec<_>`, found `[Result<RankRule, RankRuleError>; 1]`
fn closure_of_an_array(share: RwSignal<f64>) -> impl IntoView {
    view! { <LoRaRankExplorer targets=move || [RankRule::energy_at_least(share.get())] /> }
}

/// `targets` of a closure that holds an `Rc`
/// - says: `Rc<Vec<RankRule>>` cannot be sent between threads safely
/// - helps: yes
/// - instead: an `Arc` instead of the `Rc`: closures of props are `Send + Sync`
/// - before: `Rc<Vec<RankRule>>` cannot be sent between threads safely
fn closure_with_rc(rules: Rc<Vec<RankRule>>) -> impl IntoView {
    view! { <LoRaRankExplorer targets=move || rules.to_vec() /> }
}

/// `targets` of a signal of rules
/// - says: expected `Vec<RankTarget>`, or a closure without arguments that returns it
/// - helps: yes
/// - instead: `targets=move || rules.get()`
/// - before: the trait bound `RwSignal<Vec<RankRule>>: IntoReactiveValue<RankTargets, ...>` is not satisfied · the trait `Fn()` is not implemented for `leptos::prelude::RwSignal<Vec<RankRule>>`
fn signal_of_rules(rules: RwSignal<Vec<RankRule>>) -> impl IntoView {
    view! { <LoRaRankExplorer targets=rules /> }
}

/// `targets` of `Option<Vec<RankRule>>`
/// - says: expected `Vec<RankTarget>`
/// - helps: yes
/// - instead: `targets=rules.unwrap_or_default()`
/// - before: the trait bound `Option<Vec<RankRule>>: IntoReactiveValue<RankTargets, ...>` is not satisfied · the trait `Fn()` is not implemented for `std::option::Option<Vec<RankRule>>`
fn optional_rules(rules: Option<Vec<RankRule>>) -> impl IntoView {
    view! { <LoRaRankExplorer targets=rules /> }
}

/// `markers` of one suggestion instead of a list
/// - says: expected `Vec<RankMarker>`
/// - helps: yes
/// - instead: `markers=[RankSuggestion::Knee]`
/// - before: the trait bound `RankSuggestion: IntoReactiveValue<RankMarkers, ...>` is not satisfied · the trait `Fn()` is not implemented for `RankSuggestion`
fn one_suggestion() -> impl IntoView {
    view! { <LoRaRankExplorer markers=RankSuggestion::Knee /> }
}

/// `markers` of suggestions and ranks, without `.into()`
/// - says: expected `RankSuggestion`, found `RankMarker`
/// - helps: half
/// - instead: `[RankSuggestion::Knee.into(), RankMarker::at("our first run", 4)]`
/// - before: mismatched types · expected `RankSuggestion`, found `RankMarker`
fn mixed_markers() -> impl IntoView {
    view! { <LoRaRankExplorer markers=[RankSuggestion::Knee, RankMarker::at("our first run", 4)] /> }
}

/// `markers` of ranks: `[4, 8]`
/// - says: `RankMarkers: From<[{integer}; 2]>` is not satisfied
/// - helps: half
/// - instead: `[RankMarker::at("low", 4), RankMarker::at("high", 8)]`
/// - before: the trait bound `RankMarkers: From<[{integer}; 2]>` is not satisfied · the trait `From<[{integer}; 2]>` is not implemented for `RankMarkers`
fn ranks() -> impl IntoView {
    view! { <LoRaRankExplorer markers=[4, 8] /> }
}
