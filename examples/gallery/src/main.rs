//! The product page: a live explorer, every prop to try, every usage beside its code.

mod choose;
mod customize;
mod hand_over;
mod layer;
mod reference;
mod samples;
mod theme;
mod usage;

use leptos::prelude::*;

use choose::Choosing;
use customize::Preview;
use layer::Layer;
use reference::{Accessibility, Install, Props};
use theme::ThemeSwitch;
use usage::Usages;

fn main() {
    leptos::mount::mount_to_body(Gallery);
}

#[component]
fn Gallery() -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to the explorer"</a>
        <header class="top">
            <span class="brand">"lora-rank-explorer"</span>
            <nav aria-label="Sections">
                <a href="#usage">"Usage"</a>
                <a href="#choose">"Choosing"</a>
                <a href="#layer">"Large layers"</a>
                <a href="#props">"Props"</a>
                <a href="#accessibility">"Accessibility"</a>
            </nav>
            <ThemeSwitch />
        </header>
        <main id="main">
            <div class="hero">
                <h1>"Which rank?"</h1>
                <p>
                    "A LoRA replaces a weight update with a product of two thin factors, W ≈ BA. This Leptos component shows "
                    "what each rank r leaves out, and lets people choose one by looking."
                </p>
            </div>
            <Preview />
            <Install />
            <Usages />
            <Choosing />
            <Layer />
            <Props />
            <Accessibility />
        </main>
        <footer>
            "This page computes the singular values itself, from a fixed seed: the same matrix always gives the same curve."
        </footer>
    }
}
