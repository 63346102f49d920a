//! [`Reader`]: opens, reads and rewrites an adapter with the workers of a [`Pool`].

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JsString};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, UrlSearchParams};

use super::batches::{Size, batches, workers};
use super::pool::{Event, Job, Pool};
use super::protocol::{Effort, Layer, Report, Request};

/// The most workers that read side by side.
const MOST_WORKERS: usize = 8;

/// From so many bytes on, all workers start with the first, and are listening once the layers are listed.
const LARGE: f64 = (1 << 20) as f64;

/// The files of one adapter.
#[derive(Clone)]
pub struct Files {
    pub file: File,
    pub config: Option<File>,
}

/// Passes on what the workers report about a file. What is asked last cancels what was asked before.
#[derive(Clone)]
pub struct Reader(Rc<Inner>);

struct Inner {
    pool: Pool,
    state: RefCell<State>,
    on_report: Box<dyn Fn(Report, Option<Blob>)>,
}

#[derive(Default)]
struct State {
    doing: Doing,
    /// The layers of the file.
    sizes: Vec<Size>,
    begun: f64,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Doing {
    #[default]
    Nothing,
    /// The layers are being listed.
    Opening,
    Reading,
    Writing,
}

impl Reader {
    pub fn new(on_report: impl Fn(Report, Option<Blob>) + 'static) -> Self {
        Self(Rc::new_cyclic(|inner: &std::rc::Weak<Inner>| {
            let inner = inner.clone();
            let hear = move |event| {
                if let Some(inner) = inner.upgrade() {
                    Self(inner).hear(event);
                }
            };
            Inner { pool: Pool::new(hear, most_workers()), state: RefCell::default(), on_report: Box::new(on_report) }
        }))
    }

    /// Reports the contents of `files`, then the spectra of all layers.
    pub fn open(&self, files: &Files) {
        let config = files.config.as_ref().map_or(JsValue::NULL, JsValue::from);
        self.0.pool.begin(Array::of2(&files.file, &config));
        self.0.state.borrow_mut().sizes.clear();
        self.set_doing(Doing::Opening);
        if files.file.size() >= LARGE {
            self.0.pool.prepare(most_workers());
        }
        self.0.pool.add([job(&Request::Open, vec![0])], 1);
    }

    /// Reports the spectra of these layers.
    pub fn read(&self, layers: &[usize]) {
        self.set_doing(Doing::Reading);
        self.add_batches(layers);
    }

    /// Writes the file with these ranks.
    pub fn resize(&self, ranks: Vec<usize>) {
        self.set_doing(Doing::Writing);
        self.0.pool.add([job(&Request::Resize(ranks), vec![0])], 1);
    }

    /// Cancels what is being done.
    pub fn end(&self) {
        self.set_doing(Doing::Nothing);
        self.0.pool.give_up();
    }

    fn set_doing(&self, doing: Doing) {
        let mut state = self.0.state.borrow_mut();
        (state.doing, state.begun) = (doing, now());
    }

    fn add_batches(&self, layers: &[usize]) {
        let state = self.0.state.borrow();
        let workers = workers(&state.sizes, most_workers());
        let batches = batches(layers, &state.sizes, workers);
        drop(state);
        self.0.pool.add(batches.into_iter().map(|batch| job(&Request::Read, batch)), workers);
    }

    fn hear(&self, event: Event) {
        let doing = self.0.state.borrow().doing;
        match event {
            Event::Report(json, file) => {
                let report = serde_json::from_str(&json);
                let report =
                    report.unwrap_or_else(|_| Report::Failed("the worker's answer could not be read".to_owned()));
                self.note(&report);
                self.report(report, file.dyn_into().ok());
            }
            Event::Done => match doing {
                Doing::Reading => {
                    let memory = self.0.pool.memory();
                    let effort = Effort {
                        seconds: (now() - self.0.state.borrow().begun) / 1000.0,
                        workers: memory.workers,
                        largest: memory.largest as u64,
                        memory: memory.all as u64,
                    };
                    self.0.state.borrow_mut().doing = Doing::Nothing;
                    self.report(Report::Finished(effort), None);
                }
                Doing::Opening | Doing::Writing | Doing::Nothing => {}
            },
            Event::Lost(layer, reason) if doing == Doing::Reading => {
                self.report(Report::Lost(layer, reason), None);
            }
            Event::Lost(_, reason) | Event::Failed(reason) => {
                self.end();
                self.report(Report::Failed(reason), None);
            }
        }
    }

    /// The workers begin with the layers before the page deals with the report that lists the last of them.
    fn note(&self, report: &Report) {
        let mut state = self.0.state.borrow_mut();
        match report {
            Report::Layers(layers) => state.sizes.extend(layers.iter().map(size)),
            Report::Opened(contents) => {
                state.doing = Doing::Reading;
                let count = if contents.holds_spectra { 0 } else { state.sizes.len() };
                drop(state);
                if count > 0 {
                    self.add_batches(&(0..count).collect::<Vec<_>>());
                }
            }
            Report::Failed(_) => state.doing = Doing::Nothing,
            _ => {}
        }
    }

    fn report(&self, report: Report, file: Option<Blob>) {
        (self.0.on_report)(report, file);
    }
}

fn job(request: &Request, items: Vec<usize>) -> Job<JsString> {
    Job::new(JsString::from(serde_json::to_string(request).unwrap_or_default()), items)
}

/// The work for the factors of a pair grows with their numbers and the rank; so do the first values of a whole weight.
fn size(layer: &Layer) -> Size {
    Size { work: layer.bytes.saturating_mul(layer.rank as u64), bytes: layer.bytes }
}

/// As many as the processor has cores, or as the page's address says: `?workers=1`.
fn most_workers() -> usize {
    let search = window().location().search().unwrap_or_default();
    let asked = UrlSearchParams::new_with_str(&search).ok().and_then(|fields| fields.get("workers")?.parse().ok());
    asked.unwrap_or_else(|| window().navigator().hardware_concurrency() as usize).clamp(1, MOST_WORKERS)
}

fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
