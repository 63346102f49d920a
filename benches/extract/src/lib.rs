//! What `cargo xtask bench extract` measures, as exported functions of plain numbers.
//!
//! A worker calls `room` for the bytes of both files, then `extract` and measures its time, then `residual`.

use std::cell::RefCell;
use std::num::NonZeroUsize;

use lora_rank_explorer::checkpoint::{Checkpoint, Difference, LowRank, Pairing};

thread_local! {
    static FILES: RefCell<[Vec<u8>; 2]> = RefCell::default();
    static RESULT: RefCell<Option<(Difference, LowRank)>> = const { RefCell::new(None) };
}

/// Makes room for `bytes` of the base (0) or the tuned model (1). Returns a pointer to it.
#[unsafe(no_mangle)]
pub extern "C" fn room(side: usize, bytes: usize) -> *mut u8 {
    FILES.with_borrow_mut(|files| {
        files[side] = vec![0; bytes];
        files[side].as_mut_ptr()
    })
}

/// From both files to the factors of the first pair.
#[unsafe(no_mangle)]
pub extern "C" fn extract(rank: usize) {
    RESULT.set(None);
    FILES.with_borrow(|files| {
        let open = |bytes: &Vec<u8>| {
            let checkpoint = Checkpoint::open(None, &mut [("model.safetensors", bytes.len() as u64, &bytes[..])]);
            checkpoint.expect("a checkpoint")
        };
        let pairing = Pairing::new(&open(&files[0]), &open(&files[1]));
        let difference = pairing.pairs()[0].read(&mut [&files[0][..]], &mut [&files[1][..]]).expect("finite numbers");
        let rank = NonZeroUsize::new(rank).expect("a rank above 0");
        let low_rank = difference.low_rank(rank).expect("memory");
        RESULT.set(Some((difference, low_rank)));
    });
}

/// ‖ΔW − B·A‖_F of the factors, entry by entry.
#[unsafe(no_mangle)]
pub extern "C" fn residual() -> f64 {
    RESULT.with_borrow(|result| {
        let (difference, low_rank) = result.as_ref().expect("extracted");
        difference.residual(low_rank)
    })
}
