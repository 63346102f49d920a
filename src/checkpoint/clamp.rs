//! The quantile at which other tools clamp factors.

/// Which share of the numbers is below it.
const SHARE: f64 = 0.99;

/// The 0.99 quantile of some numbers, between two of them in proportion, as `torch.quantile` has it; 0 of none.
pub(super) fn quantile(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    let Some(last) = numbers.len().checked_sub(1) else { return 0.0 };
    let position = SHARE * last as f64;
    let (_, &mut low, above) = numbers.select_nth_unstable_by(position as usize, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    // A clamp has no negative limit.
    (low + position.fract() * (high - low)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn the_quantile_is_that_of_torch() {
        assert_eq!(quantile((0..101).rev().map(f64::from)), 99.0);
        assert!((quantile((0..11).map(f64::from)) - 9.9).abs() < 1e-12);
        assert_eq!(quantile([3.0].into_iter()), 3.0);
        assert_eq!(quantile([-3.0].into_iter()), 0.0);
        assert_eq!(quantile(std::iter::empty()), 0.0);
    }
}
