//! Failed allocations are reported, and nothing is reserved for missing entries. These tests are in a file of their own, since
//! they replace the global allocator.

mod counting;

use lora_rank_explorer::svd::{self, FullSolver, LeadingSolver, Solver, SvdError};
use lora_rank_explorer::{Matrix, MatrixError};

use counting::with_at_most;

fn names_the_memory<T>(result: Result<T, SvdError>, at_most: usize) -> bool {
    matches!(result, Err(SvdError::Memory { bytes }) if bytes > at_most)
}

#[test]
fn a_product_reports_a_failed_allocation() {
    let matrix = |rows, cols| Matrix::from_vec(rows, cols, vec![1.0; rows * cols]).expect("finite");
    // Factors longer and shorter than the rank, and a long result of a small core.
    for (m, r, n, at_most) in [(3000, 40, 2000, 10_000), (30, 40, 20, 4_000), (3000, 2, 3000, 20_000)] {
        let (b, a) = (matrix(m, r), matrix(r, n));
        let result = with_at_most(at_most, || svd::singular_values_of_product(&b, &a, 1.0));
        assert!(names_the_memory(result, at_most), "{m}×{r}×{n}");
        assert!(svd::singular_values_of_product(&b, &a, 1.0).is_ok(), "{m}×{r}×{n} with memory");
    }
}

#[test]
fn a_solver_reports_a_failed_allocation_each_time_and_continues_once_it_succeeds() {
    let entries = vec![1.0; 300 * 300];
    let mut full = FullSolver::new(&entries, 300, 300).expect("a matrix");
    let mut leading = LeadingSolver::new(&entries, 300, 300, 4).expect("a matrix");
    for _ in 0..2 {
        assert!(names_the_memory(with_at_most(100_000, || full.run()), 100_000));
        assert!(names_the_memory(with_at_most(15_000, || leading.run()), 15_000));
    }
    assert!((full.run().expect("memory")[0] - 300.0).abs() < 1e-9);
    assert!((leading.run().expect("memory").singular_values()[0] - 300.0).abs() < 1e-9);
}

#[test]
fn ragged_rows_are_rejected_before_memory_is_reserved_for_them() {
    let mut rows = vec![Vec::new(); 1000];
    rows[0] = vec![0.0; 1000];
    let refused = with_at_most(1000, || Matrix::from_rows(&rows));
    assert_eq!(refused, Err(MatrixError::Ragged { row: 2, found: 0, expected: 1000 }));
}

#[cfg(feature = "adapter")]
#[test]
fn a_truncated_product_reports_a_failure_of_each_of_its_allocations() {
    use std::num::NonZeroUsize;

    let matrix = |rows: usize, cols: usize| {
        let entries = (0..rows * cols).map(|i| 1.0 / (1 + i * i % 97) as f64);
        Matrix::from_vec(rows, cols, entries.collect()).expect("finite")
    };
    for (m, k, n, rank) in [(30, 24, 40, 5), (8, 24, 12, 24), (24, 8, 24, 30)] {
        let (b, a, rank) = (matrix(m, k), matrix(k, n), NonZeroUsize::new(rank).expect("a rank"));
        let truncated = |at_most| with_at_most(at_most, || svd::truncated_product(&b, &a, 1.0, rank));
        let mut refused = 0;
        let enough = (1..).map(|i| 32 * i).find(|&at_most| {
            let result = truncated(at_most);
            refused += usize::from(names_the_memory(result.clone(), at_most));
            result.is_ok()
        });
        assert_eq!(enough, Some(32 * (refused + 1)), "{m}×{k}×{n}");
        assert_eq!(truncated(usize::MAX), truncated(32 * (refused + 1)));
    }
    // Larger than any memory; the size in bytes even overflows a `usize`.
    for rank in [usize::MAX, usize::MAX / 8, 1 << 61] {
        let rank = NonZeroUsize::new(rank).expect("a rank");
        assert!(names_the_memory(svd::truncated_product(&matrix(3, 2), &matrix(2, 3), 1.0, rank), 1 << 60));
    }
}

#[cfg(feature = "adapter")]
#[test]
fn a_failed_allocation_is_a_problem_that_names_the_layer() {
    use lora_rank_explorer::adapter::{Adapter, Problem, Reason, sample};
    use lora_rank_explorer::delta::DeltaError;

    let sample = sample();
    let mut source = &sample.file[..];
    let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config)).expect("an adapter");
    let layer = &adapter.layers()[0];
    let delta = layer.read(&mut source).expect("factors");
    let named = |problem: Problem| {
        let text = problem.to_string();
        assert!(text.starts_with("module `model.layers.0.mlp.down_proj`: there is no memory for "), "{text}");
        let is_memory =
            matches!(problem.reason, Reason::Svd(SvdError::Memory { .. }) | Reason::Delta(DeltaError::Memory { .. }));
        assert!(is_memory, "{text}");
    };
    named(layer.problem(with_at_most(2000, || delta.spectrum()).expect_err("too little memory")));
    assert!(delta.spectrum().is_ok());

    let resized = adapter.resize(&[4; 28]).expect("a plan");
    let part = &resized.parts()[0];
    let read = |range: &std::ops::Range<u64>| sample.file[range.start as usize..range.end as usize].to_vec();
    let mut lacking = [0; 3];
    for at_most in (8..20).map(|power| 1 << power) {
        let old = part.ranges().iter().map(read).collect();
        match with_at_most(at_most, || part.bytes(old)) {
            Err(Problem { reason: Reason::OutOfMemory { .. }, .. }) => lacking[0] += 1,
            Err(problem) => {
                named(problem);
                lacking[1] += 1;
            }
            Ok(_) => lacking[2] += 1,
        }
    }
    assert!(lacking[0] > 0 && lacking[2] > 0, "{lacking:?}");
}
