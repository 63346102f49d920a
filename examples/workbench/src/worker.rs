//! The worker's end of the channel: it answers one request after the other with a series of reports.

use js_sys::{Array, JsString};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

use crate::blob::Source;
use crate::protocol::{Contents, Layer, Report, Request};
use crate::work::{open, resize, resume};

/// How many layers one message has.
const LAYERS: usize = 1000;

/// Answers requests until the page terminates the worker. An empty message tells the page that the worker is listening.
pub fn run(scope: DedicatedWorkerGlobalScope) {
    let page = scope.clone();
    let answer = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let channel = PageChannel { page: page.clone(), job: parts.get(0) };
        channel.answer(&parts);
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    answer.forget();
    let _ = scope.post_message(&Array::new());
}

/// Sends the reports of one request to the page.
pub struct PageChannel {
    page: DedicatedWorkerGlobalScope,
    job: JsValue,
}

impl PageChannel {
    fn answer(&self, parts: &Array) {
        let request = parts.get(1).as_string().and_then(|json| serde_json::from_str(&json).ok());
        let file = |index| parts.get(index).dyn_into::<Blob>().ok().map(Source::new).transpose();
        let result = match (request, file(2), file(3)) {
            (Some(Request::Open), Ok(Some(file)), Ok(config)) => open(file, config, self),
            (Some(Request::Resume(missing)), Ok(Some(file)), Ok(config)) => resume(file, config, &missing, self),
            (Some(Request::Resize(ranks)), Ok(Some(file)), Ok(config)) => resize(file, config, &ranks, self),
            (_, Err(error), _) | (_, _, Err(error)) => Err(error),
            _ => Err("the worker could not read the request".to_owned()),
        };
        if let Err(error) = result {
            self.report(&Report::Failed(error));
        }
    }

    /// Reports the contents of a file, the layers in messages that the page handles in a few milliseconds each.
    pub fn opened(&self, layers: Vec<Layer>, contents: Contents) {
        let mut layers = layers.into_iter().peekable();
        while layers.peek().is_some() {
            self.report(&Report::Layers(layers.by_ref().take(LAYERS).collect()));
        }
        self.report(&Report::Opened(contents));
    }

    pub fn report(&self, report: &Report) {
        self.report_with(report, &JsValue::NULL);
    }

    /// Sends a report accompanied by a file.
    pub fn report_with(&self, report: &Report, file: &JsValue) {
        let json = serde_json::to_string(report).unwrap_or_default();
        let _ = self.page.post_message(&Array::of3(&self.job, &JsString::from(json), file));
    }

    /// Milliseconds since the worker started.
    pub fn now(&self) -> f64 {
        self.page.performance().map_or(0.0, |clock| clock.now())
    }
}
