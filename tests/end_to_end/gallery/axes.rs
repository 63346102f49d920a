//! Other axes and several spectra, from the keyboard and with a pointer.

use end_to_end::{Session, in_gallery};
use serde_json::json;
use thirtyfour::prelude::*;

/// Waits until the explorer in `section` shows and announces `rank`, with the marker above the thumb.
async fn until_chosen(page: &Session, section: &str, rank: usize) {
    let shown = format!(
        "(() => {{
            const find = (selector) => document.querySelector('{section} ' + selector);
            const slider = find('input[type=range]');
            const place = 100 * (slider.value - slider.min) / (slider.max - slider.min);
            return find('[data-part=slider-value]').textContent === '{rank}'
                && find('[data-part=caption]').textContent.endsWith('r={rank}')
                && slider.ariaValueText.startsWith('rank {rank},')
                && Math.abs(parseFloat(find('[data-part=at-rank]').getAttribute('x')) - place) < 0.06;
        }})()"
    );
    page.until(&format!("rank {rank} in {section}"), &shown).await;
}

#[tokio::test]
async fn arrow_keys_reach_every_one_of_4096_ranks() {
    in_gallery(async |page| {
        let many = "#choose-doublings";
        for (key, rank) in [
            (Key::Right, 17),
            (Key::Up, 18),
            (Key::Left, 17),
            (Key::End, 4096),
            (Key::Down, 4095),
            (Key::Left, 4094),
            (Key::Up, 4095),
            (Key::Home, 1),
            (Key::Left, 1),
            (Key::Right, 2),
            (Key::Home, 1),
            (Key::PageUp, 2),
        ] {
            page.press_in(many, key).await;
            until_chosen(&page, many, rank).await;
        }
    })
    .await;
}

#[tokio::test]
async fn keys_climb_a_ladder_rung_by_rung() {
    in_gallery(async |page| {
        let few = "#choose-ladder";
        for (key, rank) in
            [(Key::Right, 32), (Key::Up, 64), (Key::End, 128), (Key::PageDown, 64), (Key::Home, 4), (Key::Down, 4)]
        {
            page.press_in(few, key).await;
            until_chosen(&page, few, rank).await;
        }
        assert!(page.text(&format!("{few} [data-part=residual]")).await.ends_with('%'));
    })
    .await;
}

#[tokio::test]
async fn the_thumb_can_be_dragged_along_a_ladder() {
    in_gallery(async |page| {
        const SLIDER: &str = "#choose-ladder input[type=range]";
        page.eval(&format!(
            "document.querySelector('{SLIDER}').scrollIntoView({{behavior: 'instant', block: 'center'}})"
        ))
        .await;
        let slider = page.find(By::Css(SLIDER)).await.expect("the slider");
        let width = slider.rect().await.expect("a size").width as i64;
        let drag = page.action_chain().move_to_element_with_offset(&slider, 0, 0).click_and_hold();
        // The middle is between two rungs. The pointer starts with single pixels, and the thumb follows.
        let drag = drag.move_by_offset(1, 0).move_by_offset(1, 0).move_by_offset(width / 2 - 4, 0);
        drag.release().perform().await.expect("dragged");
        until_chosen(&page, "#choose-ladder", 128).await;
    })
    .await;
}

#[tokio::test]
async fn an_exact_zero_has_its_own_line() {
    in_gallery(async |page| {
        let logarithm = "#choose-logarithm";
        page.press_in(logarithm, Key::End).await;
        until_chosen(&page, logarithm, 24).await;
        assert_eq!(page.text(&format!("{logarithm} [data-part=residual]")).await, "0.000");
        let height = format!("document.querySelector('{logarithm} [data-part=marker]').getAttribute('cy')");
        page.until("the marker on the line of zero", &format!("{height} === '100.00%'")).await;
        page.press_in(logarithm, Key::Home).await;
        until_chosen(&page, logarithm, 1).await;
        page.until("and far above it", &format!("parseFloat({height}) < 20")).await;
    })
    .await;
}

#[tokio::test]
async fn the_legend_names_each_curve_and_follows_the_keys() {
    in_gallery(async |page| {
        let layers = "#choose-comparison";
        let items = format!("[...document.querySelectorAll('{layers} [data-part=legend] li')].map((li) => li.innerText.trim())");
        let first = page.eval(&items).await;
        assert_eq!(first.as_array().map(Vec::len), Some(3), "{first}");
        page.press_in(layers, Key::Right).await;
        until_chosen(&page, layers, 9).await;
        assert_ne!(page.eval(&items).await, first);
        let strokes = format!(
            "new Set([...document.querySelectorAll('{layers} [data-part=legend] path')].map((path) => getComputedStyle(path).stroke + path.getAttribute('stroke-dasharray'))).size"
        );
        assert_eq!(page.eval(&strokes).await, json!(3));
    })
    .await;
}
