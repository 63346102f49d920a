//! The solvers that work in bounded steps.

#[path = "reference/numbers.rs"]
mod numbers;

use lora_rank_explorer::svd::{self, FullSolver, LeadingSolver, Solver, SvdError};
use lora_rank_explorer::{Matrix, MatrixError};
use numbers::Numbers;

fn entries(count: usize) -> Vec<f64> {
    let mut numbers = Numbers(11);
    (0..count).map(|i| numbers.next() / (1 + i % 97) as f64).collect()
}

/// Runs `solver` in steps of `operations` and checks that its progress stays in [0, 1] and never decreases. Returns the result
/// and the number of steps.
fn in_steps<S: Solver>(mut solver: S, operations: u64) -> (S::Output, usize) {
    let mut before = 0.0;
    for steps in 1.. {
        let output = solver.advance(operations).expect("no error");
        let progress = solver.progress();
        assert!((before..=1.0).contains(&progress), "{progress} after {before}");
        before = progress;
        if let Some(output) = output {
            assert_eq!(progress, 1.0, "done");
            return (output, steps);
        }
    }
    unreachable!("the range has no end")
}

#[test]
fn a_full_spectrum_in_steps_has_the_bits_of_one_call() {
    for (m, n) in [(1, 1), (2, 1), (40, 40), (61, 33), (33, 61), (130, 130)] {
        let matrix = Matrix::from_vec(m, n, entries(m * n)).expect("finite");
        let expected = svd::singular_values(&matrix);
        for operations in [1, 1000, 33_333, u64::MAX] {
            let (values, _) = in_steps(FullSolver::new(matrix.clone(), m, n).expect("a matrix"), operations);
            assert_eq!(values, expected, "{m}×{n} in steps of {operations}");
        }
    }
}

#[test]
fn leading_values_in_steps_have_the_bits_of_one_call() {
    for (m, n, rank) in [(30, 20, 3), (300, 260, 5), (260, 300, 9)] {
        let double = entries(m * n);
        let single: Vec<f32> = double.iter().map(|&x| x as f32).collect();
        for operations in [1, 100_000, u64::MAX] {
            let (found, _) = in_steps(LeadingSolver::new(double.as_slice(), m, n, rank).expect("a matrix"), operations);
            assert_eq!(found, svd::leading_singular_values(&double, m, n, rank).expect("finite"));
            let (found, _) = in_steps(LeadingSolver::new(single.as_slice(), m, n, rank).expect("a matrix"), operations);
            assert_eq!(found, svd::leading_singular_values(&single, m, n, rank).expect("finite"));
        }
    }
}

#[test]
fn a_small_step_does_only_a_small_part_of_the_work() {
    let (m, n) = (300, 260);
    let full = FullSolver::new(entries(m * n), m, n).expect("a matrix");
    let (_, steps) = in_steps(full, 1_000_000);
    assert!(steps > 60, "82 million operations took {steps} steps of a million");
    let leading = LeadingSolver::new(entries(m * n), m, n, 5).expect("a matrix");
    let (_, steps) = in_steps(leading, 1_000_000);
    assert!(steps > 10, "{steps} steps");
}

#[test]
fn a_solver_can_be_dropped_at_any_point_and_repeats_its_result() {
    let (m, n) = (120, 110);
    let mut solver = LeadingSolver::new(entries(m * n), m, n, 3).expect("a matrix");
    let first = solver.run().expect("no error");
    assert_eq!(solver.advance(1).expect("no error"), Some(first));
    for steps in [0, 1, 5, 50] {
        let mut solver = FullSolver::new(entries(m * n), m, n).expect("a matrix");
        for _ in 0..steps {
            let _ = solver.advance(10_000).expect("no error");
        }
        drop(solver);
    }
}

#[test]
fn a_solver_accepts_every_container_of_entries() {
    let matrix = Matrix::default();
    let expected = svd::singular_values(&matrix);
    let shared: std::rc::Rc<[f64]> = matrix.as_slice().into();
    assert_eq!(FullSolver::new(shared, 8, 8).expect("a matrix").run(), Ok(expected.clone()));
    assert_eq!(FullSolver::new(&matrix, 8, 8).expect("a matrix").run(), Ok(expected.clone()));
    let whole: Vec<f32> = (0..64u16).map(|i| f32::from(i * i % 19)).collect();
    let wide = whole.iter().map(|&x| f64::from(x)).collect();
    let expected = svd::singular_values(&Matrix::from_vec(8, 8, wide).expect("finite"));
    assert_eq!(FullSolver::new(whole, 8, 8).expect("a matrix").run(), Ok(expected));
}

#[test]
fn a_solver_reports_invalid_input_and_repeats_the_error() {
    assert_eq!(FullSolver::new([1.0; 5], 2, 3).err(), Some(MatrixError::Shape { rows: 2, cols: 3, found: 5 }.into()));
    assert_eq!(LeadingSolver::new([1.0; 4], 2, 2, 0).err(), Some(SvdError::RankZero));
    let mut solver = FullSolver::new([1.0, f64::INFINITY], 1, 2).expect("the shape is right");
    let error = SvdError::Matrix(MatrixError::NotFinite { row: 1, column: 2, value: f64::INFINITY });
    assert_eq!(solver.advance(1_000_000), Err(error.clone()));
    assert_eq!(solver.run(), Err(error));
}
