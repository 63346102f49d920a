//! The pages of islands: `/islands`, with explorers that the browser hydrates and one that stays static, and `/fetched-island`.
#![cfg(any(feature = "islands", feature = "ssr"))]

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, LoRaRankExplorerIsland, Matrix, Metric};

use crate::Fetched;

#[component]
pub fn Islands() -> impl IntoView {
    let rank_2 = Matrix::try_from([[4., 3., 2., 1.], [3., 2., 1., 0.], [2., 1., 0., -1.], [1., 0., -1., -2.]]);
    view! {
        <main>
            <h1>"Islands"</h1>
            <p>"Only the islands below are interactive. " <a href="/">"The other page"</a> " is hydrated as a whole."</p>
            <section id="still" aria-labelledby="still-title">
                <h2 id="still-title">"Not an island: static"</h2>
                <div inert>
                    <LoRaRankExplorer default_r=2 />
                </div>
            </section>
            <section id="island" aria-labelledby="island-title">
                <h2 id="island-title">"An island"</h2>
                <LoRaRankExplorerIsland default_r=2 />
            </section>
            <section id="island-target" aria-labelledby="island-target-title">
                <h2 id="island-target-title">"An island with its own target"</h2>
                <LoRaRankExplorerIsland target_matrix=rank_2.unwrap_or_default() metric=Metric::Spectral class="second" />
            </section>
        </main>
    }
}

/// The page `/fetched-island`: what `/fetched` shows, in an island.
#[component]
pub fn FetchedIslandPage() -> impl IntoView {
    view! {
        <main>
            <h1>"Explorers of fetched data, in an island"</h1>
            <FetchedIsland />
        </main>
    }
}

#[island]
fn FetchedIsland() -> impl IntoView {
    view! { <Fetched /> }
}
