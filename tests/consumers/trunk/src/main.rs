//! A page that only the browser renders.

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, STYLESHEET};

fn main() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    view! {
        <style>{STYLESHEET}</style>
        <main>
            <LoRaRankExplorer default_r=2 />
        </main>
    }
}
