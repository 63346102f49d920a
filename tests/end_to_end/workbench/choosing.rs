//! Ranks for the whole file and for one layer.

use end_to_end::Session;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::files::Tensors;
use crate::page::{chosen, fill, give, in_workbench, open_sample, press_button, select, until_status, until_written};

async fn until_text(page: &Session, id: &str, text: &str) {
    page.until(text, &format!("document.getElementById('{id}').textContent === {}", json!(text))).await;
}

#[tokio::test]
async fn one_rule_sets_the_rank_of_every_layer() {
    in_workbench(async |page| {
        open_sample(&page).await;
        assert_eq!(page.text("#ranks-after").await, "16");
        page.click("way-rule").await;
        until_text(&page, "ranks-after", "2 to 14").await;
        let at_90 = chosen(&page).await;
        assert!(at_90[0] == 14 && at_90.contains(&2), "{at_90:?}");
        page.until_rank_in(".selected", 14).await;
        assert_eq!(page.text("#bytes-after").await, "205 KiB");
        assert_eq!(page.text("#energy-after").await, "92.4%");

        fill(&page, "threshold", "0.5").await;
        page.until("fewer", "parseInt(document.getElementById('bytes-after').textContent) < 205").await;
        let at_50 = chosen(&page).await;
        assert!(at_50.iter().zip(&at_90).all(|(low, high)| low <= high) && at_50 != at_90);

        page.choose("#rule", "ratio").await;
        page.until("its own threshold", "document.getElementById('threshold').value === '0.1'").await;
        page.click("way-keep").await;
        until_text(&page, "ranks-after", "16").await;
        assert_eq!(page.text("#bytes-after").await, "503 KiB");
    })
    .await;
}

#[tokio::test]
async fn a_size_is_never_exceeded_and_every_layer_keeps_a_rank() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("way-budget").await;
        page.until("half the size", "document.getElementById('budget').value === '0.25'").await;
        let kib = async |page: &Session| page.text("#bytes-after").await.trim_end_matches(" KiB").parse::<f64>().expect("a size");
        for (mib, most) in [("0.25", 256.0), ("0.1", 102.4), ("0.3", 307.2)] {
            fill(&page, "budget", mib).await;
            let fits = format!("(([size]) => +size <= {most} && +size > {most} - 3)(document.getElementById('bytes-after').textContent.split(' '))");
            page.until("the size", &fits).await;
            assert!(kib(&page).await <= most);
            assert!(chosen(&page).await.iter().all(|&rank| (1..=16).contains(&rank)));
        }
        page.click("resize").await;
        until_written(&page).await;
        let expected = format!("Written: {}, saved as ", page.text("#bytes-after").await);
        assert!(page.text("#resized").await.starts_with(&expected));
        fill(&page, "budget", "0.01").await;
        page.until("why not", "document.getElementById('choose-refused').textContent.startsWith('Even with rank 1 in every layer')").await;
        assert_eq!(page.text("#bytes-after").await, "–", "there is no result");
        assert_eq!(page.eval("document.getElementById('resize').disabled").await, json!(true), "and nothing to write");
        page.click("smallest").await;
        page.until("the smallest", "document.getElementById('ranks-after').textContent === '1'").await;
        page.until("the focus stays where the person works", "document.activeElement.id === 'budget'").await;
        // The same file again: its choices stand in the address.
        page.until("the address", "location.hash.includes('size=0.03')").await;
        open_sample(&page).await;
        page.until("a new history", "document.getElementById('undo').ariaDisabled === 'true'").await;
        page.until("the same", "document.getElementById('ranks-after').textContent === '1'").await;
    })
    .await;
}

#[tokio::test]
async fn an_invalid_threshold_or_size_is_explained_and_has_no_result() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("way-rule").await;
        until_text(&page, "ranks-after", "2 to 14").await;
        for (threshold, expected) in
            [("1.5", "must be above 0 and at most 1"), ("much", "not a number"), ("", "not a number")]
        {
            fill(&page, "threshold", threshold).await;
            page.execute(
                "document.getElementById('threshold').dispatchEvent(new Event('input', {bubbles: true}))",
                Vec::new(),
            )
            .await
            .expect("heard");
            let says = format!("document.getElementById('choose-refused').textContent.includes('{expected}')");
            page.until(expected, &says).await;
            assert_eq!(page.eval("document.getElementById('threshold').ariaInvalid").await, json!("true"));
            assert_eq!(page.text("#ranks-after").await, "–", "no result, and not the last one");
            assert_eq!(page.eval("document.getElementById('resize').disabled").await, json!(true));
        }
        page.click("way-budget").await;
        for (size, expected) in [("-1", "above 0 MiB"), ("NaN", "above 0 MiB"), ("x", "not a number")] {
            fill(&page, "budget", size).await;
            page.until(
                expected,
                &format!("document.getElementById('choose-refused').textContent.includes('{expected}')"),
            )
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_rank_set_by_hand_overrides_the_rule_until_it_is_reset() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.press_in(".selected", Key::Home).await;
        page.until_rank_in(".selected", 1).await;
        assert_eq!(chosen(&page).await[0], 1);
        press_button(&page, "way-rule").await;
        until_text(&page, "ranks-after", "1 to 14").await;
        assert_eq!(chosen(&page).await[0], 1, "the rule does not override a rank set by hand");
        press_button(&page, "forget").await;
        page.until_rank_in(".selected", 14).await;
        page.press_in(".selected", Key::Home).await;
        page.until_rank_in(".selected", 1).await;
        press_button(&page, "forget-all").await;
        page.until_rank_in(".selected", 14).await;
    })
    .await;
}

#[tokio::test]
async fn a_target_sets_the_rank_and_the_rule_of_the_file_comes_first() {
    in_workbench(async |page| {
        open_sample(&page).await;
        assert_eq!(page.text(".selected [data-part=targets] button").await, "PEFT 0.9 → r = 14");
        page.eval("document.querySelector('.selected [data-part=targets] button').click()").await;
        page.until_rank_in(".selected", 14).await;
        assert_eq!(chosen(&page).await[0], 14);
        assert_eq!(page.text(".selected [data-part=parameters]").await, "10,752");
        page.click("way-rule").await;
        fill(&page, "threshold", "0.5").await;
        let first =
            "document.querySelector('.selected [data-part=targets] button').textContent.startsWith('PEFT 0.5 →')";
        page.until("the file's rule", first).await;
    })
    .await;
}

#[tokio::test]
async fn kept_layers_are_compared_until_they_are_removed() {
    in_workbench(async |page| {
        open_sample(&page).await;
        let legend = "document.querySelector('.selected [data-part=legend]').textContent";
        page.click("keep").await;
        select(&page, 3).await;
        page.until(
            "two curves",
            &format!("{legend}.includes('self_attn.k_proj') && {legend}.includes('a 0.mlp.down_proj')"),
        )
        .await;
        page.click("keep").await;
        select(&page, 5).await;
        page.until("three curves", &format!("{legend}.includes('b 0.self_attn.k_proj')")).await;
        page.eval("document.querySelector('#kept button').click()").await;
        page.until("one less", &format!("!{legend}.includes('mlp.down_proj')")).await;
        open_sample(&page).await;
        page.until("none", "document.querySelector('#kept')?.children.length === 0").await;
    })
    .await;
}

#[tokio::test]
async fn no_rank_above_that_of_the_file_can_be_chosen() {
    in_workbench(async |page| {
        give(&page, &[("a.safetensors", &Tensors::default().layer("one", [32, 4, 32]).bytes())]).await;
        until_status(&page, "1 layer, 1.00 KiB read.").await;
        page.until("the explorer", "!!document.querySelector('.selected [data-lora-rank-explorer]')").await;
        page.press_in(".selected", Key::Home).await;
        page.until_rank_in(".selected", 1).await;
        page.press_in(".selected", Key::End).await;
        page.until_rank_in(".selected", 4).await;
        assert_eq!(chosen(&page).await, [4]);
    })
    .await;
}

#[tokio::test]
async fn decimal_commas_and_percentages_are_understood() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("way-rule").await;
        for text in ["0,9", "90 %", "0.9"] {
            fill(&page, "threshold", "1").await;
            page.until("another", "document.getElementById('ranks-after').textContent !== '2 to 14'").await;
            fill(&page, "threshold", text).await;
            until_text(&page, "ranks-after", "2 to 14").await;
        }
        fill(&page, "threshold", "90").await;
        page.until(
            "an answer",
            "document.getElementById('choose-refused').textContent.includes('For 90 percent write 90 %')",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn every_choice_can_be_undone_and_done_again() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("way-rule").await;
        until_text(&page, "ranks-after", "2 to 14").await;
        page.press_in(".selected", Key::Home).await;
        until_text(&page, "ranks-after", "1 to 14").await;
        press_button(&page, "forget-all").await;
        until_text(&page, "ranks-after", "2 to 14").await;
        for expected in ["1 to 14", "2 to 14", "16"] {
            press_button(&page, "undo").await;
            until_text(&page, "ranks-after", expected).await;
        }
        assert_eq!(page.eval("document.getElementById('undo').getAttribute('aria-disabled')").await, json!("true"));
        for expected in ["2 to 14", "1 to 14", "2 to 14"] {
            press_button(&page, "redo").await;
            until_text(&page, "ranks-after", expected).await;
        }
        page.eval("document.getElementById('grid').focus()").await;
        page.action_chain().key_down(Key::Control).send_keys("z").key_up(Key::Control).perform().await.expect("keys");
        until_text(&page, "ranks-after", "1 to 14").await;
    })
    .await;
}

#[tokio::test]
async fn ranks_set_by_hand_are_marked_and_can_be_listed_alone() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.press_in(".selected", Key::Home).await;
        page.until("the mark", "document.querySelector('#row-0 .chosen').ariaLabel === '1, set by hand'").await;
        page.click("by-hand").await;
        page.until("one row", "document.getElementById('grid').ariaRowCount === '2'").await;
        page.click("by-hand").await;
        fill(&page, "filter", "chosen<16").await;
        page.until("the same row", "document.getElementById('grid').ariaRowCount === '2'").await;
    })
    .await;
}
