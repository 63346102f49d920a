//! Names of props and components

use leptos::html::Div;
use leptos::prelude::*;
use lora_rank_explorer::{LabeledSlider, LoRaRankExplorer};

/// `title="…"`
/// - says: nothing
/// - helps: yes
/// - instead: the same: it is a prop
/// - before: no method named `title` found for struct `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder<TypedBuilderFields>` in the current scope · method not found in `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder`
fn title() -> impl IntoView {
    view! { <LoRaRankExplorer title="Which rank?" /> }
}

/// children
/// - says: no method named `children` found for struct
/// - helps: half
/// - instead: your own elements beside it
/// - before: no method named `children` found for struct `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder<TypedBuilderFields>` in the current scope · method not found in `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder`
fn children() -> impl IntoView {
    view! { <LoRaRankExplorer><p>"Which rank?"</p></LoRaRankExplorer> }
}

/// `node_ref=…`
/// - says: no method named `node_ref` found for struct
/// - helps: half
/// - instead: `node_ref` on an element around it
/// - before: no method named `node_ref` found for struct `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder<TypedBuilderFields>` in the current scope · method not found in `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder`
fn node_ref() -> impl IntoView {
    let root = NodeRef::<Div>::new();
    view! { <LoRaRankExplorer node_ref=root /> }
}

/// `on_change=…`
/// - says: no method named `on_change` found for struct
/// - helps: yes
/// - instead: `on_r_change`
/// - before: no method named `on_change` found for struct `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder<TypedBuilderFields>` in the current scope
fn on_change() -> impl IntoView {
    view! { <LoRaRankExplorer on_change=move |_: usize| {} /> }
}

/// `matrix=…`
/// - says: no method named `matrix` found for struct
/// - helps: half
/// - instead: `target_matrix`
/// - before: no method named `matrix` found for struct `lora_rank_explorer::explorer::LoRaRankExplorerPropsBuilder<TypedBuilderFields>` in the current scope
fn matrix() -> impl IntoView {
    view! { <LoRaRankExplorer matrix=[[4.0, 3.0], [3.0, 2.0]] /> }
}

/// `<LabeledSlider>` without `max`
/// - says: Missing_required_field_max
/// - helps: yes
/// - instead: `<LabeledSlider label="Volume" max=11 />`
/// - before: this method takes 1 argument but 0 arguments were supplied · argument #1 of type `lora_rank_explorer::slider::labeled_slider::LabeledSliderPropsBuilder_Error_Missing_required_field_max` is missing
fn slider_without_max() -> impl IntoView {
    view! { <LabeledSlider label="Volume" /> }
}

/// `<LoraRankExplorer/>`
/// - says: cannot find value `LoraRankExplorer` in this scope
/// - helps: yes
/// - instead: `<LoRaRankExplorer />`
/// - before: cannot find value `LoraRankExplorer` in this scope
fn lora() -> impl IntoView {
    view! { <LoraRankExplorer /> }
}

/// `<LoRARankExplorer/>`
/// - says: cannot find value `LoRARankExplorer` in this scope
/// - helps: yes
/// - instead: `<LoRaRankExplorer />`
/// - before: cannot find value `LoRARankExplorer` in this scope
fn lora_in_capitals() -> impl IntoView {
    view! { <LoRARankExplorer /> }
}
