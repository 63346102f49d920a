//! The worker's end of the connection: it does one job after the other, and answers each with a series of messages.

use std::cell::Cell;

use js_sys::{Array, JsString, Uint32Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::pairs::PairWork;
use super::protocol::{Layer, Report, Request};
use super::work::Work;

/// How many layers one message has.
const LAYERS: usize = 1000;

/// Does jobs until the page ends the worker. An empty message tells the page that the worker is listening.
pub fn run(scope: DedicatedWorkerGlobalScope) {
    let page = scope.clone();
    let mut task = None;
    let answer = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts: Array = event.data().unchecked_into();
        let job = parts.get(0);
        if job.as_f64() == Some(0.0) {
            task = Some(Task::new(&parts.get(1).unchecked_into()));
            return;
        }
        let channel = PageChannel { page: page.clone(), job, done: Cell::new(0) };
        let (report, file) =
            channel.answer(&parts, task.as_mut()).unwrap_or_else(|error| (Report::Failed(error), JsValue::NULL));
        channel.post(true, &report, &file);
    });
    scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    answer.forget();
    let _ = scope.post_message(&Array::new());
}

/// What the jobs are about.
enum Task {
    File(Box<Work>),
    /// Two checkpoints.
    Pair(Box<PairWork>),
}

impl Task {
    fn new(context: &Array) -> Self {
        if PairWork::is_meant(context) {
            Self::Pair(Box::new(PairWork::new(context)))
        } else {
            Self::File(Box::new(Work::new(context)))
        }
    }
}

/// Sends the reports of one job to the page.
pub struct PageChannel {
    page: DedicatedWorkerGlobalScope,
    job: JsValue,
    /// How many items of the job are done.
    done: Cell<u32>,
}

impl PageChannel {
    /// Does a job. Returns its last report, and what accompanies it.
    fn answer(&self, parts: &Array, task: Option<&mut Task>) -> Result<(Report, JsValue), String> {
        let request = parts.get(1).as_string().and_then(|json| serde_json::from_str(&json).ok());
        let items = parts.get(2).unchecked_into::<Uint32Array>().to_vec();
        match (request, task) {
            (Some(Request::Open), Some(Task::File(work))) => Ok((work.open(self)?, JsValue::NULL)),
            (Some(Request::Read), Some(Task::File(work))) => Ok((work.read(&items, self), JsValue::NULL)),
            (Some(Request::Resize(ranks)), Some(Task::File(work))) => {
                let (report, file) = work.resize(&ranks, self)?;
                Ok((report, file.into()))
            }
            (Some(Request::Open), Some(Task::Pair(work))) => Ok((work.open(self)?, JsValue::NULL)),
            (Some(Request::Read), Some(Task::Pair(work))) => Ok((work.read(&items), JsValue::NULL)),
            (Some(Request::Factor { rank, mark, options }), Some(Task::Pair(work))) => {
                Ok(work.factor(&items, rank, &mark, &options))
            }
            (Some(Request::Whole(options)), Some(Task::Pair(work))) => Ok(work.whole(&items, &options)),
            (Some(Request::Assemble(parts, options)), Some(Task::Pair(work))) => {
                let (report, header) = work.assemble(parts, &options)?;
                Ok((report, header.into()))
            }
            _ => Err("the worker could not read the request".to_owned()),
        }
    }

    /// Reports the layers of a file, in messages that the page handles in a few milliseconds each.
    pub fn list(&self, layers: Vec<Layer>) {
        let mut layers = layers.into_iter().peekable();
        while layers.peek().is_some() {
            self.report(&Report::Layers(layers.by_ref().take(LAYERS).collect()));
        }
    }

    pub fn report(&self, report: &Report) {
        self.post(false, report, &JsValue::NULL);
    }

    /// Sends a report after which this many more items of the job are done.
    pub fn report_done(&self, report: &Report, items: usize) {
        self.done.set(self.done.get() + items as u32);
        self.report(report);
    }

    /// Sends a message as `Pool::hear` takes it.
    fn post(&self, is_last: bool, report: &Report, file: &JsValue) {
        let json = JsString::from(serde_json::to_string(report).unwrap_or_default());
        let parts = [&self.job, &self.done.get().into(), &is_last.into(), &memory().into(), &json, file];
        let _ = self.page.post_message(&parts.into_iter().collect::<Array>());
    }

    /// Milliseconds since the worker started.
    pub fn now(&self) -> f64 {
        self.page.performance().map_or(0.0, |clock| clock.now())
    }
}

/// The program's memory in bytes. It never shrinks, so this is the peak.
fn memory() -> u32 {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    js_sys::ArrayBuffer::from(memory.buffer()).byte_length()
}
