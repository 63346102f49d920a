//! Numbers as text, in the notation of the page.

use std::ops::RangeInclusive;

use super::labels::{Label, Quantity, Wording};
use crate::numeric::decimal::fixed;
use crate::plot::frame::FRAME;
use crate::plot::notation::{self, percentage, residual};

/// A residual, or the range that it is known to lie in.
pub(crate) fn residuals(wording: &Wording, range: RangeInclusive<f64>) -> String {
    let text = |value| wording.print(Quantity::Residual(value), residual(value));
    either(wording, text(*range.start()), text(*range.end()))
}

/// A share, or the range that it is known to lie in; `–` where there is none.
pub(crate) fn percentages(wording: &Wording, range: Option<RangeInclusive<f64>>) -> String {
    let text = |share| wording.print(Quantity::Share(share), percentage(share));
    range.map_or_else(|| "–".to_owned(), |range| either(wording, text(*range.start()), text(*range.end())))
}

/// One text where both ends read alike.
pub(crate) fn either(wording: &Wording, low: String, high: String) -> String {
    let english = notation::either(&low, &high);
    if low == high { english } else { wording.say(Label::Range { low: &low, high: &high }, english) }
}

/// Thousandths of the plot as an SVG percentage.
pub(crate) fn percent(coordinate: f64) -> String {
    fixed(coordinate / (FRAME / 100.0), 2) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Wording {
        Wording::default()
    }

    #[test]
    fn a_range_is_written_as_one_unless_it_reads_as_a_number() {
        assert_eq!(percentages(&english(), Some(0.593..=0.932)), "59.3% to 93.2%");
        assert_eq!(percentages(&english(), Some(0.593_01..=0.593_04)), "59.3%");
        assert_eq!(residuals(&english(), 0.0..=0.25), "0.000 to 0.250");
        assert_eq!(residuals(&english(), 0.25..=0.25), "0.250");
        assert_eq!(percentages(&english(), None), "–");
    }
}
