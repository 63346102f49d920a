//! The small curve in a row: σⱼ / σ₁ from the first value to the last.

pub const WIDTH: f64 = 96.0;
pub const HEIGHT: f64 = 24.0;

/// The x coordinate of a rank.
pub fn x(rank: usize, most: usize) -> f64 {
    if most > 1 { WIDTH * (rank.clamp(1, most) - 1) as f64 / (most - 1) as f64 } else { WIDTH / 2.0 }
}

/// The polygon of the first `most` of `values`, which are sorted and may be 0, closed along the baseline.
pub fn points(values: &[f64], most: usize) -> String {
    const MOST_POINTS: usize = 48;
    let most = most.max(1);
    let largest = if values[0] > 0.0 { values[0] } else { 1.0 };
    let step = most.div_ceil(MOST_POINTS);
    let mut text = format!("0,{HEIGHT} ");
    for rank in (1..=most).step_by(step).chain((most % step != 1 % step).then_some(most)) {
        let y = (HEIGHT - 1.0) * (1.0 - values.get(rank - 1).unwrap_or(&0.0) / largest) + 1.0;
        let x = if most > 1 { x(rank, most) } else { 0.0 };
        text += &format!("{x:.1},{y:.1} ");
    }
    if most == 1 {
        text += &format!("{WIDTH},1 ");
    }
    text + &format!("{WIDTH},{HEIGHT}")
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn the_points_run_from_the_largest_value_to_the_last_and_close() {
        assert_eq!(points(&[4.0, 2.0, 0.0], 3), "0,24 0.0,1.0 48.0,12.5 96.0,24.0 96,24");
        assert_eq!(points(&[0.0], 1), "0,24 0.0,24.0 96,1 96,24");
    }
}
