//! Invalid targets: the explorer shows the default and says so.

use browser_tests::{Page, Spy, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn an_invalid_target_shows_the_default_and_says_where_it_is_wrong() {
    let ragged = vec![vec![1.0, 2.0], vec![3.0]];
    let not_finite = vec![vec![1.0, 2.0], vec![3.0, f64::INFINITY]];
    for (rows, place) in [
        (vec![], "the matrix has no rows"),
        (ragged, "row 2 has 1 entry where row 1 has 2"),
        (not_finite, "the entry in row 2, column 2 is infinite"),
    ] {
        let warnings = Spy::on_console_warn();
        let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
        let note = format!("Invalid target matrix: {place}. Showing the default matrix instead.");
        assert_eq!(page.text("note").trim(), note);
        assert!(page.text("summary").starts_with(&note), "{}", page.text("summary"));
        assert_eq!((page.text("residual").as_str(), page.text("caption").as_str()), ("4.572", "8×8 · Frobenius · r=1"));
        frame().await;
        page.drag_to(3);
        until("the slider works", || page.shows(3)).await;
        assert_eq!(warnings.calls(), [format!("<LoRaRankExplorer>: {note} ")], "one warning, which names the location");
    }
}

#[wasm_bindgen_test]
async fn the_note_disappears_once_the_target_is_valid() {
    let rows = RwSignal::new(vec![vec![1.0], vec![f64::NAN]]);
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
    assert!(page.text("note").contains("row 2, column 1 is NaN"));
    rows.set(vec![vec![3.0, 0.0], vec![0.0, 4.0]]);
    until("the new target is shown", || page.text("residual") == "3.000").await;
    assert_eq!(page.text("note"), "");
}

#[wasm_bindgen_test]
fn extreme_targets_have_finite_short_readouts() {
    for (rows, residual, energy) in [
        (vec![vec![0.0; 3]; 2], "0.000", "–"),
        (vec![vec![7.0]], "0.000", "100.0%"),
        (vec![vec![4e300, 0.0], vec![0.0, 3e300]], "3.000e300", "64.0%"),
        (vec![vec![4e-300, 0.0], vec![0.0, 3e-300]], "3.000e-300", "64.0%"),
    ] {
        let page = Page::mount({
            let rows = rows.clone();
            move || view! { <LoRaRankExplorer target_matrix=rows /> }
        });
        assert_eq!(
            (page.text("residual").as_str(), page.text("captured-energy").as_str()),
            (residual, energy),
            "{rows:?}"
        );
        let html = page.root.inner_html();
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
    }
}

#[wasm_bindgen_test]
async fn a_matrix_that_holds_the_page_is_named_on_the_console() {
    let warnings = Spy::on_console_warn();
    let _small = Page::mount(|| view! { <LoRaRankExplorer target_matrix=vec![vec![0.0; 512]; 512] /> });
    let _large = Page::mount(|| view! { <LoRaRankExplorer target_matrix=vec![vec![0.0; 512]; 513] /> });
    frame().await;
    let [warning] = &warnings.calls()[..] else { panic!("{:?}", warnings.calls()) };
    assert!(warning.contains("target_matrix is 513×512") && warning.contains("use_solver"), "{warning}");
}

#[wasm_bindgen_test]
async fn a_zero_matrix_says_why_it_has_no_energy() {
    let rows = RwSignal::new(vec![vec![0.0; 3]; 2]);
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
    assert_eq!(page.text("captured-energy"), "–");
    assert_eq!(page.text("caption"), "2×3 · Frobenius · r=1 · W is zero: no energy to capture");
    assert_eq!(page.slider().get_attribute("aria-valuetext").as_deref(), Some("rank 1, residual 0.000, W is zero"));
    rows.set(vec![vec![3.0, 0.0], vec![0.0, 4.0]]);
    until("the new target is shown", || page.text("caption") == "2×2 · Frobenius · r=1").await;
}
