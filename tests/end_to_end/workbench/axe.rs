//! axe-core finds no violation in any state of the page.

use end_to_end::{Preferences, Session};

use crate::files::Tensors;
use crate::page::{
    fill, give, in_workbench, in_workbench_with, open_sample, press_button, select, until_status, until_written,
};
use crate::pairs::{give_side, open_pair};

async fn nothing_is_found(page: &Session, state: &str) {
    // At its end, where the bar that stays in sight covers nothing.
    page.eval("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})").await;
    let violations = page.violations().await;
    assert!(violations.is_empty(), "{state}: {}", violations.join("\n"));
}

async fn nothing_is_found_from_empty_to_written(page: &Session) {
    nothing_is_found(page, "empty").await;
    open_sample(page).await;
    nothing_is_found(page, "the sample").await;
    page.click("way-rule").await;
    page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
    for measure in ["rank", "stable", "largest", "energy"] {
        press_button(page, &format!("measure-{measure}")).await;
        nothing_is_found(page, measure).await;
    }
    page.eval("document.querySelector('[data-row=\"0.1\"]').click()").await;
    page.until("a module", "document.querySelectorAll('#map [aria-selected=true]').length === 4").await;
    press_button(page, "range-90").await;
    page.eval("document.querySelector('.behind summary').click()").await;
    page.until("the table", "document.querySelectorAll('.behind tbody tr').length === 28").await;
    nothing_is_found(page, "ranks for a module, and the map as a table").await;
    press_button(page, "fit").await;
    nothing_is_found(page, "bars").await;
    press_button(page, "undo").await;
    page.click("way-keep").await;
    page.click("keep").await;
    select(page, 3).await;
    page.until("two curves", "document.querySelectorAll('.selected [data-part=legend] li').length === 2").await;
    nothing_is_found(page, "two layers compared").await;
    page.click("way-rule").await;
    page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
    fill(page, "threshold", "2").await;
    page.until("a message", "document.getElementById('threshold').ariaInvalid === 'true'").await;
    nothing_is_found(page, "a wrong threshold").await;
    page.click("way-budget").await;
    page.eval("document.querySelector('#grid th.energy button').click()").await;
    page.until("sorted", "document.querySelector('#grid th.energy').ariaSort === 'ascending'").await;
    page.click("resize").await;
    until_written(page).await;
    nothing_is_found(page, "written").await;
    let bad = Tensors::default().layer("good", [8, 2, 6]).tensor("bad.lora_down.weight", &[2, 6], |_| f32::NAN);
    give(page, &[("bad.safetensors", &bad.bytes())]).await;
    until_status(page, "1 layer").await;
    page.until("a problem", "!!document.querySelector('#problems')").await;
    nothing_is_found(page, "problems").await;
    give(page, &[("short.safetensors", b"x")]).await;
    page.until("refused", "document.getElementById('refused').textContent.includes('cannot be opened')").await;
    nothing_is_found(page, "a file that cannot be opened").await;
}

async fn nothing_is_found_from_two_models_to_a_lora(page: &Session) {
    let (a, b) = (Tensors::default().layer("x", [8, 2, 6]).bytes(), Tensors::default().layer("y", [8, 2, 6]).bytes());
    give(page, &[("a.safetensors", &a), ("b.safetensors", &b)]).await;
    page.until("a question", "document.querySelectorAll('.asked li').length === 2").await;
    nothing_is_found(page, "which of two models is which").await;
    give_side(page, "base", &[("a.safetensors", &a)]).await;
    give_side(page, "tuned", &[("b.safetensors", &b)]).await;
    page.until("nothing pairs", "document.getElementById('paired')?.textContent.includes('No layer pairs')").await;
    page.eval("document.querySelectorAll('.paired details').forEach((list) => (list.open = true))").await;
    nothing_is_found(page, "nothing pairs").await;
    open_pair(page).await;
    press_button(page, "way-floor").await;
    page.until("ranks", "document.getElementById('ranks-after').textContent === '8 to 27'").await;
    press_button(page, "leave-out").await;
    page.until("left out", "!document.getElementById('left-out').classList.contains('hidden')").await;
    press_button(page, "resize").await;
    until_written(page).await;
    nothing_is_found(page, "a LoRA of two models").await;
    page.until("no sideways scrolling", "document.documentElement.scrollWidth <= innerWidth").await;
}

#[tokio::test]
async fn no_violation_with_two_models() {
    in_workbench(async |page| nothing_is_found_from_two_models_to_a_lora(&page).await).await;
}

#[tokio::test]
async fn no_violation_with_two_models_in_dark_on_a_phone() {
    in_workbench_with(Preferences { dark: true, ..Preferences::default() }, async |page| {
        page.view(320, 700).await;
        page.until("the size", "innerWidth === 320").await;
        nothing_is_found_from_two_models_to_a_lora(&page).await;
    })
    .await;
}

#[tokio::test]
async fn no_violation_in_any_state() {
    in_workbench(async |page| nothing_is_found_from_empty_to_written(&page).await).await;
}

#[tokio::test]
async fn no_violation_in_dark_on_a_phone() {
    in_workbench_with(Preferences { dark: true, ..Preferences::default() }, async |page| {
        page.view(320, 700).await;
        page.until("the size", "innerWidth === 320").await;
        nothing_is_found_from_empty_to_written(&page).await;
        let is_narrow = "document.documentElement.scrollWidth <= innerWidth";
        open_sample(&page).await;
        page.until("no sideways scrolling", is_narrow).await;
    })
    .await;
}
