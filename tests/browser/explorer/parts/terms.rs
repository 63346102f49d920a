//! The explained words.

use browser_tests::{Page, texts, until};
use leptos::prelude::*;
use lora_rank_explorer::{Label, Labels, LoRaRankExplorer, Metric, RankSuggestion, Term};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn each_term_has_its_name_its_formula_and_a_sentence() {
    let metric = RwSignal::new(Metric::Frobenius);
    let page = Page::mount(move || view! { <LoRaRankExplorer metric terms=Term::READOUT /> });
    assert_eq!(page.find("[data-part=terms] > *").tag_name(), "SUMMARY", "a disclosure, which keys open");
    assert_eq!(texts(&page, "[data-part=terms] dt"), ["Frobenius residual", "captured energy"]);
    assert!(texts(&page, "[data-part=terms] dd")[1].contains("not how accurate the model is"));
    metric.set(Metric::Spectral);
    until("the other norm", || texts(&page, "[data-part=terms] dt")[0] == "Spectral residual").await;
    assert_eq!(texts(&page, "[data-part=formula]")[0], Term::Residual.formula(Metric::Spectral));
}

#[wasm_bindgen_test]
fn every_suggestion_is_explained_and_can_be_translated() {
    let labels = Labels::new(|label| match label {
        Label::Terms => Some("Begriffe".into()),
        Label::Suggestion(RankSuggestion::Knee) => Some("Knie".into()),
        Label::Meaning { term: Term::Suggestion(RankSuggestion::Knee), .. } => Some("Danach lohnt es weniger.".into()),
        _ => None,
    });
    let page = Page::mount(move || view! { <LoRaRankExplorer terms=RankSuggestion::ALL labels /> });
    let names = texts(&page, "[data-part=terms] dt");
    assert_eq!(names.len(), RankSuggestion::ALL.len());
    assert_eq!(names[..2], ["Knie", "largest gap"]);
    assert_eq!(page.find("[data-part=terms] summary").text_content().as_deref(), Some("Begriffe"));
    let sentences = texts(&page, "[data-part=terms] dd");
    assert!(sentences[0].ends_with("Danach lohnt es weniger."), "{}", sentences[0]);
    assert!(sentences.iter().all(|sentence| sentence.ends_with('.')));
}
