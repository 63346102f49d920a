//! Householder reflections (Golub & Van Loan, 4th ed., §5.1.2).

/// In a matrix whose largest entry is in [1, 2), a column or row counts as zero if its squared length is below this: the squares
/// of its entries may underflow, and a length of 1e-140 is far below the last digit of σ₁.
pub(crate) const NEGLIGIBLE: f64 = 1e-280;

/// I − factor·w·wᵀ maps x to `image`·e₁, where w is x with its first entry replaced by `head`.
pub(crate) struct Reflection {
    pub(crate) image: f64,
    pub(crate) head: f64,
    pub(crate) factor: f64,
}

impl Reflection {
    /// For the vector x that begins with `head`; `below` is the sum of the squares of its other entries.
    pub(crate) fn of(head: f64, below: f64) -> Self {
        if below < NEGLIGIBLE {
            return Self { image: head, head: 0.0, factor: 0.0 };
        }
        let length = (head * head + below).sqrt();
        let signed = if head < 0.0 { -length } else { length };
        Self { image: -signed, head: head + signed, factor: 1.0 / (length * (length + head.abs())) }
    }
}
