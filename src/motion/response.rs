//! [`Response`]: the state of a move at one moment, as weights of its start.

/// Every transition here is linear in its start: with displacement d from the target and velocity v at t = 0,
///
/// x(t) − target = `displacement`·d + `velocity`·v, and x′(t) = `displacement_rate`·d + `velocity_rate`·v.
///
/// So one response moves a number or a curve of a thousand vertices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Response {
    /// 1 at t = 0.
    pub displacement: f64,
    /// 0 at t = 0; seconds.
    pub velocity: f64,
    /// Per second.
    pub displacement_rate: f64,
    /// 1 at t = 0 for a spring.
    pub velocity_rate: f64,
    /// A bound on how far the move can still get from its target.
    pub extent: Extent,
}

/// A bound on the rest of a move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Extent {
    /// An oscillator of this angular frequency ω in rad/s: its energy never grows, so |x − target| stays below
    /// √(x² + v²/ω²), with x and v its displacement and velocity now.
    Oscillator(f64),
    /// Under way until a known time.
    UntilDone,
    /// At its target.
    Done,
}

impl Response {
    pub(crate) const DONE: Self =
        Self { displacement: 0.0, velocity: 0.0, displacement_rate: 0.0, velocity_rate: 0.0, extent: Extent::Done };
}
