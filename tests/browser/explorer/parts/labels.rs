//! Translated texts.

use browser_tests::{Clock, Page, Spy, frame, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Comparison, Label, Labels, LoRaRankExplorer, Numbers, Pointing, Quantity, RankCost, RankMarker, RankRule,
    RankSuggestion, ResidualView, ShowCost, Spectrum,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Node};

use browser_tests::texts;

/// Every text below `root` that a person can see or that a screen reader speaks.
fn all_texts(root: &Node) -> Vec<String> {
    let mut found = Vec::new();
    if root.node_type() == Node::TEXT_NODE {
        found.extend(root.text_content());
    } else if let Some(element) = root.dyn_ref::<Element>() {
        found.extend(
            ["aria-label", "aria-valuetext", "aria-description", "title", "placeholder", "alt"]
                .iter()
                .filter_map(|name| element.get_attribute(name)),
        );
    }
    let children = root.child_nodes();
    (0..children.length()).filter_map(|i| children.get(i)).for_each(|child| found.extend(all_texts(&child)));
    found
}

/// Formulas are the same in every language.
const FORMULAS: [&str; 4] = ["‖W − BA‖", "F", "σ", "r+1"];

fn without_words(label: Label) -> Option<String> {
    Some(match label {
        Label::Title => "①".into(),
        _ => "②".into(),
    })
}

fn with_every_part(labels: Labels, spectrum: Option<Spectrum>) -> Page {
    Page::mount(move || {
        let (targets, markers) = (
            [RankRule::energy_at_least(0.95), RankRule::energy_at_least(2.0)],
            [RankMarker::at("named", 0), RankSuggestion::Knee.into(), RankSuggestion::NoiseThreshold.into()],
        );
        let numbers = Numbers::new().input().table();
        match spectrum {
            Some(spectrum) => view! {
                <LoRaRankExplorer spectrum labels targets markers numbers pointing=Pointing::new() cost=ShowCost::of(RankCost::of) />
            }
            .into_any(),
            None => view! {
                <LoRaRankExplorer
                    target_matrix=vec![vec![1.0], vec![]]
                    labels
                    targets
                    markers
                    numbers
                    pointing=Pointing::new()
                    cost=RankCost::new(0, 3)
                />
            }
            .into_any(),
        }
    })
}

#[wasm_bindgen_test]
async fn every_text_and_every_number_comes_from_the_callbacks() {
    let partial = Spectrum::leading(64, 64, vec![4.0, 3.0, 2.0, 0.5], None).expect("a spectrum");
    for spectrum in [Some(partial), None] {
        let labels = Labels::new(without_words).numbers(|_| Some("③".into()));
        let page = with_every_part(labels, spectrum);
        frame().await;
        let field = page.find("input[type=number]");
        field.dispatch_event(&web_sys::Event::new("change").expect("an event")).expect("sent");
        field.unchecked_into::<web_sys::HtmlInputElement>().set_value("-1");
        page.find("input[type=number]")
            .dispatch_event(&web_sys::Event::new("change").expect("an event"))
            .expect("sent");
        until("the message", || texts(&page, "[data-part=number-input] [data-part=problem]") == ["②"]).await;
        let texts = all_texts(&page.root);
        assert!(texts.len() > 30, "{texts:?}");
        for text in texts {
            let has_words = text.chars().any(char::is_alphabetic) && !FORMULAS.contains(&text.trim());
            // Ranks are not formatted: they are plain whole numbers in every notation.
            let has_other_numbers =
                text.chars().any(|letter| letter.is_ascii_digit()) && text.parse::<usize>().is_err();
            assert!(!has_words && !has_other_numbers, "`{text}` does not come from a callback");
        }
    }
}

#[wasm_bindgen_test]
fn problems_and_the_name_of_the_residual_come_from_the_callbacks() {
    let page = Page::mount(|| {
        let labels = Labels::new(|label| match label {
            Label::InvalidAxes { reason, .. } => Some(format!("①{}", reason.len())),
            Label::InvalidComparison { reason, .. } => Some(format!("②{}", reason.len())),
            Label::Residual { metric, name, .. } => Some(format!("③{metric}, {name}")),
            _ => None,
        });
        let spectrum = || Spectrum::new(2, 2, vec![4.0, 3.0]).expect("a spectrum");
        let compare = (0..7).fold(Comparison::of("own"), |all, i| all.with(i.to_string(), spectrum()));
        let axes = Axes::new().residual_view(ResidualView::Relative).max_rank(0);
        view! { <LoRaRankExplorer spectrum=spectrum() labels compare axes /> }
    });
    let axes = "the axis ends at rank 0, and ranks start at 1. The default is used instead.";
    let comparison = "at most 6 spectra can be compared; left out: 6";
    let expected = [format!("①{}", axes.len()), format!("②{}", comparison.len())];
    assert_eq!(texts(&page, "[data-part=problem]"), expected);
    assert_eq!(texts(&page, "[data-part=readout] dt")[0], "③frobenius, relative residual");
}

#[wasm_bindgen_test]
fn texts_that_the_callbacks_leave_out_stay_english() {
    let page = with_every_part(Labels::new(|_| None).numbers(|_| None), None);
    let english = Page::mount(|| view! { <LoRaRankExplorer target_matrix=vec![vec![1.0], vec![]] /> });
    for part in ["title", "caption", "note", "residual", "summary", "axis-label"] {
        assert_eq!(page.text(part), english.text(part), "{part}");
    }
    assert_eq!(page.attribute("plot", "aria-label"), english.attribute("plot", "aria-label"));
}

#[wasm_bindgen_test]
async fn markup_in_a_label_is_shown_as_text() {
    const HOSTILE: &str = "<b>&\"']]>";
    let console = Spy::on_console_warn();
    let partial = Spectrum::leading(64, 64, vec![4.0, 3.0, 2.0, 0.5], None).expect("a spectrum");
    for spectrum in [Some(partial), None] {
        let labels = Labels::new(|_| Some(HOSTILE.into())).numbers(|_| Some(HOSTILE.into()));
        let page = with_every_part(labels, spectrum);
        frame().await;
        assert!(page.try_find("b").is_none(), "{}", page.root.inner_html());
        assert_eq!(page.attribute("plot", "aria-label"), HOSTILE);
        assert!(texts(&page, "[data-part=axes] text").iter().any(|text| text.starts_with(HOSTILE)));
        assert_eq!((page.text("title"), page.text("residual")), (HOSTILE.into(), HOSTILE.into()));
        assert_eq!(page.attribute("targets", "aria-label"), HOSTILE);
    }
    assert!(console.calls().iter().all(|warning| warning.starts_with("<LoRaRankExplorer>: ")));
}

#[wasm_bindgen_test]
fn markup_in_the_name_of_a_marker_is_shown_as_text() {
    let page = Page::mount(|| {
        let markers = [RankMarker::at("<b>&", 3), RankMarker::at("<i>", 0)];
        view! { <LoRaRankExplorer markers /> }
    });
    assert_eq!(texts(&page, "[data-part=markers] li"), ["<b>& → r = 3", "<i>: r = 0 is not a rank"]);
}

#[wasm_bindgen_test]
async fn texts_follow_the_signals_that_the_callbacks_read() {
    let word = RwSignal::new("eins");
    let labels = Labels::new(move |_| Some(word.get().into())).numbers(move |quantity| match quantity {
        Quantity::Share(_) => None,
        _ => Some(word.get().into()),
    });
    let clock = Clock::take_over();
    let page = with_every_part(labels, Some(Spectrum::new(8, 8, vec![2.0; 8]).expect("a spectrum")));
    settle().await;
    let shown = |word: &str| all_texts(&page.root).iter().filter(|text| text.contains(word)).count();
    let before = shown("eins");
    assert!(before > 30, "{before}");
    word.set("zwei");
    settle().await;
    assert_eq!((shown("eins"), shown("zwei")), (1, before - 1), "the live region waits for a pause");
    clock.frame_after(500.0).await;
    assert_eq!((shown("eins"), shown("zwei")), (0, before));
}
