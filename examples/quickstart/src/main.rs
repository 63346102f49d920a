//! The default explorer, and one that the page controls with a rank slider and a metric select.

use leptos::prelude::*;
use lora_rank_explorer::{LabeledSlider, LoRaRankExplorer, Metric};

fn main() {
    leptos::mount::mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    view! {
        <main>
            <h1>"LoRA Rank Explorer"</h1>
            <LoRaRankExplorer default_r=1 />
            <Customize />
        </main>
    }
}

#[component]
fn Customize() -> impl IntoView {
    let r = RwSignal::new(1);
    let metric = RwSignal::new(Metric::Frobenius);
    let set_metric = move |event| metric.set(event_target_value(&event).parse().unwrap_or_default());
    view! {
        <section aria-label="Customize">
            <h2>"Customize"</h2>
            <LabeledSlider label="Rank" max=8 value=r />
            <label>
                "Metric "
                <select on:change=set_metric>
                    {[Metric::Frobenius, Metric::Spectral]
                        .map(|metric| view! { <option value=metric.to_string()>{metric.name()}</option> })}
                </select>
            </label>
            <LoRaRankExplorer r metric />
        </section>
    }
}
