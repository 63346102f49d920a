//! [`Reader`]: opens, reads and writes files with the workers of a [`Pool`]: those of an adapter, or of two checkpoints.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JsString};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, UrlSearchParams};

use super::assembly::Assembly;
use super::batches::{Size, batches, largest, largest_first, memory_for_all, workers};
use super::pool::{Event, Job, Pool};
use super::protocol::{Effort, Part, Report, Request};
use crate::pair::chosen::Models;
use crate::pair::options::WriteOptions;

/// The most workers that read side by side.
const MOST_WORKERS: usize = 8;

/// From so many bytes on, all workers start with the first, and are listening once the layers are listed.
const LARGE: f64 = (1 << 20) as f64;

/// The files of one adapter, or of two checkpoints.
#[derive(Clone)]
pub struct Files {
    /// Of two checkpoints the first of the tuned model.
    pub file: File,
    pub config: Option<File>,
    pub models: Option<Models>,
}

impl Files {
    pub fn adapter(file: File, config: Option<File>) -> Self {
        Self { file, config, models: None }
    }

    /// What the page calls them.
    pub fn name(&self) -> String {
        self.models.as_ref().map_or_else(|| self.file.name(), Models::name)
    }

    /// What the workers get.
    fn context(&self) -> Array {
        let config = self.config.as_ref().map_or(JsValue::NULL, JsValue::from);
        self.models.as_ref().map_or_else(|| Array::of2(&self.file, &config), Models::context)
    }

    fn bytes(&self) -> f64 {
        self.models.as_ref().map_or_else(|| self.file.size(), Models::bytes)
    }
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
    /// Whether they are those of two checkpoints.
    is_pair: bool,
    /// The parts of a LoRA that is being written.
    assembly: Option<Assembly>,
    begun: f64,
}

/// How many workers read or compute, and what decides that.
#[derive(Clone, Copy, PartialEq)]
pub struct Room {
    pub workers: usize,
    /// How many there could be.
    pub most: usize,
    /// The memory in bytes that the largest layer takes, and that all may take together.
    pub largest: u64,
    pub memory: u64,
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

    /// Reports the contents of `files`, then the spectra of all layers; of two checkpoints once they are [asked for](Self::read).
    pub fn open(&self, files: &Files) {
        self.0.pool.begin(files.context());
        let mut state = self.0.state.borrow_mut();
        state.sizes.clear();
        state.is_pair = files.models.is_some();
        drop(state);
        self.set_doing(Doing::Opening);
        if files.bytes() >= LARGE {
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

    /// Writes a LoRA with these ranks of these layers, which have these [marks](crate::pair::found::Floor::mark), and what is taken
    /// over whole: each as its item, with its memory in bytes.
    pub fn factor(&self, ranks: &[(usize, usize, String)], wholes: &[(usize, u64)], options: &WriteOptions) {
        self.set_doing(Doing::Writing);
        let mut state = self.0.state.borrow_mut();
        let at = |layer: usize| state.sizes.get(layer).copied().unwrap_or_default();
        let sizes: Vec<Size> = ranks.iter().map(|&(layer, rank, _)| at(layer).of_rank(rank)).collect();
        let order = largest_first(&(0..ranks.len()).collect::<Vec<_>>(), &sizes);
        let factor = |(layer, rank, mark): &(usize, usize, String)| {
            job(&Request::Factor { rank: *rank, mark: mark.clone(), options: options.clone() }, vec![*layer])
        };
        let jobs = order.into_iter().map(|i| factor(&ranks[i]));
        let whole = |&(item, _): &(usize, u64)| job(&Request::Whole(options.clone()), vec![item]);
        let jobs: Vec<_> = jobs.chain(wholes.iter().map(whole)).collect();
        let sizes: Vec<Size> =
            sizes.into_iter().chain(wholes.iter().map(|&(_, memory)| Size::of_whole(memory))).collect();
        let items = ranks.iter().map(|(layer, ..)| *layer).chain(wholes.iter().map(|(item, _)| *item));
        let items = items.zip(sizes.iter().map(|size| size.work));
        state.assembly = Some(Assembly::new(items, ranks.len(), options));
        drop(state);
        self.0.pool.add(jobs, workers(&sizes, most_workers(), memory()));
    }

    /// How many workers read or compute, and why not more.
    pub fn room(&self) -> Room {
        let (sizes, most, memory) = (&self.0.state.borrow().sizes, most_workers(), memory());
        Room { workers: workers(sizes, most, memory), most, largest: largest(sizes), memory }
    }

    /// Cancels what is being done.
    pub fn end(&self) {
        self.set_doing(Doing::Nothing);
        self.0.pool.give_up();
    }

    fn set_doing(&self, doing: Doing) {
        let mut state = self.0.state.borrow_mut();
        (state.doing, state.begun, state.assembly) = (doing, now(), None);
    }

    fn add_batches(&self, layers: &[usize]) {
        let state = self.0.state.borrow();
        let workers = workers(&state.sizes, most_workers(), memory());
        let batches = match state.is_pair {
            true => largest_first(layers, &state.sizes).into_iter().map(|layer| vec![layer]).collect(),
            false => batches(layers, &state.sizes, workers),
        };
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
                match report {
                    Report::Part(layer, part) => self.collect(layer, part, file.dyn_into().ok()),
                    Report::Assembled { config, order } => self.put_together(config, &order, &file),
                    report => self.report(report, file.dyn_into().ok()),
                }
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
                Doing::Writing => self.assemble(),
                Doing::Opening | Doing::Nothing => {}
            },
            Event::Lost(layer, reason) if doing == Doing::Reading => {
                self.report(Report::Lost(layer, reason), None);
            }
            Event::Lost(layer, reason) if self.0.state.borrow().assembly.is_some() => {
                self.collect(layer, Err(reason), None);
            }
            Event::Lost(_, reason) | Event::Failed(reason) => {
                self.end();
                self.report(Report::Failed(reason), None);
            }
        }
    }

    fn collect(&self, layer: usize, part: Result<Part, String>, blobs: Option<Array>) {
        let mut state = self.0.state.borrow_mut();
        let Some(assembly) = state.assembly.as_mut() else { return };
        assembly.add(layer, part, blobs);
        let report = Report::Factored { layers: assembly.layers(), of: assembly.of, work: assembly.work() };
        drop(state);
        self.report(report, None);
    }

    /// All factors have been computed.
    fn assemble(&self) {
        let mut state = self.0.state.borrow_mut();
        let refused = state.assembly.as_ref().and_then(Assembly::refused);
        let request = state.assembly.as_mut().and_then(Assembly::request).filter(|_| refused.is_none());
        drop(state);
        if let Some(reason) = refused {
            self.end();
            self.report(Report::Failed(reason), None);
        }
        if let Some(request) = request {
            self.0.pool.add([job(&request, vec![0])], 1);
        }
    }

    fn put_together(&self, config: Option<String>, order: &[(usize, usize)], header: &JsValue) {
        let Some(assembly) = self.0.state.borrow_mut().assembly.take() else { return };
        let (residual, kept) = (assembly.residual(), assembly.failed());
        match assembly.file(header, order) {
            Ok(file) => self.report(Report::Resized { config, kept, residual }, Some(file)),
            Err(reason) => self.report(Report::Failed(reason), None),
        }
    }

    /// The workers begin with the layers before the page deals with the report that lists the last of them.
    fn note(&self, report: &Report) {
        let mut state = self.0.state.borrow_mut();
        match report {
            Report::Layers(layers) => state.sizes.extend(layers.iter().map(Size::of)),
            // Layers are read once the page asks for them.
            Report::Opened(contents) if contents.paired.is_some() => state.doing = Doing::Nothing,
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

/// As many as the processor has cores, or as the page's address says: `?workers=1`.
fn most_workers() -> usize {
    let search = window().location().search().unwrap_or_default();
    let asked = UrlSearchParams::new_with_str(&search).ok().and_then(|fields| fields.get("workers")?.parse().ok());
    asked.unwrap_or_else(|| window().navigator().hardware_concurrency() as usize).clamp(1, MOST_WORKERS)
}

/// What all workers together may take, in bytes.
fn memory() -> u64 {
    // Chromium's alone, in GiB.
    let device = js_sys::Reflect::get(&window().navigator(), &"deviceMemory".into());
    memory_for_all(device.ok().and_then(|device| device.as_f64()))
}

fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
