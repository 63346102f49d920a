//! [`Solver`]: a computation that can be spread over time.

use super::error::SvdError;

/// A computation that advances in bounded steps, so that a page can draw between them and give up at any time: drop it.
///
/// How the work is cut into steps changes no bit of the result.
pub trait Solver {
    /// What is computed.
    type Output;

    /// Does about as many floating-point `operations` of the work as given, and returns the result once it is there. At
    /// least one indivisible part is done, of at most a few million operations. A browser does one to thirty thousand
    /// million in a second.
    ///
    /// # Errors
    /// What the solver finds wrong with its matrix, or that memory is lacking. It then stays where it is, and finds the
    /// same again.
    fn advance(&mut self, operations: u64) -> Result<Option<Self::Output>, SvdError>;

    /// The part of the work that is done, in [0, 1]. It never falls; it is an estimate where it is not known how much
    /// work is needed.
    fn progress(&self) -> f64;

    /// Does all that is left at once.
    ///
    /// # Errors
    /// Those of [`advance`](Self::advance).
    fn run(&mut self) -> Result<Self::Output, SvdError> {
        loop {
            if let Some(output) = self.advance(u64::MAX)? {
                return Ok(output);
            }
        }
    }
}
