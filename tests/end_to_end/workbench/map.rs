//! The map of the whole model: one selection with the list, colours that follow the choice, ranks for many layers at once.

use end_to_end::{Preferences, Session};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::files::Tensors;
use crate::page::{give, in_workbench, in_workbench_with, open_sample, press_button, show_all_rows, until_status};

/// Waits for the map, which appears after the choice.
async fn until_map(page: &Session, cells: usize) {
    let there = format!("document.querySelectorAll('#map [role=gridcell]:not(.none)').length === {cells}");
    page.until("the map", &there).await;
    page.until("the list", "!!document.getElementById('grid') && !!document.querySelector('.selected')").await;
}

/// The texts of all cells, row by row.
async fn cells(page: &Session) -> Vec<String> {
    let texts = "[...document.querySelectorAll('#map [role=gridcell]')].map((cell) => cell.textContent)";
    serde_json::from_value(page.eval(texts).await).expect("texts")
}

/// Presses keys while the map has the focus.
async fn press(page: &Session, keys: &str) {
    page.eval("document.getElementById('map').focus()").await;
    page.action_chain().send_keys(keys).perform().await.expect("keys");
}

async fn press_with(page: &Session, modifier: Key, keys: &str) {
    page.eval("document.getElementById('map').focus()").await;
    page.action_chain().key_down(modifier.clone()).send_keys(keys).key_up(modifier).perform().await.expect("keys");
}

fn key(key: Key) -> String {
    char::from(key).to_string()
}

async fn click_on(page: &Session, selector: &str) {
    page.eval(&format!(
        "document.querySelector({}).scrollIntoView({{behavior: 'instant', block: 'center', inline: 'center'}})",
        json!(selector)
    ))
    .await;
    page.find(By::Css(selector)).await.expect("an element of the map").click().await.expect("clicked");
}

/// Waits until map, list and detail all show that the layer at `index` is the selected one, and its row is in sight.
async fn until_selected(page: &Session, index: usize, module: &str) {
    let everywhere = format!(
        "(() => {{
            const map = document.getElementById('map');
            const cell = document.getElementById(map.getAttribute('aria-activedescendant'));
            const row = document.getElementById('row-{index}');
            if (!row || !cell) return false;
            const [box, place] = [document.querySelector('.scroll').getBoundingClientRect(), row.getBoundingClientRect()];
            return cell.ariaLabel?.startsWith(cell.textContent + ', ' + {module} + ':') && cell.ariaSelected === 'true'
                && row.ariaSelected === 'true' && place.top >= box.top && place.bottom <= box.bottom + 1
                && document.getElementById('grid').getAttribute('aria-activedescendant') === 'row-{index}'
                && document.getElementById('selected').textContent === {module};
        }})()",
        module = json!(module)
    );
    page.until(&format!("{module} everywhere"), &everywhere).await;
}

#[tokio::test]
async fn map_and_list_select_the_same_layer_by_click_and_by_key() {
    in_workbench(async |page| {
        open_sample(&page).await;
        until_map(&page, 28).await;
        until_selected(&page, 0, "model.layers.0.mlp.down_proj").await;
        // Module 6 in block 3.
        click_on(&page, "#cell-27").await;
        until_selected(&page, 27, "model.layers.3.self_attn.v_proj").await;
        press(&page, &key(Key::Home)).await;
        until_selected(&page, 6, "model.layers.0.self_attn.v_proj").await;
        press(&page, &key(Key::Up)).await;
        until_selected(&page, 5, "model.layers.0.self_attn.q_proj").await;
        press(&page, &key(Key::Right)).await;
        until_selected(&page, 12, "model.layers.1.self_attn.q_proj").await;
        press(&page, &key(Key::End)).await;
        until_selected(&page, 26, "model.layers.3.self_attn.q_proj").await;
        press_with(&page, Key::Control, &key(Key::Home)).await;
        until_selected(&page, 0, "model.layers.0.mlp.down_proj").await;
        press(&page, &key(Key::Left)).await;
        until_selected(&page, 0, "model.layers.0.mlp.down_proj").await;

        page.eval("document.getElementById('grid').focus()").await;
        page.action_chain().send_keys(Key::End).perform().await.expect("keys");
        until_selected(&page, 27, "model.layers.3.self_attn.v_proj").await;
        press(&page, &key(Key::Enter)).await;
        page.until("the slider", "document.activeElement.matches('.selected input[type=range]')").await;
        let stops = "document.querySelectorAll('#map [tabindex=\"0\"], #map button, #map a').length";
        assert_eq!(page.eval(stops).await, json!(0), "the map is one tab stop");
    })
    .await;
}

#[tokio::test]
async fn numbers_and_colours_follow_the_choice_and_say_what_the_list_says() {
    in_workbench(async |page| {
        open_sample(&page).await;
        until_map(&page, 28).await;
        page.until("all of the energy", "[...document.querySelectorAll('#map [id^=cell-]')].every((cell) => cell.textContent === '100' && cell.dataset.level === '7')").await;
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        show_all_rows(&page).await;
        // The list goes block by block, the map module by module.
        let in_list = async |column: &str| -> Vec<String> {
            let texts = format!("[...document.querySelectorAll('#grid td.{column}')].map((cell) => cell.textContent)");
            let texts: Vec<String> = serde_json::from_value(page.eval(&texts).await).expect("texts");
            (0..28).map(|cell| texts[cell % 4 * 7 + cell / 4].clone()).collect()
        };
        // The map rounds down what the list rounds to a tenth.
        for (cell, share) in cells(&page).await.iter().zip(in_list("energy").await) {
            let (whole, tenth) = share.trim_end_matches('%').split_once('.').expect("a share");
            let below = whole.parse::<u32>().expect("a number") - 1;
            assert!(cell == whole || tenth == "0" && *cell == below.to_string(), "{cell} beside {share}");
        }
        let levels = "[...document.querySelectorAll('#map [id^=cell-]')].every(({dataset, textContent}) => dataset.level === (+textContent >= 95 ? '5' : '4'))";
        assert_eq!(page.eval(levels).await, json!(true), "the levels of the legend");

        press_button(&page, "measure-rank").await;
        page.until("ranks", "document.getElementById('cell-0').textContent === '14'").await;
        assert_eq!(cells(&page).await, in_list("chosen").await);
        let label = "document.getElementById('map').getAttribute('aria-label')";
        assert_eq!(page.eval(label).await, json!("Layers by block and module. Rank chosen"));
        press_button(&page, "measure-stable").await;
        page.until("stable ranks", "document.getElementById('cell-0').textContent === '11'").await;
        let words = "document.getElementById('cell-0').ariaLabel";
        assert_eq!(page.eval(words).await, json!("11, model.layers.0.mlp.down_proj: stable rank 10.6, rank 14 of 16"));
        press_button(&page, "measure-largest").await;
        page.until("another legend", "document.querySelector('.levels').ariaLabel === 'Scale: Largest singular value σ₁'").await;

        press_button(&page, "measure-energy").await;
        crate::page::fill(&page, "threshold", "2").await;
        page.until("no result", "document.getElementById('cell-0').textContent === '–'").await;
        assert!(cells(&page).await.iter().all(|text| text == "–"), "no number without a result");

        // `toggle` fires later.
        page.eval("document.querySelector('.behind summary').click()").await;
        page.until("the table", "document.querySelectorAll('.behind tbody tr').length === 28").await;
        assert_eq!(page.text(".behind tbody th").await, "model.layers.0.mlp.down_proj");
    })
    .await;
}

/// How many layers have a rank set by hand.
async fn by_hand(page: &Session) -> Value {
    page.eval("document.querySelectorAll('#grid td[data-own]').length").await
}

#[tokio::test]
async fn a_module_a_block_and_a_range_get_ranks_in_one_step_that_can_be_undone() {
    in_workbench(async |page| {
        open_sample(&page).await;
        until_map(&page, 28).await;
        show_all_rows(&page).await;
        click_on(&page, "[data-row='0.2']").await;
        page.until("a module", "document.getElementById('range-name').textContent === '4 layers selected'").await;
        press_button(&page, "range-95").await;
        page.until(
            "said",
            "document.getElementById('range-said').textContent.startsWith('4 layers set by hand to ranks ')",
        )
        .await;
        page.until("ranks", "document.querySelectorAll('#grid td[data-own]').length === 4").await;
        let marked = "[...document.querySelectorAll('#map [data-own]')].map(({id}) => id).join()";
        assert_eq!(page.eval(marked).await, json!("cell-8,cell-9,cell-10,cell-11"));
        let kept = "[...document.querySelectorAll('#map [data-own]')].every(({textContent}) => +textContent >= 95)";
        assert_eq!(page.eval(kept).await, json!(true));

        click_on(&page, "[data-column='0.1']").await;
        page.until("a block", "document.getElementById('range-name').textContent === '7 layers selected'").await;
        crate::page::fill(&page, "range-rank", "99").await;
        page.action_chain().send_keys(Key::Enter).perform().await.expect("keys");
        page.until(
            "why not",
            "document.getElementById('range-said').textContent === 'A rank here is a whole number from 1 to 16.'",
        )
        .await;
        assert_eq!(by_hand(&page).await, json!(4));
        crate::page::fill(&page, "range-rank", "3").await;
        page.action_chain().send_keys(Key::Enter).perform().await.expect("keys");
        page.until("ranks", "document.querySelectorAll('#grid td[data-own]').length === 10").await;
        page.until("the address", "location.hash.includes('own=')").await;

        // The choice for the file does not change them.
        press_button(&page, "way-rule").await;
        page.until("the rule", "document.getElementById('ranks-after').textContent !== '3 to 16'").await;
        let block =
            "[7, 8, 9, 10, 11, 12, 13].every((i) => document.querySelector(`#row-${i} .chosen`).textContent === '3')";
        assert_eq!(page.eval(block).await, json!(true));

        for count in [10, 4, 0] {
            press_button(&page, "undo").await;
            page.until("a step back", &format!("document.querySelectorAll('#grid td[data-own]').length === {count}"))
                .await;
        }
        for count in [4, 10] {
            press_button(&page, "redo").await;
            page.until(
                "a step forward",
                &format!("document.querySelectorAll('#grid td[data-own]').length === {count}"),
            )
            .await;
        }
        press_button(&page, "range-forget").await;
        page.until("the module alone", "document.querySelectorAll('#grid td[data-own]').length === 3").await;
    })
    .await;
}

#[tokio::test]
async fn ranges_are_selected_with_keys() {
    in_workbench(async |page| {
        open_sample(&page).await;
        until_map(&page, 28).await;
        let count = async |page: &Session, count: usize| {
            let name = format!("document.getElementById('range-name').textContent.startsWith('{count} layer')");
            page.until(&format!("{count} layers"), &name).await;
            let marked = "[...document.querySelectorAll('#map [aria-selected=true]')].length";
            page.until("all marked", &format!("{marked} === {count}")).await;
        };
        count(&page, 1).await;
        press_with(&page, Key::Shift, &key(Key::Right)).await;
        count(&page, 2).await;
        press_with(&page, Key::Shift, &key(Key::Down)).await;
        count(&page, 4).await;
        press(&page, &key(Key::Escape)).await;
        count(&page, 1).await;
        press_with(&page, Key::Shift, " ").await;
        count(&page, 4).await;
        press_with(&page, Key::Control, " ").await;
        count(&page, 7).await;
        press_with(&page, Key::Control, "a").await;
        count(&page, 28).await;
        press(&page, &key(Key::Down)).await;
        count(&page, 1).await;
    })
    .await;
}

#[tokio::test]
async fn parts_of_the_model_stand_below_each_other_and_experts_share_a_cell() {
    in_workbench(async |page| {
        let kohya = ["te1_text_model_encoder_layers_0_mlp_fc1", "te1_text_model_encoder_layers_1_mlp_fc1"]
            .map(|module| format!("lora_{module}"));
        let unet = (0..2).flat_map(|a| (0..3).map(move |t| format!("lora_unet_down_blocks_1_attentions_{a}_transformer_blocks_{t}_attn1_to_q")));
        let file = kohya.iter().cloned().chain(unet).fold(Tensors::default(), |file, module| file.layer(&module, [8, 4, 8]));
        give(&page, &[("unet.safetensors", &file.bytes())]).await;
        until_status(&page, "8 layers").await;
        until_map(&page, 8).await;
        let heads = "[...document.querySelectorAll('#map .blocks')].map((row) => [...row.children].map((cell) => cell.textContent).join(' ')).join('|')";
        let expected = "lora_te1_text_model_encoder_layers_* 0 1|lora_unet_down_blocks_*_attentions_*_transformer_blocks_* 1.0.0 1.0.1 1.0.2 1.1.0 1.1.1 1.1.2";
        assert_eq!(page.eval(heads).await, json!(expected));

        let experts = (0..6).fold(Tensors::default(), |file, i| {
            // Each expert has another rank.
            file.layer(&format!("layers.0.mlp.experts.{i}.up_proj"), [8, 2 + i, 8])
        });
        give(&page, &[("experts.safetensors", &experts.layer("layers.0.self_attn.q_proj", [8, 4, 8]).bytes())]).await;
        until_status(&page, "7 layers").await;
        until_map(&page, 2).await;
        press_button(&page, "measure-rank").await;
        page.until("the spread", "document.getElementById('cell-0').textContent === '2–7'").await;
        click_on(&page, "#cell-0").await;
        page.until("all experts", "document.getElementById('range-name').textContent === '6 layers selected'").await;
        crate::page::fill(&page, "range-rank", "3").await;
        page.action_chain().send_keys(Key::Enter).perform().await.expect("keys");
        page.until("the lower ranks stay", "document.getElementById('cell-0').textContent === '2–3'").await;
    })
    .await;
}

#[tokio::test]
async fn in_forced_colours_numbers_and_borders_tell_what_colours_told() {
    in_workbench_with(Preferences { forced_colors: true, ..Preferences::default() }, async |page| {
        open_sample(&page).await;
        until_map(&page, 28).await;
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('cell-0').textContent === '92'").await;
        let outline = "getComputedStyle(document.querySelector('#map [aria-selected=true]')).outlineStyle";
        assert_eq!(page.eval(outline).await, json!("solid"));
        let border = "getComputedStyle(document.getElementById('cell-5')).borderTopWidth";
        assert_eq!(page.eval(border).await, json!("1px"));
        press_button(&page, "fit").await;
        page.until(
            "bars",
            "getComputedStyle(document.getElementById('cell-5')).backgroundImage.startsWith('linear-gradient')",
        )
        .await;
    })
    .await;
}
