//! [`View`]: a picture's residuals, measured and printed otherwise than by default.

use std::sync::Arc;

use super::labels::Labels;
use super::parts::Detail;
use crate::ResidualCurve;

/// What axes other than the default ones change about the texts. Behind a pointer, so that a page without goes without the code.
pub(crate) trait View: Send + Sync {
    /// `relative residual`.
    fn residual_name(&self) -> &'static str;

    /// The residual at `rank`, or the range that it is known to lie in.
    fn residual(&self, labels: &Labels, curve: &ResidualCurve, rank: usize) -> String;

    /// What follows the norm in the name of the residual's axis, as markup.
    fn divisor(&self) -> &'static str;

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
