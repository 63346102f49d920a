//! Several workers read a file side by side, and some of them stop.

use end_to_end::{Session, variable};
use serde_json::{Value, json};

use crate::files::{Tensors, noise};
use crate::page::{
    give, give_slow_file, in_workbench, keep_names, open_sample, press_button, show_all_rows, until_status,
    until_written,
};

/// The page with at most so many workers.
pub async fn with_workers(page: &Session, count: usize) {
    page.goto(format!("{}?workers={count}", variable("WORKBENCH_URL"))).await.expect("the page");
    page.until("the page", "!!document.querySelector('#sample')").await;
    keep_names(page).await;
}

/// What the list shows of each layer, once all are read and none has failed.
async fn rows_read(page: &Session) -> Value {
    show_all_rows(page).await;
    let open = "[...document.querySelectorAll('#grid td')].some((cell) => ['…', 'failed'].includes(cell.textContent))";
    assert_eq!(page.eval(open).await, json!(false), "every layer is read");
    let cells =
        "[...document.querySelectorAll('#grid tr[id]')].map((row) => [...row.cells].map((cell) => cell.textContent))";
    page.eval(cells).await
}

#[tokio::test]
async fn all_layers_arrive_whatever_the_number_of_workers() {
    in_workbench(async |page| {
        let layer = |file: Tensors, i: usize| file.layer(&format!("block.{i}"), [40 + 97 * (i % 5), 1 + i % 7, 30 + i]);
        let file = (0..39).fold(Tensors::default(), layer).tensor("whole", &[300, 200], noise).bytes();
        let mut lists = Vec::new();
        for count in [1, 2, 8] {
            with_workers(&page, count).await;
            give(&page, &[("mixed.safetensors", &file)]).await;
            until_status(&page, "40 layers").await;
            until_status(&page, " read. It took").await;
            lists.push(rows_read(&page).await);
        }
        assert!(lists[0].as_array().is_some_and(|rows| rows.len() == 40), "{}", lists[0]);
        assert!(lists.iter().all(|list| *list == lists[0]));
        // So many that no worker is done before another one begins.
        give_slow_file(&page, 64, 300).await;
        until_status(&page, "workers took").await;
    })
    .await;
}

#[tokio::test]
async fn reading_can_be_cancelled_and_taken_up_at_any_moment() {
    in_workbench(async |page| {
        // While it opens, when its layers are listed, when some are read, when many are read.
        for moment in [
            "true",
            "document.getElementById('layers')?.textContent === '48'",
            "/^[1-9][0-9]* of 48/.test(document.getElementById('status').textContent)",
            "/^([23][0-9]|4[0-7]) of 48/.test(document.getElementById('status').textContent)",
        ] {
            with_workers(&page, 2).await;
            give_slow_file(&page, 48, 900).await;
            page.until("the moment", moment).await;
            press_button(&page, "cancel").await;
            let stopped = "document.getElementById('cancel').className.includes('hidden')";
            page.until("the end of reading", stopped).await;
            match page.text("#status").await {
                // Nothing is listed yet: there is nothing to take up.
                empty if empty.is_empty() => give_slow_file(&page, 48, 900).await,
                status => {
                    assert!(status.starts_with("Cancelled after "), "{status}");
                    press_button(&page, "resume").await;
                }
            }
            until_status(&page, "48 layers, 148 MiB read.").await;
            rows_read(&page).await;
        }
    })
    .await;
}

/// Six weights of which the fourth has sides of its own. Their tensors are so large that each is read by itself.
fn with_an_odd_one() -> Vec<u8> {
    let tensor = |file: Tensors, i: usize| {
        let shape = if i == 3 { ODD } else { [400, 400] };
        file.tensor(&format!("weight.{i}"), &shape, noise)
    };
    (0..6).fold(Tensors::default(), tensor).bytes()
}

const ODD: [usize; 2] = [400, 410];

/// In the first `times` workers that start from now on, reads of more than `least` bytes and at most `most` end in `how`. Counts the
/// workers in `window.started`.
async fn let_workers_stop(page: &Session, times: usize, [least, most]: [usize; 2], how: &str) {
    let script = "
        const [times, least, most, how] = arguments;
        window.started = 0;
        const create = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
            if (blob.type !== 'text/javascript') return create.call(URL, blob);
            const prelude = window.started++ < times ? `{
                const read = FileReaderSync.prototype.readAsArrayBuffer;
                FileReaderSync.prototype.readAsArrayBuffer = function (part) {
                    if (part.size > ${least} && part.size <= ${most}) { ${how} }
                    return read.call(this, part);
                };
            }` : '';
            return create.call(URL, new Blob([prelude, blob], {type: blob.type}));
        };";
    page.execute(script, vec![json!(times), json!(least), json!(most), json!(how)]).await.expect("a script");
}

/// No buffer can be made of it, which the program does not expect: the worker stops as it does where the program traps.
const STOP: &str = "return Symbol();";

/// The worker ends in the middle of its work, and no event tells the page.
const END: &str = "self.close(); return Symbol();";

/// The size of the odd one.
const AT_THE_ODD_ONE: [usize; 2] = [4 * 400 * 400, 4 * ODD[0] * ODD[1]];

/// All reads.
const AT_ONCE: [usize; 2] = [0, usize::MAX >> 12];

#[tokio::test]
async fn a_worker_that_stops_is_replaced_and_its_layer_is_read_once_more() {
    in_workbench(async |page| {
        for how in [STOP, END] {
            with_workers(&page, 1).await;
            open_sample(&page).await;
            let_workers_stop(&page, 1, AT_THE_ODD_ONE, how).await;
            give(&page, &[("odd.safetensors", &with_an_odd_one())]).await;
            until_status(&page, "6 layers, 3.68 MiB read.").await;
            assert_eq!(page.eval("window.started").await, json!(2), "one worker has stopped, and one took its place");
            rows_read(&page).await;
            page.until("no problem", "!document.querySelector('#problems')").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_layer_at_which_workers_stop_twice_is_named_and_all_others_are_read() {
    in_workbench(async |page| {
        for count in [1, 2] {
            with_workers(&page, count).await;
            open_sample(&page).await;
            let_workers_stop(&page, 100, AT_THE_ODD_ONE, STOP).await;
            give(&page, &[("odd.safetensors", &with_an_odd_one())]).await;
            until_status(&page, "6 layers, 3.68 MiB read.").await;
            show_all_rows(&page).await;
            let failed = "JSON.stringify([...document.querySelectorAll('#grid td.energy')]
                .flatMap((cell, i) => cell.textContent === 'failed' ? [i] : []))";
            page.until("the one that failed", &format!("{failed} === '[3]'")).await;
            page.until("why", "document.querySelector('#problems').textContent.includes('the worker has stopped')")
                .await;
            page.until("its name", "document.querySelector('#problems').textContent.includes('weight.3')").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_at_which_every_worker_stops_is_refused_and_the_open_one_stays() {
    in_workbench(async |page| {
        for how in [STOP, END] {
            with_workers(&page, 2).await;
            open_sample(&page).await;
            let_workers_stop(&page, 100, AT_ONCE, how).await;
            give(&page, &[("odd.safetensors", &with_an_odd_one())]).await;
            let refused = "document.getElementById('refused').textContent";
            let why = format!("{refused}.startsWith('odd.safetensors cannot be opened: the worker has stopped')");
            page.until("why", &why).await;
            until_status(&page, "28 layers, 496 KiB read.").await;
            press_button(&page, "resize").await;
            until_written(&page).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_stops_while_the_rest_is_read_loses_nothing() {
    in_workbench(async |page| {
        with_workers(&page, 2).await;
        open_sample(&page).await;
        let_workers_stop(&page, 1, AT_ONCE, STOP).await;
        give_slow_file(&page, 12, 900).await;
        until_status(&page, "12 layers, 37.1 MiB read.").await;
        rows_read(&page).await;
    })
    .await;
}
