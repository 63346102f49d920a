//! [`View`]: residuals that are measured and printed otherwise than by default.

use std::sync::Arc;

use super::labels::Wording;
use super::parts::Detail;
use crate::ResidualCurve;

/// Behind a pointer, so that a page with default axes goes without the code.
pub(crate) trait View: Send + Sync {
    /// The residual at `rank`, or the range that it is known to lie in.
    fn residual(&self, wording: &Wording, curve: &ResidualCurve, rank: usize) -> String;

    /// For the part that made it.
    fn detail(&self) -> &Detail;
}

/// A shared [`View`]. Each is another: whoever makes one has a reason.
#[derive(Clone)]
pub(crate) struct SharedView(pub Arc<dyn View>);

impl PartialEq for SharedView {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
