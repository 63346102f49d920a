//! Two checkpoints that are opened again, with another highest rank or in other files, and what stays then.

use end_to_end::Session;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::files::{Tensors, noise};
use crate::page::{give, give_slow_models, in_workbench, open_sample, press_button, until_some_are_read, until_status};
use crate::pairs::{choose_highest, give_side, open_pair};
use crate::workers::with_workers;

#[tokio::test]
async fn a_lower_highest_rank_holds_and_ranks_set_by_hand_stay_with_their_steps() {
    in_workbench(async |page| {
        let highest = async |rank: u32| {
            choose_highest(&page, rank).await;
            page.until("that rank", &format!("document.querySelector('#row-0 .rank')?.textContent === '{rank}'")).await;
            until_status(&page, "14 layers, 4.50 MiB read.").await;
        };
        open_pair(&page).await;
        highest(128).await;
        page.until("the explorer", "!!document.querySelector('.selected [data-lora-rank-explorer]')").await;
        page.press_in(".selected", Key::Home + Key::Right + Key::Right).await;
        let own = "document.querySelector('#row-0 .chosen')?.textContent";
        page.until(
            "a rank set by hand",
            &format!("document.getElementById('undo').ariaDisabled === null && +{own} < 5"),
        )
        .await;
        let own_rank = page.eval(own).await;
        page.until("a rank above 64", "document.getElementById('ranks-after').textContent.endsWith(' 128')").await;
        for rank in [64, 128, 256] {
            highest(rank).await;
            assert_eq!(page.eval(own).await, own_rank, "at {rank}");
            let most = format!("document.getElementById('ranks-after').textContent.endsWith(' {}')", rank.min(128));
            page.until("no rank above the highest", &format!("{rank} > 128 || {most}")).await;
            assert_eq!(page.eval("document.getElementById('undo').ariaDisabled").await, json!(null), "at {rank}");
        }
        press_button(&page, "undo").await;
        page.until("the rank before", &format!("{own} !== '{}'", own_rank.as_str().expect("a rank"))).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_written_of_some_layers_does_not_stop_the_others() {
    in_workbench(async |page| {
        with_workers(&page, 1).await;
        give_slow_models(&page, 60, 600).await;
        until_some_are_read(&page).await;
        press_button(&page, "cancel").await;
        until_status(&page, "Cancelled after").await;
        page.until("something to write", "!!document.querySelector('#resize:enabled')").await;
        press_button(&page, "resize").await;
        page.until("the file", "document.querySelector('#resized').textContent.startsWith('Written')").await;
        press_button(&page, "resume").await;
        until_status(&page, "60 layers, 165 MiB read.").await;
    })
    .await;
}

#[tokio::test]
async fn nothing_can_be_written_before_a_layer_is_computed() {
    in_workbench(async |page| {
        let model = |times: f32, other: &str| {
            let number = |i: usize| times * noise(i) + noise(7 * i);
            Tensors::default().tensor("l.q.weight", &[96, 64], number).tensor(other, &[4], noise).bytes()
        };
        give_side(&page, "base", &[("base.safetensors", &model(1.0, "old"))]).await;
        give_side(&page, "tuned", &[("tuned.safetensors", &model(1.5, "new"))]).await;
        until_status(&page, "Nothing is computed yet").await;
        page.until("nothing to write", "document.getElementById('resize')?.disabled === true").await;
        press_button(&page, "compute").await;
        until_status(&page, "1 layer, 48.0 KiB read.").await;
        page.until("something to write", "!!document.querySelector('#resize:enabled')").await;
    })
    .await;
}

#[tokio::test]
async fn other_files_are_asked_about_anew() {
    in_workbench(async |page| {
        let model = |times: f32| Tensors::default().tensor("a.q.weight", &[24, 16], |i| times * noise(i)).bytes();
        let (first, second) = (model(1.0), model(2.0));
        give(&page, &[("one.safetensors", &first), ("two.safetensors", &second)]).await;
        page.until("a question", "document.querySelectorAll('.asked li').length === 2").await;
        page.eval("document.getElementById('asked-0-0').click()").await;
        page.until("an answer", "document.querySelectorAll('.asked input:checked').length === 2").await;
        give(&page, &[("three.safetensors", &first), ("four.safetensors", &second)]).await;
        page.until("other files", "document.querySelector('.asked').textContent.includes('three')").await;
        page.until("no answer", "document.querySelectorAll('.asked input:checked').length === 0").await;
        page.until("nothing to open", "document.getElementById('asked-open').ariaDisabled === 'true'").await;
    })
    .await;
}

/// Nothing is fetched until `go` is called.
async fn hold_fetches(page: &Session) {
    page.eval(
        "(() => {
            window.load = window.fetch;
            window.go = undefined;
            window.fetch = (...words) => new Promise((next) => { window.go = () => next(load(...words)); });
        })()",
    )
    .await;
}

/// Waits until the page has fetched this file, and for what it does with it at once.
async fn until_fetched(page: &Session, file: &str) {
    let name = format!("performance.getEntriesByType('resource').some(({{name}}) => name.endsWith('{file}'))");
    page.until(file, &name).await;
    page.eval("new Promise((next) => setTimeout(next, 100))").await;
}

#[tokio::test]
async fn the_sample_that_was_asked_for_last_is_opened() {
    in_workbench(async |page| {
        hold_fetches(&page).await;
        press_button(&page, "sample").await;
        page.until("the first", "!!window.go").await;
        page.eval("([window.first, window.go] = [window.go], true)").await;
        press_button(&page, "sample-pair").await;
        page.until("the second", "!!window.go").await;
        // The first arrives first.
        page.eval("(window.fetch = load, first())").await;
        until_fetched(&page, "sample/adapter_config.json").await;
        page.eval("go()").await;
        until_status(&page, "14 layers, 4.50 MiB read.").await;
    })
    .await;
}

#[tokio::test]
async fn a_sample_that_is_on_its_way_can_be_cancelled() {
    in_workbench(async |page| {
        hold_fetches(&page).await;
        press_button(&page, "sample").await;
        page.until("loading", "document.getElementById('status').textContent === 'Opening …' && !!window.go").await;
        press_button(&page, "cancel").await;
        page.until("nothing", "document.getElementById('status').textContent === ''").await;
        // It comes later, and is not asked for any more.
        page.eval("(window.fetch = load, go())").await;
        open_sample(&page).await;
        // Also beside an open file, which stays.
        hold_fetches(&page).await;
        press_button(&page, "sample-pair").await;
        page.until(
            "loading",
            "document.getElementById('opening').textContent === 'Opening the sample …' && !!window.go",
        )
        .await;
        page.until("a way out", "!document.getElementById('cancel').className.includes('hidden')").await;
        press_button(&page, "cancel").await;
        page.until("the focus", "document.activeElement.id === 'file'").await;
        page.eval("(window.fetch = load, go())").await;
        until_fetched(&page, "sample-checkpoints/tuned/model.safetensors.index.json").await;
        assert!(page.text("#status").await.starts_with("28 layers, 496 KiB read."));
    })
    .await;
}
