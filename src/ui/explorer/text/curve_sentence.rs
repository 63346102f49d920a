//! [`CurveSentence`]: what is said of a curve, for translations.

/// How a curve runs over its axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurveShape {
    /// W is zero.
    Zero,
    /// The residual is the same at every rank: of a matrix of rank 1, or of one with one rank.
    Level,
    /// Three quarters of the fall are done within two fifths of the axis.
    FallsThenSlowly,
    /// Three quarters of the fall are done only at the end of the axis: all directions matter alike.
    FallsLate,
    /// Neither.
    Falls,
}

/// A rank and its residual, already printed: `0.643`, or `at most 0.643` if only a range is known.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RankReading<'a> {
    /// The rank.
    pub rank: usize,
    /// The residual.
    pub residual: &'a str,
}

/// What is said of a curve.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CurveSentence<'a> {
    /// How the curve runs.
    pub shape: CurveShape,
    /// The first rank.
    pub first: RankReading<'a>,
    /// The first rank at which three quarters of the fall are done.
    pub turn: RankReading<'a>,
    /// The last rank; the first at which the residual is 0 or due to rounding alone (1e-12 of ‖W‖), if there is one before.
    pub last: RankReading<'a>,
    /// Whether the axis goes on after `last`.
    pub stays: bool,
    /// The smallest rank that surely captures 90 % of the energy.
    pub rank_of_90: Option<usize>,
    /// The smallest rank that surely captures 99 % of the energy.
    pub rank_of_99: Option<usize>,
    /// The energy that the last rank on the axis captures.
    pub captured_energy: &'a str,
    /// `, the first 8 of 64` if not all singular values are known; otherwise empty.
    pub known: &'a str,
}
