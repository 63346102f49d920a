//! Nothing is uploaded: the worker, which reads the file, has the page's policy, whichever server hosts the page.

use end_to_end::{Preferences, Session, in_page, variable};
use serde_json::{Value, json};

use crate::page::open_sample;

/// Whether a worker from a blob can send data to another origin, evaluate text as code, and load one of the page's files.
const TRY: &str = "
    const [other, done] = arguments;
    const code = `
        const works = async (attempt) => { try { return !!(await attempt()); } catch { return false; } };
        postMessage({
            sent: await works(() => fetch('${other}', {method: 'POST', mode: 'no-cors', body: 'a file'})),
            evaluated: await works(() => eval('1 + 1')),
            loaded: await works(() => fetch('${location.origin}/start.js')),
        });`;
    const url = URL.createObjectURL(new Blob([code], {type: 'text/javascript'}));
    const worker = new Worker(url, {type: 'module'});
    worker.onmessage = ({data}) => done(data);
    worker.onerror = ({message}) => done(`no worker: ${message}`);";

/// Whether a worker starts from a file, whose policy would come from the server.
const START_FROM_FILE: &str = "
    const [done] = arguments;
    try {
        const worker = new Worker('start.js', {type: 'module'});
        worker.onmessage = () => done(true);
        worker.onerror = (event) => { event.preventDefault(); done(false); };
    } catch {
        done(false);
    }";

async fn run(page: &Session, script: &str, arguments: Vec<Value>) -> Value {
    page.execute_async(script, arguments).await.expect("an answer").json().clone()
}

#[tokio::test]
async fn a_worker_can_neither_send_data_away_nor_evaluate_text() {
    // A text page names no icon, so Chromium requests the default one.
    let expected = ["Content Security Policy", "policy worker-src", "favicon.ico"];
    in_page(&variable("WORKBENCH_URL"), Preferences::default(), &expected, async |page| {
        let other = json!(variable("GALLERY_URL"));
        open_sample(&page).await;
        let tried = run(&page, TRY, vec![other.clone()]).await;
        assert_eq!(tried, json!({"sent": false, "evaluated": false, "loaded": true}));
        assert_eq!(run(&page, START_FROM_FILE, Vec::new()).await, json!(false), "every worker has the page's policy");

        // On a page of the same origin without a policy, everything works: the test can fail.
        let adapter = variable("WORKBENCH_URL");
        page.goto(format!("{adapter}first.js")).await.expect("a text");
        let tried = run(&page, TRY, vec![other]).await;
        assert_eq!(tried, json!({"sent": true, "evaluated": true, "loaded": true}));
        assert_eq!(run(&page, START_FROM_FILE, Vec::new()).await, json!(true));
        page.open(&adapter).await;
    })
    .await;
}
