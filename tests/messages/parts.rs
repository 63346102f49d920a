//! `metric`, `transition`, `cost`, `axes`, `compare`, `pointing`, `numbers` and `labels`

use leptos::prelude::*;
use lora_rank_explorer::{Axes, Comparison, LoRaRankExplorer, Metric, RankCost, RankScale, Spectrum, Spring};

/// `metric="spectral"`
/// - says: IntoReactiveValue<Signal<lora_rank_explorer::Metric>, _>
/// - helps: yes
/// - instead: `metric=Metric::Spectral`; a text can be parsed: `"spectral".parse::<Metric>()`
/// - before: the trait bound `&str: IntoReactiveValue<Signal<lora_rank_explorer::Metric>, _>` is not satisfied · the trait `IntoReactiveValue<Signal<lora_rank_explorer::Metric>, _>` is not implemented for `&str`
fn metric_as_text() -> impl IntoView {
    view! { <LoRaRankExplorer metric="spectral" /> }
}

/// `metric` of an `Option<Metric>`
/// - says: IntoReactiveValue<Signal<Metric>, _>
/// - helps: yes
/// - instead: `metric=metric.unwrap_or_default()`
/// - before: the trait bound `Option<Metric>: IntoReactiveValue<Signal<Metric>, _>` is not satisfied · unsatisfied trait bound
fn optional_metric(metric: Option<Metric>) -> impl IntoView {
    view! { <LoRaRankExplorer metric /> }
}

/// `transition=0.3`
/// - says: expected `Transition`, or a closure without arguments that returns it, found `{float}`
/// - helps: yes
/// - instead: `transition=Tween::new(Duration::from_millis(300), CubicBezier::EASE)`
/// - before: the trait bound `Transition: From<{float}>` is not satisfied · the trait `From<{float}>` is not implemented for `Transition`
fn transition_as_a_number() -> impl IntoView {
    view! { <LoRaRankExplorer transition=0.3 /> }
}

/// `transition=Spring::new(…)` without `?`, a `Result`
/// - says: expected `Transition`, or a closure without arguments that returns it, found `Result
/// - helps: yes
/// - instead: `transition=Spring::new(400.0, 30.0, 1.0)?`
/// - before: the trait bound `Transition: From<Result<lora_rank_explorer::Spring, SpringError>>` is not satisfied · the trait `From<Result<lora_rank_explorer::Spring, SpringError>>` is not implemented for `Transition`
fn transition_as_a_result() -> impl IntoView {
    view! { <LoRaRankExplorer transition=Spring::new(400.0, 30.0, 1.0) /> }
}

/// `cost=true`
/// - says: expected `RankCost`, or a closure without arguments that returns it, found `bool`
/// - helps: yes
/// - instead: `cost=ShowCost::of(RankCost::of)`
/// - before: the trait bound `bool: IntoReactiveValue<ShowCost, leptos::reactive_graph::__IntoReactiveValueMarkerBaseCase>` is not satisfied · the trait `for<'a> Fn(&'a Spectrum)` is not implemented for `bool`
fn cost_true() -> impl IntoView {
    view! { <LoRaRankExplorer cost=true /> }
}

/// `cost=RankCost::of`
/// - says: expected `RankCost`, or a closure without arguments that returns it, found `for<'a> fn(&'a Spectrum) -> RankCost {RankCost::of}`
/// - helps: yes
/// - instead: `cost=ShowCost::of(RankCost::of)`
/// - before: nothing: it compiled
fn cost_of_a_function() -> impl IntoView {
    view! { <LoRaRankExplorer cost=RankCost::of /> }
}

/// `cost=move || cost.get()`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: closure is expected to take 1 argument, but it takes 0 arguments · expected closure that takes 1 argument
fn cost_of_a_closure(cost: RwSignal<RankCost>) -> impl IntoView {
    view! { <LoRaRankExplorer cost=move || cost.get() /> }
}

/// `cost` of a signal
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `RwSignal<RankCost>: IntoReactiveValue<ShowCost, ...>` is not satisfied · the trait `for<'a> Fn(&'a Spectrum)` is not implemented for `leptos::prelude::RwSignal<RankCost>`
fn cost_of_a_signal(cost: RwSignal<RankCost>) -> impl IntoView {
    view! { <LoRaRankExplorer cost /> }
}

/// `cost` of an `Option<RankCost>`
/// - says: expected `RankCost`, or a closure without arguments that returns it, found `std::option::Option<RankCost>`
/// - helps: yes
/// - instead: `cost=cost.unwrap_or(…)`, or two views
/// - before: the trait bound `Option<RankCost>: IntoReactiveValue<ShowCost, ...>` is not satisfied · the trait `for<'a> Fn(&'a Spectrum)` is not implemented for `std::option::Option<RankCost>`
fn optional_cost(cost: Option<RankCost>) -> impl IntoView {
    view! { <LoRaRankExplorer cost /> }
}

/// `cost` of a closure that returns a `Result`: `|_| RankCost::new(4096, 4096)`
/// - says: expected `RankCost`, or a closure without arguments that returns it, found `{closure}`
/// - helps: yes
/// - instead: without the closure: `cost=RankCost::new(4096, 4096)`; with one that needs the spectrum: `cost=ShowCost::of(|spectrum| …)`
/// - before: expected `{closure}` to return `RankCost`, but it returns `Result<RankCost, RankCostError>` · expected `RankCost`, found `Result<RankCost, RankCostError>`
fn cost_of_a_closure_of_a_result() -> impl IntoView {
    view! { <LoRaRankExplorer cost=|_: &Spectrum| RankCost::new(4096, 4096) /> }
}

/// `axes=RankScale::Log2`
/// - says: expected `Axes`
/// - helps: yes
/// - instead: `axes=Axes::new().rank_scale(RankScale::Log2)`
/// - before: the trait bound `RankScale: IntoReactiveValue<ExplorerAxes, ...>` is not satisfied · the trait `Fn()` is not implemented for `RankScale`
fn axes_of_a_scale() -> impl IntoView {
    view! { <LoRaRankExplorer axes=RankScale::Log2 /> }
}

/// `axes` of an `Option<Axes>`
/// - says: expected `Axes`
/// - helps: yes
/// - instead: `axes=axes.unwrap_or_default()`
/// - before: the trait bound `Option<Axes>: IntoReactiveValue<ExplorerAxes, ...>` is not satisfied · the trait `Fn()` is not implemented for `std::option::Option<Axes>`
fn optional_axes(axes: Option<Axes>) -> impl IntoView {
    view! { <LoRaRankExplorer axes /> }
}

/// `axes=move || …` that returns a `RankScale`
/// - says: `Axes: From<RankScale>` is not satisfied
/// - helps: yes
/// - instead: `axes=move || Axes::new().rank_scale(RankScale::Log2)`
/// - before: expected `{closure}` to return `Axes`, but it returns `RankScale` · expected `Axes`, found `RankScale`
fn axes_of_a_closure_of_a_scale() -> impl IntoView {
    view! { <LoRaRankExplorer axes=move || RankScale::Log2 /> }
}

/// `compare` of a spectrum
/// - says: expected `Comparison`
/// - helps: yes
/// - instead: `compare=Comparison::of("ours").with("other", other)`
/// - before: the trait bound `Spectrum: IntoReactiveValue<ComparedSpectra, ...>` is not satisfied · the trait `Fn()` is not implemented for `Spectrum`
fn compare_a_spectrum(other: Spectrum) -> impl IntoView {
    view! { <LoRaRankExplorer compare=other /> }
}

/// `compare` of a list of names and spectra
/// - says: expected `Comparison`
/// - helps: yes
/// - instead: `compare=others.into_iter().fold(Comparison::of("ours"), |all, (name, other)| all.with(name, other))`
/// - before: the trait bound `Vec<(String, Spectrum)>: IntoReactiveValue<ComparedSpectra, ...>` is not satisfied · the trait `Fn()` is not implemented for `Vec<(std::string::String, Spectrum)>`
fn compare_a_list(others: Vec<(String, Spectrum)>) -> impl IntoView {
    view! { <LoRaRankExplorer compare=others /> }
}

/// `compare` of an `Option<Comparison>`
/// - says: expected `Comparison`
/// - helps: yes
/// - instead: `compare=compare.unwrap_or_else(|| Comparison::of("ours"))`
/// - before: the trait bound `Option<Comparison>: IntoReactiveValue<ComparedSpectra, ...>` is not satisfied · the trait `Fn()` is not implemented for `std::option::Option<Comparison>`
fn optional_comparison(compare: Option<Comparison>) -> impl IntoView {
    view! { <LoRaRankExplorer compare /> }
}

/// `pointing=true`
/// - says: expected `Pointing`, found `bool`
/// - helps: yes
/// - instead: `pointing=Pointing::new()`
/// - before: mismatched types · expected `Pointing`, found `bool`
fn pointing_true() -> impl IntoView {
    view! { <LoRaRankExplorer pointing=true /> }
}

/// `numbers=true`
/// - says: expected `Numbers`, found `bool`
/// - helps: yes
/// - instead: `numbers=Numbers::new().input().table()`
/// - before: mismatched types · expected `Numbers`, found `bool`
fn numbers_true() -> impl IntoView {
    view! { <LoRaRankExplorer numbers=true /> }
}

/// `labels` of a closure
/// - says: expected `Labels`, found closure
/// - helps: yes
/// - instead: `labels=Labels::new(|_| None)`
/// - before: mismatched types · expected `Labels`, found closure
fn labels_of_a_closure() -> impl IntoView {
    view! { <LoRaRankExplorer labels=|_| None /> }
}
