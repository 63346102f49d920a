//! `cargo bench --bench delta`: LoKr and LoHa beside a plain layer of the same sides and rank.
//!
//! A layer counts with all that becomes of its tensors: the form is made, and its spectrum, or its best factors of rank 8.
//! LyCORIS's default for LoKr splits 1536 into 32 × 48; of W₂ whole its rank is that of the whole layer, 1536.

use std::num::NonZeroUsize;

use divan::{Bencher, black_box};
use lora_rank_explorer::Matrix;
use lora_rank_explorer::delta::Delta;

fn main() {
    divan::main();
}

const SIDE: usize = 1536;
const EIGHT: NonZeroUsize = NonZeroUsize::new(8).unwrap();

fn matrix(rows: usize, cols: usize) -> Matrix {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    };
    Matrix::from_vec(rows, cols, (0..rows * cols).map(|_| next()).collect()).expect("finite")
}

fn both(bencher: Bencher, truncate: bool, make: impl Fn() -> Delta + Sync) {
    bencher.bench(|| {
        let delta = make();
        if truncate {
            black_box(delta.truncate(EIGHT).expect("memory"));
        } else {
            black_box(delta.spectrum().expect("memory"));
        }
    });
}

/// Of rank 64 as LoHa with r = 8 is, of rank 128 as LoKr with W₁ 16 × 16 and r = 8 is, of rank 256 as with 32 × 32.
#[divan::bench(args = [(8, false), (64, false), (128, false), (256, false), (8, true), (64, true), (128, true)])]
fn plain(bencher: Bencher, (rank, truncate): (usize, bool)) {
    let (b, a) = (matrix(SIDE, rank), matrix(rank, SIDE));
    both(bencher, truncate, || Delta::thin(b.clone(), a.clone(), 1.0).expect("they fit"));
}

/// r = 8 on either side: rank 64.
#[divan::bench(args = [false, true])]
fn loha(bencher: Bencher, truncate: bool) {
    let (b, a, c, d) = (matrix(SIDE, 8), matrix(8, SIDE), matrix(SIDE, 8), matrix(8, SIDE));
    both(bencher, truncate, || Delta::hadamard((&b, &a), (&c, &d), 1.0).expect("they fit"));
}

/// W₁ is 16 × 16, W₂ of rank 8: rank 128.
#[divan::bench(args = [false, true])]
fn lokr(bencher: Bencher, truncate: bool) {
    let (w1, b, a) = (matrix(16, 16), matrix(96, 8), matrix(8, 96));
    both(bencher, truncate, || {
        let w2 = Delta::thin(b.clone(), a.clone(), 1.0).expect("they fit");
        Delta::kronecker(Delta::dense(w1.clone()), w2, 1.0).expect("sides")
    });
}

/// W₁ is 32 × 32 and W₂ 48 × 48, whole: rank 1536.
#[divan::bench(args = [false, true])]
fn lokr_whole(bencher: Bencher, truncate: bool) {
    let (w1, w2) = (matrix(32, 32), matrix(48, 48));
    both(bencher, truncate, || {
        Delta::kronecker(Delta::dense(w1.clone()), Delta::dense(w2.clone()), 1.0).expect("sides")
    });
}
