//! Ticks that read well: powers of two for ranks, round decimal steps or powers of ten for residuals.
//!
//! Only `+ − × ÷` on exact integers, so that server and browser print the same labels.

use std::ops::RangeInclusive;

use super::rank_axis::RankAxis;
use crate::numeric::decimal::multiple;

/// How many rank labels fit if `max_rank` is the longest.
fn most_ranks(max_rank: usize) -> usize {
    match max_rank {
        ..100 => 9,
        100..1000 => 7,
        _ => 5,
    }
}

/// The ranks to label: 1, multiples of a power of two, and `max_rank`; at most nine, fewer if the numbers are long.
pub(crate) fn rank_ticks(max_rank: usize) -> Vec<usize> {
    let most = most_ranks(max_rank);
    let mut step = 1;
    while max_rank > most && (max_rank - 1).checked_div(step).is_some_and(|multiples| multiples > most - 2) {
        step *= 2;
    }
    let mut ticks = vec![1];
    let mut rank = step;
    // Leave out a multiple whose label would touch that of an end.
    while rank.saturating_add(step / 2) < max_rank {
        if rank > step / 2 + 1 {
            ticks.push(rank);
        }
        rank = rank.saturating_add(step);
    }
    if max_rank > 1 {
        ticks.push(max_rank);
    }
    ticks
}

/// Every k-th of the `candidates`, which lie on `axis`, and the last of them; at most nine, fewer if the numbers are long.
pub(super) fn thinned(candidates: &[usize], axis: &RankAxis) -> Vec<usize> {
    let Some((&last, others)) = candidates.split_last() else { return Vec::new() };
    let most = most_ranks(last);
    let apart = super::FRAME / (most + 3) as f64;
    let step = others.len().div_ceil(most - 1).max(1);
    // Leave out any, even the first, whose label would touch that of the last.
    let room = |&rank: &usize| axis.to_frame(last as f64) - axis.to_frame(rank as f64) >= apart;
    let mut ticks: Vec<usize> = others.iter().copied().step_by(step).filter(room).collect();
    ticks.push(last);
    ticks
}

/// The exponents of the powers of ten that enclose `least` and `most`, both above 0; at least one decade.
pub(super) fn decades(least: f64, most: f64) -> RangeInclusive<i32> {
    let slack = 1.0 - 1e-12; // see `residual_ticks`
    let mut high = -322;
    while multiple(1.0, high) < most * slack {
        high += 1;
    }
    let mut low = high - 1;
    while low > -323 && multiple(1.0, low) * slack > least {
        low -= 1;
    }
    low..=high
}

/// Powers of ten over `decades`: at most six, always with the highest, so the lowest may lie below `decades`. If there are few,
/// also their doubles and fivefolds.
pub(super) fn decade_ticks(decades: &RangeInclusive<i32>) -> Vec<f64> {
    let (low, high) = (*decades.start(), *decades.end());
    let step = (high - low + 4) / 5;
    let lowest = (high - (high - low + step - 1) / step * step).max(-323);
    let mantissas: &[f64] = if high - low <= 2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let powers = (lowest..=high).filter(|power| (high - power) % step == 0 || *power == lowest);
    let mut ticks: Vec<f64> = powers.flat_map(|power| mantissas.iter().map(move |m| multiple(*m, power))).collect();
    ticks.retain(|&tick| tick <= multiple(1.0, high).min(f64::MAX) && tick > 0.0);
    if high > 308 {
        ticks.push(f64::MAX);
    }
    ticks
}

/// The residuals to label: 0, s, 2s, … up to the first at or above `max`, where s is 1, 2 or 5 times a power of ten; three to six
/// of them. A `max` of zero gets the ticks 0 and 1.
pub(crate) fn residual_ticks(max: f64) -> Vec<f64> {
    const MOST_STEPS: f64 = 5.0;
    if max <= 0.0 {
        return vec![0.0, 1.0];
    }
    // A large power of ten is off in its last bits; a curve that ends on one must not get an extra tick for that.
    let max = max * (1.0 - 1e-12);
    let (mantissa, power) = round_step(|step| step * MOST_STEPS >= max);

    let mut ticks = vec![0.0];
    let (mut tick, mut count) = (0.0, 0.0);
    while tick < max {
        count += 1.0;
        tick = multiple(count * mantissa, power).min(f64::MAX);
        ticks.push(tick);
    }
    ticks
}

/// Of 1, 2 and 5 times a power of ten the smallest that `suffices`, as mantissa and exponent.
pub(super) fn round_step(suffices: impl Fn(f64) -> bool) -> (f64, i32) {
    let mut power = 0;
    while !suffices(multiple(1.0, power)) {
        power += 1;
    }
    while suffices(multiple(1.0, power - 1)) && multiple(1.0, power - 1) > 0.0 {
        power -= 1;
    }
    // 10^power is now the smallest power that suffices: see whether a fifth or a half of it suffices, too.
    let mantissa = [2.0, 5.0].into_iter().find(|m| suffices(multiple(*m, power - 1)));
    mantissa.map_or((1.0, power), |m| (m, power - 1))
}

#[cfg(test)]
mod tests {
    use super::{rank_ticks, residual_ticks};

    #[test]
    fn few_ranks_are_all_labelled() {
        assert_eq!(rank_ticks(1), [1]);
        assert_eq!(rank_ticks(2), [1, 2]);
        assert_eq!(rank_ticks(8), [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn many_ranks_thin_out_and_keep_both_ends() {
        assert_eq!(rank_ticks(64), [1, 8, 16, 24, 32, 40, 48, 56, 64]);
        for max_rank in 1..6000 {
            let ticks = rank_ticks(max_rank);
            assert!(ticks.len() <= 9, "{max_rank}: {ticks:?}");
            assert!(ticks[0] == 1 && *ticks.last().expect("a tick") == max_rank);
            assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "{max_rank}: {ticks:?}");
        }
    }

    #[test]
    fn labels_of_ranks_keep_a_distance() {
        for max_rank in 10..6000 {
            let ticks = rank_ticks(max_rank);
            let closest = ticks.windows(2).map(|pair| pair[1] - pair[0]).min().expect("two ticks");
            assert!(closest * 20 >= max_rank - 1, "{max_rank}: {ticks:?}");
        }
    }

    #[test]
    fn residuals_step_by_one_two_or_five() {
        assert_eq!(residual_ticks(4.572), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(residual_ticks(0.3), [0.0, 0.1, 0.2, 0.3]);
        assert_eq!(residual_ticks(14.36), [0.0, 5.0, 10.0, 15.0]);
        assert_eq!(residual_ticks(1e300).len(), 6);
    }

    #[test]
    fn the_last_tick_covers_the_curve_at_any_scale() {
        let mut max = f64::MIN_POSITIVE;
        while max < f64::MAX / 8.0 {
            let ticks = residual_ticks(max);
            assert!((3..=7).contains(&ticks.len()), "{max}: {ticks:?}");
            assert!(*ticks.last().expect("a tick") >= max * (1.0 - 1e-12) && ticks.iter().all(|tick| tick.is_finite()));
            max *= 7.3;
        }
        assert_eq!(residual_ticks(f64::MAX).last(), Some(&f64::MAX));
    }

    #[test]
    fn a_residual_of_0_still_has_an_axis() {
        assert_eq!(residual_ticks(0.0), [0.0, 1.0]);
    }
}
