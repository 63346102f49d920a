//! How much memory a spectrum takes, and that what is lacking is said. In a file of its own, since it takes the place of the
//! allocator.

mod counting;

use std::num::NonZeroUsize;

use lora_rank_explorer::Matrix;
use lora_rank_explorer::delta::{Delta, DeltaError, block_diagonal, repeated_columns, tucker};

use counting::{peak, with_at_most};

fn matrix(rows: usize, cols: usize) -> Matrix {
    let entries = (0..rows * cols).map(|i| 1.0 / (1 + i * i % 97) as f64 - 0.2);
    Matrix::from_vec(rows, cols, entries.collect()).expect("finite")
}

fn thin(m: usize, r: usize, n: usize) -> Delta {
    Delta::thin(matrix(m, r), matrix(r, n), 1.0).expect("factors that fit")
}

fn loha(m: usize, n: usize, r: usize) -> Result<Delta, DeltaError> {
    let (b, a, c, d) = (matrix(m, r), matrix(r, n), matrix(m, r), matrix(r, n));
    Delta::hadamard((&b, &a), (&c, &d), 1.0)
}

fn lokr(m1: usize, m2: usize, r: usize) -> Delta {
    Delta::kronecker(Delta::dense(matrix(m1, m1)), thin(m2, r, m2), 1.0).expect("sides")
}

#[test]
fn the_cost_is_never_less_memory_than_a_spectrum_takes_and_not_much_more() {
    let made = [
        thin(1, 1, 1),
        thin(900, 8, 700),
        thin(5000, 16, 300),
        thin(40, 64, 30),
        thin(2000, 65, 3000),
        loha(400, 300, 4).expect("they fit"),
        lokr(16, 48, 4),
        lokr(6, 6, 6),
        Delta::dense(matrix(1, 1)),
        Delta::dense(matrix(150, 90)),
        Delta::dense(matrix(64, 128)),
    ];
    for delta in made {
        let cost = delta.cost();
        let (result, found) = peak(|| delta.spectrum());
        assert!(result.is_ok());
        let shape = (delta.rows(), delta.cols());
        assert!(found <= cost.bytes, "{shape:?}: {found} bytes, and {} were announced", cost.bytes);
        assert!(cost.bytes <= 2 * found + 20_000, "{shape:?}: {found} bytes, and {} were announced", cost.bytes);
    }
}

#[test]
fn no_matrix_as_large_as_the_update_is_formed_for_lokr_and_loha() {
    let whole = 8 * 1536 * 1536;
    let (delta, making) = peak(|| loha(1536, 1536, 4).expect("they fit"));
    let rank = NonZeroUsize::new(8).expect("a rank");
    let ((), found) = peak(|| {
        delta.spectrum().expect("memory");
        delta.truncate(rank).expect("memory");
    });
    assert!(making.max(found) < whole / 8, "LoHa: {making} and {found} of {whole} bytes");
    let (delta, making) = peak(|| lokr(16, 96, 8));
    let ((), found) = peak(|| {
        delta.spectrum().expect("memory");
        delta.truncate(rank).expect("memory");
    });
    assert!(making.max(found) < whole / 8, "LoKr: {making} and {found} of {whole} bytes");
}

/// With every limit below what is needed the memory is named, and above it nothing is refused.
#[test]
fn whatever_piece_of_memory_is_lacking_is_named() {
    let rank = NonZeroUsize::new(3).expect("a rank");
    let (b, a, c) = (matrix(24, 5), matrix(5, 20), matrix(5, 10));
    let (first, second, whole) = (thin(24, 3, 20), lokr(4, 5, 2), Delta::dense(matrix(24, 20)));
    let lokr = lokr(4, 6, 2);
    type Run<'a> = Box<dyn Fn() -> Result<(), DeltaError> + 'a>;
    let runs: [(&str, Run); 12] = [
        ("LoHa", Box::new(|| Delta::hadamard((&b, &a), (&b, &a), 1.0).map(drop))),
        ("diagonal", Box::new(|| Delta::thin_with_diagonal(&b, &[1.0; 5], &a, 1.0).map(drop))),
        ("sum", Box::new(|| Delta::sum(&[(1.0, &first), (2.0, &first)]).map(drop))),
        ("sum of a whole one", Box::new(|| Delta::sum(&[(1.0, &whole), (2.0, &first)]).map(drop))),
        ("sum with LoKr", Box::new(|| Delta::sum(&[(1.0, &second)]).map(drop))),
        ("expert", Box::new(|| Delta::fused_expert(&b, &a, 5, 2, 1.0).map(drop))),
        ("Tucker", Box::new(|| tucker(&c, &a).map(drop))),
        ("blocks", Box::new(|| block_diagonal(&b, 4).map(drop))),
        ("columns", Box::new(|| repeated_columns(&b, 4).map(drop))),
        ("thin factors", Box::new(|| first.truncate(rank).map(drop))),
        ("LoKr", Box::new(|| lokr.truncate(rank).map(drop))),
        ("a whole one", Box::new(|| whole.truncate(rank).map(drop))),
    ];
    for (what, run) in runs {
        let mut refused = 0;
        let enough = (1..).map(|i| 32 * i).find(|&at_most| match with_at_most(at_most, &run) {
            Ok(()) => true,
            Err(DeltaError::Memory { bytes }) if bytes > at_most => {
                refused += 1;
                false
            }
            Err(other) => panic!("{what}: {other}"),
        });
        assert!(refused > 0 && enough == Some(32 * (refused + 1)), "{what}: {refused} and {enough:?}");
    }
    for rank in [usize::MAX, usize::MAX / 8, 1 << 61] {
        for delta in [&first, &lokr, &whole, &Delta::dense(Matrix::from_vec(2, 2, vec![0.0; 4]).expect("finite"))] {
            let result = delta.truncate(NonZeroUsize::new(rank).expect("a rank"));
            assert!(matches!(result, Err(DeltaError::Memory { .. })), "rank {rank}");
        }
    }
}
