//! `use_solver`: a computation in time slices.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use browser_tests::{Page, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::svd::{FullSolver, Solver, SvdError, singular_values};
use lora_rank_explorer::{Matrix, UseSolver, use_solver};
use wasm_bindgen_test::wasm_bindgen_test;

fn matrix(n: usize) -> Matrix {
    let entry = |i: usize| ((i * 7919) % 1013) as f64 / 1013.0 - 0.5;
    Matrix::from_vec(n, n, (0..n * n).map(entry).collect()).expect("a matrix")
}

fn solver(n: usize) -> Option<Result<FullSolver<Vec<f64>>, SvdError>> {
    (n > 0).then(|| FullSolver::new(matrix(n).as_slice().to_vec(), n, n))
}

/// A component that solves a matrix of the size in a signal, and all progress values so far.
struct Solving {
    used: UseSolver<Vec<f64>>,
    seen: StoredValue<Vec<f64>>,
    _page: Page,
}

impl Solving {
    fn mount(n: RwSignal<usize>) -> Self {
        let (handle, seen) = (StoredValue::new(None), StoredValue::new(vec![]));
        let page = Page::mount(move || {
            let used = use_solver(move || solver(n.get()));
            Effect::new(move || seen.update_value(|seen| seen.extend(used.progress.get())));
            handle.set_value(Some(used));
        });
        Self { used: handle.get_value().expect("mounted"), seen, _page: page }
    }

    async fn begun(&self) {
        until("it begins", || self.seen.with_value(|seen| !seen.is_empty())).await;
    }

    async fn result(&self) -> Vec<f64> {
        until("the result", || self.used.result.get_untracked().is_some()).await;
        self.used.result.get_untracked().expect("a result").expect("values")
    }
}

#[wasm_bindgen_test]
async fn the_result_has_the_same_bits_as_in_one_run_and_progress_rises() {
    let solving = Solving::mount(RwSignal::new(160));
    assert_eq!(solving.result().await, singular_values(&matrix(160)), "bit for bit");
    let seen = solving.seen.get_value();
    assert!(!seen.is_empty() && seen.is_sorted(), "{seen:?}");
    assert!(seen.iter().all(|progress| (0.0..=1.0).contains(progress)), "{seen:?}");
    assert_eq!(solving.used.progress.get_untracked(), None);
}

#[wasm_bindgen_test]
async fn a_new_target_cancels_the_running_computation() {
    let n = RwSignal::new(300);
    let solving = Solving::mount(n);
    solving.begun().await;
    n.set(5);
    until("the new result", || {
        solving.used.result.with_untracked(|result| matches!(result, Some(Ok(values)) if values.len() == 5))
    })
    .await;
    n.set(0);
    until("nothing is left to show", || solving.used.result.get_untracked().is_none()).await;
    assert_eq!(solving.used.progress.get_untracked(), None);
}

#[wasm_bindgen_test]
async fn an_invalid_matrix_gives_an_error() {
    let handle = StoredValue::new(None);
    let _page = Page::mount(move || {
        handle.set_value(Some(use_solver(|| Some(FullSolver::new(vec![1.0, 2.0, f64::NAN, 4.0], 2, 2)))));
    });
    let used: UseSolver<Vec<f64>> = handle.get_value().expect("mounted");
    until("the error", || used.result.get_untracked().is_some()).await;
    let error = used.result.get_untracked().expect("an answer").expect_err("not a number");
    assert_eq!(error.to_string(), "the entry in row 2, column 1 is NaN");
}

/// Counts its steps and never ends.
struct Endless(Arc<AtomicUsize>);

impl Solver for Endless {
    type Output = ();

    fn advance(&mut self, _operations: u64) -> Result<Option<()>, SvdError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    }

    fn progress(&self) -> f64 {
        0.5
    }
}

#[wasm_bindgen_test]
async fn a_cancelled_computation_stops_and_gives_no_result() {
    let steps = Arc::new(AtomicUsize::new(0));
    let (count, handle) = (Arc::clone(&steps), StoredValue::new(None));
    let _page = Page::mount(move || {
        handle.set_value(Some(use_solver(move || Some(Ok(Endless(Arc::clone(&count)))))));
    });
    let used: UseSolver<()> = handle.get_value().expect("mounted");
    until("it runs", || steps.load(Ordering::Relaxed) > 0).await;
    used.cancel.run(());
    assert_eq!(used.progress.get_untracked(), None);
    let then = steps.load(Ordering::Relaxed);
    for _ in 0..5 {
        frame().await;
    }
    assert_eq!(steps.load(Ordering::Relaxed), then);
    assert!(used.result.get_untracked().is_none() && used.progress.get_untracked().is_none());
}

#[wasm_bindgen_test]
async fn unmounting_stops_the_computation_and_frees_its_memory() {
    let steps = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&steps);
    let mut page = Page::mount(move || {
        use_solver(move || Some(Ok(Endless(Arc::clone(&count)))));
    });
    until("it runs", || steps.load(Ordering::Relaxed) > 0).await;
    page.unmount();
    let then = steps.load(Ordering::Relaxed);
    for _ in 0..5 {
        frame().await;
    }
    assert_eq!(steps.load(Ordering::Relaxed), then);
    assert_eq!(Arc::strong_count(&steps), 1, "its memory is freed");
}
