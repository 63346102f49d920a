//! Numbers as text, in the notation of the page.

use std::ops::RangeInclusive;

use super::labels::{Label, Quantity, Translator};
use crate::numeric::decimal::fixed;
use crate::plot::frame::FRAME;
use crate::plot::notation::{self, percentage};

/// A share, or the range in which it lies; `–` if it is undefined.
pub(crate) fn percentages(translator: &Translator, range: Option<RangeInclusive<f64>>) -> String {
    let text = |share| translator.format(Quantity::Share(share), percentage(share));
    range.map_or_else(|| "–".to_owned(), |range| either(translator, text(*range.start()), text(*range.end())))
}

/// The range from `low` to `high`, or one number if both read alike.
pub(crate) fn either(translator: &Translator, low: String, high: String) -> String {
    let english = notation::either(&low, &high);
    if low == high { english } else { translator.translate(Label::Range { low: &low, high: &high }, english) }
}

/// Thousandths of the plot as an SVG percentage.
pub(crate) fn percent(coordinate: f64) -> String {
    fixed(coordinate / (FRAME / 100.0), 2) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Translator {
        Translator::default()
    }

    #[test]
    fn a_range_is_printed_as_a_range_unless_both_ends_read_alike() {
        assert_eq!(percentages(&english(), Some(0.593..=0.932)), "59.3% to 93.2%");
        assert_eq!(percentages(&english(), Some(0.593_01..=0.593_04)), "59.3%");
        assert_eq!(percentages(&english(), None), "–");
    }
}
