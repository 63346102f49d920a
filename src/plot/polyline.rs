//! [`Polyline`]: a curve as vertices, with the arithmetic for a morph between two curves.

use super::frame::FRAME;
use crate::numeric::decimal::push_fixed;

/// A curve through vertices whose x never decreases: a step is two vertices at one x. A curve with one vertex is level: a single
/// number.
#[derive(Clone, Debug, PartialEq)]
pub struct Polyline(Vec<(f64, f64)>);

impl FromIterator<(f64, f64)> for Polyline {
    fn from_iter<Points: IntoIterator<Item = (f64, f64)>>(points: Points) -> Self {
        Self(points.into_iter().collect())
    }
}

impl Polyline {
    /// A curve of the same height everywhere.
    pub fn level(height: f64) -> Self {
        Self(vec![(0.0, height)])
    }

    /// The vertices, left to right.
    pub fn vertices(&self) -> &[(f64, f64)] {
        &self.0
    }

    /// The height at `x`, interpolated linearly; at a step, the height right of it; level beyond the ends, 0 without vertices.
    pub fn at(&self, x: f64) -> f64 {
        let vertices = &self.0;
        let right = vertices.partition_point(|vertex| vertex.0 <= x);
        match (right.checked_sub(1).and_then(|left| vertices.get(left)), vertices.get(right)) {
            (Some(&(x0, y0)), Some(&(x1, y1))) => y0 + (x - x0) / (x1 - x0) * (y1 - y0),
            (Some(&(_, y)), None) | (None, Some(&(_, y))) => y,
            (None, None) => 0.0,
        }
    }

    /// The curve with every vertex moved by `place`, cut at the sides of the frame and kept between its top and bottom.
    pub(crate) fn moved(&self, place: impl Fn((f64, f64)) -> (f64, f64)) -> Self {
        let moved: Self = self.0.iter().map(|&vertex| place(vertex)).collect();
        let inside = moved.0.iter().copied().filter(|&(x, _)| x > 0.0 && x < FRAME);
        let ends = [0.0, FRAME].map(|x| (x, moved.at(x)));
        let all = std::iter::once(ends[0]).chain(inside).chain([ends[1]]);
        all.map(|(x, y)| (x, y.clamp(0.0, FRAME))).collect()
    }

    /// SVG path data with one decimal: `M0.0 85.6L142.9 932.1…`.
    pub fn path(&self) -> String {
        path(self.0.iter())
    }

    /// SVG path data of the area between this curve and `other`.
    pub fn band(&self, other: &Self) -> String {
        path(self.0.iter().chain(other.0.iter().rev())) + "Z"
    }

    /// `own`·self + `weight`·other. The sum has the vertices of both, so no corner is cut.
    pub fn combine(&self, own: f64, other: &Self, weight: f64) -> Self {
        let (mine, theirs) = (&self.0, &other.0);
        let mut sum = Vec::with_capacity(mine.len().max(theirs.len()));
        let (mut i, mut j) = (0, 0);
        loop {
            let (x, y, z) = match (mine.get(i), theirs.get(j)) {
                (Some(a), Some(b)) if a.0 == b.0 => (a.0, a.1, b.1),
                (Some(a), Some(b)) if a.0 > b.0 => (b.0, self.at(b.0), b.1),
                (Some(a), _) => (a.0, a.1, other.at(a.0)),
                (None, Some(b)) => (b.0, self.at(b.0), b.1),
                (None, None) => return Self(sum),
            };
            i += usize::from(mine.get(i).is_some_and(|vertex| vertex.0 == x));
            j += usize::from(theirs.get(j).is_some_and(|vertex| vertex.0 == x));
            sum.push((x, own * y + weight * z));
        }
    }

    /// The largest absolute height.
    pub fn magnitude(&self) -> f64 {
        self.0.iter().fold(0.0, |largest, vertex| largest.max(vertex.1.abs()))
    }
}

fn path<'a>(vertices: impl Iterator<Item = &'a (f64, f64)>) -> String {
    let mut path = String::new();
    for &(x, y) in vertices {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        push_fixed(&mut path, x, 1);
        path.push(' ');
        push_fixed(&mut path, y, 1);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(vertices: &[(f64, f64)]) -> Polyline {
        vertices.iter().copied().collect()
    }

    #[test]
    fn height_is_exact_at_vertices_and_linear_between() {
        let curve = line(&[(0.0, 10.0), (5.0, 20.0), (10.0, 20.0)]);
        assert_eq!((curve.at(0.0), curve.at(5.0), curve.at(10.0)), (10.0, 20.0, 20.0));
        assert_eq!((curve.at(2.5), curve.at(-1.0), curve.at(11.0)), (15.0, 10.0, 20.0));
        assert_eq!((Polyline::level(7.0).at(-3.0), Polyline::level(7.0).at(3.0)), (7.0, 7.0));
    }

    #[test]
    fn at_a_step_the_height_is_that_right_of_it() {
        let steps = line(&[(0.0, 1.0), (4.0, 1.0), (4.0, 5.0), (9.0, 5.0)]);
        assert_eq!([0.0, 3.9, 4.0, 4.1, 9.0, 20.0].map(|x| steps.at(x)), [1.0, 1.0, 5.0, 5.0, 5.0, 5.0]);
        let morph = steps.combine(0.5, &line(&[(0.0, 3.0), (4.0, 3.0), (4.0, 7.0), (9.0, 7.0)]), 0.5);
        assert_eq!([3.9, 4.0].map(|x| morph.at(x)), [2.0, 6.0]);
        assert_eq!(steps.combine(1.0, &Polyline::level(1.0), 1.0).at(4.0), 6.0);
    }

    #[test]
    fn a_moved_curve_is_cut_at_the_sides_of_the_frame() {
        let moved = line(&[(0.0, 200.0), (500.0, 400.0), (FRAME, 600.0)]).moved(|(x, y)| (2.0 * x, y - 300.0));
        assert_eq!(moved.vertices(), [(0.0, 0.0), (FRAME, 100.0)]);
        let moved = line(&[(0.0, 200.0), (FRAME, 600.0)]).moved(|(x, y)| (x / 4.0, y));
        assert_eq!(moved.vertices(), [(0.0, 200.0), (250.0, 600.0), (FRAME, 600.0)]);
    }

    #[test]
    fn path_has_fixed_decimals() {
        assert_eq!(line(&[(0.0, 85.56), (1000.0 / 7.0, 1e3)]).path(), "M0.0 85.6L142.9 1000.0");
    }

    #[test]
    fn a_band_runs_along_one_curve_and_back_along_the_other() {
        let (upper, lower) = (line(&[(0.0, 1.0), (9.0, 2.0)]), line(&[(0.0, 3.0), (9.0, 4.0)]));
        assert_eq!(upper.band(&lower), "M0.0 1.0L9.0 2.0L9.0 4.0L0.0 3.0Z");
    }

    #[test]
    fn a_morph_between_sizes_starts_and_ends_on_the_curves_themselves() {
        let (from, to) = (line(&[(0.0, 0.0), (4.0, 8.0), (10.0, 9.0)]), line(&[(0.0, 5.0), (6.0, 4.0), (10.0, 1.0)]));
        for x in 0..=10 {
            let x = f64::from(x);
            assert!((from.combine(1.0, &to, 0.0).at(x) - from.at(x)).abs() < 1e-12);
            assert!((to.combine(0.0, &from, 1.0).at(x) - from.at(x)).abs() < 1e-12);
        }
        assert_eq!(from.combine(1.0, &to, 1.0).vertices().len(), 4);
    }
}
