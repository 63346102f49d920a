//! Reduced motion removes all animation, and a page at rest requests no frames.

use end_to_end::{Preferences, Session, in_gallery, in_gallery_with};
use serde_json::json;
use thirtyfour::prelude::*;

/// Records every position of the marker and every shape of the curve from now on.
const WATCH: &str = "(() => {
    const watch = (part, name) => {
        const [seen, element] = [[], document.querySelector(`#preview [data-part=${part}]`)];
        new MutationObserver(() => seen.push(element.getAttribute(name))).observe(element, {attributes: true});
        return seen;
    };
    window.places = watch('at-rank', 'x');
    window.curves = watch('curve', 'd');
})()";

/// Replaces the browser's clock and frames: from now on, each step of `walk` runs one frame, 16 ms after the last.
const WALK: &str = "(() => {
    let now = performance.now();
    let frames = [];
    performance.now = () => now;
    window.requestAnimationFrame = (callback) => frames.push(callback);
    window.walk = async (steps) => {
        const marker = document.querySelector('#preview [data-part=at-rank]');
        const places = [];
        for (let i = 0; i < steps; i++) {
            now += 16;
            frames.splice(0).forEach((callback) => callback(now));
            await new Promise((resolve) => setTimeout(resolve));
            places.push(parseFloat(marker.getAttribute('x')));
        }
        return places;
    };
})()";

#[tokio::test]
async fn the_marker_animates_to_its_rank() {
    in_gallery(async |page| {
        page.eval(WALK).await;
        page.press(Key::End).await;
        page.until("the new rank", "document.querySelector('#preview [data-part=slider-value]').textContent === '8'")
            .await;
        let places = page.eval("walk(120)").await;
        let places: Vec<f64> = serde_json::from_value(places).expect("numbers");
        let on_the_way = places.iter().filter(|place| (1.0..99.0).contains(*place)).count();
        assert!(on_the_way > 5 && places.last() == Some(&100.0), "{places:?}");
    })
    .await;
}

/// Waits for `count` frames. The animation goes on after its last visible change, so tests wait for frames, not for a time.
async fn frames(page: &Session, count: usize) {
    let frames = "for (let i = 0; i < COUNT; i++) await new Promise((next) => requestAnimationFrame(next));";
    page.eval(&format!("(async () => {{ {} }})()", frames.replace("COUNT", &count.to_string()))).await;
}

async fn marker_and_curve_jump(page: &Session) {
    page.until("the setting", "matchMedia('(prefers-reduced-motion: reduce)').matches").await;
    page.eval(WATCH).await;
    page.press(Key::End).await;
    page.until_rank(8).await;
    assert_eq!(page.eval("window.places").await, json!(["100.00%"]));
    assert_eq!(page.eval("window.curves.length").await, json!(0), "another rank does not change the curve");
    page.choose("#customize-metric", "spectral").await;
    page.until("the other metric", "document.querySelector('#preview dt').textContent.startsWith('Spectral')").await;
    frames(page, 30).await;
    assert_eq!(page.eval("window.curves.length").await, json!(1), "the curve is drawn once");
}

#[tokio::test]
async fn reduced_motion_makes_marker_and_curve_jump() {
    let preferences = Preferences { reduced_motion: true, ..Preferences::default() };
    in_gallery_with(preferences, async |page| marker_and_curve_jump(&page).await).await;
}

#[tokio::test]
async fn reduced_motion_switched_on_later_takes_effect() {
    in_gallery(async |page| {
        page.press(Key::End).await;
        page.press(Key::Home).await;
        page.until_rank(1).await;
        frames(&page, 60).await;
        page.reduce_motion().await;
        marker_and_curve_jump(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_page_at_rest_requests_no_frame() {
    in_gallery(async |page| {
        page.press(Key::End).await;
        page.until_rank(8).await;
        page.eval(
            "(() => {
                window.requests = 0;
                const request = window.requestAnimationFrame;
                window.frame = () => new Promise((resolve) => request.call(window, resolve));
                window.requestAnimationFrame = (callback) => { window.requests += 1; return request.call(window, callback); };
            })()",
        )
        .await;
        // The animation goes on after its last visible change, so wait for frames, not for a time.
        page.eval("(async () => { for (let i = 0; i < 60; i++) await frame(); window.requests = 0; })()").await;
        page.eval("(async () => { for (let i = 0; i < 30; i++) await frame(); })()").await;
        assert_eq!(page.eval("window.requests").await, json!(0));
        page.press(Key::Home).await;
        page.until_rank(1).await;
        assert_eq!(page.eval("window.requests > 0").await, json!(true), "the count can fail");
    })
    .await;
}
