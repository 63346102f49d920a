//! Opens the page, and gives it files as a person would.

use end_to_end::{Preferences, Session, in_page, variable};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::files::base64;

/// Opens the page with default preferences.
pub async fn in_workbench<Test>(test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_workbench_with(Preferences::default(), test).await;
}

pub async fn in_workbench_with<Test>(preferences: Preferences, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    let test = |page: Session| {
        let test = test(page.clone());
        async move {
            keep_names(&page).await;
            test.await;
        }
    };
    in_page(&variable("WORKBENCH_URL"), preferences, &[], test).await;
}

/// Keeps the names under which files are saved, and blocks the downloads, since each browser saves files differently.
pub async fn keep_names(page: &Session) {
    page.eval(
        "(() => {
            window.saved = [];
            addEventListener('click', (event) => {
                const link = event.target.closest('a[download]');
                if (link) [saved.push(link.download), event.preventDefault()];
            }, true);
        })()",
    )
    .await;
}

/// Waits until exactly these files were saved.
pub async fn until_saved(page: &Session, names: &[&str]) {
    page.until("the saved files", &format!("JSON.stringify(saved) === {}", json!(json!(names).to_string()))).await;
}

/// Opens the sample and waits until it is read completely.
pub async fn open_sample(page: &Session) {
    press_button(page, "sample").await;
    until_status(page, "28 layers, 496 KiB read.").await;
    page.until("the explorer", "!!document.querySelector('.selected [data-lora-rank-explorer]')").await;
    page.until("the exports", "!!document.querySelector('#resize:enabled')").await;
}

/// Presses a button without a pointer, which could come to rest over the plot and preview a rank there.
pub async fn press_button(page: &Session, id: &str) {
    page.eval(&format!("document.getElementById('{id}').click()")).await;
}

/// Chooses files in the page's input.
pub async fn give(page: &Session, files: &[(&str, &[u8])]) {
    hand(page, files, "input.files = data.files; input.dispatchEvent(new Event('change', {bubbles: true}));").await;
}

/// Drops files on the page, outside the box that is meant for them.
pub async fn drop_on(page: &Session, files: &[(&str, &[u8])]) {
    hand(
        page,
        files,
        "const event = (kind) => new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
         document.querySelector('footer').dispatchEvent(event('dragover'));
         document.querySelector('footer').dispatchEvent(event('drop'));",
    )
    .await;
}

async fn hand(page: &Session, files: &[(&str, &[u8])], how: &str) {
    let script = format!(
        "const [data, input] = [new DataTransfer(), document.getElementById('file')];
         for (const [name, text] of arguments[0]) {{
             data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
         }}
         {how}"
    );
    let files: Vec<Value> = files.iter().map(|(name, bytes)| json!([name, base64(bytes)])).collect();
    page.execute(script, vec![Value::from(files)]).await.expect("files");
}

/// Gives the page weights that take a while to read: `count` matrices of `side` × `side`. It shows what is read some three times a second
/// and has as many workers as the machine has cores: a test that waits for a part of it limits the page to one worker.
pub async fn give_slow_file(page: &Session, count: usize, side: usize) {
    give_slow(page, &["file"], "slow.#", count, side).await;
}

/// Gives the page two models that take a while to compute: `count` layers of `side` × `side`.
pub async fn give_slow_models(page: &Session, count: usize, side: usize) {
    give_slow(page, &["base", "tuned"], "l.#.q.weight", count, side).await;
}

/// Gives each of these inputs a file of `count` matrices of `side` × `side`, all the same in one file. In `name`, the number of each stands
/// for `#`.
async fn give_slow(page: &Session, inputs: &[&str], name: &str, count: usize, side: usize) {
    let script = "
        const [inputs, name, count, side] = arguments;
        const bytes = side * side * 4;
        const header = {};
        for (let i = 0; i < count; i++) {
            header[name.replace('#', i)] = {dtype: 'F32', shape: [side, side], data_offsets: [i * bytes, (i + 1) * bytes]};
        }
        const text = new TextEncoder().encode(JSON.stringify(header));
        let state = 1;
        const next = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31;
        for (const id of inputs) {
            const numbers = Float32Array.from({length: side * side}, next);
            const data = new DataTransfer();
            const parts = [new BigUint64Array([BigInt(text.length)]), text, ...Array(count).fill(numbers)];
            data.items.add(new File(parts, 'slow.safetensors'));
            const input = document.getElementById(id);
            input.files = data.files;
            input.dispatchEvent(new Event('change', {bubbles: true}));
        }";
    let arguments = vec![json!(inputs), json!(name), json!(count), json!(side)];
    page.execute(script, arguments).await.expect("slow files");
}

/// Waits until the status line contains `text`, no other file is being opened (until it is, the line is about the one before), and all
/// sections of the page are there, which appear one after the other.
pub async fn until_status(page: &Session, text: &str) {
    let is_whole = "['0', undefined].includes(document.getElementById('layers')?.textContent) || !!document.getElementById('resize')";
    let says = format!("document.getElementById('status').textContent.includes({})", json!(text));
    let nothing_opens = "document.getElementById('opening').textContent === ''";
    page.until(text, &format!("{says} && {nothing_opens} && ({is_whole})")).await;
}

/// Waits until the file that is to be taken away is written.
pub async fn until_written(page: &Session) {
    page.until("the file", "document.querySelector('#resized')?.textContent.startsWith('Written')").await;
}

/// Waits until the first layers are read: see [`give_slow_file`].
pub async fn until_some_are_read(page: &Session) {
    page.until("the first layers", "/^[1-9][0-9]* of /.test(document.getElementById('status').textContent)").await;
}

/// Clicks on a row that is in view.
pub async fn select(page: &Session, index: usize) {
    page.eval("document.querySelector('.list').scrollIntoView({behavior: 'instant', block: 'center'})").await;
    // Click a cell: Firefox's driver cannot click the row itself.
    let cell = page.find(By::Css(format!("#row-{index} .module"))).await.expect("a row");
    cell.click().await.expect("clicked");
}

/// Makes the list high enough to show all rows of a short file.
pub async fn show_all_rows(page: &Session) {
    page.eval("(document.querySelector('.scroll').style.flexBasis = '2000px')").await;
    let count = "document.querySelectorAll('#grid tr[id]').length === document.getElementById('grid').ariaRowCount - 1";
    page.until("all rows", count).await;
}

/// The ranks in the list, in its order; only of the rows in view.
pub async fn chosen(page: &Session) -> Vec<usize> {
    let cells = page.eval("[...document.querySelectorAll('#grid td.chosen')].map((cell) => +cell.textContent)").await;
    serde_json::from_value(cells).expect("ranks")
}

/// Replaces the text of a field by typing.
pub async fn fill(page: &Session, id: &str, text: &str) {
    let script = "
        const field = document.getElementById(arguments[0]);
        field.focus();
        field.select();
        document.execCommand('insertText', false, arguments[1]);";
    page.execute(script, vec![json!(id), json!(text)]).await.expect("typed");
}
