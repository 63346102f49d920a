//! `spectrum`

use std::sync::Arc;

use leptos::prelude::*;
use lora_rank_explorer::svd::FullSolver;
use lora_rank_explorer::{LoRaRankExplorer, Matrix, Spectrum, use_solver};

/// singular values alone: `vec![3.0, 2.0]`
/// - says: expected `Spectrum`, or a closure without arguments that returns it, found `Vec<{float}>`
/// - helps: yes
/// - instead: `Spectrum::new(2, 2, vec![3.0, 2.0])`: a spectrum knows the shape of its matrix
/// - before: the trait bound `Vec<{float}>: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `Vec<{float}>`
fn singular_values() -> impl IntoView {
    view! { <LoRaRankExplorer spectrum=vec![3.0, 2.0] /> }
}

/// `Spectrum::new(…)` without `?`, a `Result`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `Result<Spectrum, SpectrumError>: IntoReactiveValue<..., ...>` is not satisfied · the trait `Fn()` is not implemented for `Result<Spectrum, SpectrumError>`
fn result() -> impl IntoView {
    view! { <LoRaRankExplorer spectrum=Spectrum::new(2, 2, vec![3.0, 2.0]) /> }
}

/// `Option<Spectrum>`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `Option<Spectrum>: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `std::option::Option<Spectrum>`
fn optional(spectrum: Option<Spectrum>) -> impl IntoView {
    view! { <LoRaRankExplorer spectrum /> }
}

/// a signal of `Option<Spectrum>`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `RwSignal<Option<Spectrum>>: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `leptos::prelude::RwSignal<std::option::Option<Spectrum>>`
fn signal_of_optional(spectrum: RwSignal<Option<Spectrum>>) -> impl IntoView {
    view! { <LoRaRankExplorer spectrum /> }
}

/// `move || …` that returns `Option<Spectrum>`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: expected `{closure}` to return `Spectrum`, but it returns `Option<Spectrum>` · expected `Spectrum`, found `Option<Spectrum>`
fn closure_of_optional(spectrum: RwSignal<Option<Spectrum>>) -> impl IntoView {
    view! { <LoRaRankExplorer spectrum=move || spectrum.get() /> }
}

/// a `LocalResource`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `LocalResource<Spectrum>: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `leptos::prelude::LocalResource<Spectrum>`
fn local_resource(loaded: Spectrum) -> impl IntoView {
    let spectrum = LocalResource::new(move || std::future::ready(loaded.clone()));
    view! { <LoRaRankExplorer spectrum /> }
}

/// `&spectrum`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `&Spectrum: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `Spectrum`
fn borrowed(spectrum: Spectrum) -> impl IntoView {
    view! { <LoRaRankExplorer spectrum=&spectrum /> }
}

/// `Arc<Spectrum>`
/// - says: expected `Spectrum`, or a closure without arguments that returns it, found `Arc<Spectrum>`
/// - helps: yes
/// - instead: `&*spectrum`, or `Spectrum::clone(&spectrum)`
/// - before: the trait bound `Arc<Spectrum>: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `Arc<Spectrum>`
fn shared(spectrum: Arc<Spectrum>) -> impl IntoView {
    view! { <LoRaRankExplorer spectrum /> }
}

/// a `Matrix`
/// - says: expected `Spectrum`, or a closure without arguments that returns it, found `lora_rank_explorer::Matrix`
/// - helps: yes
/// - instead: `target_matrix=matrix`, or `spectrum=Spectrum::of(&matrix)`
/// - before: the trait bound `Matrix: IntoReactiveValue<TargetSpectrum, ...>` is not satisfied · the trait `Fn()` is not implemented for `lora_rank_explorer::Matrix`
fn matrix() -> impl IntoView {
    view! { <LoRaRankExplorer spectrum=Matrix::default() /> }
}

/// `use_solver(…).result`
/// - says: expected a `Spectrum`, or an `Option` or a `Result` of one, found `Signal<std::option::Option<Result<Vec<f64>, SvdError>>>`
/// - helps: yes
/// - instead: a closure that makes a `Spectrum` of the values: the example of `use_solver`
/// - before: the trait bound `ReadSignal<Option<Result<Vec<f64>, ...>>>: IntoReactiveValue<..., ...>` is not satisfied · the trait `Fn()` is not implemented for `leptos::prelude::ReadSignal<std::option::Option<Result<Vec<f64>, SvdError>>>`
fn solver_result(matrix: Matrix) -> impl IntoView {
    let solver = use_solver(move || Some(FullSolver::new(matrix.as_slice().to_vec(), matrix.rows(), matrix.cols())));
    view! { <LoRaRankExplorer spectrum=solver.result /> }
}

/// `use_solver` of a closure that returns the solver without `Some`
/// - says: expected `Option<Result<_, SvdError>>`
/// - helps: yes
/// - instead: `move || Some(FullSolver::new(…))`
/// - before: mismatched types · expected `Option<Result<_, SvdError>>`, found `Result<FullSolver<Arc<[f64]>>, SvdError>`
fn solver_without_some(entries: Arc<[f64]>) {
    use_solver(move || FullSolver::new(Arc::clone(&entries), 2, 2));
}
