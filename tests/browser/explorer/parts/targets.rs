//! Rules as buttons and marks.

use browser_tests::{Page, Spy, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric, RankRule, RankTarget, Spectrum, Transition};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Told, click};
use browser_tests::texts;

const ROWS: &str = "[data-part=targets] li";
const BUTTON: &str = "[data-part=targets] button";

fn spectrum(values: Vec<f64>) -> Spectrum {
    Spectrum::new(values.len(), values.len(), values).expect("a spectrum")
}

#[wasm_bindgen_test]
async fn a_target_sets_its_rank_and_reports_it_once() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer
                targets=[RankRule::energy_at_least(0.95)]
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    });
    assert_eq!(texts(&page, ROWS), ["PEFT 0.95 → r = 2"]);
    assert_eq!(page.find(BUTTON).get_attribute("type").as_deref(), Some("button"), "it does not submit a form");
    click(&page, BUTTON);
    until("everything shows rank 2", || page.shows(2)).await;
    assert_eq!(told.so_far(), (vec![2], vec![2]));
}

#[wasm_bindgen_test]
async fn the_target_at_the_chosen_rank_is_marked_as_current() {
    let rules = [RankRule::energy_at_least(0.95), RankRule::energy_at_least(0.9)];
    let page = Page::mount(move || view! { <LoRaRankExplorer targets=rules default_r=2 /> });
    let current = || texts(&page, "[data-part=targets] button[aria-current=true]");
    assert_eq!(current(), ["PEFT 0.95 → r = 2"]);
    page.drag_to(5);
    until("no target is current", || current().is_empty()).await;
    page.drag_to(1);
    until("the other target is current", || current() == ["PEFT 0.9 → r = 1"]).await;
}

#[wasm_bindgen_test]
async fn a_parent_that_refuses_a_target_keeps_its_rank() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer
                r=4usize
                targets=[RankRule::energy_at_least(0.95)]
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    });
    click(&page, BUTTON);
    frame().await;
    assert!(page.shows(4));
    assert_eq!(told.so_far(), (vec![2], vec![4]), "the committed rank is the current one");
}

#[wasm_bindgen_test]
fn a_rule_that_does_not_apply_says_why_instead_of_offering_a_button() {
    let zero = spectrum(vec![0.0, 0.0]);
    let rules = [RankRule::relative_residual(0.1), RankRule::at_most_bytes(3, 2)];
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=zero targets=rules /> });
    let rows = texts(&page, "[data-part=targets] [data-part=no-rank]");
    assert!(rows[0].ends_with("every singular value is 0"), "{rows:?}");
    assert!(rows[1].ends_with("rank 1 needs 8 bytes, more than 3"), "{rows:?}");
    assert!(page.try_find(BUTTON).is_none());
    assert!(page.try_find("[data-part=mark]").is_none(), "and it has no mark");
}

#[wasm_bindgen_test]
async fn an_invalid_rule_shows_its_reason_and_warns_once_while_the_rest_works() {
    let warnings = Spy::on_console_warn();
    let target = RwSignal::new(spectrum(vec![5.0, 1.0, 0.5]));
    let page = Page::mount(move || {
        let rules = [
            RankRule::energy_at_least(1.5),
            RankRule::at_most_bytes(0, 2),
            RankRule::residual_of_base(0.1, f64::NAN),
            RankRule::energy_at_least(0.99),
        ];
        view! { <LoRaRankExplorer spectrum=target targets=rules /> }
    });
    let reasons = [
        "PEFT: the threshold is 1.5, and must be above 0 and at most 1",
        "the budget is 0 bytes",
        "the base norm is NaN, and must be above 0 and finite",
    ];
    assert_eq!(texts(&page, ROWS)[..3], reasons);
    frame().await;
    let warning = [format!("<LoRaRankExplorer>: targets: {}", reasons.join("; "))];
    assert_eq!(warnings.calls(), warning);
    click(&page, BUTTON);
    until("the valid rule works", || page.text("slider-value") == "2").await;
    target.set(spectrum(vec![5.0, 5.0, 5.0, 0.1]));
    until("another spectrum", || page.slider().max() == "4").await;
    frame().await;
    assert_eq!(warnings.calls(), warning, "another spectrum does not repeat the warning");
}

#[wasm_bindgen_test]
fn at_a_tie_peft_and_scikit_learn_differ_by_one() {
    let rules = [RankRule::energy_at_least(0.5), RankRule::energy_above(0.5)];
    let even = spectrum(vec![1.0; 4]);
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=even targets=rules /> });
    assert_eq!(texts(&page, ROWS), ["PEFT 0.5 → r = 2", "scikit-learn PCA 0.5 → r = 3"]);
}

/// x and y in percent of the plot.
type Points = Vec<(f64, f64)>;

/// The points of the marks, and the points of the curve at `ranks`.
pub(super) fn marks_and_curve(page: &Page, ranks: &[usize]) -> (Points, Points) {
    let found = page.root.query_selector_all("[data-part=mark]").expect("a valid selector");
    let percent = |i: u32, name: &str| -> f64 {
        use wasm_bindgen::JsCast;
        let mark: web_sys::Element = found.get(i).expect("a mark").unchecked_into();
        mark.get_attribute(name).expect("a place").trim_end_matches('%').parse().expect("a number")
    };
    let marks = (0..found.length()).map(|i| (percent(i, "x"), percent(i, "y"))).collect();
    let path = page.attribute("curve", "d");
    let mut vertices: Points = path[1..]
        .split('L')
        .filter_map(|vertex| {
            let (x, y) = vertex.split_once(' ')?;
            Some((x.parse::<f64>().ok()? / 10.0, y.parse::<f64>().ok()? / 10.0))
        })
        .collect();
    // The end of a step stands for its rank.
    vertices.dedup_by(|end, start| {
        start.0 == end.0 && {
            *start = *end;
            true
        }
    });
    (marks, ranks.iter().map(|rank| vertices[rank - 1]).collect())
}

fn stand_on_the_curve(page: &Page, ranks: &[usize]) -> bool {
    let (marks, curve) = marks_and_curve(page, ranks);
    let near = |(mark, vertex): (&(f64, f64), &(f64, f64))| {
        (mark.0 - vertex.0).abs() < 0.06 && (mark.1 - vertex.1).abs() < 0.06
    };
    marks.len() == curve.len() && marks.iter().zip(&curve).all(near)
}

#[wasm_bindgen_test]
async fn marks_lie_on_the_curve_for_every_target_and_metric() {
    let (target, metric) = (RwSignal::new(spectrum(vec![5.0, 2.0, 1.0, 0.5])), RwSignal::new(Metric::Frobenius));
    let page = Page::mount(move || {
        let rules = [RankRule::energy_at_least(0.9), RankRule::nuclear_share(0.9)];
        view! { <LoRaRankExplorer spectrum=target metric targets=rules transition=Transition::Instant /> }
    });
    assert_eq!(texts(&page, ROWS), ["PEFT 0.9 → r = 2", "sd-scripts sv_cumulative 0.9 → r = 3"]);
    assert!(stand_on_the_curve(&page, &[2, 3]));
    metric.set(Metric::Spectral);
    until("they are on the other curve", || stand_on_the_curve(&page, &[2, 3])).await;
    target.set(spectrum(vec![1.0, 1.0, 1.0, 1.0, 0.1, 0.1]));
    until("they are on the curve of the other target", || {
        texts(&page, ROWS)[0] == "PEFT 0.9 → r = 4" && stand_on_the_curve(&page, &[4])
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_list_of_rules_may_change_and_name_its_rules() {
    let share = RwSignal::new(0.9);
    let targets = move || vec![RankTarget::from(RankRule::energy_at_least(share.get())).named("ours")];
    let page = Page::mount(move || view! { <LoRaRankExplorer targets /> });
    assert_eq!(texts(&page, ROWS), ["ours → r = 1"]);
    share.set(0.95);
    until("another rank", || texts(&page, ROWS) == ["ours → r = 2"]).await;
    share.set(7.0);
    until("a reason", || texts(&page, ROWS)[0].starts_with("ours: PEFT: the threshold is 7")).await;
}
