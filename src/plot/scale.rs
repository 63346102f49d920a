//! [`Scale`]: a linear map between values and coordinates, in both directions.

/// Maps `domain` linearly onto `frame` and back. Never fails: a domain or frame of zero width maps to the middle of the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    domain: (f64, f64),
    frame: (f64, f64),
}

impl Scale {
    /// A map from `domain` to `frame`, each from its start to its end; either may run downwards.
    pub const fn new(domain: (f64, f64), frame: (f64, f64)) -> Self {
        Self { domain, frame }
    }

    /// From the domain to the frame.
    pub fn to_frame(self, value: f64) -> f64 {
        interpolate(value, self.domain, self.frame)
    }

    /// From the frame to the domain.
    pub fn to_domain(self, coordinate: f64) -> f64 {
        interpolate(coordinate, self.frame, self.domain)
    }
}

fn interpolate(value: f64, from: (f64, f64), to: (f64, f64)) -> f64 {
    // Halved so that the width of a domain near ±1e308 does not overflow; not for widths below 1, which halving may underflow.
    let unit = if (from.1 - from.0).abs() < 1.0 { 1.0 } else { 0.5 };
    let width = from.1 * unit - from.0 * unit;
    let share = if width == 0.0 { 0.5 } else { (value * unit - from.0 * unit) / width };
    to.0 + share * (to.1 - to.0)
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn both_directions_are_inverse() {
        let scale = Scale::new((1.0, 8.0), (0.0, 1000.0));
        for rank in 1..=8 {
            let rank = f64::from(rank);
            assert!((scale.to_domain(scale.to_frame(rank)) - rank).abs() < 1e-12);
        }
        assert_eq!((scale.to_frame(1.0), scale.to_frame(8.0)), (0.0, 1000.0));
    }

    #[test]
    fn a_flipped_frame_grows_downwards() {
        let scale = Scale::new((0.0, 5.0), (1000.0, 0.0));
        assert_eq!((scale.to_frame(0.0), scale.to_frame(5.0)), (1000.0, 0.0));
    }

    #[test]
    fn a_zero_range_maps_to_the_middle() {
        let scale = Scale::new((1.0, 1.0), (0.0, 1000.0));
        assert_eq!(scale.to_frame(1.0), 500.0);
        assert_eq!(scale.to_domain(123.0), 1.0);
    }

    #[test]
    fn the_smallest_numbers_do_not_vanish() {
        let smallest = f64::from_bits(1);
        let scale = Scale::new((0.0, smallest), (1000.0, 0.0));
        assert_eq!((scale.to_frame(0.0), scale.to_frame(smallest)), (1000.0, 0.0));
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let scale = Scale::new((0.0, f64::MAX), (1000.0, 0.0));
        assert_eq!(scale.to_frame(f64::MAX), 0.0);
        assert_eq!(scale.to_frame(f64::MAX / 2.0), 500.0);
    }
}
