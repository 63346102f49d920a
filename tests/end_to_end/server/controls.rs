//! Every control of the hydrated page, under a strict policy: [`in_server_page`] fails on any console message.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::fetched::fetch;
use crate::in_server_page;

#[tokio::test]
async fn every_control_works_and_the_console_stays_empty() {
    in_server_page("", async |page| {
        page.press_in("#uncontrolled", Key::End).await;
        page.until_rank_in("#uncontrolled", 8).await;
        page.press_in("#uncontrolled", Key::PageDown).await;
        page.until_rank_in("#uncontrolled", 7).await;
        page.press_in("#controlled", Key::End).await;
        page.until_rank_in("#controlled", 6).await;
        page.click("to-rank-1").await;
        page.until_rank_in("#controlled", 1).await;
        page.click("switch-metric").await;
        page.until("the other norm", "document.querySelector('#controlled dt').textContent === 'Frobenius residual'")
            .await;
        assert_eq!(page.text("#controlled [data-part=residual]").await, "4.572");
        page.click("grow").await;
        page.until("a larger target", "document.querySelector('#targets input').max === '8'").await;
        page.until_rank_in("#targets", 2).await;
        page.click("shrink").await;
        page.until(
            "the smallest",
            "document.querySelector('#targets [data-part=caption]').textContent.startsWith('1×1')",
        )
        .await;
        let field = page.find(By::Css("#parts input[type=number]")).await.expect("the field");
        // Click the field: otherwise the mouse would rest on the plot after the page scrolls to the field, and preview a rank.
        field.click().await.expect("clicked");
        field.send_keys(Key::Control + "a").await.expect("all of it selected");
        field.send_keys(Key::Backspace + "6" + Key::Enter).await.expect("typed");
        page.until_rank_in("#parts", 6).await;
        page.find(By::Css("#parts [data-part=targets] button"))
            .await
            .expect("a target")
            .click()
            .await
            .expect("clicked");
        page.until_rank_in("#parts", 2).await;
        page.until("the hydrated plot", "document.querySelector('#parts [data-part=plot]').matches('[data-pointing]')")
            .await;
        page.click("show-later").await;
        page.until_rank_in("#later", 4).await;
        page.press_in("#later", Key::Home).await;
        page.until_rank_in("#later", 1).await;
    })
    .await;
}

#[tokio::test]
async fn every_plot_is_named_and_no_id_occurs_twice() {
    for path in ["", "fetched", "islands", "fetched-island"] {
        in_server_page(path, move |page| async move {
            if path.is_empty() {
                page.click("show-later").await;
                page.until_rank_in("#later", 4).await;
            } else if path != "islands" {
                fetch(&page, 16).await;
            }
            let name = "LoRA rank explorer: reconstruction error vs rank curve.";
            let named = format!(
                "[...document.querySelectorAll('[data-part=plot]')].filter((plot) => plot.getAttribute('aria-label') === '{name}').length"
            );
            let plots = page.eval("document.querySelectorAll('[data-lora-rank-explorer]').length").await;
            assert!(plots.as_u64() >= Some(3), "{plots} explorers");
            assert_eq!(page.eval(&named).await, plots);
            let ids = page.eval("[...document.querySelectorAll('[id]')].map((e) => e.id)").await;
            let ids = ids.as_array().expect("a list");
            let unique: std::collections::HashSet<_> = ids.iter().collect();
            assert_eq!(unique.len(), ids.len(), "{ids:?}");
            let own = "document.querySelectorAll('[data-lora-rank-explorer] [id], [data-lora-rank-explorer][id]').length";
            assert_eq!(page.eval(own).await, json!(0), "an explorer needs no id");
        })
        .await;
    }
}

#[tokio::test]
async fn violations_of_the_policy_are_reported() {
    let outcome = tokio::spawn(in_server_page("", async |page| {
        page.eval("document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"color: red\">')").await;
        page.until("the report", "(sessionStorage.getItem('console') ?? '').includes('style-src')").await;
    }));
    let failure = outcome.await.expect_err("the console check fails").into_panic();
    let message = failure.downcast_ref::<String>().expect("a message");
    assert!(message.contains("on the console"), "{message}");
}

#[tokio::test]
async fn no_violation_on_the_pages_of_the_server() {
    for path in ["", "fetched", "islands", "fetched-island"] {
        in_server_page(path, move |page| async move {
            if path.is_empty() {
                page.click("show-later").await;
                page.until_rank_in("#later", 4).await;
            }
            let violations = page.violations().await;
            assert!(violations.is_empty(), "{}", violations.join("\n"));
        })
        .await;
    }
}
