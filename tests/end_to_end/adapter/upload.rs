//! Nothing is uploaded: the worker, which holds the file, has the policy of the page, whichever server the files lie on.

use end_to_end::{Preferences, Session, in_page, variable};
use serde_json::{Value, json};

use crate::page::open_sample;

/// Whether a worker from a blob can send something to another origin, run a text as code, and load a file of the page.
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

/// Whether a worker starts from a file, whose policy would be that of the server.
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
async fn a_worker_can_send_nothing_away_and_run_no_text() {
    // A text has no icon, which Chromium asks for.
    let expected = ["Content Security Policy", "policy worker-src", "favicon.ico"];
    in_page(&variable("ADAPTER_URL"), Preferences::default(), &expected, async |page| {
        let other = json!(variable("GALLERY_URL"));
        open_sample(&page).await;
        let tried = run(&page, TRY, vec![other.clone()]).await;
        assert_eq!(tried, json!({"sent": false, "evaluated": false, "loaded": true}));
        assert_eq!(run(&page, START_FROM_FILE, Vec::new()).await, json!(false), "every worker has the policy");

        // Of the same origin, without a policy: there all of it works, so the test can fail.
        let adapter = variable("ADAPTER_URL");
        page.goto(format!("{adapter}first.js")).await.expect("a text");
        let tried = run(&page, TRY, vec![other]).await;
        assert_eq!(tried, json!({"sent": true, "evaluated": true, "loaded": true}));
        assert_eq!(run(&page, START_FROM_FILE, Vec::new()).await, json!(true));
        page.open(&adapter).await;
    })
    .await;
}
