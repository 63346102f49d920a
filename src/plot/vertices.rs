//! Which ranks get a vertex.

use super::frame::{FRAME, MOST_VERTICES};

/// The ranks from `first` to `last` at which a curve has vertices, where `height` never falls with the rank and is the same from `end`
/// on; none if `last` is before `first`. Above [`MOST_VERTICES`] ranks, those are left out between which it rises by less than 4
/// thousandths of the frame, so that a straight line misses none of them visibly. O(`end`).
pub(super) fn vertices(first: usize, last: usize, end: usize, height: &dyn Fn(usize) -> f64) -> Vec<usize> {
    let few = last < first.saturating_add(MOST_VERTICES);
    let end = if few { last } else { end.max(first).min(last) };
    // How much a curve rises between two vertices; there are two for each such rise, and the height of the frame is 1000.
    let least = if few { -1.0 } else { FRAME / 254.0 };
    let (mut kept, mut before) = (Vec::new(), f64::NEG_INFINITY);
    for r in first..=end {
        let now = height(r);
        if now - before > least {
            if r > first && kept.last() != Some(&(r - 1)) {
                kept.push(r - 1);
            }
            kept.push(r);
            before = now;
        }
    }
    for r in [end, last] {
        if kept.last().is_some_and(|&kept| kept < r) {
            kept.push(r);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::polyline::Polyline;

    /// The most that the curve through the vertices misses a rank by.
    fn miss(count: usize, height: &dyn Fn(usize) -> f64) -> (usize, f64) {
        let ranks = vertices(1, count, count, height);
        assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]), "{ranks:?}");
        assert_eq!((ranks.first(), ranks.last()), (Some(&1), Some(&count)));
        let line: Polyline = ranks.iter().map(|&r| (r as f64, height(r))).collect();
        let misses = (1..=count).map(|r| (line.at(r as f64) - height(r)).abs());
        (ranks.len(), misses.fold(0.0, f64::max))
    }

    #[test]
    fn of_thousands_of_ranks_none_is_missed_visibly() {
        let stairs = |r: usize| FRAME * (r / 20) as f64 / 205.0;
        let cliff = |r: usize| if r < 2011 { 1.0 } else { 900.0 + r as f64 / 100.0 };
        let harmonic = |r: usize| FRAME * (1.0 - 1.0 / r as f64);
        let slope = |r: usize| FRAME * r as f64 / 4096.0;
        let level = |_: usize| 7.0;
        for (name, height) in [
            ("stairs", &stairs as &dyn Fn(usize) -> f64),
            ("a cliff", &cliff),
            ("1/j", &harmonic),
            ("a slope", &slope),
            ("level", &level),
        ] {
            for count in [513, 1024, 4096] {
                let (kept, miss) = miss(count, height);
                assert!(kept <= MOST_VERTICES && miss < 4.0, "{name} of {count}: {kept} vertices miss by {miss}");
            }
        }
        assert!(miss(4096, &harmonic).1 < 2.0);
    }

    #[test]
    fn a_curve_that_ends_before_the_axis_begins_has_no_vertices() {
        assert!(vertices(8, 4, 4, &|_| 1.0).is_empty());
    }

    #[test]
    fn a_curve_that_is_level_to_a_vast_rank_costs_nothing() {
        let height = |r: usize| if r < 3 { r as f64 } else { FRAME };
        assert_eq!(vertices(1, usize::MAX, 3, &height), [1, 2, 3, usize::MAX]);
    }
}
