//! The Customize panel controls the preview and follows it.

use end_to_end::in_gallery;
use serde_json::json;
use thirtyfour::prelude::*;

const NOTE: &str = "#preview [data-part=note]";

#[tokio::test]
async fn the_panel_controls_rank_and_metric_and_follows_the_preview() {
    in_gallery(async |page| {
        let rank = page.find(By::Css("#customize-rank input[type=range]")).await.expect("the panel's slider");
        rank.send_keys(Key::Home + Key::Right + Key::Right).await.expect("keys");
        page.until_rank(3).await;
        page.press(Key::Right).await;
        page.until("the panel follows", "document.querySelector('#customize-rank input').value === '4'").await;
        page.choose("#customize-metric", "spectral").await;
        page.until("the other norm", "document.querySelector('#preview dt').textContent === 'Spectral residual'").await;
        page.until_rank(4).await;
        assert_eq!(page.text("#preview [data-part=axis-label]").await, "σr+1");
    })
    .await;
}

#[tokio::test]
async fn targets_change_the_curve_and_clamp_the_rank() {
    in_gallery(async |page| {
        page.press(Key::End).await;
        page.until_rank(8).await;
        page.choose("#customize-target", "rank-2").await;
        page.until("the 4×4", "document.querySelector('#preview [data-part=caption]').textContent.startsWith('4×4')")
            .await;
        page.until_rank(4).await;
        page.press(Key::Home + Key::Right).await;
        page.until_rank(2).await;
        assert_eq!(page.text("#preview [data-part=residual]").await, "0.000");
        assert_eq!(page.text("#preview [data-part=captured-energy]").await, "100.0%");
        for (target, size) in [("noisy", "12×12"), ("large", "96×64"), ("default", "8×8")] {
            page.choose("#customize-target", target).await;
            let caption = format!("'{size} · Frobenius · r=2'");
            page.until(
                &caption,
                &format!("document.querySelector('#preview [data-part=caption]').textContent === {caption}"),
            )
            .await;
            page.until_rank(2).await;
        }
    })
    .await;
}

#[tokio::test]
async fn pasted_rows_are_shown_and_bad_ones_explained() {
    in_gallery(async |page| {
        page.choose("#customize-target", "own").await;
        let rows = page.find(By::Css("#customize-rows")).await.expect("the text area");
        for (text, message) in [
            ("[[3, 0], [0, 4], [0, 0]]", ""),
            ("[[3, 0], [0", "line 1"),
            ("[[3, 0], [1]]", "row 2 has 1 entry where row 1 has 2"),
            ("[[3, \"x\"]]", "string"),
        ] {
            rows.clear().await.expect("empty");
            rows.send_keys(text).await.expect("typed");
            let holds = if message.is_empty() {
                "document.querySelector('#preview [data-part=caption]').textContent.startsWith('3×2')".to_owned()
            } else {
                let message = json!(message);
                format!("document.querySelector('#customize-rows-message').textContent.includes({message})")
            };
            page.until(text, &holds).await;
        }
        assert_eq!(
            page.eval(&format!("document.querySelector('{NOTE}').textContent.includes('NaN')")).await,
            json!(false)
        );
    })
    .await;
}

#[tokio::test]
async fn every_transition_reaches_its_rank() {
    in_gallery(async |page| {
        for (i, transition) in ["snap", "smooth", "bouncy", "tween", "instant"].into_iter().enumerate() {
            page.choose("#customize-transition", transition).await;
            page.press(if i % 2 == 0 { Key::End } else { Key::Home }).await;
            page.until_rank(if i % 2 == 0 { 8 } else { 1 }).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_usage_is_shown_beside_its_compiled_code() {
    in_gallery(async |page| {
        for (usage, code) in [
            ("basic", "default_r=1"),
            ("target", "target_matrix="),
            ("controlled", "on_r_change="),
            ("spectral", "metric=Metric::Spectral"),
        ] {
            let usage = format!("#usage-{usage}");
            let count =
                page.eval(&format!("document.querySelectorAll('{usage} [data-lora-rank-explorer]').length")).await;
            assert_eq!(count, json!(1), "{usage}");
            let shown = page.text(&format!("{usage} pre code")).await;
            assert!(shown.contains(code), "{usage}: {shown}");
        }
    })
    .await;
}
