//! The page `/`, hydrated as a whole: explorers of every kind, and controls that drive them.

use leptos::prelude::*;
use lora_rank_explorer::{
    LoRaRankExplorer, Metric, Numbers, Pointing, RankCost, RankMarker, RankRule, RankSuggestion, ShowCost,
};

/// Explorers: uncontrolled, controlled, with a target that changes, with every optional part, and one rendered later.
#[component]
pub fn Explorers() -> impl IntoView {
    view! {
        <main>
            <h1>"Rendered on the server, hydrated in the browser"</h1>
            <p>
                "Everything below is part of the first response and can be read without JavaScript. Other pages have "
                <a href="/fetched">"fetched data"</a> " and " <a href="/islands">"islands"</a> "."
            </p>
            <section id="uncontrolled" aria-labelledby="uncontrolled-title">
                <h2 id="uncontrolled-title">"Keeps its own rank"</h2>
                <LoRaRankExplorer default_r=2 />
            </section>
            <Controlled />
            <Targets />
            <Parts />
            <Later />
        </main>
    }
}

#[component]
fn Controlled() -> impl IntoView {
    let r = RwSignal::new(3);
    let metric = RwSignal::new(Metric::Spectral);
    let switch = move |_| {
        metric.update(|metric| {
            *metric = if *metric == Metric::Spectral { Metric::Frobenius } else { Metric::Spectral };
        });
    };
    view! {
        <section id="controlled" aria-labelledby="controlled-title">
            <h2 id="controlled-title">"Controlled by the page, never above rank 6"</h2>
            <LoRaRankExplorer r metric on_r_change=move |rank: usize| r.set(rank.min(6)) />
            <button id="to-rank-1" on:click=move |_| r.set(1)>
                "To rank 1"
            </button>
            <button id="switch-metric" on:click=switch>
                "Switch the norm"
            </button>
        </section>
    }
}

#[component]
fn Targets() -> impl IntoView {
    let size = RwSignal::new(4);
    let rows = move || {
        let size = size.get();
        (0..size).map(|i| (0..size).map(|j| 4.0 - f64::from(i + j)).collect()).collect::<Vec<Vec<f64>>>()
    };
    view! {
        <section id="targets" aria-labelledby="targets-title">
            <h2 id="targets-title">"A target that changes size"</h2>
            <LoRaRankExplorer target_matrix=rows default_r=2 />
            <button id="grow" on:click=move |_| size.update(|size| *size += 4)>
                "Larger"
            </button>
            <button id="shrink" on:click=move |_| size.set(1)>
                "1×1"
            </button>
        </section>
    }
}

/// Every optional part, rendered by the server like the rest.
#[component]
fn Parts() -> impl IntoView {
    view! {
        <section id="parts" aria-labelledby="parts-title">
            <h2 id="parts-title">"With every optional part"</h2>
            <LoRaRankExplorer
                default_r=2
                pointing=Pointing::new()
                targets=[RankRule::energy_at_least(0.95), RankRule::nuclear_share(0.9)]
                markers=[
                    RankSuggestion::Knee.into(),
                    RankSuggestion::NoiseThreshold.into(),
                    RankMarker::at("our first run", 4),
                ]
                cost=ShowCost::of(RankCost::of)
                numbers=Numbers::new().input().table()
            />
        </section>
    }
}

/// An explorer that the server does not render: the browser does, on a click.
#[component]
fn Later() -> impl IntoView {
    let shown = RwSignal::new(false);
    // Effects only run in the browser. Before hydration, a click would be lost.
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    view! {
        <section id="later" aria-labelledby="later-title">
            <h2 id="later-title">"Rendered in the browser only"</h2>
            <button
                id="show-later"
                disabled=move || !alive.get()
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                "Show or hide it"
            </button>
            <Show when=move || shown.get()>
                <LoRaRankExplorer default_r=4 />
            </Show>
        </section>
    }
}
