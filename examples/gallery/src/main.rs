//! The product page: a live explorer, every prop to try, every usage beside its code.
//!
//! With the feature `ssr` this program prints the page's HTML, which `cargo xtask build gallery` writes into `index.html`: the page can
//! be read before its WebAssembly is there, and without. With `hydrate` it is that WebAssembly.

mod choose;
mod code;
mod customize;
mod hand_over;
#[cfg(feature = "ssr")]
mod highlight;
mod hosts;
mod install;
mod layer;
mod reading;
mod reference;
mod samples;
mod section;
mod theme;
mod usage;

use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use leptos::wasm_bindgen::JsCast;

use choose::Choosing;
use customize::Preview;
use install::Install;
use layer::Layer;
use reading::Reading;
use reference::{Accessibility, Props};
use theme::ThemeSwitch;
use usage::Usages;

#[cfg(feature = "ssr")]
fn main() {
    print!("{}", Owner::new().with(|| Gallery().to_html()));
}

#[cfg(not(feature = "ssr"))]
fn main() {
    let page = document().get_element_by_id("page").map(JsCast::unchecked_into);
    leptos::mount::hydrate_from(page.expect("index.html has it"), Gallery).forget();
    // The message that the page does not react yet.
    if let Some(message) = document().get_element_by_id("loading") {
        message.remove();
    }
}

#[component]
fn Gallery() -> impl IntoView {
    hosts::Chosen::provide();
    view! {
        <a class="skip" href="#main">"Skip to the explorer"</a>
        <header class="top">
            <span class="brand">"lora-rank-explorer"</span>
            <nav aria-label="Sections">
                <a href="#reading">"How to read it"</a>
                <a href="#install">"Install"</a>
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
                    "A LoRA replaces a weight update with a product of two thin factors, "<span class="formula">"W ≈ BA"</span>
                    ". This Leptos component shows "
                    "what each rank r leaves out, and lets people choose one by looking."
                </p>
            </div>
            <Preview />
            <Reading />
            <Install />
            <Usages />
            <Choosing />
            <Layer />
            <Props />
            <Accessibility />
        </main>
        <footer>
            <p>
                "This page computes the singular values itself, from a fixed seed: the same matrix always gives the same curve."
            </p>
            <nav aria-label="Elsewhere">
                <a href="https://docs.rs/lora-rank-explorer">"Documentation on docs.rs"</a>
                <a href="https://crates.io/crates/lora-rank-explorer">"Crate on crates.io"</a>
                <a href="https://spdx.org/licenses/MIT.html">"Licence: MIT"</a>
            </nav>
        </footer>
    }
}
