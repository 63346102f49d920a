//! Every optional part, used from the keyboard alone, and on a right-to-left page.

use end_to_end::{Session, in_gallery};
use serde_json::json;
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

/// Sends keys to the focused element.
async fn keys(page: &Session, keys: impl Into<TypingData>) {
    page.active_element().await.expect("the focus").send_keys(keys).await.expect("keys");
}

/// Waits until the focus is on an element whose text or name begins with `start`.
async fn until_focus_on(page: &Session, start: &str) {
    let focused = format!(
        "(() => {{
            const name = document.activeElement.ariaLabel ?? document.activeElement.textContent;
            return name.startsWith({});
        }})()",
        json!(start)
    );
    page.until(&format!("the focus on {start}"), &focused).await;
}

#[tokio::test]
async fn targets_are_chosen_from_the_keyboard() {
    in_gallery(async |page| {
        page.press_in("#choose-targets", Key::Tab).await;
        until_focus_on(&page, "PEFT 0.9").await;
        keys(&page, Key::Enter).await;
        page.until_rank_in("#choose-targets", 6).await;
        keys(&page, Key::Tab).await;
        until_focus_on(&page, "sd-scripts sv_fro 0.9").await;
        keys(&page, " ").await;
        page.until_rank_in("#choose-targets", 3).await;
        assert_eq!(page.eval("document.activeElement.ariaCurrent").await, json!("true"));
    })
    .await;
}

#[tokio::test]
async fn the_ranks_that_the_targets_code_names_are_those_that_its_rules_give() {
    in_gallery(async |page| {
        let named = "document.querySelector('#choose-targets pre code').textContent.match(/is rank (.+), depending/)[1].match(/\\d+/g)";
        let given = "[...document.querySelectorAll('#choose-targets [data-part=targets] button')]
            .map((target) => target.textContent.match(/r = (\\d+)$/)[1])";
        let given = page.eval(given).await;
        assert_eq!(given.as_array().map(Vec::len), Some(4), "{given}");
        assert_eq!(page.eval(named).await, given);
    })
    .await;
}

#[tokio::test]
async fn suggestions_are_chosen_from_the_keyboard_and_those_that_do_not_apply_are_skipped() {
    in_gallery(async |page| {
        page.press_in("#choose-markers", Key::Tab).await;
        until_focus_on(&page, "knee").await;
        keys(&page, Key::Enter).await;
        page.until_rank_in("#choose-markers", 2).await;
        keys(&page, Key::Tab).await;
        until_focus_on(&page, "largest gap").await;
        keys(&page, Key::Tab).await;
        until_focus_on(&page, "stable rank 1.91").await;
        keys(&page, Key::Tab).await;
        until_focus_on(&page, "our first run").await;
        keys(&page, Key::Enter).await;
        page.until_rank_in("#choose-markers", 5).await;
        let reason = page.text("#choose-markers [data-part=no-rank]").await;
        assert!(reason.ends_with("W has rank 6 of 64, so it holds no noise to measure"), "{reason}");
    })
    .await;
}

#[tokio::test]
async fn the_cost_follows_the_slider_s_keys() {
    in_gallery(async |page| {
        page.press_in("#choose-cost", Key::Right).await;
        page.until_rank_in("#choose-cost", 17).await;
        assert_eq!(page.text("#choose-cost [data-part=parameters]").await, "4,456,448");
        assert_eq!(page.text("#choose-cost [data-part=bytes]").await, "8.5 MiB");
    })
    .await;
}

#[tokio::test]
async fn an_exact_rank_is_typed_and_the_table_opened_from_the_keyboard() {
    in_gallery(async |page| {
        let section = "#choose-numbers";
        page.press_in(section, Key::Tab).await;
        until_focus_on(&page, "One rank lower").await;
        keys(&page, Key::Tab).await;
        page.until("the field", "document.activeElement.type === 'number'").await;
        keys(&page, Key::Backspace + "5" + Key::Enter).await;
        page.until_rank_in(section, 5).await;
        keys(&page, Key::Backspace + "99" + Key::Enter).await;
        let message = "document.querySelector('#choose-numbers [data-part=problem]').textContent";
        page.until("the message", &format!("{message} === 'A rank is a whole number from 1 to 8.'")).await;
        page.until("the rank again", "document.activeElement.value === '5'").await;
        keys(&page, Key::Tab).await;
        until_focus_on(&page, "One rank higher").await;
        keys(&page, " ").await;
        page.until_rank_in(section, 6).await;
        page.until("no message", &format!("{message} === ''")).await;
        keys(&page, Key::Enter).await;
        page.until_rank_in(section, 7).await;
        keys(&page, Key::Enter).await;
        page.until_rank_in(section, 8).await;
        until_focus_on(&page, "One rank higher").await;
        keys(&page, Key::Tab).await;
        until_focus_on(&page, "Data").await;
        keys(&page, Key::Enter).await;
        page.until("the table", "document.querySelector('#choose-numbers details').open").await;
        assert_eq!(page.text("#choose-numbers tr[aria-current] th").await, "8");
        assert_eq!(page.text("#choose-numbers tr[aria-current] td").await, "0.000");
    })
    .await;
}

#[tokio::test]
async fn every_control_of_the_parts_is_at_least_24_pixels_wide_and_high() {
    in_gallery(async |page| {
        let small =
            "[...document.querySelectorAll('#choose [data-lora-rank-explorer] :is(button, summary, [type=number])')]
            .map((control) => [control.getBoundingClientRect(), control.outerHTML])
            .filter(([box]) => box.width < 24 || box.height < 24).map(([, html]) => html)";
        assert_eq!(page.eval(small).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_german_section_has_no_english_word() {
    in_gallery(async |page| {
        page.press_in("#choose-labels", Key::Right).await;
        page.until("the value", "document.querySelector('#choose-labels input').ariaValueText.startsWith('Rang 2')")
            .await;
        // The announcement waits for a pause.
        page.until(
            "the summary",
            "document.querySelector('#choose-labels [data-part=summary]').textContent.includes('r=2')",
        )
        .await;
        let texts = page
            .eval(
                "(() => {
                    const root = document.querySelector('#choose-labels [data-lora-rank-explorer]');
                    const names = [...root.querySelectorAll('*'), root]
                        .flatMap((element) => [element.ariaLabel, element.ariaValueText]);
                    return [root.textContent, ...names].filter(Boolean).join(' ');
                })()",
            )
            .await;
        let texts = texts.as_str().unwrap_or_default().to_lowercase();
        for english in [
            " rank",
            "residual",
            "energy",
            "parameters",
            "size",
            "saved",
            "one ",
            "exact",
            "targets",
            "knee",
            "noise",
            "falls ",
        ] {
            assert!(!texts.contains(english), "`{english}` is in {texts}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_right_to_left_page_mirrors_the_parts_but_not_plot_and_slider() {
    in_gallery(async |page| {
        page.eval("document.documentElement.dir = 'rtl'").await;
        page.eval("document.querySelectorAll('#choose details').forEach((details) => { details.open = true; })").await;
        let runs_from_the_right = async |first: &str, second: &str| {
            let places = format!(
                "['{first}', '{second}'].map((part) => document.querySelector('#choose').querySelector(part).getBoundingClientRect().right)"
            );
            let places = page.eval(&places).await;
            assert!(places[0].as_f64() > places[1].as_f64(), "{first} {second}: {places}");
        };
        let begins_where_its_row_does = "(() => {
            const right = (part) => document.querySelector(part).getBoundingClientRect().right;
            return Math.abs(right('[data-part=targets]') - right('[data-part=targets] li')) < 1;
        })()";
        assert_eq!(page.eval(begins_where_its_row_does).await, json!(true), "the first target");
        runs_from_the_right("[data-part=number-input] button", "[data-part=number-input] input").await;
        runs_from_the_right("[data-part=number-input] input", "[data-part=number-input] button:last-of-type").await;
        runs_from_the_right("[data-part=data] thead th", "[data-part=data] thead th:last-child").await;
        let cost = "[data-part=readout]:has([data-part=parameters]) div";
        runs_from_the_right(cost, &format!("{cost}:last-child")).await;
        page.press_in("#choose-numbers", Key::End).await;
        page.until_rank_in("#choose-numbers", 8).await;
        runs_from_the_right("#choose-numbers [data-part=cursor]", "#choose-targets [data-part=cursor]").await;
        assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, json!(true));
    })
    .await;
}
