//! `r`, `default_r`, `on_r_change` and `on_rank_commit`

use leptos::ev::Event;
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

/// `r` of an `RwSignal<i32>`
/// - says: expected `usize`, or a closure without arguments that returns it, found `leptos::prelude::RwSignal<i32>`
/// - helps: yes
/// - instead: `RwSignal<usize>`, or `r=move || r.get() as usize on_r_change=move |rank| r.set(rank as i32)`
/// - before: the trait bound `leptos::prelude::RwSignal<i32>: IntoReactiveValue<Signal<usize>, _>` is not satisfied · the trait `IntoReactiveValue<Signal<usize>, _>` is not implemented for `leptos::prelude::RwSignal<i32>`
fn r_of_i32(r: RwSignal<i32>) -> impl IntoView {
    view! { <LoRaRankExplorer r /> }
}

/// `r` of an `RwSignal<u32>`
/// - says: expected `usize`, or a closure without arguments that returns it, found `leptos::prelude::RwSignal<u32>`
/// - helps: yes
/// - instead: `RwSignal<usize>`, or `r=move || r.get() as usize on_r_change=move |rank| r.set(rank as u32)`
/// - before: the trait bound `leptos::prelude::RwSignal<u32>: IntoReactiveValue<Signal<usize>, _>` is not satisfied · the trait `IntoReactiveValue<Signal<usize>, _>` is not implemented for `leptos::prelude::RwSignal<u32>`
fn r_of_u32(r: RwSignal<u32>) -> impl IntoView {
    view! { <LoRaRankExplorer r /> }
}

/// `r=move || r.get()` of an `i32`
/// - says: expected `{closure}` to return `usize`, but it returns `i32`
/// - helps: yes
/// - instead: `r=move || r.get() as usize`
/// - before: the trait bound `{closure}: IntoReactiveValue<Signal<usize>, _>` is not satisfied · unsatisfied trait bound
fn closure_of_i32(r: RwSignal<i32>) -> impl IntoView {
    view! { <LoRaRankExplorer r=move || r.get() /> }
}

/// `r="2"`
/// - says: expected `usize`, or a closure without arguments that returns it, found `&str`
/// - helps: yes
/// - instead: `r=2`
/// - before: the trait bound `&str: IntoReactiveValue<Signal<usize>, _>` is not satisfied · the trait `IntoReactiveValue<Signal<usize>, _>` is not implemented for `&str`
fn r_as_text() -> impl IntoView {
    view! { <LoRaRankExplorer r="2" /> }
}

/// `r` of an `Option<usize>`
/// - says: expected `usize`, or a closure without arguments that returns it, found `std::option::Option<usize>`
/// - helps: yes
/// - instead: `r=r.unwrap_or(1)`
/// - before: the trait bound `std::option::Option<usize>: IntoReactiveValue<Signal<usize>, _>` is not satisfied · the trait `IntoReactiveValue<Signal<usize>, _>` is not implemented for `std::option::Option<usize>`
fn optional_r(r: Option<usize>) -> impl IntoView {
    view! { <LoRaRankExplorer r /> }
}

/// `bind:r=r`
/// - says: `bind:` syntax is not supported on components
/// - helps: yes
/// - instead: `r=r`: the explorer sets the signal
/// - before: `bind:` syntax is not supported on components
fn bind_r(r: RwSignal<usize>) -> impl IntoView {
    view! { <LoRaRankExplorer bind:r=r /> }
}

/// a signal as `default_r`
/// - says: expected `usize`, found `RwSignal<usize>`
/// - helps: yes
/// - instead: `r` for a signal; `default_r` is the initial rank
/// - before: mismatched types · expected `usize`, found `RwSignal<usize>`
fn default_r_of_a_signal(r: RwSignal<usize>) -> impl IntoView {
    view! { <LoRaRankExplorer default_r=r /> }
}

/// `on_r_change=move |ev: Event| …`
/// - says: IntoReactiveValue<Callback<usize>, _>
/// - helps: half
/// - instead: `on_r_change=move |rank| …`: the callback gets the rank, a `usize`
/// - before: the trait bound `{closure}: IntoReactiveValue<Callback<usize>, _>` is not satisfied · unsatisfied trait bound
fn change_takes_an_event() -> impl IntoView {
    view! { <LoRaRankExplorer on_r_change=move |_: Event| {} /> }
}

/// `on_r_change=move |rank: i32| …`
/// - says: IntoReactiveValue<Callback<usize>, _>
/// - helps: half
/// - instead: `on_r_change=move |rank: usize| …`
/// - before: the trait bound `{closure}: IntoReactiveValue<Callback<usize>, _>` is not satisfied · unsatisfied trait bound
fn change_takes_i32(r: RwSignal<i32>) -> impl IntoView {
    view! { <LoRaRankExplorer on_r_change=move |rank: i32| r.set(rank) /> }
}

/// `on_r_change=move || …`
/// - says: IntoReactiveValue<Callback<usize>, _>
/// - helps: half
/// - instead: `on_r_change=move |_| …`
/// - before: the trait bound `{closure}: IntoReactiveValue<Callback<usize>, _>` is not satisfied · unsatisfied trait bound
fn change_takes_nothing() -> impl IntoView {
    view! { <LoRaRankExplorer on_r_change=move || {} /> }
}

/// `on_r_change=set_r`, a `WriteSignal`
/// - says: IntoReactiveValue<Callback<usize>, _>
/// - helps: half
/// - instead: `on_r_change=move |rank| set_r.set(rank)`
/// - before: the trait bound `WriteSignal<usize>: IntoReactiveValue<Callback<usize>, _>` is not satisfied · the trait `IntoReactiveValue<Callback<usize>, _>` is not implemented for `WriteSignal<usize>`
fn change_is_a_write_signal() -> impl IntoView {
    let (r, set_r) = signal(2_usize);
    view! { <LoRaRankExplorer r on_r_change=set_r /> }
}

/// `on_rank_commit=move || …`
/// - says: closure is expected to take 1 argument
/// - helps: yes
/// - instead: `on_rank_commit=move |_| …`
/// - before: closure is expected to take 1 argument, but it takes 0 arguments · expected closure that takes 1 argument
fn commit_takes_nothing() -> impl IntoView {
    view! { <LoRaRankExplorer on_rank_commit=move || {} /> }
}

/// `on_rank_commit=move |ev: Event| …`
/// - says: type mismatch in closure arguments
/// - helps: half
/// - instead: `on_rank_commit=move |rank: usize| …`
/// - before: type mismatch in closure arguments · expected due to this
fn commit_takes_an_event() -> impl IntoView {
    view! { <LoRaRankExplorer on_rank_commit=move |_: Event| {} /> }
}

/// `on_rank_commit=set_r`, a `WriteSignal`
/// - says: `OnCommit: From<WriteSignal<usize>>` is not satisfied
/// - helps: half
/// - instead: `on_rank_commit=move |rank| set_r.set(rank)`
/// - before: the trait bound `WriteSignal<usize>: IntoReactiveValue<OnCommit, ...>` is not satisfied · the trait `Fn(usize)` is not implemented for `WriteSignal<usize>`
fn commit_is_a_write_signal() -> impl IntoView {
    let (r, set_r) = signal(2_usize);
    view! { <LoRaRankExplorer r on_rank_commit=set_r /> }
}
