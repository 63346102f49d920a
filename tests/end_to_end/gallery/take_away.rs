//! Copying and saving.

use end_to_end::{Session, in_gallery};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

const SECTION: &str = "#choose-take-away";

/// Records what the page copies, or refuses it, and what it saves.
async fn watch(page: &Session, refuses: bool) {
    page.eval(&format!(
        "(() => {{
            window.copied = []; window.saved = [];
            const writeText = async (text) => {{ if ({refuses}) throw new Error('refused'); copied.push(text); }};
            Object.defineProperty(navigator, 'clipboard', {{value: {{writeText}}, configurable: true}});
            const make = URL.createObjectURL;
            URL.createObjectURL = (blob) => {{ saved.push({{blob}}); return make.call(URL, blob); }};
            document.addEventListener('click', (event) => {{
                if (!event.target.download) return;
                event.preventDefault();
                saved.at(-1).name = event.target.download;
            }});
        }})()"
    ))
    .await;
}

async fn press(page: &Session, button: &str) {
    let find = format!(
        "[...document.querySelectorAll('{SECTION} .hand-over button')].find((e) => e.textContent === '{button}')"
    );
    page.eval(&format!("{find}.focus()")).await;
    page.active_element().await.expect("the button").send_keys(Key::Enter).await.expect("a key");
}

async fn until_said(page: &Session, words: &str) {
    page.until(words, &format!("document.querySelector('#take-away-said').textContent === '{words}'")).await;
}

async fn saved(page: &Session, button: &str, name: &str) -> (String, String) {
    press(page, button).await;
    until_said(page, &format!("{name} saved.")).await;
    let file = page.eval("(async () => ({name: saved.at(-1).name, type: saved.at(-1).blob.type, text: await saved.at(-1).blob.text()}))()").await;
    assert_eq!(file["name"], json!(name));
    let field = |field: &str| file[field].as_str().unwrap_or_default().to_owned();
    (field("type"), field("text"))
}

#[tokio::test]
async fn the_choice_is_copied_for_peft_and_kohya() {
    in_gallery(async |page| {
        watch(&page, false).await;
        page.press_in(SECTION, Key::Right).await;
        page.until_rank_in(SECTION, 3).await;
        press(&page, "Copy PEFT patterns").await;
        until_said(&page, "PEFT patterns copied.").await;
        press(&page, "Copy kohya arguments").await;
        until_said(&page, "kohya arguments copied.").await;
        let copied = page.eval("copied").await;
        let peft: Value = serde_json::from_str(copied[0].as_str().expect("a text")).expect("JSON");
        assert_eq!(peft["rank_pattern"], json!({"^model\\.layers\\.0\\.self_attn\\.q_proj": 3}));
        assert!(copied[1].as_str().is_some_and(|text| text.ends_with(r#"_img_attn_qkv\Z=3""#)), "{copied}");
        assert_eq!(page.eval("document.querySelector('#take-away-text')").await, json!(null));
    })
    .await;
}

#[tokio::test]
async fn text_that_the_clipboard_refuses_can_be_copied_by_hand() {
    in_gallery(async |page| {
        watch(&page, true).await;
        press(&page, "Copy PEFT patterns").await;
        until_said(&page, "The clipboard is not available: copy the text below.").await;
        let text = page.eval("document.querySelector('#take-away-text').value").await;
        assert!(text.as_str().is_some_and(|text| text.contains("\"rank_pattern\"")), "{text}");
        page.eval("(Object.defineProperty(navigator, 'clipboard', {value: undefined}), true)").await;
        press(&page, "Copy kohya arguments").await;
        page.until("the other text", "document.querySelector('#take-away-text').value.startsWith('--network_dim=16')")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_file_can_be_read_for_a_while_after_the_click() {
    in_gallery(async |page| {
        watch(&page, false).await;
        // Keeps the timer that the click sets and runs it on demand. Only that of the click: WebKit's driver sets timers, too.
        page.eval(&format!(
            "(() => {{
                window.timers = []; window.revoked = [];
                const [later, revoke] = [setTimeout, URL.revokeObjectURL];
                URL.revokeObjectURL = (url) => {{ revoked.push(url); revoke.call(URL, url); }};
                window.setTimeout = (run, wait) => timers.push({{run, wait}});
                [...document.querySelectorAll('{SECTION} button')].find((e) => e.textContent === 'Save CSV').click();
                window.setTimeout = later;
            }})()"
        ))
        .await;
        until_said(&page, "curve.csv saved.").await;
        assert_eq!(page.eval("revoked.length").await, json!(0), "the download may not have begun yet");
        let waits = page.eval("timers.map(({wait}) => wait)").await;
        assert_eq!(waits, json!([60_000]), "ms");
        page.eval("timers.forEach(({run}) => run())").await;
        assert_eq!(page.eval("revoked.length").await, json!(1), "the URL is revoked then");
    })
    .await;
}

#[tokio::test]
async fn the_curve_is_saved_as_csv_and_json_and_the_picture_as_svg() {
    in_gallery(async |page| {
        watch(&page, false).await;
        let (kind, csv) = saved(&page, "Save CSV", "curve.csv").await;
        assert_eq!(kind, "text/csv");
        assert!(csv.starts_with("rank,singular_value,") && csv.lines().count() == 9, "{csv}");
        let (kind, json) = saved(&page, "Save JSON", "curve.json").await;
        let json: Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!((kind.as_str(), &json["rank"]), ("application/json", &json!([1, 2, 3, 4, 5, 6, 7, 8])));
        for (button, name, surface) in
            [("Save SVG", "curve.svg", "#ffffff"), ("Save dark SVG", "curve.dark.svg", "#14161c")]
        {
            let (kind, svg) = saved(&page, button, name).await;
            assert_eq!(kind, "image/svg+xml");
            assert!(svg.contains(surface) && svg.contains("<title>q_proj of layer 0</title>"), "{svg}");
            let parsed = page
                .eval(&format!(
                    "(() => {{
                        const root = new DOMParser().parseFromString({}, 'image/svg+xml').documentElement;
                        return [root.tagName, root.getAttribute('width'), root.querySelectorAll('circle').length];
                    }})()",
                    json!(svg)
                ))
                .await;
            assert_eq!(parsed, json!(["svg", "640", 1]), "the browser's own parser reads it");
        }
    })
    .await;
}
