//! Explorers of fetched data. Each fetch re-creates them in the elements of the previous ones.

use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;

/// The page `/fetched`, hydrated as a whole.
#[component]
pub fn FetchedPage() -> impl IntoView {
    view! {
        <main>
            <h1>"Explorers of fetched data"</h1>
            <Fetched />
        </main>
    }
}

/// Explorers that are created once a resource has loaded, in each way that a page can wait for one.
#[component]
pub fn Fetched() -> impl IntoView {
    let version = RwSignal::new(1);
    let layer = Resource::new(move || version.get(), layer);
    let r = RwSignal::new(3);
    let heard = RwSignal::new(Vec::new());
    let hear = move |rank: usize| heard.update(|heard| heard.push(rank));
    // Effects only run in the browser. Before hydration, a click would be lost.
    let alive = RwSignal::new(false);
    Effect::new(move || alive.set(true));
    let own = move |rows| view! { <LoRaRankExplorer target_matrix=rows default_r=2 on_r_change=hear /> };
    let controlled = move |rank| {
        r.set(rank);
        hear(rank);
    };
    view! {
        <button id="fetch" disabled=move || !alive.get() on:click=move |_| version.update(|version| *version += 1)>
            "Fetch a larger layer"
        </button>
        <p>"Ranks chosen so far: " <output id="heard">{move || format!("{:?}", heard.get())}</output></p>
        <section id="awaited" aria-labelledby="awaited-title">
            <h2 id="awaited-title">"Suspense, awaited"</h2>
            <Suspense>{move || Suspend::new(async move { own(layer.await) })}</Suspense>
        </section>
        <section id="followed" aria-labelledby="followed-title">
            <h2 id="followed-title">"Suspense, awaited, with the rank controlled by the page"</h2>
            <Suspense>
                {move || Suspend::new(async move {
                    view! { <LoRaRankExplorer target_matrix=layer.await r on_r_change=controlled /> }
                })}
            </Suspense>
        </section>
        <section id="read" aria-labelledby="read-title">
            <h2 id="read-title">"Suspense, read"</h2>
            <Suspense>{move || layer.get().map(own)}</Suspense>
        </section>
        <section id="kept" aria-labelledby="kept-title">
            <h2 id="kept-title">"Transition: the old explorer stays until the new one is ready"</h2>
            <Transition>{move || Suspend::new(async move { own(layer.await) })}</Transition>
        </section>
        <section id="direct" aria-labelledby="direct-title">
            <h2 id="direct-title">"The resource itself: one explorer, which keeps its rank"</h2>
            <Transition>
                {move || view! { <LoRaRankExplorer target_matrix=layer default_r=2 on_r_change=hear /> }}
            </Transition>
        </section>
    }
}

/// Stands for data from a file or another server.
async fn layer(version: usize) -> Vec<Vec<f64>> {
    leptos::task::tick().await;
    let size = 8 * version;
    let entry = |i: usize, j: usize| if i == j { (size - i) as f64 } else { 0.0 };
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}
