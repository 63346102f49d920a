//! [`Reader`]: the page's end of the connection to its worker.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JsString};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, Event, File, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

use crate::blob::words;
use crate::protocol::{Report, Request};

/// The files of one adapter.
#[derive(Clone)]
pub struct Files {
    pub file: File,
    pub config: Option<File>,
}

/// Sends requests to a worker and passes its reports on. A new request cancels the previous one.
#[derive(Clone)]
pub struct Reader(Rc<RefCell<State>>);

struct State {
    /// The URL of the script that every worker runs.
    script: String,
    on_report: Rc<dyn Fn(Report, Option<Blob>)>,
    worker: Option<Connection>,
    /// The number of the last request. Reports for other requests are stale and ignored.
    job: u32,
    /// The last request, until a worker has crashed on it.
    asked: Option<Array>,
}

struct Connection {
    worker: Worker,
    listens: bool,
    busy: bool,
    /// The request made before the worker was listening.
    waiting: Option<Array>,
    _closures: [Closure<dyn FnMut(JsValue)>; 2],
}

impl Reader {
    /// Starts a worker at once, so that it is listening when the first file is opened.
    pub fn new(on_report: impl Fn(Report, Option<Blob>) + 'static) -> Self {
        // Without a script no worker starts; the first request reports that.
        let (script, on_report) = (script().unwrap_or_default(), Rc::new(on_report));
        let reader = Self(Rc::new(RefCell::new(State { script, on_report, worker: None, job: 0, asked: None })));
        reader.start();
        reader
    }

    pub fn ask(&self, request: &Request, files: &Files) {
        self.end();
        let json = JsString::from(serde_json::to_string(request).unwrap_or_default());
        let config = files.config.as_ref().map_or(JsValue::NULL, JsValue::from);
        let mut state = self.0.borrow_mut();
        let message = Array::of4(&state.job.into(), &json, &files.file, &config);
        state.asked = Some(message.clone());
        match &mut state.worker {
            Some(connection) => {
                connection.busy = true;
                if connection.listens {
                    let _ = connection.worker.post_message(&message);
                } else {
                    connection.waiting = Some(message);
                }
            }
            None => {
                let report = Rc::clone(&state.on_report);
                drop(state);
                report(Report::Failed("no worker could be started".to_owned()), None);
            }
        }
    }

    /// Cancels the worker's job. A busy worker receives no messages, so a new one replaces it.
    pub fn end(&self) {
        let mut state = self.0.borrow_mut();
        state.job += 1;
        if let Some(connection) = state.worker.take_if(|connection| connection.busy) {
            connection.worker.terminate();
        }
        let start = state.worker.is_none();
        drop(state);
        if start {
            self.start();
        }
    }

    fn start(&self) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Ok(worker) = Worker::new_with_options(&self.0.borrow().script, &options) else { return };
        let (to, id) = (self.clone(), worker.clone());
        let message = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            to.hear(&id, &event.unchecked_into::<MessageEvent>().data().unchecked_into());
        });
        let (to, id) = (self.clone(), worker.clone());
        let error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let words = event.dyn_ref::<ErrorEvent>().map_or_else(|| words(&event), ErrorEvent::message);
            // The page shows this error, so keep it off the console.
            event.unchecked_ref::<Event>().prevent_default();
            to.lose(&id, &words);
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        let connection = Connection { worker, listens: false, busy: false, waiting: None, _closures: [message, error] };
        self.0.borrow_mut().worker = Some(connection);
    }

    fn hear(&self, worker: &Worker, parts: &Array) {
        let mut state = self.0.borrow_mut();
        let job = f64::from(state.job);
        let Some(connection) = state.worker.as_mut().filter(|connection| connection.worker == *worker) else { return };
        if parts.length() == 0 {
            connection.listens = true;
            if let Some(message) = connection.waiting.take() {
                let _ = connection.worker.post_message(&message);
            }
            return;
        }
        if parts.get(0).as_f64() != Some(job) {
            return;
        }
        let report = parts.get(1).as_string().and_then(|json| serde_json::from_str(&json).ok());
        let report = report.unwrap_or_else(|| Report::Failed("the worker's answer could not be read".to_owned()));
        connection.busy = !matches!(report, Report::Finished { .. } | Report::Failed(_) | Report::Resized { .. });
        let on_report = Rc::clone(&state.on_report);
        drop(state);
        on_report(report, parts.get(2).dyn_into().ok());
    }

    /// Replaces a worker that has crashed and repeats its request once: WebKitGTK 2.50 traps now and then, and the next run
    /// succeeds (CONTRIBUTING.md, "WebKit compiles once").
    fn lose(&self, worker: &Worker, error: &str) {
        let mut state = self.0.borrow_mut();
        let Some(connection) = state.worker.take_if(|connection| connection.worker == *worker) else { return };
        connection.worker.terminate();
        let (on_report, listened) = (Rc::clone(&state.on_report), connection.listens);
        let again = if listened && connection.busy { state.asked.take() } else { None };
        drop(state);
        // This runs inside a closure that the connection owns, so drop the connection later.
        wasm_bindgen_futures::spawn_local(async move { drop(connection) });
        // A worker that never listened would fail again and again; the next request starts another.
        if listened {
            self.start();
        }
        if let (Some(message), Some(connection)) = (again, &mut self.0.borrow_mut().worker) {
            (connection.busy, connection.waiting) = (true, Some(message));
            return;
        }
        on_report(Report::Failed(format!("the worker has stopped: {error}")), None);
    }
}

/// The URL of a script that starts the page's own program.
///
/// A worker from a blob inherits the page's policy, so it cannot send the file anywhere. A worker from a file would get the
/// policy that the server sends with that file, and any server may host these files; so the page's policy forbids them
/// (`worker-src blob:`). The script uses a dynamic import, since `worker-src` governs static ones, and throws a failure again
/// where the worker's `error` event sees it.
fn script() -> Result<String, JsValue> {
    let page = document().base_uri()?.unwrap_or_default();
    let program = Url::new_with_base("workbench.js", &page)?.href();
    let text = format!(
        "import({program:?}).then((program) => program.default()).catch((error) => setTimeout(() => {{ throw error; }}));"
    );
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind)?)
}
