//! The explorer before any interaction.

use browser_tests::{Clock, Page, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Comparison, LoRaRankExplorer, Metric, Numbers, Pointing, RankCost, RankRule, RankSuggestion, ResidualScale,
    ShowCost, Spectrum,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, NodeList};

#[wasm_bindgen_test]
fn the_default_reads_4_572_and_90_8_percent() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    assert_eq!((page.text("residual").as_str(), page.text("captured-energy").as_str()), ("4.572", "90.8%"));
    assert_eq!(page.text("title"), "Reconstruction vs rank");
    assert_eq!(page.text("caption"), "8×8 · Frobenius · r=1");
    assert_eq!(page.find("dt").text_content().as_deref(), Some("Frobenius residual"));
    assert!(page.shows(1));
}

#[wasm_bindgen_test]
fn the_summary_has_the_wording_of_the_specification() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    let wording = "LoRA reconstruction curve. Target is 8×8. Frobenius residual at r=1: 4.572.";
    assert_eq!(page.text("summary").trim(), wording);
    assert_eq!(page.attribute("summary", "aria-live"), "polite");
}

#[wasm_bindgen_test]
fn axes_are_named_with_real_subscripts() {
    for (metric, name, subscript) in [(Metric::Frobenius, "‖W − BA‖F", "F"), (Metric::Spectral, "σr+1", "r+1")] {
        let page = Page::mount(move || view! { <LoRaRankExplorer metric /> });
        assert_eq!(page.text("axis-label"), name);
        let label = page.find("[data-part=axis-label] tspan");
        assert_eq!(label.text_content().as_deref(), Some(subscript));
        assert!(label.get_attribute("dy").is_some() && label.get_attribute("font-size").is_some());
        assert!(page.text("axes").contains("rank r"));
    }
}

#[wasm_bindgen_test]
fn default_r_is_shown_and_clamped() {
    for (default_r, shown) in [(3, 3), (0, 1), (9999, 8)] {
        let page = Page::mount(move || view! { <LoRaRankExplorer default_r /> });
        assert!(page.shows(shown), "default_r={default_r}: {}", page.text("caption"));
    }
}

#[wasm_bindgen_test]
async fn classes_are_merged_onto_the_root() {
    let page = Page::mount(|| view! { <LoRaRankExplorer class="mine and-mine" /> });
    let root = page.find("[data-lora-rank-explorer]");
    assert_eq!(root.class_name(), "lora-rank-explorer mine and-mine");
    let class = RwSignal::new("one".to_owned());
    let page = Page::mount(move || view! { <LoRaRankExplorer class /> });
    let has = |class: &str| page.find("[data-lora-rank-explorer]").class_list().contains(class);
    assert!(has("one"));
    class.set("two".to_owned());
    settle().await;
    assert!(has("two") && !has("one") && has("lora-rank-explorer"), "the root follows changes of the class");
}

#[wasm_bindgen_test]
async fn nothing_moves_on_the_first_render() {
    let clock = Clock::take_over();
    let page = Page::mount(|| view! { <LoRaRankExplorer default_r=5 /> });
    assert!(page.shows(5));
    settle().await;
    assert!(page.shows(5));
    assert_eq!((clock.asked(), clock.waiting()), (0, (0, 0)), "it requests neither a frame nor a timer");
}

#[wasm_bindgen_test]
async fn identical_explorers_share_no_element() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /><LoRaRankExplorer /><LoRaRankExplorer default_r=2 /> });
    let all = |selector: &str| page.root.query_selector_all(selector).expect("valid");
    let markers = all("[data-part=at-rank]");
    let attribute = |nodes: &NodeList, i: u32, name: &str| {
        nodes.get(i).expect("there").unchecked_into::<Element>().get_attribute(name).expect("set")
    };
    page.drag_to(8);
    until("the first marker arrives", || attribute(&markers, 0, "x") == "100.00%").await;
    assert_eq!((attribute(&markers, 1, "x"), attribute(&markers, 2, "x")), ("0.00%".into(), "14.29%".into()));
}

#[wasm_bindgen_test]
fn no_element_has_an_inline_style() {
    let page = Page::mount(|| {
        view! {
            <LoRaRankExplorer target_matrix=[[1.0], [f64::NAN]] />
            <LoRaRankExplorer
                axes=Axes::new().residual_scale(ResidualScale::Log)
                compare=Comparison::of("own").with("other", Spectrum::new(2, 2, vec![2.0, 1.0]).expect("a spectrum"))
                cost=ShowCost::of(RankCost::of)
                markers=RankSuggestion::ALL
                numbers=Numbers::new().input().table()
                pointing=Pointing::new()
                targets=[RankRule::energy_at_least(0.9), RankRule::energy_at_least(2.0)]
            />
        }
    });
    for part in ["note", "axis-break", "legend", "break-even", "markers", "data", "number-input", "targets"] {
        page.part(part);
    }
    assert!(page.try_find("[style]").is_none() && page.try_find("style").is_none());
}

#[wasm_bindgen_test]
fn five_hundred_ranks_have_few_labels() {
    let diagonal = |i: usize| (0..512).map(|j| if i == j { 1.0 / (1.0 + j as f64) } else { 0.0 }).collect::<Vec<f64>>();
    let rows: Vec<_> = (0..512).map(diagonal).collect();
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
    assert_eq!(page.slider().max(), "512");
    let labels = page.root.query_selector_all("[data-part=axes] text[text-anchor=middle]").expect("valid").length();
    assert!((4..=9).contains(&labels), "{labels} labels");
}
