//! The curve in a sentence: for people who cannot see it, and for those who want it said.

use super::model::CurveModel;
use super::text::curve_sentence::{CurveSentence, CurveShape, RankReading};
use super::text::labels::{Label, Translator};
use crate::spectrum::curve::ResidualCurve;

/// What is left of the curve's height where it has fallen.
const FALLEN: f64 = 0.25;

/// A share of ‖W‖ below which a residual is due to rounding.
const ROUNDING: f64 = 1e-12;

/// Says how the curve runs over its axis, and at which ranks it has most of the energy.
pub(super) fn curve_sentence(model: &CurveModel, translator: &Translator) -> String {
    if let Some(blank) = model.blank {
        return blank.text(translator);
    }
    let curve = &model.curve;
    let (first, end) = (model.plot.ranks.first(), model.plot.ranks.last());
    let is_rounding = |r: usize| curve.residual(r) <= curve.residual(0) * ROUNDING;
    let last = (first..end).find(|&r| is_rounding(r)).unwrap_or(end);
    let turn = turn(curve, first, last);
    let shape = shape(curve, first, turn, last);
    let [at_first, at_turn, at_last] = [first, turn, last].map(|r| model.residual_at_most(translator, r));
    let reading = |rank, residual| RankReading { rank, residual };
    let captured = |share: f64| (first..=end).find(|&r| curve.captured_energy(r) >= Some(share));
    let sentence = CurveSentence {
        shape,
        first: reading(first, &at_first),
        turn: reading(turn, &at_turn),
        last: reading(last, &at_last),
        stays: last < end,
        rank_of_90: captured(0.9),
        rank_of_99: captured(0.99),
        captured_energy: &model.captured_energy(translator, end),
        known: &model.extent(translator),
    };
    translator.translate(Label::CurveSentence(&sentence), english(&sentence, end))
}

fn shape(curve: &ResidualCurve, first: usize, turn: usize, last: usize) -> CurveShape {
    let share = (turn - first) as f64 / (last - first).max(1) as f64;
    match share {
        _ if curve.residual(0) == 0.0 => CurveShape::Zero,
        _ if curve.residual(first) == curve.residual(last) => CurveShape::Level,
        ..=0.4 if turn < last => CurveShape::FallsThenSlowly,
        _ if share > 0.8 && last - first > 3 => CurveShape::FallsLate,
        _ => CurveShape::Falls,
    }
}

/// The first rank at which three quarters of the fall from `first` to `last` are done.
fn turn(curve: &ResidualCurve, first: usize, last: usize) -> usize {
    let (top, bottom) = (curve.residual(first), curve.residual(last));
    let fallen = bottom + (top - bottom) * FALLEN;
    (first..last).find(|&r| curve.residual(r) <= fallen).unwrap_or(last)
}

fn english(sentence: &CurveSentence, end: usize) -> String {
    let CurveSentence { first, turn, last, known, .. } = sentence;
    let at = |it: &RankReading| format!("{} at rank {}", it.residual, it.rank);
    let course = match sentence.shape {
        CurveShape::Zero => return "The matrix is zero, and so is the residual at every rank.".to_owned(),
        CurveShape::Level if first.rank == end => format!("Has one rank: {}", at(first)),
        // The last may be known as a range with the same upper end.
        CurveShape::Level if first.residual != last.residual => format!("Is {} and {}", at(first), at(last)),
        CurveShape::Level => format!("Is {} from rank {} on", first.residual, first.rank),
        CurveShape::FallsThenSlowly => format!("Falls from {} to {}, then slowly to {}", at(first), at(turn), at(last)),
        CurveShape::FallsLate => format!("Falls late: from {} to {}", at(first), at(last)),
        CurveShape::Falls if last.rank - first.rank < 3 => format!("Falls from {} to {}", at(first), at(last)),
        CurveShape::Falls => format!("Falls steadily from {} to {}", at(first), at(last)),
    };
    let stays = if sentence.stays && last.rank > first.rank { " and stays there" } else { "" };
    let energy = match (sentence.rank_of_90, sentence.rank_of_99) {
        (Some(most), Some(nearly_all)) if most == nearly_all => format!("99% of the energy at rank {most}."),
        (Some(most), Some(nearly_all)) => format!("90% of the energy at rank {most}, 99% at rank {nearly_all}."),
        (Some(most), None) => format!("90% of the energy at rank {most}, {} at rank {end}.", sentence.captured_energy),
        (None, _) => format!("{} of the energy at rank {end}.", sentence.captured_energy),
    };
    format!("{course}{stays}{known}. {energy}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;
    use crate::spectrum::Spectrum;
    use crate::spectrum::curve::Metric;
    use crate::ui::explorer::target::Target;

    fn said(spectrum: Spectrum) -> String {
        said_of(spectrum, Metric::Frobenius)
    }

    fn said_of(spectrum: Spectrum, metric: Metric) -> String {
        curve_sentence(&CurveModel::new(&Target::valid(spectrum), metric), &Translator::default())
    }

    fn of(values: impl IntoIterator<Item = f64>) -> Spectrum {
        let values: Vec<f64> = values.into_iter().collect();
        Spectrum::new(values.len(), values.len(), values).expect("a spectrum")
    }

    #[test]
    fn a_curve_that_falls_and_then_fades_is_said_with_its_turn() {
        let text = "Falls from 4.572 at rank 1 to 0.643 at rank 2, then slowly to 0.000 at rank 8. 90% of the energy at rank 1, 99% \
                    at rank 2.";
        assert_eq!(said(Spectrum::of(&Matrix::default())), text);
    }

    #[test]
    fn a_clean_matrix_is_said_to_stay_at_zero_from_its_rank_on() {
        let text = "Falls from 3.000 at rank 1 to 0.000 at rank 2 and stays there. 99% of the energy at rank 2.";
        assert_eq!(said(of([4.0, 3.0, 0.0, 0.0, 0.0, 0.0])), text);
        assert_eq!(
            said(of([4.0, 0.0, 0.0])),
            "Is 0.000 from rank 1 on. 99% of the energy at rank 1.",
            "the whole matrix is one direction"
        );
    }

    #[test]
    fn a_flat_spectrum_is_said_to_fall_late() {
        let text =
            "Falls late: from 7.937 at rank 1 to 0.000 at rank 64. 90% of the energy at rank 58, 99% at rank 64.";
        assert_eq!(said(of([1.0; 64])), text);
    }

    #[test]
    fn a_fading_spectrum_is_said_to_fall_steadily() {
        let text = said(of((0..32).map(|j| (-f64::from(j) / 16.0).exp())));
        assert!(
            text.starts_with("Falls steadily from 2.712 at rank 1") && text.contains(" to 0.000 at rank 32. 90%"),
            "{text}"
        );
    }

    #[test]
    fn noise_is_said_to_fall_steadily_or_late_and_never_at_once() {
        let mut values: Vec<f64> = (0..64).map(|j| 2.0 - f64::from(j) / 33.0).collect();
        values.sort_by(|a, b| b.total_cmp(a));
        let text = said(of(values));
        assert!(text.starts_with("Falls steadily from ") || text.starts_with("Falls late: from "), "{text}");
    }

    #[test]
    fn one_rank_has_no_course() {
        assert_eq!(said(of([3.0])), "Has one rank: 0.000 at rank 1. 99% of the energy at rank 1.");
    }

    #[test]
    fn a_zero_matrix_has_no_energy() {
        assert_eq!(said(of([0.0; 4])), "The matrix is zero, and so is the residual at every rank.");
    }

    #[test]
    fn a_residual_that_is_known_as_a_range_is_not_said_to_stay() {
        let text = said_of(Spectrum::leading(64, 64, vec![8.0, 1.0], None).expect("a spectrum"), Metric::Spectral);
        assert!(
            text.starts_with("Is 1.000 at rank 1 and ") && text.contains(" at rank 2, the first 2 of 64."),
            "{text}"
        );
        let text = said_of(Spectrum::leading(64, 64, vec![8.0, 1.0, 1.0], None).expect("a spectrum"), Metric::Spectral);
        assert!(text.starts_with("Is 1.000 at rank 1 and "), "{text}");
    }

    #[test]
    fn of_a_truncated_spectrum_only_what_is_known_is_said() {
        let spectrum = Spectrum::leading(64, 64, vec![8.0, 4.0, 2.0, 1.0], None).expect("a spectrum");
        let text = said(spectrum);
        assert!(text.contains("at most ") && text.contains(", the first 4 of 64. "), "{text}");
        assert!(!text.contains("99%"), "99 % may lie beyond what is known: {text}");
    }
}
