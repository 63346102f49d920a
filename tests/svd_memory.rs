//! Where memory is lacking it is said, and none is taken for what is not there. In a file of its own, since it takes the place
//! of the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use lora_rank_explorer::svd::{self, FullSolver, LeadingSolver, Solver, SvdError};
use lora_rank_explorer::{Matrix, MatrixError};

thread_local! {
    /// What this thread may ask for in one piece.
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
}

struct Stingy;

// SAFETY: it is the system's allocator, but for pieces that it does not hand out.
unsafe impl GlobalAlloc for Stingy {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LARGEST.get() { std::ptr::null_mut() } else { unsafe { System.alloc(layout) } }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Stingy = Stingy;

/// What `run` returns where no piece may be larger than `bytes`.
fn with_at_most<T>(bytes: usize, run: impl FnOnce() -> T) -> T {
    LARGEST.set(bytes);
    let result = run();
    LARGEST.set(usize::MAX);
    result
}

fn names_the_memory<T>(result: Result<T, SvdError>, at_most: usize) -> bool {
    matches!(result, Err(SvdError::Memory { bytes }) if bytes > at_most)
}

#[test]
fn a_product_that_lacks_memory_is_refused_by_name() {
    let matrix = |rows, cols| Matrix::from_vec(rows, cols, vec![1.0; rows * cols]).expect("finite");
    // Wide and thin factors; a long result of a small core.
    for (m, r, n, at_most) in [(3000, 40, 2000, 10_000), (30, 40, 20, 4_000), (3000, 2, 3000, 20_000)] {
        let (b, a) = (matrix(m, r), matrix(r, n));
        let result = with_at_most(at_most, || svd::singular_values_of_product(&b, &a, 1.0));
        assert!(names_the_memory(result, at_most), "{m}×{r}×{n}");
        assert!(svd::singular_values_of_product(&b, &a, 1.0).is_ok(), "{m}×{r}×{n} with memory");
    }
}

#[test]
fn a_solver_that_lacks_memory_finds_so_again_and_goes_on_when_there_is_some() {
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
fn ragged_rows_are_refused_before_memory_is_reserved_for_them() {
    let mut rows = vec![Vec::new(); 1000];
    rows[0] = vec![0.0; 1000];
    let refused = with_at_most(1000, || Matrix::from_rows(&rows));
    assert_eq!(refused, Err(MatrixError::Ragged { row: 2, found: 0, expected: 1000 }));
}
