//! What `cargo xtask bench extract` measures, as exported functions of plain numbers.
//!
//! A worker calls `extract`, which reads both files from the worker as the workbench reads a file on disk, and measures its time; then
//! `residual`.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::ops::Range;

use lora_rank_explorer::adapter::ReadBytes;
use lora_rank_explorer::checkpoint::{Checkpoint, Difference, LowRank, Pairing};

unsafe extern "C" {
    /// Copies bytes of the base (0) or the tuned model (1) to `to`.
    fn copy(side: u32, from: u32, to: *mut u8, bytes: usize);
}

thread_local! {
    static RESULT: RefCell<Option<(Difference, LowRank)>> = const { RefCell::new(None) };
}

/// The file of the base (0) or the tuned model (1).
struct Side(u32);

impl ReadBytes for Side {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        // SAFETY: the worker fills as many bytes as there are.
        unsafe { copy(self.0, range.start as u32, bytes.as_mut_ptr(), bytes.len()) };
        Ok(bytes)
    }
}

/// From both files, of so many bytes, to the factors of the first pair.
#[unsafe(no_mangle)]
pub extern "C" fn extract(base: usize, tuned: usize, rank: usize) {
    RESULT.set(None);
    let open = |side, bytes: usize| {
        let checkpoint = Checkpoint::open(None, &mut [("model.safetensors", bytes as u64, Side(side))]);
        checkpoint.expect("a checkpoint")
    };
    let pairing = Pairing::new(&open(0, base), &open(1, tuned));
    let difference = pairing.pairs()[0].read(&mut [Side(0)], &mut [Side(1)]).expect("finite numbers");
    let rank = NonZeroUsize::new(rank).expect("a rank above 0");
    let low_rank = difference.low_rank(rank).expect("memory");
    RESULT.set(Some((difference, low_rank)));
}

/// ‖ΔW − B·A‖_F of the factors, entry by entry.
#[unsafe(no_mangle)]
pub extern "C" fn residual() -> f64 {
    RESULT.with_borrow(|result| {
        let (difference, low_rank) = result.as_ref().expect("extracted");
        difference.residual(low_rank)
    })
}
