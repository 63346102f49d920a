//! The cases that `cargo xtask bench svd` measures, as exported functions of plain numbers.
//!
//! The page calls a `prepare_` function once, then the functions that solve this case, and measures their time.

#[path = "../../../tests/svd_bits/fingerprint.rs"]
mod fingerprint;
mod matrices;

use std::cell::RefCell;
use std::hint::black_box;

use faer::MatRef;
use lora_rank_explorer::Matrix;
use lora_rank_explorer::svd::{self, FullSolver, LeadingSolver, Solver};
use nalgebra::DMatrix;

#[derive(Default)]
struct Case {
    rows: usize,
    cols: usize,
    double: Vec<f64>,
    single: Vec<f32>,
    factors: Option<(Matrix, Matrix)>,
    values: Vec<f64>,
    converged: usize,
}

thread_local! {
    static CASE: RefCell<Case> = RefCell::default();
}

fn with<T>(act: impl FnOnce(&mut Case) -> T) -> T {
    CASE.with_borrow_mut(act)
}

/// Prepares a random matrix of `f64` and returns a pointer to its entries.
#[unsafe(no_mangle)]
pub extern "C" fn prepare_full(rows: usize, cols: usize) -> *const f64 {
    with(|case| {
        *case = Case { rows, cols, double: matrices::uniform(rows * cols), ..Case::default() };
        case.double.as_ptr()
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn full_ours() -> f64 {
    with(|case| {
        let matrix = Matrix::from_vec(case.rows, case.cols, case.double.clone()).expect("finite");
        black_box(svd::singular_values(&matrix))[0]
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn full_nalgebra() -> f64 {
    with(|case| {
        let matrix = DMatrix::from_row_slice(case.rows, case.cols, &case.double);
        black_box(matrix.singular_values())[0]
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn full_faer() -> f64 {
    with(|case| {
        let matrix = MatRef::from_row_major_slice(&case.double, case.rows, case.cols);
        black_box(matrix.singular_values().expect("converges"))[0]
    })
}

/// Prepares a matrix of `f32`: Gaussian, or with the singular values 1/j.
#[unsafe(no_mangle)]
pub extern "C" fn prepare_leading(n: usize, power_law: bool) {
    with(|case| {
        *case = Case::default();
        case.single = if power_law { matrices::power_law(n) } else { matrices::gaussian(n) };
        (case.rows, case.cols) = (n, n);
    });
}

#[unsafe(no_mangle)]
pub extern "C" fn leading_ours(rank: usize) -> f64 {
    with(|case| {
        let leading = svd::leading_singular_values(&case.single, case.rows, case.cols, rank).expect("finite");
        case.converged = leading.converged();
        case.values = leading.singular_values().to_vec();
        case.values[0]
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn leading_value(j: usize) -> f64 {
    with(|case| case.values[j])
}

#[unsafe(no_mangle)]
pub extern "C" fn leading_converged() -> usize {
    with(|case| case.converged)
}

type Entries = std::rc::Rc<[f32]>;

thread_local! {
    static LEADING: RefCell<Option<LeadingSolver<Entries, f32>>> = const { RefCell::new(None) };
    static FULL: RefCell<Option<FullSolver<Entries, f32>>> = const { RefCell::new(None) };
}

/// Creates both solvers for the prepared matrix.
#[unsafe(no_mangle)]
pub extern "C" fn prepare_steps(rank: usize) {
    let (entries, rows, cols) = with(|case| (Entries::from(&*case.single), case.rows, case.cols));
    LEADING.set(Some(LeadingSolver::new(entries.clone(), rows, cols, rank).expect("a matrix")));
    FULL.set(Some(FullSolver::new(entries, rows, cols).expect("a matrix")));
}

/// Does one step. Returns whether it was the last.
#[unsafe(no_mangle)]
pub extern "C" fn step_leading(operations: u32) -> bool {
    LEADING.with_borrow_mut(|solver| step(solver.as_mut().expect("prepared"), operations))
}

/// Does one step. Returns whether it was the last.
#[unsafe(no_mangle)]
pub extern "C" fn step_full(operations: u32) -> bool {
    FULL.with_borrow_mut(|solver| step(solver.as_mut().expect("prepared"), operations))
}

fn step(solver: &mut impl Solver, operations: u32) -> bool {
    solver.advance(operations.into()).expect("finite").is_some()
}

#[unsafe(no_mangle)]
pub extern "C" fn prepare_factors(rows: usize, rank: usize, cols: usize) {
    with(|case| {
        let matrix = |m, n| Matrix::from_vec(m, n, matrices::uniform(m * n)).expect("finite");
        *case = Case { factors: Some((matrix(rows, rank), matrix(rank, cols))), ..Case::default() };
    });
}

#[unsafe(no_mangle)]
pub extern "C" fn factors_ours() -> f64 {
    with(|case| {
        let (b, a) = case.factors.as_ref().expect("prepared");
        svd::singular_values_of_product(b, a, 1.0).expect("factors that fit")[0]
    })
}

/// Whether SIMD gives the bits that the tests assert natively and in a browser without SIMD.
#[unsafe(no_mangle)]
pub extern "C" fn fingerprint_is_expected() -> bool {
    fingerprint::fingerprint() == fingerprint::EXPECTED
}
