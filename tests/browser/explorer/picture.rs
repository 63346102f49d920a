//! The curve as it is: dots, steps, what is kept, and numbers where the cursor meets the axes.

use browser_tests::{Clock, Page, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{Axes, LoRaRankExplorer, Metric, ResidualView, Spectrum, Spring, Transition};
use wasm_bindgen_test::wasm_bindgen_test;

fn spectrum(values: Vec<f64>) -> Spectrum {
    Spectrum::new(values.len(), values.len(), values).expect("a spectrum")
}

/// 64 × 64, with four known singular values.
fn partial() -> Spectrum {
    Spectrum::leading(64, 64, vec![8.0, 4.0, 2.0, 1.0], None).expect("a spectrum")
}

fn percent(page: &Page, part: &str, name: &str) -> f64 {
    page.attribute(part, name).trim_end_matches('%').parse().expect("a percentage")
}

/// The points of a path, in percent of the plot.
fn points(page: &Page, part: &str) -> Vec<(f64, f64)> {
    let path = page.attribute(part, "d").replace("h0", "");
    let point = |point: &str| {
        let (x, y) = point.split_once(' ')?;
        Some((x.parse::<f64>().ok()? / 10.0, y.parse::<f64>().ok()? / 10.0))
    };
    path.split(['M', 'L']).filter_map(point).collect()
}

#[wasm_bindgen_test]
fn every_rank_has_a_dot_on_the_curve_while_there_is_room() {
    for (ranks, dots) in [(1, 1), (8, 8), (32, 32), (33, 0)] {
        for metric in [Metric::Frobenius, Metric::Spectral] {
            let values: Vec<f64> = (0..ranks).map(|j| 9.0 / f64::from(j + 1)).collect();
            let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum(values) metric /> });
            let (found, curve) = (points(&page, "dots"), points(&page, "curve"));
            assert_eq!(found.len(), dots, "{ranks} ranks, {metric}");
            assert!(found.iter().all(|dot| curve.contains(dot)), "{ranks} ranks, {metric}: {found:?} on {curve:?}");
        }
    }
}

#[wasm_bindgen_test]
fn the_spectral_curve_has_true_steps() {
    let page =
        Page::mount(|| view! { <LoRaRankExplorer spectrum=spectrum(vec![4.0, 2.0, 1.0]) metric=Metric::Spectral /> });
    let curve = points(&page, "curve");
    assert_eq!(curve.len(), 5, "3 ranks and 2 steps: {curve:?}");
    for step in curve.windows(2) {
        assert!(step[0].0 == step[1].0 || step[0].1 == step[1].1, "neither level nor upright: {step:?}");
    }
}

#[wasm_bindgen_test]
async fn what_is_kept_ends_at_the_cursor() {
    let page = Page::mount(|| view! { <LoRaRankExplorer transition=Transition::Instant /> });
    for rank in [8, 1, 5] {
        page.drag_to(rank);
        until("the rank is shown", || page.shows(rank)).await;
        let end = page.attribute("kept", "points").split(' ').nth(4).unwrap_or_default().to_owned();
        assert!((end.parse::<f64>().expect("an x") / 10.0 - page.marker()).abs() < 0.06, "{end}");
        let number = page.root.query_selector("[data-part=at-rank] > [data-part=rank-on-axis]:not([x])");
        assert!(number.expect("valid").is_some(), "the rank stands where the cursor is");
    }
}

#[wasm_bindgen_test]
async fn rank_and_residual_stand_where_the_cursor_meets_the_axes() {
    let view = RwSignal::new(ResidualView::Absolute);
    let axes = move || Axes::new().residual_view(view.get());
    let page = Page::mount(move || view! { <LoRaRankExplorer axes default_r=2 transition=Transition::Instant /> });
    let shown = || (page.text("rank-on-axis"), page.text("residual-on-axis"));
    assert_eq!(shown(), ("2".into(), "0.643".into()));
    assert_eq!(percent(&page, "residual-on-axis", "y"), percent(&page, "marker", "cy"));
    view.set(ResidualView::Percent);
    until("percent, as the ticks", || shown().1.starts_with("4.2")).await;
    page.drag_to(8);
    until("an exact zero", || shown() == ("8".into(), "0".into()) || shown().1.contains("e-")).await;
}

#[wasm_bindgen_test]
async fn a_residual_that_is_a_range_is_drawn_as_a_range() {
    let target = RwSignal::new(partial());
    let page =
        Page::mount(move || view! { <LoRaRankExplorer spectrum=target default_r=2 transition=Transition::Instant /> });
    let ends = points(&page, "range");
    assert!(ends[0].1 + 1.0 < ends[1].1, "{ends:?}");
    assert!((ends[0].1 - percent(&page, "marker", "cy")).abs() < 0.06, "{ends:?}");
    assert!(page.text("residual-on-axis").starts_with('≤'), "{}", page.text("residual-on-axis"));
    assert!(page.attribute("band", "d").starts_with('M') && page.attribute("band-low", "d").starts_with('M'));
    target.set(spectrum(vec![8.0, 4.0, 2.0, 1.0]));
    until("a number again", || {
        !page.text("residual-on-axis").starts_with('≤') && page.attribute("range", "d").is_empty()
    })
    .await;
}

#[wasm_bindgen_test]
async fn with_one_rank_there_is_nothing_to_slide() {
    let target = RwSignal::new(spectrum(vec![3.0]));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=target /> });
    let disabled = || page.slider().get_attribute("aria-disabled");
    assert_eq!(disabled().as_deref(), Some("true"));
    target.set(spectrum(vec![3.0, 1.0]));
    until("two ranks", || disabled().as_deref() == Some("false")).await;
}

#[wasm_bindgen_test]
async fn a_curve_is_never_drawn_over_axes_that_are_not_its_own() {
    let clock = Clock::take_over();
    let target = RwSignal::new(spectrum((0..8).map(|j| 8.0 - f64::from(j)).collect()));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=target default_r=3 /> });
    settle().await;
    let old = points(&page, "curve");
    let (rank, top) = (percent(&page, "at-rank", "x") / 100.0 * 7.0 + 1.0, 15.0);
    assert!(page.text("axes").contains("15"), "{}", page.text("axes"));

    target.set(spectrum((0..64).map(|j| 64.0 - f64::from(j)).collect()));
    settle().await;
    // 64 ranks, and residuals up to 300.
    let ticks = page.text("axes");
    assert!(ticks.contains("64") && ticks.contains("300"), "{ticks}");
    let (x, new) = (percent(&page, "at-rank", "x"), points(&page, "curve"));
    assert!((x - (rank - 1.0) / 63.0 * 100.0).abs() < 0.01, "the marker is still at rank {rank}: {x}");
    let height = |curve: &[(f64, f64)], top: f64| top * (100.0 - curve[0].1) / 100.0;
    assert!((height(&new, 300.0) - height(&old, top)).abs() < 0.5, "and the curve at the residuals that it had");
    for _ in 0..200 {
        clock.frame_after(16.0).await;
    }
    assert_eq!(points(&page, "curve").len(), 64);
    assert!(page.shows(3));
}

#[wasm_bindgen_test]
async fn a_change_of_the_transition_takes_effect_with_the_next_move() {
    let (clock, transition) = (Clock::take_over(), RwSignal::new(Transition::Instant));
    let page = Page::mount(move || view! { <LoRaRankExplorer transition /> });
    settle().await;
    page.drag_to(8);
    settle().await;
    assert!(page.shows(8));
    transition.set(Spring::SNAP.into());
    settle().await;
    assert_eq!(clock.waiting().0, 0, "the change itself moves nothing");
    page.drag_to(1);
    settle().await;
    clock.frame_after(16.0).await;
    assert!(page.marker() > 50.0 && page.marker() < 100.0, "on its way: {}", page.marker());
}

#[wasm_bindgen_test]
async fn the_marker_s_numbers_cover_no_label_in_part() {
    let page = Page::mount(|| {
        let harmonic = spectrum((1..=64).map(|j| 1.0 / f64::from(j)).collect());
        view! { <div style="width: 640px"><LoRaRankExplorer spectrum=harmonic transition=Transition::Instant /></div> }
    });
    for rank in (2..=64).chain([1]) {
        page.drag_to(rank);
        until("the rank is shown", || page.shows(rank)).await;
        for (number, ticks) in [("residual-on-axis", "residual-ticks"), ("rank-on-axis", "rank-ticks")] {
            let number = page.part(number).get_bounding_client_rect();
            let labels = page.part(ticks).children();
            for i in 0..labels.length() {
                let label = labels.item(i).expect("a label");
                let at = label.get_bounding_client_rect();
                // A box has room around its digits, and that of the number its halo, too.
                let apart = at.right() < number.left() + 6.0
                    || number.right() < at.left() + 6.0
                    || at.bottom() < number.top() + 6.0
                    || number.bottom() < at.top() + 6.0;
                let is_hidden = label.get_attribute("visibility").as_deref() == Some("hidden");
                assert!(apart || is_hidden, "rank {rank} covers {:?}", label.text_content());
            }
        }
    }
    let hidden = page.root.query_selector_all("[data-part=axes] [visibility=hidden]").expect("valid");
    assert!(hidden.length() <= 2, "what is no longer covered is shown again");
}
