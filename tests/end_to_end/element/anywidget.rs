//! The self-contained module as an anywidget, with a model that only JavaScript has, as in a static page: `render` in a shadow tree.
//! JupyterLab and marimo have tests of their own.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::in_element;

/// Renders a widget for `traits` and keeps its model, its root and what removes it. The page's policy refuses the widget's `<style>`.
async fn render(page: &end_to_end::Session, traits: &str) {
    page.eval(&format!(
        "(async () => {{
            const {{default: widget}} = await import('./lora-rank-explorer/standalone.js');
            const traits = {traits};
            const listeners = new Map();
            window.saved = [];
            window.model = {{
                get: (name) => traits[name],
                set: (name, value) => {{ traits[name] = value; listeners.get('change:' + name)?.forEach((listener) => listener()); }},
                on: (event, listener) => {{ listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)); }},
                off: (event, listener) => listeners.get(event).delete(listener),
                save_changes: () => saved.push(traits.rank),
            }};
            window.listening = () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0);
            const place = document.createElement('div');
            document.querySelector('main').append(place);
            window.el = place.attachShadow({{mode: 'open'}}).appendChild(document.createElement('div'));
            window.remove = widget.render({{model, el}});
        }})()"
    ))
    .await;
    page.until("an explorer", "!!el.querySelector('[data-lora-rank-explorer]')").await;
}

const EXPECTED: [&str; 4] = ["the page has version", "style-src", "inline style", "policy"];

#[tokio::test]
async fn traits_are_properties_and_the_rank_goes_both_ways() {
    in_element(&EXPECTED, async |page| {
        render(
            &page,
            "{spectrum: {rows: 4, cols: 4, singular_values: [8, 4, 2, 1]}, markers: ['stable_rank'], rank: 2, heading: '', cost: null}",
        )
        .await;
        let shows = |rank: usize| format!("el.querySelector('[data-part=caption]').textContent === '4×4 · Frobenius · r={rank}'");
        page.until("the rank", &shows(2)).await;
        assert_eq!(page.eval("el.querySelectorAll('[data-part=markers] button').length").await, 1);
        assert_eq!(page.eval("el.querySelector('[data-part=title]').textContent").await, "Reconstruction vs rank");
        let slider = page.execute("return el.querySelector('input');", Vec::new()).await.expect("a slider");
        slider.element().expect("a slider").send_keys(Key::Right).await.expect("a key");
        page.until("the next rank", &shows(3)).await;
        assert_eq!(page.eval("[model.get('rank'), ...saved]").await, json!([3, 3]));
        page.eval("model.set('rank', 4)").await;
        page.until("the model's rank", &shows(4)).await;
        page.eval("model.set('heading', 'A layer')").await;
        page.until("the model's heading", "el.querySelector('[data-part=title]').textContent === 'A layer'").await;
        page.eval("remove()").await;
        assert_eq!(page.eval("[el.childElementCount, listening()]").await, json!([0, 0]));
    })
    .await;
}

#[tokio::test]
async fn a_matrix_is_bytes_with_a_shape() {
    let expected = [&EXPECTED[..], &["bytes are not 32 or 64 bits for each number of the shape [5,5]"]].concat();
    in_element(&expected, async |page| {
        for numbers in ["Float32Array", "Float64Array"] {
            // The bytes of a message start anywhere in its buffer.
            let bytes = format!(
                "(() => {{
                    const bytes = new Uint8Array({numbers}.of(4, 3, 3, 2, 0, 1).buffer);
                    const message = new Uint8Array(bytes.length + 3);
                    message.set(bytes, 3);
                    return new DataView(message.buffer, 3);
                }})()"
            );
            render(&page, &format!("{{target_matrix: {bytes}, shape: [3, 2]}}")).await;
            page.until(numbers, "el.querySelector('[data-part=residual]').textContent === '0.824'").await;
            page.eval("model.set('shape', [2, 3])").await;
            page.until("the other shape", "el.querySelector('[data-part=caption]').textContent.startsWith('2×3')")
                .await;
            page.eval("model.set('shape', [5, 5])").await;
            page.until("what is wrong", "el.textContent.includes('for each number of the shape [5,5]')").await;
            page.eval("model.set('shape', [2, 3])").await;
            page.until("what fits", "el.querySelector('[data-part=caption]').textContent.startsWith('2×3')").await;
            page.eval("remove()").await;
        }
    })
    .await;
}
