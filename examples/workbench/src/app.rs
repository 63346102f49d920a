//! The page, from top to bottom, in three steps: what is open; how its ranks are chosen, for the whole file, on the curve of sizes, on
//! the map, and layer by layer; what is taken away.

use std::time::Duration;

use leptos::prelude::*;

use crate::bar::Bar;
use crate::choose::Choose;
use crate::export::Export;
use crate::history::History;
use crate::list::List;
use crate::map::Map;
use crate::open::{Open, Progress};
use crate::pair::open::OpenPair;
use crate::pair::options::WriteFields;
use crate::pair::paired::PairedShown;
use crate::selected::Selected;
use crate::state::{Page, Status};
use crate::summary::{Problems, Summary};
use crate::tradeoff::TradeOffCurve;

#[component]
pub fn App() -> impl IntoView {
    let page = Page::new();
    let is_open = Memo::new(move |_| page.contents.with(Option::is_some));
    let has_rows = Memo::new(move |_| page.rows.with(|rows| !rows.is_empty()));
    // The sections appear one after the other: all at once would be too long a task on a slow machine.
    let choose = after(has_rows.into());
    let curve = after(choose);
    let map = after(curve);
    let layers = after(map);
    let selected = after(layers);
    let export = after(selected);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        // A field has its own steps.
        let is_text = document().active_element().is_some_and(|element| {
            let is = |selector| element.matches(selector).unwrap_or(false);
            is("input:not([type=range], [type=radio], [type=checkbox]), textarea")
        });
        if is_text || !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => page.go(History::undo),
            ("z", true) | ("y", false) => page.go(History::redo),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    view! {
        <header class="top">
            <h1>"Which ranks does this LoRA need?"</h1>
            <p>
                "Open an adapter, or a base model and what it was tuned to: every layer's spectrum appears, you choose ranks, and the \
                 page writes the smaller file or the LoRA. "
                <strong>"Nothing is uploaded:"</strong>
                " files are read in this tab, a few layers at a time, and stay on your machine."
            </p>
        </header>
        <main>
            <section class="step" aria-labelledby="step-open">
                <h2 id="step-open">"1. What is open"</h2>
                <Open page />
                <OpenPair page />
                <Progress page />
                {move || is_open.get().then(|| view! { <Summary page /> })}
                <PairedShown page />
                <Problems page />
            </section>
            {move || choose.get().then(|| view! {
                <section class="step" aria-labelledby="step-choose">
                    <h2 id="step-choose">"2. Choose the ranks"</h2>
                    <Choose page />
                    {move || curve.get().then(|| view! { <TradeOffCurve page /> })}
                    {move || map.get().then(|| view! { <Map page /> })}
                    {move || layers.get().then(|| view! {
                        <section class="layers" aria-label="Layers">
                            <List page />
                            {move || selected.get().then(|| view! { <Selected page /> })}
                        </section>
                    })}
                </section>
            })}
            {move || export.get().then(|| view! {
                <section class="step" aria-labelledby="step-take">
                    <h2 id="step-take">"3. Take it away"</h2>
                    <WriteFields page />
                    <Export page />
                </section>
            })}
            {move || export.get().then(|| view! { <Bar page /> })}
        </main>
        <footer>
            "Reads safetensors files in F64, F32, F16, BF16 and F8: LoRA, LoHa, LoKr, LoCon, AdaLoRA and whole differences under the "
            "names of PEFT, sd-scripts, LyCORIS, ComfyUI, diffusers and others, and plain weights, whose first 64 singular values it "
            "computes. Two checkpoints, in parts or whole, become a LoRA for PEFT, ComfyUI or kohya’s scripts. Made with the Leptos component "<code>"lora-rank-explorer"</code>"."
        </footer>
    }
}

/// Becomes true in a separate task after `ready` has become true, once the browser has drawn what appeared before: otherwise the layout of
/// several sections would be one task. A tab in the background draws nothing, and need not wait.
fn after(ready: Signal<bool>) -> Signal<bool> {
    let (is_shown, show) = signal(false);
    let later = move || {
        let show = move || {
            let _ = show.try_set(ready.get_untracked());
        };
        set_timeout(show, Duration::ZERO);
    };
    Effect::new(move || match (ready.get(), document().hidden()) {
        (true, false) => request_animation_frame(later),
        (true, true) => later(),
        (false, _) => show.set(false),
    });
    is_shown.into()
}

/// Whether more layers may still arrive.
pub fn is_busy(status: &Status) -> bool {
    matches!(status, Status::Opening | Status::Reading)
}
