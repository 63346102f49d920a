//! Measured scores on an axis of their own.

use browser_tests::{Page, Spy, frame, texts, until};
use leptos::prelude::*;
use lora_rank_explorer::{Label, Labels, LoRaRankExplorer, Observations, Quantity};
use wasm_bindgen_test::wasm_bindgen_test;

const POINTS: &str = "[data-part=observed] > svg > path:not([data-part])";

fn scores() -> Result<Observations, lora_rank_explorer::ObservationsError> {
    Observations::from_csv("rank,accuracy\n1,0.25\n4,0.5\n4,0.25\n8,1")
}

#[wasm_bindgen_test]
async fn scores_are_drawn_on_their_own_axis_and_said_at_the_rank() {
    let page = Page::mount(|| view! { <LoRaRankExplorer observations=scores() /> });
    assert_eq!(texts(&page, POINTS).len(), 4);
    assert_eq!(texts(&page, "[data-part=observed] text"), ["accuracy", "0.2", "0.4", "0.6", "0.8", "1"]);
    let said = || (page.text("observed-score"), page.slider().get_attribute("aria-valuetext").unwrap_or_default());
    assert_eq!(said(), ("0.250".into(), "rank 1, residual 4.572, 90.8% of energy, accuracy 0.250".into()));
    page.drag_to(4);
    until("the mean of rank 4", || page.text("observed-score") == "0.375").await;
    page.drag_to(2);
    until("nothing was measured", || page.text("observed-score") == "not measured").await;
    assert!(said().1.ends_with(", accuracy not measured"), "{}", said().1);
}

#[wasm_bindgen_test]
async fn scores_follow_the_page_and_what_is_wrong_is_said() {
    let warnings = Spy::on_console_warn();
    let csv = RwSignal::new("rank,loss\n2,1.5\n99,1.25\n".to_owned());
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer observations=move || Observations::from_csv(&csv.read()) /> }
    });
    let problem = || page.text("problem");
    frame().await;
    assert_eq!(problem(), "ranks 99 are not drawn: the axis goes from 1 to 8");
    assert_eq!(texts(&page, POINTS).len(), 1);
    csv.set("rank,loss\n2,none".to_owned());
    let wrong = "line 2: \"none\" is not a score; write a number with a decimal point, such as 8,0.48";
    until("the line is named", || problem() == wrong).await;
    assert!(page.try_find("[data-part=observed]").is_none());
    csv.set("rank,loss\n2,-1.5".to_owned());
    until("it is right again", || problem().is_empty() && texts(&page, POINTS).len() == 1).await;
    frame().await;
    assert_eq!(warnings.calls().len(), 2, "{:?}", warnings.calls());
}

#[wasm_bindgen_test]
fn scores_and_their_texts_can_be_translated() {
    let page = Page::mount(|| {
        let labels = Labels::new(|label| matches!(label, Label::NotMeasured).then(|| "nicht gemessen".into())).numbers(
            |quantity| match quantity {
                Quantity::ScoreTick(score) => Some(format!("{score:.1}").replace('.', ",")),
                _ => None,
            },
        );
        view! { <LoRaRankExplorer observations=scores() labels default_r=3 /> }
    });
    assert_eq!(page.text("observed-score"), "nicht gemessen");
    assert_eq!(texts(&page, "[data-part=observed] text")[1], "0,2");
}
