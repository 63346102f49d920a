use download::save;
use leptos::prelude::*;
use leptos::task::spawn_local;
use lora_rank_explorer::{
    LoRaRankExplorer, Matrix, Metric, ModuleRank, Spectrum, SvgStyle, curve_csv, curve_json, curve_svg,
    kohya_arguments, peft_patterns,
};

use crate::hand_over::copy;

const PEFT_MODULE: &str = "model.layers.0.self_attn.q_proj";
const KOHYA_MODULE: &str = "lora_unet_double_blocks_0_img_attn_qkv";

#[component]
pub fn TakeAway() -> impl IntoView {
    let spectrum = Spectrum::of(&Matrix::default());
    let r = RwSignal::new(2);
    let said = RwSignal::new(String::new());
    // The text that the clipboard refused.
    let by_hand = RwSignal::new(None::<String>);

    let copied = move |name: &'static str, text: fn(usize) -> String| {
        move |_| {
            let text = text(r.get_untracked());
            spawn_local(async move {
                let refused = copy(&text).await.is_err();
                said.set(match refused {
                    true => "The clipboard is not available: copy the text below.".to_owned(),
                    false => format!("{name} copied."),
                });
                by_hand.set(refused.then_some(text));
            });
        }
    };
    let saved = move |ending: &'static str, mime: &'static str, text: fn(&Spectrum, usize) -> String| {
        let spectrum = spectrum.clone();
        move |_| {
            let (rank, name) = (r.get_untracked(), format!("curve.{ending}"));
            said.set(match save(&name, mime, &text(&spectrum, rank)) {
                Ok(()) => format!("{name} saved."),
                Err(_) => format!("The browser could not save {name}."),
            });
        }
    };
    view! {
        <LoRaRankExplorer r on_r_change=move |rank| r.set(rank) />
        <div class="hand-over" role="group" aria-label="Copy">
            <button on:click=copied("PEFT patterns", peft)>"Copy PEFT patterns"</button>
            <button on:click=copied("kohya arguments", kohya)>"Copy kohya arguments"</button>
        </div>
        <div class="hand-over" role="group" aria-label="Save">
            <button on:click=saved("csv", "text/csv", |spectrum, _| curve_csv(spectrum))>"Save CSV"</button>
            <button on:click=saved("json", "application/json", |spectrum, _| curve_json(spectrum))>"Save JSON"</button>
            <button on:click=saved("svg", "image/svg+xml", |spectrum, r| picture(spectrum, r, SvgStyle::light()))>
                "Save SVG"
            </button>
            <button on:click=saved("dark.svg", "image/svg+xml", |spectrum, r| picture(spectrum, r, SvgStyle::dark()))>
                "Save dark SVG"
            </button>
        </div>
        <p id="take-away-said" role="status">{said}</p>
        <Show when=move || by_hand.with(Option::is_some)>
            <label class="field">
                <span>"Text to copy"</span>
                <textarea id="take-away-text" dir="ltr" readonly rows="8" prop:value=move || by_hand.get().unwrap_or_default()></textarea>
            </label>
        </Show>
    }
}

fn peft(rank: usize) -> String {
    ModuleRank::new(PEFT_MODULE, rank, 16.0).map_or_else(|error| error.to_string(), |module| peft_patterns(&[module]))
}

fn kohya(rank: usize) -> String {
    ModuleRank::new(KOHYA_MODULE, rank, 16.0)
        .and_then(|module| kohya_arguments(16, 16.0, &[module]))
        .unwrap_or_else(|error| error.to_string())
}

fn picture(spectrum: &Spectrum, rank: usize, style: SvgStyle) -> String {
    curve_svg(spectrum, Metric::Frobenius, rank, &style.with_title("q_proj of layer 0"))
}
