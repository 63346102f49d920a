//! [`Solver`]: a computation in bounded steps.

use super::error::SvdError;

/// A computation in bounded steps, so that a page can draw between them. Drop the solver to cancel the computation.
///
/// The size of the steps does not change the result, not even its last bit.
pub trait Solver {
    /// The result.
    type Output;

    /// Does about `operations` floating-point operations of the work and returns the result when it is complete. Does at least
    /// one indivisible part, of at most a few million operations. A browser does one to thirty thousand million operations a
    /// second.
    ///
    /// # Errors
    /// The matrix is invalid, or an allocation failed. The solver keeps its state: a further call tries the same part again.
    fn advance(&mut self, operations: u64) -> Result<Option<Self::Output>, SvdError>;

    /// The part of the work that is done, in [0, 1]. It never decreases. It is an estimate if the total amount of work is not
    /// known.
    fn progress(&self) -> f64;

    /// Does the rest of the work in one call.
    ///
    /// # Errors
    /// As for [`advance`](Self::advance).
    fn run(&mut self) -> Result<Self::Output, SvdError> {
        loop {
            if let Some(output) = self.advance(u64::MAX)? {
                return Ok(output);
            }
        }
    }
}
