//! A target that is not there yet, or that could not be had.

use browser_tests::{Page, frame, texts, until};
use leptos::prelude::*;
use lora_rank_explorer::{
    Comparison, Label, Labels, LoRaRankExplorer, Matrix, NoiseFloor, Numbers, OPTIONAL_PARTS_STYLESHEET, Observations,
    Pointing, RankCost, RankRule, RankSuggestion, STYLESHEET, ShowCost, Spectrum,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

fn harmonic(size: u32) -> Spectrum {
    let values = (1..=size).map(|j| f64::from(size) / f64::from(j)).collect();
    Spectrum::new(size as usize, size as usize, values).expect("a spectrum")
}

/// An explorer with every part.
fn explorer(spectrum: RwSignal<Option<Spectrum>>) -> impl IntoView {
    view! {
        <style>{STYLESHEET}{OPTIONAL_PARTS_STYLESHEET}</style>
        <LoRaRankExplorer
            spectrum
            default_r=5
            compare=Comparison::of("own").with("other", harmonic(8))
            pointing=Pointing::new()
            targets=[RankRule::energy_at_least(0.9)]
            markers=RankSuggestion::ALL
            cost=ShowCost::of(RankCost::of)
            noise_floor=NoiseFloor::new().frobenius(0.5)
            observations=Observations::new("accuracy", [(1, 0.3), (5, 0.7)]).expect("scores")
            numbers=Numbers::new().input().table()
        />
    }
}

fn busy(page: &Page) -> Option<String> {
    page.find(".lora-rank-explorer").get_attribute("aria-busy")
}

fn is_drawn(page: &Page) -> bool {
    page.find("[data-part=plot-area] > g[visibility]").get_attribute("visibility").as_deref() == Some("visible")
}

/// The texts that tell something of the target.
fn told(page: &Page) -> Vec<String> {
    let parts = [
        "caption",
        "residual",
        "captured-energy",
        "parameters",
        "bytes",
        "share",
        "noise-floor-value",
        "observed-score",
    ];
    let mut told: Vec<String> = parts.iter().map(|part| page.text(part)).collect();
    told.extend(texts(page, "[data-part=legend] li"));
    told.extend(texts(page, "[data-part=markers] li"));
    told.extend(texts(page, "[data-part=targets] li"));
    told.extend(texts(page, "td"));
    told.push(page.slider().get_attribute("aria-valuetext").unwrap_or_default());
    told
}

#[wasm_bindgen_test]
async fn before_its_target_is_there_an_explorer_is_an_empty_busy_frame_without_a_number() {
    let spectrum = RwSignal::new(None);
    let page = Page::mount(move || explorer(spectrum));
    frame().await;
    assert_eq!(busy(&page).as_deref(), Some("true"));
    assert!(!is_drawn(&page));
    assert_eq!(page.text("axes"), "Loading…");
    assert_eq!(page.text("caption"), "Loading…");
    assert!(page.try_find("[data-part=mark], [data-part=break-even], [data-letter]:not(li *)").is_none());
    // `PEFT 0.9` and `99%` are names, not numbers of this target.
    for text in told(&page) {
        assert!(text.ends_with('–') || text == "Loading…", "{text}");
    }
}

#[wasm_bindgen_test]
async fn a_frame_is_as_high_before_its_target_is_there_as_after() {
    let spectrum = RwSignal::new(None);
    let page = Page::mount(move || {
        view! { <style>{STYLESHEET}</style> <LoRaRankExplorer spectrum /> }
    });
    frame().await;
    let height = || page.find(".lora-rank-explorer").get_bounding_client_rect().height();
    let before = height();
    spectrum.set(Some(harmonic(64)));
    until("the curve is drawn", || is_drawn(&page)).await;
    assert!(before > 200.0);
    assert_eq!(height(), before);
}

#[wasm_bindgen_test]
async fn the_target_is_shown_once_it_is_there_at_the_rank_that_was_asked_for() {
    let spectrum = RwSignal::new(None);
    let page = Page::mount(move || explorer(spectrum));
    frame().await;
    spectrum.set(Some(harmonic(64)));
    until("rank 5 is shown", || page.shows(5)).await;
    assert_eq!((busy(&page).as_deref(), is_drawn(&page)), (Some("false"), true));
    let fresh = Page::mount(|| explorer(RwSignal::new(Some(harmonic(64)))));
    until("rank 5 is shown", || fresh.shows(5)).await;
    assert_eq!(told(&page), told(&fresh));
    assert_eq!(page.text("axes"), fresh.text("axes"));
}

#[wasm_bindgen_test]
async fn rank_and_focus_survive_while_the_next_target_is_on_its_way() {
    let spectrum = RwSignal::new(Some(harmonic(64)));
    let page = Page::mount(move || explorer(spectrum));
    frame().await;
    page.drag_to(40);
    until("rank 40 is shown", || page.shows(40)).await;
    let field: HtmlElement = page.find("input[type=number]").unchecked_into();
    for element in [page.slider().unchecked_into::<HtmlElement>(), field] {
        element.focus().expect("it can have the focus");
        spectrum.set(None);
        until("the frame is empty", || !is_drawn(&page)).await;
        let has_focus = || document().active_element().as_ref() == Some(element.as_ref());
        assert!(has_focus(), "the focus stays while the target is away");
        for text in told(&page) {
            assert!(text.ends_with('–') || text == "Loading…", "{text} is of the target before");
        }
        spectrum.set(Some(harmonic(48)));
        until("rank 40 is shown", || page.shows(40) && page.slider().max() == "48").await;
        assert!(has_focus(), "the focus stays when the next target comes");
        spectrum.set(Some(harmonic(64)));
        until("rank 40 is shown", || page.shows(40)).await;
    }
}

#[wasm_bindgen_test]
async fn an_error_is_said_in_a_note_and_no_number_stands_beside_it() {
    let spectrum = RwSignal::new(Some(Ok::<Spectrum, String>(harmonic(8))));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum /> });
    frame().await;
    spectrum.set(Some(Err("no connection".to_owned())));
    until("the note is shown", || page.text("note") == "The spectrum cannot be shown: no connection. ").await;
    assert_eq!(busy(&page).as_deref(), Some("false"));
    assert!(!is_drawn(&page));
    assert_eq!((page.text("axes").as_str(), page.text("residual").as_str()), ("No spectrum", "–"));
    until("it is announced", || page.text("summary") == "The spectrum cannot be shown: no connection. No spectrum")
        .await;
    spectrum.set(Some(Ok(harmonic(8))));
    until("the curve is drawn", || is_drawn(&page)).await;
    assert!(page.part("note").has_attribute("hidden"));
}

#[wasm_bindgen_test]
async fn rows_may_come_later_too() {
    let rows = RwSignal::new(None::<Vec<Vec<f32>>>);
    let page = Page::mount(move || {
        let never: Option<Matrix> = None;
        view! {
            <LoRaRankExplorer target_matrix=move || rows.get() />
            <p id="plain">
                <LoRaRankExplorer target_matrix=never />
            </p>
        }
    });
    frame().await;
    assert_eq!(page.text("caption"), "Loading…");
    assert_eq!(texts(&page, "#plain [data-part=axes]"), ["Loading…"]);
    rows.set(Some(vec![vec![4.0, 0.0], vec![0.0, 3.0]]));
    until("the residual is shown", || page.text("residual") == "3.000").await;
    rows.set(Some(Vec::new()));
    until("the note is shown", || page.text("note").starts_with("Invalid target matrix: the matrix has no rows."))
        .await;
}

#[wasm_bindgen_test]
async fn a_local_resource_is_a_target() {
    let page = Page::mount(|| {
        let spectrum = LocalResource::new(|| async {
            browser_tests::frame().await;
            Spectrum::new(2, 2, vec![4.0, 3.0])
        });
        view! { <LoRaRankExplorer spectrum /> }
    });
    assert_eq!(page.text("caption"), "Loading…");
    until("the residual is shown", || page.text("residual") == "3.000").await;
}

#[wasm_bindgen_test]
async fn a_page_s_labels_also_come_from_the_context() {
    let page = Page::mount(|| {
        provide_context(Labels::new(|label| match label {
            Label::Loading => Some("Lädt …".into()),
            Label::Rank => Some("Rang".into()),
            _ => None,
        }));
        let own = Labels::new(|label| matches!(label, Label::Rank).then(|| "rang".into()));
        let never: Option<Spectrum> = None;
        view! {
            <LoRaRankExplorer spectrum=never.clone() />
            <p id="own">
                <LoRaRankExplorer spectrum=never labels=own />
            </p>
        }
    });
    frame().await;
    assert_eq!((page.text("axes").as_str(), page.text("slider-label").as_str()), ("Lädt …", "Rang"));
    assert_eq!(texts(&page, "#own [data-part=axes]"), ["Loading…"], "the prop wins");
}
