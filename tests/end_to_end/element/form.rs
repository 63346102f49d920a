//! The element takes part in a form.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::in_element;

const DATA: &str = "[...new FormData(document.querySelector('form'))]";

#[tokio::test]
async fn the_rank_is_sent_with_the_form() {
    in_element(&[], async |page| {
        page.until_rank_in("#in-form", 3).await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "3"]]));
        page.press_in("#in-form", Key::Right).await;
        page.until_rank_in("#in-form", 4).await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "4"]]));
        let explorer = "document.getElementById('in-form')";
        assert_eq!(
            page.eval(&format!("[{explorer}.value, {explorer}.name, {explorer}.type]")).await,
            json!(["4", "rank", "lora-rank-explorer"])
        );
        assert_eq!(page.eval(&format!("{explorer}.form === document.querySelector('form')")).await, true);
        page.find(By::Css("form button")).await.expect("a button").send_keys(Key::Enter).await.expect("sent");
        page.until("the answer", "sent.textContent === 'rank=4'").await;
        page.eval(&format!("{explorer}.value = '6'")).await;
        page.until_rank_in("#in-form", 6).await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "6"]]));
    })
    .await;
}

#[tokio::test]
async fn a_reset_brings_the_first_rank_back() {
    in_element(&[], async |page| {
        page.press_in("#in-form", Key::End).await;
        page.until_rank_in("#in-form", 8).await;
        page.find(By::Css("form [type=reset]")).await.expect("a button").send_keys(Key::Enter).await.expect("reset");
        page.until_rank_in("#in-form", 3).await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "3"]]));
        page.press_in("#in-form", Key::Right).await;
        page.until_rank_in("#in-form", 4).await;
    })
    .await;
}

#[tokio::test]
async fn a_rank_beyond_the_last_one_is_sent_as_it_is_shown() {
    in_element(&[], async |page| {
        page.eval("document.getElementById('in-form').r = 99").await;
        page.until_rank_in("#in-form", 8).await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "8"]]));
        page.eval("document.getElementById('in-form').targetMatrix = [[1, 0], [0, 1]]").await;
        page.until_rank_in("#in-form", 2).await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "2"]]));
    })
    .await;
}

#[tokio::test]
async fn in_a_disabled_fieldset_nothing_can_be_chosen_or_sent() {
    in_element(&[], async |page| {
        page.eval(
            "(() => {
                const fieldset = document.createElement('fieldset');
                fieldset.disabled = true;
                const form = document.querySelector('form');
                fieldset.append(document.getElementById('in-form'));
                form.append(fieldset);
            })()",
        )
        .await;
        page.until("that it is inert", "!!document.querySelector('#in-form [inert] [data-lora-rank-explorer]')").await;
        assert_eq!(page.eval(DATA).await, json!([]));
        page.eval("document.querySelector('fieldset').disabled = false").await;
        page.until("that it is not", "!document.querySelector('#in-form [inert]')").await;
        assert_eq!(page.eval(DATA).await, json!([["rank", "3"]]));
    })
    .await;
}
