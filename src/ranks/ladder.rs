//! Lists of ranks that other tools accept, and rounding up to one.

/// The values that vLLM accepts for `--max-lora-rank`, which must be at least the rank of every adapter that it serves.
///
/// Source: vLLM 01230b40 `vllm/config/lora.py`, `MaxLoRARanks`.
///
/// ```
/// use lora_rank_explorer::{RankScale, VLLM_RANKS, round_up_rank};
///
/// assert_eq!(round_up_rank(40, &VLLM_RANKS), Some(64));
/// let (axis, _) = RankScale::ladder(VLLM_RANKS).axis(1, 4096);
/// assert_eq!((axis.above(64), axis.last()), (128, 512));
/// ```
pub const VLLM_RANKS: [usize; 9] = [1, 8, 16, 32, 64, 128, 256, 320, 512];

/// The ranks to which gradience rounds its suggestions up ([`RankRule::energy_rounded_up`](crate::RankRule::energy_rounded_up)).
///
/// Source: gradience 0.11.0 `vnext/rank_suggestion.py`, `DEFAULT_ALLOWED_RANKS`.
pub const GRADIENCE_RANKS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

/// The smallest rank in `ladder`, in any order, that is at least `rank`; `None` if all are smaller.
///
/// For a result of [`allocate_ranks`](crate::allocate_ranks), a rank of 0 (no adapter) is best left as it is: it would be rounded
/// up, too. Rounding up spends more than the budget.
///
/// # Cost
/// O(length of `ladder`).
///
/// ```
/// use lora_rank_explorer::{VLLM_RANKS, round_up_rank};
///
/// let ranks = [5, 8, 9, 300, 513].map(|rank| round_up_rank(rank, &VLLM_RANKS));
/// assert_eq!(ranks, [Some(8), Some(8), Some(16), Some(320), None]);
/// ```
pub fn round_up_rank(rank: usize, ladder: &[usize]) -> Option<usize> {
    ladder.iter().copied().filter(|&rung| rung >= rank).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_up_gives_the_next_rung_in_any_order_and_nothing_above_the_last() {
        let mut falling = VLLM_RANKS;
        falling.reverse();
        for rank in 0..=600 {
            let rounded = round_up_rank(rank, &VLLM_RANKS);
            assert_eq!(rounded, round_up_rank(rank, &falling));
            match rounded {
                Some(rung) => {
                    assert!(rung >= rank && VLLM_RANKS.contains(&rung));
                    assert!(!VLLM_RANKS.iter().any(|&other| other >= rank && other < rung), "{rank}: {rung}");
                }
                None => assert!(rank > 512),
            }
        }
        assert_eq!(round_up_rank(1, &[]), None);
    }
}
