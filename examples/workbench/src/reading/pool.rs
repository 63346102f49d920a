//! [`Pool`]: jobs in, reports out. Several workers do the jobs side by side.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, JsString, Uint32Array};
use wasm_bindgen::JsValue;

use super::connection::{Connection, Heard};
pub use super::queue::Job;
use super::queue::Queue;

/// So many workers in a row may stop, without a report between two of them, before the rest is given up.
const MOST_STOPS: usize = 16;

/// What the pool tells about its jobs.
pub enum Event {
    /// A worker's report, and what accompanies it.
    Report(String, JsValue),
    /// Workers have stopped twice at this item, the second time for this reason.
    Lost(usize, String),
    /// All jobs are done.
    Done,
    /// No worker does the jobs, for this reason. They are given up.
    Failed(String),
}

/// The largest memory that workers took since the jobs began, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Memory {
    pub workers: usize,
    /// That of one worker, and of all that worked at a time.
    pub largest: f64,
    pub all: f64,
}

/// Workers and their jobs. Copies share them.
#[derive(Clone)]
pub struct Pool(Rc<Inner>);

struct Inner {
    hear: Box<dyn Fn(Event)>,
    state: RefCell<State>,
}

struct State {
    members: Vec<Member>,
    queue: Queue<JsString>,
    /// How many workers there may be.
    most: usize,
    /// What the jobs are about, and its number.
    context: (u32, Array),
    /// The number of the last worker or job.
    number: u32,
    /// Changes when the jobs are given up.
    epoch: u32,
    /// Whether jobs were added after the last `Done`.
    is_begun: bool,
    /// How many workers have stopped since the last report.
    stops: usize,
    memory: Memory,
}

/// A worker.
struct Member {
    id: u32,
    connection: Connection,
    listens: bool,
    /// The number of the context that it knows.
    context: u32,
    job: Option<Running>,
    /// The number of the last job that it was given.
    last: u32,
    memory: f64,
}

struct Running {
    number: u32,
    job: Job<JsString>,
    /// How many of its items are done.
    done: usize,
}

impl Pool {
    /// Starts so many workers at once, so that they are listening when the first jobs come.
    pub fn new(hear: impl Fn(Event) + 'static, workers: usize) -> Self {
        let state = State {
            members: Vec::new(),
            queue: Queue::new(),
            most: 1,
            context: (0, Array::new()),
            number: 0,
            epoch: 0,
            is_begun: false,
            stops: 0,
            memory: Memory::default(),
        };
        let pool = Self(Rc::new(Inner { hear: Box::new(hear), state: RefCell::new(state) }));
        pool.prepare(workers);
        pool
    }

    /// Gives up all jobs. Further ones are about `context`: each worker gets it once, as soon as it listens.
    pub fn begin(&self, context: Array) {
        self.give_up();
        let mut state = self.0.state.borrow_mut();
        state.context = (state.context.0 + 1, context);
        state.inform();
    }

    /// Starts so many workers, for jobs that are to come.
    pub fn prepare(&self, workers: usize) {
        // Without them, the first job says so.
        while self.0.state.borrow().members.len() < workers && self.start().is_ok() {}
    }

    /// Adds jobs. At most so many workers do them; those that a job has begun with go on.
    pub fn add(&self, jobs: impl IntoIterator<Item = Job<JsString>>, most: usize) {
        let mut state = self.0.state.borrow_mut();
        if !state.is_begun {
            (state.memory, state.stops) = (Memory::default(), 0);
        }
        (state.most, state.is_begun) = (most.max(1), true);
        state.queue.add(jobs);
        drop(state);
        self.feed();
        self.settle();
    }

    /// Gives up all jobs. A busy worker receives no messages, so it is ended.
    pub fn give_up(&self) {
        let mut state = self.0.state.borrow_mut();
        (state.is_begun, state.epoch) = (false, state.epoch + 1);
        state.queue.clear();
        state.members.extract_if(.., |member| member.job.is_some()).for_each(|member| member.connection.end());
    }

    pub fn memory(&self) -> Memory {
        self.0.state.borrow().memory
    }

    fn start(&self) -> Result<(), JsValue> {
        let mut state = self.0.state.borrow_mut();
        state.number += 1;
        let (id, pool) = (state.number, self.clone());
        let connection = Connection::start(move |heard| match heard {
            Heard::Ready => pool.welcome(id),
            Heard::Message(parts) => pool.hear(id, &parts),
            Heard::Stopped(reason) => pool.lose(id, &reason),
        })?;
        state.members.push(Member { id, connection, listens: false, context: 0, job: None, last: 0, memory: 0.0 });
        Ok(())
    }

    fn welcome(&self, id: u32) {
        self.0.state.borrow_mut().members.iter_mut().filter(|member| member.id == id).for_each(|it| it.listens = true);
        self.feed();
    }

    /// A message: the job's number, how many of its items are done, whether it is the last message of the job, the worker's
    /// memory, a report, and what accompanies it.
    fn hear(&self, id: u32, parts: &Array) {
        let number = |part: u32| parts.get(part).as_f64().unwrap_or(0.0);
        let mut state = self.0.state.borrow_mut();
        let Some(member) = state.members.iter_mut().find(|member| member.id == id) else { return };
        let Some(running) = member.job.as_mut().filter(|job| f64::from(job.number) == number(0)) else { return };
        running.done = number(1) as usize;
        if parts.get(2).is_truthy() {
            member.job = None;
        }
        member.memory = number(3);
        state.stops = 0;
        state.measure();
        let epoch = state.epoch;
        drop(state);
        // The worker goes on while the page deals with the report.
        self.feed();
        if let Some(report) = parts.get(4).as_string() {
            self.tell(epoch, Event::Report(report, parts.get(5)));
        }
        self.settle();
    }

    /// Replaces a worker that has stopped, and has the item that it was at tried once more: WebKitGTK 2.50 traps now and then, and
    /// the next run succeeds (CONTRIBUTING.md, "WebKit compiles once").
    fn lose(&self, id: u32, reason: &str) {
        let mut state = self.0.state.borrow_mut();
        let Some(at) = state.members.iter().position(|member| member.id == id) else { return };
        let member = state.members.swap_remove(at);
        member.connection.end();
        let lost = member.job.and_then(|Running { job, done, .. }| state.queue.put_back(job, done));
        state.stops += 1;
        // One that never listened would fail again and again.
        if !member.listens {
            state.most = state.members.len();
        }
        let (epoch, is_over) = (state.epoch, state.is_begun && (state.most == 0 || state.stops >= MOST_STOPS));
        drop(state);
        if is_over {
            self.give_up();
            return (self.0.hear)(Event::Failed(format!("the worker has stopped: {reason}")));
        }
        self.feed();
        if let Some(item) = lost {
            self.tell(epoch, Event::Lost(item, format!("the worker has stopped: {reason}")));
        }
        self.settle();
    }

    /// Gives jobs to workers that have none, and starts workers for the others.
    fn feed(&self) {
        let mut state = self.0.state.borrow_mut();
        state.inform();
        while state.give_job() {}
        let coming = |state: &State| state.members.iter().filter(|member| !member.listens).count();
        while state.members.len() < state.most && coming(&state) < state.queue.len() {
            drop(state);
            let started = self.start();
            state = self.0.state.borrow_mut();
            if started.is_err() {
                state.most = state.members.len();
            }
        }
    }

    /// Tells when all jobs are done, and keeps one worker for the next: the memory of a worker never shrinks.
    fn settle(&self) {
        let mut state = self.0.state.borrow_mut();
        if !state.is_begun {
            return;
        }
        if state.members.is_empty() {
            drop(state);
            self.give_up();
            return (self.0.hear)(Event::Failed("no worker could be started".to_owned()));
        }
        if state.queue.len() > 0 || state.members.iter().any(|member| member.job.is_some()) {
            return;
        }
        state.is_begun = false;
        state.keep_one();
        drop(state);
        (self.0.hear)(Event::Done);
    }

    /// Tells about jobs that have not been given up since.
    fn tell(&self, epoch: u32, event: Event) {
        if self.0.state.borrow().epoch == epoch {
            (self.0.hear)(event);
        }
    }
}

impl State {
    /// Gives the context to each worker that does not have it.
    fn inform(&mut self) {
        let (number, context) = &self.context;
        for member in self.members.iter_mut().filter(|member| member.listens && member.context != *number) {
            member.connection.send(&Array::of2(&0.into(), context));
            member.context = *number;
        }
    }

    /// Gives the next job to a worker that has none. Returns whether there was one.
    fn give_job(&mut self) -> bool {
        if self.members.iter().filter(|member| member.job.is_some()).count() >= self.most {
            return false;
        }
        let is_free = |member: &&mut Member| member.listens && member.job.is_none();
        let Some(member) = self.members.iter_mut().find(is_free) else { return false };
        let Some(job) = self.queue.take() else { return false };
        self.number += 1;
        let items: Vec<u32> = job.items.iter().map(|&item| item as u32).collect();
        member.connection.send(&Array::of3(&self.number.into(), &job.request, &Uint32Array::from(&items[..])));
        (member.job, member.last) = (Some(Running { number: self.number, job, done: 0 }), self.number);
        true
    }

    /// Ends all workers but the one that had the last job: it has the files open.
    fn keep_one(&mut self) {
        self.members.sort_by_key(|member| (member.listens, member.last));
        let kept = self.members.pop();
        self.members.drain(..).for_each(|member| member.connection.end());
        self.members.extend(kept);
    }

    fn measure(&mut self) {
        let working = self.members.iter().filter(|member| member.memory > 0.0);
        self.memory.workers = self.memory.workers.max(working.clone().count());
        self.memory.largest = working.clone().map(|member| member.memory).fold(self.memory.largest, f64::max);
        self.memory.all = working.map(|member| member.memory).sum::<f64>().max(self.memory.all);
    }
}
