//! What the host gives and what the element answers: attributes, properties, events.

use std::collections::BTreeSet;

use serde_json::json;
use thirtyfour::prelude::*;

use crate::{in_element, make};

#[tokio::test]
async fn attributes_say_what_props_say() {
    in_element(&[], async |page| {
        page.until_rank_in("#attributes", 1).await;
        assert_eq!(page.text("#attributes [data-part=caption]").await, "3×3 · Spectral · r=1");
        assert_eq!(page.text("#attributes [data-part=title]").await, "A matrix of the page");
        assert_eq!(page.eval("document.querySelectorAll('#attributes [data-part=markers] button').length").await, 2);
        assert_eq!(page.text("#attributes [data-part=targets] button").await, "PEFT 0.95 → r = 1");
        assert_eq!(page.eval("!!document.querySelector('#attributes table')").await, true);
        page.eval("document.getElementById('attributes').setAttribute('metric', 'frobenius')").await;
        page.until(
            "the other metric",
            "attributes.querySelector('[data-part=caption]').textContent.includes('Frobenius')",
        )
        .await;
        page.eval("attributes.removeAttribute('numbers')").await;
        page.until("no table", "!attributes.querySelector('table')").await;
    })
    .await;
}

#[tokio::test]
async fn a_matrix_may_be_rows_typed_arrays_or_a_tensor() {
    in_element(&[], async |page| {
        make(&page, "").await;
        let ways = [
            "[[4, 3], [3, 2], [0, 1]]",
            "[Float32Array.of(4, 3), Float32Array.of(3, 2), Float32Array.of(0, 1)]",
            "({data: Float64Array.of(4, 3, 3, 2, 0, 1), shape: [3, 2]})",
            "({data: [4, 3, 3, 2, 0, 1], dims: [3, 2]})",
            "({data: Float32Array.of(4, 3, 3, 2, 0, 1), rows: 3, cols: 2})",
            "Object.assign(Float32Array.of(4, 3, 3, 2, 0, 1), {shape: [3, 2]})",
        ];
        for way in ways {
            page.eval("made.targetMatrix = undefined").await;
            page.until("the default", "made.querySelector('[data-part=caption]').textContent.startsWith('8×8')").await;
            page.eval(&format!("made.targetMatrix = {way}")).await;
            page.until(way, "made.querySelector('[data-part=caption]').textContent.startsWith('3×2')").await;
            assert_eq!(page.text("#made [data-part=residual]").await, "0.824", "{way}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_matrix_that_takes_long_is_computed_in_slices() {
    in_element(&[], async |page| {
        make(
            &page,
            "const data = new Float32Array(160 * 160);
             for (let i = 0; i < 160; i++) data[161 * i] = 160 - i;
             made.targetMatrix = {data, shape: [160, 160]};",
        )
        .await;
        page.until_rank_in("#made", 1).await;
        assert_eq!(page.text("#made [data-part=caption]").await, "160×160 · Frobenius · r=1");
    })
    .await;
}

#[tokio::test]
async fn a_target_that_is_on_its_way_is_loading() {
    in_element(&[], async |page| {
        make(&page, "made.setAttribute('spectrum', '')").await;
        let busy = "made.querySelector('[data-lora-rank-explorer]').ariaBusy";
        assert_eq!(page.eval(busy).await, "true");
        page.eval("made.spectrum = {rows: 2, cols: 2, singularValues: [4, 3]}").await;
        page.until("the spectrum", &format!("{busy} === 'false'")).await;
        assert_eq!(page.text("#made [data-part=residual]").await, "3.000");
        page.eval("(made.spectrum = {rows: 9, cols: 9, singular_values: [4], frobenius_norm: 4.0001, rounding: 2e-6})")
            .await;
        page.until("a range", "made.querySelector('[data-part=residual]').textContent === '0.028 to 0.029'").await;
        page.eval("made.spectrum = null").await;
        page.until("that it is on its way again", &format!("{busy} === 'true'")).await;
    })
    .await;
}

#[tokio::test]
async fn an_element_of_its_own_rank_tells_changes_and_commits() {
    in_element(&[], async |page| {
        make(
            &page,
            "document.querySelector('main').addEventListener('rankchange', (event) => { window.heard = event; })",
        )
        .await;
        page.press_in("#made", Key::Right).await;
        page.until_rank_in("#made", 2).await;
        assert_eq!(page.eval("events").await, json!([["rankchange", 2], ["rankcommit", 2]]));
        assert_eq!(page.eval("[heard.bubbles, heard.composed, heard.cancelable]").await, json!([true, true, true]));
        assert_eq!(page.eval("Object.keys(heard.detail)").await, json!(["rank", "residual", "capturedEnergy"]));
        assert_eq!(page.eval("heard.detail.residual.toFixed(3)").await, "0.643");
        assert_eq!(page.eval("heard.detail.capturedEnergy.toFixed(3)").await, "0.998");
        assert_eq!(page.eval("made.rank").await, 2);
        page.eval("made.addEventListener('rankchange', (event) => event.preventDefault())").await;
        page.press_in("#made", Key::Right).await;
        page.until("the refused rank to have been asked for", "events.some(([, rank]) => rank === 3)").await;
        page.until_rank_in("#made", 2).await;
        assert_eq!(page.eval("made.rank").await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_is_known_as_a_range_is_no_number() {
    in_element(&[], async |page| {
        make(
            &page,
            "made.spectrum = {rows: 8, cols: 8, singularValues: [4, 3, 2]};
             made.addEventListener('rankchange', (event) => { window.detail = event.detail; });",
        )
        .await;
        page.press_in("#made", Key::Right).await;
        page.until_rank_in("#made", 2).await;
        assert_eq!(page.eval("[detail.residual, detail.capturedEnergy]").await, json!([null, null]));
        // σ₃ is known, each of the five after it lies between 0 and 2.
        let close = |expression: &str, to: f64| format!("Math.abs({expression} - {to:?}) < 1e-12");
        for (expression, to) in [
            ("detail.residualRange[0]", 2.0),
            ("detail.residualRange[1]", 24f64.sqrt()),
            ("detail.capturedEnergyRange[0]", 25.0 / 49.0),
            ("detail.capturedEnergyRange[1]", 25.0 / 29.0),
        ] {
            assert_eq!(page.eval(&close(expression, to)).await, true, "{expression} is {to}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_host_that_controls_the_rank_decides_each_change() {
    in_element(&[], async |page| {
        page.press_in("#controlled", Key::Right).await;
        page.until_rank_in("#controlled", 2).await;
        assert_eq!(page.text("#said").await, "Rank 2 leaves 0.643 and keeps 99.8% of the energy.");
        page.press_in("#controlled", Key::End).await;
        page.until("the refusal", "said.textContent.startsWith('Rank 8 is refused')").await;
        page.until_rank_in("#controlled", 2).await;
        // A rank that nobody answers stays as it is.
        make(&page, "made.r = 3").await;
        page.press_in("#made", Key::Right).await;
        page.until("both events", "events.length === 2").await;
        page.until_rank_in("#made", 3).await;
        assert_eq!(page.eval("events").await, json!([["rankchange", 4], ["rankcommit", 3]]));
        // Later answers count as well, and the commit waits for them. Another rank than the refused one: of that, Firefox fires no second
        // `change`.
        page.eval(
            "(() => {
                events.length = 0;
                made.addEventListener('rankchange', (event) => setTimeout(() => { made.r = event.detail.rank; }));
            })()",
        )
        .await;
        page.press_in("#made", Key::Left).await;
        page.until_rank_in("#made", 2).await;
        page.until("both events", "events.length === 2").await;
        assert_eq!(page.eval("events").await, json!([["rankchange", 2], ["rankcommit", 2]]));
        // Without `r` the element keeps the rank that it has.
        page.eval("made.r = undefined").await;
        page.press_in("#made", Key::Right).await;
        page.until_rank_in("#made", 3).await;
    })
    .await;
}

#[tokio::test]
async fn a_rank_that_the_host_sets_is_there_in_the_next_frame() {
    in_element(&[], async |page| {
        make(&page, "made.r = 1").await;
        let shown = page
            .eval(
                "(async () => {
                    made.r = 7;
                    await new Promise((next) => requestAnimationFrame(next));
                    const find = (selector) => made.querySelector(selector);
                    return [find('input').value, find('[data-part=slider-value]').textContent, find('[data-part=caption]').textContent];
                })()",
            )
            .await;
        assert_eq!(shown, json!(["7", "7", "8×8 · Frobenius · r=7"]));
        assert_eq!(page.eval("events.length").await, 0, "the program's changes are not told");
    })
    .await;
}

#[tokio::test]
async fn a_preview_is_told_and_ends() {
    in_element(&[], async |page| {
        make(&page, "made.pointing = true").await;
        // What lies above gets its height as it comes into view.
        let in_view = "(() => {
            const plot = made.querySelector('[data-part=plot]');
            plot.scrollIntoView({behavior: 'instant', block: 'center'});
            const {top, bottom, height} = plot.getBoundingClientRect();
            return height > 0 && top >= 0 && bottom <= innerHeight;
        })()";
        page.until("the plot in view", in_view).await;
        let plot = page.find(By::Css("#made [data-part=plot]")).await.expect("the plot");
        page.action_chain().move_to_element_center(&plot).perform().await.expect("a pointer");
        page.until("a preview", "events.length > 0 && events.at(-1)[0] === 'rankpreview' && events.at(-1)[1] > 1")
            .await;
        let outside = page.find(By::Css("#made [data-part=title]")).await.expect("the title");
        page.action_chain().move_to_element_center(&outside).perform().await.expect("a pointer");
        page.until("its end", "events.at(-1)[1] === null").await;
    })
    .await;
}

#[tokio::test]
async fn labels_are_texts_with_the_values_in_braces() {
    in_element(&["`titel` is not the name of a label"], async |page| {
        make(
            &page,
            "made.labels = {rank: 'Rang', capturedEnergy: 'erfasste Energie', valueText: 'Rang {rank}, Rest {residual} {nothing}'}",
        )
        .await;
        assert_eq!(page.text("#made [data-part=slider-label]").await, "Rang");
        assert_eq!(page.eval("made.querySelector('input').ariaValueText").await, "Rang 1, Rest 4.572 {nothing}");
        // A name that is none is said; the others are read.
        page.eval("(made.labels = {rank: 'Rang', caption: '{rank}', titel: 'Titel'}, true)").await;
        page.until("the caption", "made.querySelector('[data-part=caption]').textContent === '1'").await;
        // An empty text is a text: nothing is announced.
        page.eval("(made.labels = {rank: 'Rang', rankAnnouncement: ''}, true)").await;
        page.until("the value in English", "made.querySelector('input').ariaValueText.startsWith('rank 1,')").await;
        assert_eq!(page.text("#made [data-part=slider-label]").await, "Rang");
    })
    .await;
}

/// The types list the names that the module knows.
#[test]
fn the_types_list_the_labels_that_are_read() {
    let between = |text: &str, start: &str, end: &str| {
        let (_, rest) = text.split_once(start).expect("a start");
        let (list, _) = rest.split_once(end).expect("an end");
        let names = list.split(|letter: char| !letter.is_alphanumeric()).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let module = include_str!("../../../examples/element/js/labels.js");
    let types = include_str!("../../../examples/element/npm/index.d.ts");
    let read = between(module, "snake(`", "`)");
    assert_eq!(between(types, "export type LabelName =", ";"), read);
    // And those that Rust asks for.
    let camel = |name: &str| {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| format!("{name}{}{}", word[..1].to_uppercase(), &word[1..]))
    };
    let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
    let is_name = |line: &&str| line.contains("=> \"") || line.contains("\", vec![");
    let asked = include_str!("../../../examples/element/src/labels.rs").lines().filter(is_name).filter_map(quoted);
    let names = include_str!("../../../examples/element/src/names.rs");
    let (_, suggestions) = names.split_once("pub const SUGGESTIONS").expect("suggestions");
    let suggestions = suggestions.lines().skip(1).take_while(|line| *line != "];").filter_map(quoted);
    let meanings = suggestions.flat_map(|name| [format!("meaning_of_{name}"), name]);
    let asked: BTreeSet<String> = asked.chain(meanings).map(|name| camel(&name)).collect();
    assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), asked);
}

#[tokio::test]
async fn observations_and_terms_are_shown() {
    in_element(&[], async |page| {
        make(
            &page,
            "made.setAttribute('observations', 'rank,accuracy\\n1,0.31\\n4,0.47'); made.setAttribute('terms', '')",
        )
        .await;
        assert!(page.eval("made.innerText").await.as_str().is_some_and(|text| text.contains("accuracy")));
        assert!(page.eval("made.textContent").await.as_str().is_some_and(|text| text.contains("share of W's squared")));
        page.eval("(made.observations = {name: 'loss', points: [[1, 0.5]]}, made.terms = ['knee'], true)").await;
        page.until("the other name", "made.innerText.includes('loss') && !made.innerText.includes('accuracy')").await;
        page.until("the other term", "!made.textContent.includes(\"share of W's squared\")").await;
        page.eval("(made.observations = null, made.terms = false, true)").await;
        page.until("neither", "!made.innerText.includes('loss')").await;
    })
    .await;
}
