//! `target_matrix`

use std::rc::Rc;

use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Matrix};

/// rows of `f32`: `vec![vec![1.0_f32, 2.0]]`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `Vec<Vec<f32>>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `IntoTargetMatrix` is not implemented for `Vec<Vec<f32>>`
fn rows_of_f32(rows: Vec<Vec<f32>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=rows /> }
}

/// rows of whole numbers: `[[4, 3], [3, 2]]`
/// - says: the trait `IntoTargetMatrix` is not implemented for `[[{integer}; 2]; 2]`
/// - helps: half
/// - instead: `[[4.0, 3.0], [3.0, 2.0]]`
/// - before: the trait bound `[[{integer}; 2]; 2]: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `IntoTargetMatrix` is not implemented for `[[{integer}; 2]; 2]`
fn rows_of_whole_numbers() -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=[[4, 3], [3, 2]] /> }
}

/// `nalgebra::DMatrix`, `ndarray::Array2` or another crate's matrix
/// - says: expected `lora_rank_explorer::Matrix`, or a closure without arguments that returns it, found `nalgebra::Matrix
/// - helps: yes
/// - instead: `Matrix::from_vec(matrix.nrows(), matrix.ncols(), entries)` with the entries row by row: nalgebra `matrix.transpose().iter().copied().collect()`, ndarray `matrix.iter().copied().collect()`
/// - before: the trait bound `Matrix<f64, Dyn, Dyn, ...>: IntoReactiveValue<..., ...>` is not satisfied · the trait `Fn()` is not implemented for `nalgebra::Matrix<f64, Dyn, Dyn, VecStorage<f64, Dyn, Dyn>>`
fn matrix_of_another_crate(matrix: nalgebra::DMatrix<f64>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=matrix /> }
}

/// a flat vector: `vec![4.0, 3.0, 3.0, 2.0]`
/// - says: the trait `IntoTargetMatrix` is not implemented for `Vec<{float}>`
/// - helps: half
/// - instead: `Matrix::from_vec(2, 2, vec![4.0, 3.0, 3.0, 2.0])`
/// - before: the trait bound `Vec<{float}>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `IntoTargetMatrix` is not implemented for `Vec<{float}>`
fn flat_vector() -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=vec![4.0, 3.0, 3.0, 2.0] /> }
}

/// borrowed rows: `&rows`
/// - says: expected `lora_rank_explorer::Matrix`, or a closure without arguments that returns it, found `&Vec<Vec<f64>>`
/// - helps: yes
/// - instead: `rows.clone()`
/// - before: the trait bound `&Vec<Vec<f64>>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `Fn()` is not implemented for `Vec<Vec<f64>>`
fn borrowed_rows(rows: Vec<Vec<f64>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=&rows /> }
}

/// a `LocalResource`
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `LocalResource<Vec<Vec<{float}>>>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `Fn()` is not implemented for `leptos::prelude::LocalResource<Vec<Vec<{float}>>>`
fn local_resource() -> impl IntoView {
    let rows = LocalResource::new(|| async { vec![vec![4.0, 3.0], vec![3.0, 2.0]] });
    view! { <LoRaRankExplorer target_matrix=rows /> }
}

/// `move || resource.get()`, an `Option` of rows
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `std::option::Option<Vec<Vec<{float}>>>: IntoMatrix` is not satisfied · the trait `IntoMatrix` is not implemented for `std::option::Option<Vec<Vec<{float}>>>`
fn closure_of_a_resource() -> impl IntoView {
    let rows = LocalResource::new(|| async { vec![vec![4.0, 3.0], vec![3.0, 2.0]] });
    view! { <LoRaRankExplorer target_matrix=move || rows.get() /> }
}

/// `Option` of rows
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `Option<Vec<Vec<f64>>>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `Fn()` is not implemented for `std::option::Option<Vec<Vec<f64>>>`
fn optional_rows(rows: Option<Vec<Vec<f64>>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=rows /> }
}

/// a signal of an `Option` of rows
/// - says: nothing
/// - helps: –
/// - instead: –
/// - before: the trait bound `RwSignal<Option<Vec<Vec<f64>>>>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `IntoTargetMatrix` is not implemented for `leptos::prelude::RwSignal<std::option::Option<Vec<Vec<f64>>>>`
fn signal_of_optional_rows() -> impl IntoView {
    let rows = RwSignal::new(None::<Vec<Vec<f64>>>);
    view! { <LoRaRankExplorer target_matrix=rows /> }
}

/// `Result` of rows
/// - says: expected `lora_rank_explorer::Matrix`, or a closure without arguments that returns it, found `Result<
/// - helps: yes
/// - instead: `rows?`, or a `Result<Matrix, MatrixError>`, whose error is shown
/// - before: the trait bound `Result<Vec<Vec<f64>>, String>: IntoReactiveValue<TargetMatrix, ...>` is not satisfied · the trait `Fn()` is not implemented for `Result<Vec<Vec<f64>>, std::string::String>`
fn result_of_rows(rows: Result<Vec<Vec<f64>>, String>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=rows /> }
}

/// a closure with an argument: `move |_| rows.get()`
/// - says: expected `lora_rank_explorer::Matrix`, or a closure without arguments that returns it, found `{closure}`
/// - helps: yes
/// - instead: `move || rows.get()`
/// - before: closure is expected to take 0 arguments, but it takes 1 argument · expected closure that takes 0 arguments
fn closure_with_an_argument(rows: RwSignal<Vec<Vec<f64>>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=move |_| rows.get() /> }
}

/// a closure without `move`
/// - says: closure may outlive the current function
/// - helps: yes
/// - instead: `move || rows.get()`
/// - before: closure may outlive the current function, but it borrows `rows`, which is owned by the current function · may outlive borrowed value `rows`
fn closure_without_move(rows: RwSignal<Vec<Vec<f64>>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=|| rows.get() /> }
}

/// a closure that gives away what it holds: `move || rows`
/// - says: this closure only implements `FnOnce`
/// - helps: half
/// - instead: `move || rows.clone()`, or `target_matrix=rows`: closures of props are called again
/// - before: expected a closure that implements the `Fn` trait, but this closure only implements `FnOnce` · this closure implements `FnOnce`, not `Fn`
fn closure_that_gives_away(rows: Vec<Vec<f64>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=move || rows /> }
}

/// a closure that holds an `Rc`
/// - says: `Rc<Vec<Vec<f64>>>` cannot be sent between threads safely
/// - helps: yes
/// - instead: an `Arc` instead of the `Rc`: closures of props are `Send + Sync`
/// - before: `Rc<Vec<Vec<f64>>>` cannot be sent between threads safely
fn closure_with_rc(rows: Rc<Vec<Vec<f64>>>) -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=move || rows.to_vec() /> }
}

/// `RwSignal::new_local`
/// - says: expected `lora_rank_explorer::Matrix`, or a closure without arguments that returns it, found `leptos::prelude::RwSignal<Vec<Vec<{float}>>, LocalStorage>`
/// - helps: yes
/// - instead: `RwSignal::new(rows)`
/// - before: the trait bound `RwSignal<Vec<Vec<{float}>>, LocalStorage>: IntoReactiveValue<..., ...>` is not satisfied · the trait `Fn()` is not implemented for `leptos::prelude::RwSignal<Vec<Vec<{float}>>, LocalStorage>`
fn local_signal() -> impl IntoView {
    let rows = RwSignal::new_local(vec![vec![4.0, 3.0], vec![3.0, 2.0]]);
    view! { <LoRaRankExplorer target_matrix=rows /> }
}

/// `Matrix::new(…)`
/// - says: named `new` found for struct `lora_rank_explorer::Matrix`
/// - helps: yes
/// - instead: `Matrix::from_vec(2, 2, vec![4.0, 3.0, 3.0, 2.0])`, or `Matrix::from_rows`
/// - before: no function or associated item named `new` found for struct `lora_rank_explorer::Matrix` in the current scope · function or associated item not found in `lora_rank_explorer::Matrix`
fn matrix_new() -> impl IntoView {
    view! { <LoRaRankExplorer target_matrix=Matrix::new(2, 2, vec![4.0, 3.0, 3.0, 2.0]) /> }
}
