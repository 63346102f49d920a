//! [`use_solver`]: an SVD in short time slices, so that the page stays responsive.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::clock::now;
use super::reactive::effect;
use crate::svd::error::SvdError;
use crate::svd::solver::Solver;

/// How long a task runs before it yields to the page, in seconds: one frame at 60 Hz.
const SLICE: f64 = 0.016;

/// Floating-point operations between two reads of the clock: well below a millisecond with SIMD, a few milliseconds without.
const OPERATIONS: u64 = 2_000_000;

/// What [`use_solver`] returns. All copies share one computation.
#[non_exhaustive]
pub struct UseSolver<Output: Send + Sync + 'static> {
    /// The result, or what is wrong with the matrix. `None` until the computation ends; reset to `None` when another computation
    /// begins.
    pub result: Signal<Option<Result<Output, SvdError>>>,
    /// The finished share, in [0, 1], while a computation runs; otherwise `None`.
    pub progress: Signal<Option<f64>>,
    /// Cancels the running computation and frees its memory. Does nothing if none is running.
    pub cancel: Callback<()>,
}

impl<Output: Send + Sync + 'static> Clone for UseSolver<Output> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Output: Send + Sync + 'static> Copy for UseSolver<Output> {}

/// Runs the solver that `begin` returns in tasks of about 16 ms. Between them the page draws and handles input.
///
/// `begin` is tracked: when a signal that it reads changes, the running computation is cancelled and a new one begins. `None`
/// means that there is nothing to compute. The computation is cancelled when the component is disposed.
///
/// # Builds without optimisation
/// They take many times as long, unless `Cargo.toml` says
/// `[profile.dev.package.lora-rank-explorer] opt-level = 3`.
///
/// # Server
/// A server computes nothing: `result` and `progress` are `None`.
///
/// # Background tabs
/// Browsers let a hidden page run one task a second, so a computation nearly stops there. It does not slow down in a Web Worker:
/// call [`Solver::run`] there.
///
/// ```
/// use std::sync::Arc;
///
/// use leptos::prelude::*;
/// use lora_rank_explorer::svd::LeadingSolver;
/// use lora_rank_explorer::{LoRaRankExplorer, Spectrum, use_solver};
///
/// #[component]
/// fn Layer(entries: Arc<[f32]>, rows: usize, cols: usize) -> impl IntoView {
///     let solver = use_solver(move || Some(LeadingSolver::new(Arc::clone(&entries), rows, cols, 64)));
///     let spectrum = move || {
///         let leading = solver.result.get()?.map_err(|error| error.to_string());
///         Some(leading.and_then(|leading| Spectrum::try_from(&leading).map_err(|error| error.to_string())))
///     };
///     view! {
///         <progress value=move || solver.progress.get().unwrap_or(1.0).to_string()></progress>
///         <button on:click=move |_| solver.cancel.run(())>"Cancel"</button>
///         <LoRaRankExplorer spectrum />
///     }
/// }
/// ```
pub fn use_solver<S>(begin: impl Fn() -> Option<Result<S, SvdError>> + 'static) -> UseSolver<S::Output>
where
    S: Solver + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let (result, set_result) = signal(None);
    let (progress, set_progress) = signal(None);
    let work = Work { job: StoredValue::new(None), set_result, set_progress };
    let cancel = move || {
        work.set_job(None);
        let _ = work.set_progress.try_set(None);
    };
    on_cleanup(move || work.set_job(None));
    effect(move || {
        cancel();
        let begun = begin();
        work.set_result.set(None);
        match begun {
            None => {}
            Some(Err(error)) => work.set_result.set(Some(Err(error))),
            Some(Ok(solver)) => {
                work.set_progress.set(Some(0.0));
                work.go_on_later(solver);
            }
        }
    });
    UseSolver { result: result.into(), progress: progress.into(), cancel: Callback::new(move |()| cancel()) }
}

/// A solver between two tasks, and the timer of the next task.
struct Job<S> {
    solver: S,
    timer: Option<TimeoutHandle>,
}

struct Work<S: Solver + 'static>
where
    S::Output: Send + Sync,
{
    job: StoredValue<Option<Job<S>>>,
    set_result: WriteSignal<Option<Result<S::Output, SvdError>>>,
    set_progress: WriteSignal<Option<f64>>,
}

impl<S: Solver + 'static> Clone for Work<S>
where
    S::Output: Send + Sync,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Solver + 'static> Copy for Work<S> where S::Output: Send + Sync {}

impl<S> Work<S>
where
    S: Solver + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    fn set_job(self, next: Option<Job<S>>) {
        let last = self.job.try_update_value(|job| std::mem::replace(job, next)).flatten();
        if let Some(timer) = last.and_then(|job| job.timer) {
            timer.clear();
        }
    }

    fn go_on_later(self, solver: S) {
        let timer = set_timeout_with_handle(move || self.go_on(), Duration::ZERO).ok();
        self.set_job(Some(Job { solver, timer }));
    }

    /// Runs one time slice. The component may have been disposed, or have another job.
    fn go_on(self) {
        let Some(Job { mut solver, .. }) = self.job.try_update_value(Option::take).flatten() else { return };
        let end = now() + SLICE;
        let outcome = loop {
            let outcome = solver.advance(OPERATIONS).transpose();
            if outcome.is_some() || now() >= end {
                break outcome;
            }
        };
        match outcome {
            None => {
                if self.set_progress.try_set(Some(solver.progress())).is_none() {
                    self.go_on_later(solver);
                }
            }
            Some(result) => {
                let _ = self.set_progress.try_set(None);
                let _ = self.set_result.try_set(Some(result));
            }
        }
    }
}
