//! Colours, sizes, and the page without its stylesheet.

use end_to_end::{Preferences, Session, in_gallery, in_gallery_with};
use serde_json::json;
use thirtyfour::prelude::*;

/// The lowest contrast ratio between any text of the preview and its background (WCAG 2.2, 1.4.3).
const LOWEST_CONTRAST: &str = "(() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = (color) => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (color) => rgb(color).map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const root = document.querySelector('#preview [data-lora-rank-explorer]');
    const behind = luminance(getComputedStyle(root).backgroundColor);
    const ratios = [...root.querySelectorAll('span, dt, dd, text')].filter((e) => e.textContent.trim()).map((e) => {
        const style = getComputedStyle(e);
        const text = luminance(e.tagName === 'text' ? style.fill : style.color);
        return (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
    });
    return Math.min(...ratios);
})()";

/// The background colour of the preview.
async fn surface(page: &Session) -> String {
    let color = "getComputedStyle(document.querySelector('#preview [data-lora-rank-explorer]')).backgroundColor";
    page.eval(color).await.as_str().unwrap_or_default().to_owned()
}

async fn texts_have_aa_contrast(page: &Session, scheme: &str) {
    page.until("the scheme", &format!("matchMedia('(prefers-color-scheme: {scheme})').matches")).await;
    let contrast = page.eval(LOWEST_CONTRAST).await.as_f64().expect("a ratio");
    assert!(contrast >= 4.5, "{scheme}: {contrast}");
}

#[tokio::test]
async fn texts_have_aa_contrast_in_light() {
    in_gallery(async |page| {
        texts_have_aa_contrast(&page, "light").await;
        page.eval("document.querySelector('#preview [data-part=caption]').style.color = '#888'").await;
        let contrast = page.eval(LOWEST_CONTRAST).await.as_f64().expect("a ratio");
        assert!(contrast < 4.5, "the check detects a colour that is too pale: {contrast}");
    })
    .await;
}

#[tokio::test]
async fn texts_have_aa_contrast_in_dark() {
    in_gallery_with(Preferences { dark: true, ..Preferences::default() }, async |page| {
        texts_have_aa_contrast(&page, "dark").await;
        let dark = surface(&page).await;
        page.choose("#theme", "light").await;
        page.until("the light theme", "document.documentElement.dataset.theme === 'light'").await;
        assert_ne!(surface(&page).await, dark, "light and dark differ");
    })
    .await;
}

#[tokio::test]
async fn forced_colours_keep_curve_marker_and_grid_apart() {
    in_gallery_with(Preferences { forced_colors: true, ..Preferences::default() }, async |page| {
        page.until("forced colours", "matchMedia('(forced-colors: active)').matches").await;
        let color = async |part: &str, property: &str| {
            page.eval(&format!("getComputedStyle(document.querySelector('#preview [data-part={part}]')).{property}"))
                .await
        };
        let surface = surface(&page).await;
        let (curve, marker) = (color("curve", "stroke").await, color("marker", "fill").await);
        assert!(curve != surface && marker != surface && curve != marker, "{curve} {marker} on {surface}");
        // The grid has the curve's colour, so that it shows on every background; its low opacity tells it apart.
        let (grid, faintness) = (color("grid", "stroke").await, color("grid", "strokeOpacity").await);
        assert!(grid != surface && grid != marker, "{grid} on {surface}");
        let opacity = |value: &serde_json::Value| value.as_str().and_then(|value| value.parse::<f64>().ok());
        let (grid, curve) = (opacity(&faintness), opacity(&color("curve", "strokeOpacity").await));
        assert!(grid > Some(0.0) && grid < Some(0.5) && curve == Some(1.0), "{grid:?} beside {curve:?}");
    })
    .await;
}

#[tokio::test]
async fn a_phone_of_320_pixels_shows_everything_without_scrolling_sideways() {
    in_gallery(async |page| {
        page.view(320, 700).await;
        page.until("the size", "innerWidth === 320").await;
        let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(page.eval(fits).await, json!(true));
        let smallest = page
            .eval(
                "Math.min(...[...document.querySelectorAll('#preview text, #preview span, #preview dt, #preview dd')]
                    .map((e) => parseFloat(getComputedStyle(e).fontSize)))",
            )
            .await;
        assert!(smallest.as_f64() >= Some(11.0), "{smallest}");
        let inside = "(() => {
            const box = document.querySelector('#preview [data-lora-rank-explorer]').getBoundingClientRect();
            return [...document.querySelectorAll('#preview text')].every((e) => {
                const text = e.getBoundingClientRect();
                return text.left >= box.left && text.right <= box.right && text.top >= box.top && text.bottom <= box.bottom;
            });
        })()";
        assert_eq!(page.eval(inside).await, json!(true), "every label lies within the explorer");
        page.press(Key::End).await;
        page.until_rank(8).await;
    })
    .await;
}

/// Every element that has text or hides overflow, whose content is larger than itself and cannot be scrolled to. Leaves out
/// elements for screen readers only. Letters may extend a little beyond a tight line.
const CUT_OFF: &str = "[...document.querySelectorAll('body *')]
    .filter((e) => e.clientWidth > 1 && !e.matches('select, svg *, .skip'))
    .filter((e) => {
        const {overflowX, overflowY, fontSize} = getComputedStyle(e);
        const has = (...values) => values.includes(overflowX) || values.includes(overflowY);
        const hasText = [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        return (hasText || e.matches('input') || has('hidden', 'clip')) && !has('auto', 'scroll')
            && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + parseFloat(fontSize) / 3);
    })
    .map((e) => `${e.cloneNode().outerHTML}: ${e.scrollWidth}×${e.scrollHeight} in ${e.clientWidth}×${e.clientHeight}`)";

#[tokio::test]
async fn at_twice_the_text_size_nothing_is_cut_off() {
    in_gallery(async |page| {
        page.eval("document.documentElement.style.fontSize = '200%'").await;
        page.eval("document.querySelectorAll('details').forEach((details) => { details.open = true; })").await;
        assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, json!(true));
        assert_eq!(page.eval(CUT_OFF).await, json!([]));
        page.eval(
            "(document.querySelector('#preview [data-part=header]').style.cssText = 'height: 1em; overflow: hidden')",
        )
        .await;
        let cut = page.eval(CUT_OFF).await;
        assert!(
            cut[0].as_str().is_some_and(|first| first.contains("header")),
            "the check finds what is cut off: {cut}"
        );
    })
    .await;
}

#[tokio::test]
async fn at_a_zoom_of_200_percent_nothing_is_cut_off_and_the_slider_works() {
    in_gallery_with(Preferences { zoom: true, ..Preferences::default() }, async |page| {
        page.until("a zoom of 200 %", "innerWidth === 500 && devicePixelRatio === 2").await;
        assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, json!(true));
        page.press(Key::End).await;
        page.until_rank(8).await;
    })
    .await;
}

#[tokio::test]
async fn without_the_stylesheet_texts_and_curve_are_still_there() {
    in_gallery(async |page| {
        page.eval("[...document.styleSheets].forEach((sheet) => { sheet.disabled = true; })").await;
        let summary = page.text("#preview [data-part=summary]").await;
        assert_eq!(summary, "LoRA reconstruction curve. Target is 8×8. Frobenius residual at r=1: 4.572.");
        let visible = "['summary', 'caption', 'curve', 'marker', 'residual'].every((part) => {
            const box = document.querySelector(`#preview [data-part=${part}]`).getBoundingClientRect();
            return box.width > 1 && box.height > 1 && box.left >= 0;
        })";
        assert_eq!(page.eval(visible).await, json!(true));
        let stroke = page.eval("getComputedStyle(document.querySelector('#preview [data-part=curve]')).stroke").await;
        assert_eq!(stroke, json!("rgb(0, 0, 0)"));
    })
    .await;
}

#[tokio::test]
async fn an_invalid_target_matrix_is_explained_on_the_page() {
    in_gallery(async |page| {
        let note = page.text("#usage-invalid [data-part=note]").await;
        assert!(note.starts_with("Invalid target matrix: row "), "{note}");
        assert_eq!(page.text("#usage-invalid [data-part=residual]").await, "4.572");
    })
    .await;
}
