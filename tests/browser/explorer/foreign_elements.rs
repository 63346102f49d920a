//! Elements of other libraries that also use `data-part`, beside an explorer.

use std::collections::BTreeSet;

use browser_tests::Page;
use js_sys::{Array, Function};
use leptos::prelude::*;
use lora_rank_explorer::{
    LoRaRankExplorer, Numbers, OPTIONAL_PARTS_STYLESHEET, RankCost, RankMarker, STYLESHEET, ShowCost,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

/// JavaScript that returns the elements of `root` that the stylesheets `css` change: each as its start tag, with the first
/// property that differs.
///
/// It compares all properties that the browser lists, and the stylesheets' custom properties, which the browser does not list.
const CHANGED: &str = r#"
    const sheet = document.createElement("style");
    sheet.textContent = css;
    const custom = [...new Set(css.match(/--_[a-z]+/g))];
    const elements = [root, ...root.querySelectorAll("*")];
    const styles = () => elements.map((element) => {
        const style = getComputedStyle(element);
        const lines = [...custom, ...style].map((name) => `${name}: ${style.getPropertyValue(name)}`);
        return [...lines, `before: ${getComputedStyle(element, "::before").content}`];
    });
    const without = styles();
    document.head.append(sheet);
    const withSheet = styles();
    sheet.remove();
    return elements.flatMap((element, i) => {
        const differs = withSheet[i].find((line, j) => line !== without[i][j]);
        return differs === undefined ? [] : [`${element.cloneNode().outerHTML} ${differs}`];
    });
"#;

fn changed(root: &Element, css: &str) -> Vec<String> {
    let compare = Function::new_with_args("root, css", CHANGED);
    let changed: Array = compare.call2(&JsValue::NULL, root, &css.into()).expect("styles").unchecked_into();
    changed.iter().filter_map(|line| line.as_string()).collect()
}

/// The values of `attribute` in the selectors of the stylesheets.
fn selected(attribute: &str) -> BTreeSet<&'static str> {
    let begin = format!("[{attribute}=\"");
    [STYLESHEET, OPTIONAL_PARTS_STYLESHEET]
        .into_iter()
        .flat_map(|css| css.match_indices(&begin).map(|(at, _)| &css[at + begin.len()..]).collect::<Vec<_>>())
        .filter_map(|rest| Some(rest.split_once('"')?.0))
        .collect()
}

#[wasm_bindgen_test]
fn the_stylesheets_do_not_change_elements_outside_an_explorer() {
    let mut parts = selected("data-part");
    assert!(parts.len() >= 25 && parts.is_superset(&["summary", "title", "targets"].into()), "{parts:?}");
    // The stylesheets select it by another attribute, which other libraries do not use.
    parts.insert("slider");
    let letters = selected("data-letter");
    assert!(letters.len() >= 7, "{letters:?}");
    // Everything that a part may contain, and parts inside parts: `slider input`, `data tr`, `axes compared-letter`.
    let inside = "<label><input type=range></label><input type=number aria-invalid=true><button aria-current=true>x</button>\
                  <button aria-disabled=true>x</button><dl><dt>x</dt><dd>x</dd></dl><ul><li><b>x</b></li></ul><summary>x</summary>\
                  <table><thead><tr><th>x</th></tr></thead><tbody><tr aria-current=true><th>x</th><td>x</td></tr></tbody></table>\
                  <svg><text>x</text><path d=''></path></svg>";
    let mut html = String::new();
    for part in &parts {
        html += &format!("<div data-part='{part}' data-pointing>{inside}</div><p data-part='{part}'></p>");
    }
    let inner: String = parts.iter().map(|part| format!("<i data-part='{part}'></i>")).collect();
    for part in ["axes", "number-input", "readout"] {
        html += &format!("<div data-part='{part}' data-preview>{inner}</div>");
    }
    for letter in &letters {
        html += &format!("<i data-letter='{letter}'></i>");
    }
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    let foreign = document().create_element("main").expect("an element");
    foreign.set_inner_html(&html);
    page.root.append_child(&foreign).expect("beside it");
    let css = [STYLESHEET, OPTIONAL_PARTS_STYLESHEET].concat();
    assert_eq!(changed(&foreign, &css), [""; 0]);
    let unscoped = changed(&foreign, &css.replace(":where([data-lora-rank-explorer]) ", ""));
    assert!(unscoped.iter().any(|line| line.contains("\"summary\"")) && unscoped.len() > 50, "{unscoped:#?}");
}

#[wasm_bindgen_test]
fn the_stylesheets_style_the_parts_of_an_explorer() {
    let page = Page::mount(|| {
        let markers = [RankMarker::at("ours", 4)];
        view! { <LoRaRankExplorer markers cost=ShowCost::of(RankCost::of) numbers=Numbers::new().input().table() /> }
    });
    let css = [STYLESHEET, OPTIONAL_PARTS_STYLESHEET].concat();
    let changed = changed(&page.find("[data-lora-rank-explorer]"), &css);
    for part in ["summary", "title", "caption", "plot", "grid", "curve", "marker", "readout", "markers", "data"] {
        let start = format!("data-part=\"{part}\"");
        assert!(changed.iter().any(|line| line.contains(&start)), "{part} in {changed:#?}");
    }
    assert!(changed.iter().any(|line| line.contains("data-labeled-slider")), "the slider in {changed:#?}");
}
