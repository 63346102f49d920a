//! [`Ranks`]: the rank of every layer, from the choice for the whole file or set by hand. Pure.

use std::collections::BTreeMap;

use lora_rank_explorer::{RankRule, Spectrum};

use crate::format;
use crate::layer_row::LayerRow;
use crate::sizes::{cost, energy};
use crate::spending::Spending;

/// How the ranks of the whole file are chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Choice {
    /// Every layer keeps the rank it has.
    #[default]
    Keep,
    Rule(RankRule),
    /// The rank above the rounding floor, of two checkpoints.
    Floor,
    /// The size of the new file in bytes.
    Budget(u64),
}

/// Why a choice has no result.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub reason: String,
    /// The size in bytes that can be met in place of the one that cannot.
    pub smallest: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranks {
    /// One for each row.
    pub chosen: Vec<usize>,
    /// What the choice does not do for all layers.
    pub message: Option<String>,
    /// Why there is no result: nothing may be written then, and the ranks are those of the file, or set by hand.
    pub refused: Option<Refused>,
    /// The size of the new file, and the share of the total energy that it keeps.
    pub bytes: u64,
    pub energy: Option<f64>,
    pub parameters: u64,
    /// The file and choice of this result, and the rank that the choice gives each row; `None` for a row not read yet.
    generation: u32,
    choice: Option<Choice>,
    by_choice: Vec<Option<Result<usize, String>>>,
}

impl Ranks {
    /// Reuses the results in `last`, since layers arrive one by one. A budget is only spent with `spending`: once all are read.
    pub fn new(
        generation: u32,
        choice: &Result<Choice, String>,
        rows: &[LayerRow],
        own: &BTreeMap<usize, usize>,
        file_bytes: u64,
        spending: Option<&Spending>,
        last: Option<&Self>,
    ) -> Self {
        let last = last.filter(|last| last.generation == generation && last.choice.as_ref() == choice.as_ref().ok());
        let mut by_choice = last.map_or_else(Vec::new, |last| last.by_choice.clone());
        by_choice.resize(rows.len(), None);
        let (mut message, mut refused) = (None, None);
        match choice {
            Err(reason) => refused = Some(Refused { reason: reason.clone(), smallest: None }),
            Ok(Choice::Keep) => {}
            Ok(Choice::Rule(rule)) => {
                for (row, rank) in rows.iter().zip(&mut by_choice).filter(|(_, rank)| rank.is_none()) {
                    let resolve = |spectrum: &Spectrum| rule.resolve(spectrum).map_err(|reason| reason.to_string());
                    *rank = row.known().map(|known| resolve(known.layer.spectrum()));
                }
                message = unresolved(rows, &by_choice);
            }
            Ok(Choice::Floor) => {
                by_choice = rows.iter().map(above_floor).collect();
                message = unresolved(rows, &by_choice);
            }
            Ok(Choice::Budget(budget)) => match spending.map(|spending| spending.within(*budget)) {
                Some(Ok(ranks)) => by_choice = ranks.into_iter().map(|rank| rank.map(Ok)).collect(),
                Some(Err(why)) => (by_choice, refused) = (vec![None; rows.len()], Some(why)),
                None => {
                    message = Some("The size will be divided among the layers once all of them are read.".to_owned());
                }
            },
        }
        let chosen: Vec<usize> = (rows.iter().zip(&by_choice).enumerate())
            .map(|(i, (row, rank))| {
                let rank = rank.as_ref().and_then(|rank| rank.as_ref().ok());
                own.get(&i).or(rank).map_or(row.most(), |&rank| row.bounded(rank))
            })
            .collect();
        let (bytes, parameters) = cost(rows, &chosen, file_bytes);
        let energy = energy(rows, &chosen);
        let choice = choice.as_ref().ok().cloned();
        Self { chosen, message, refused, bytes, energy, parameters, generation, choice, by_choice }
    }
}

/// The rank above the rounding floor, or why there is none; `None` for a row not read yet, and for one that is left out.
fn above_floor(row: &LayerRow) -> Option<Result<usize, String>> {
    let floor = row.known()?.floor.as_ref();
    Some(floor.map_or_else(|| Err("it has no rounding floor".to_owned()), |floor| floor.above.clone()))
}

/// The message for layers to which the rule gives no rank: how many, and why for the first.
fn unresolved(rows: &[LayerRow], ranks: &[Option<Result<usize, String>>]) -> Option<String> {
    let mut reasons = rows.iter().zip(ranks).filter_map(|(row, rank)| Some((row, rank.as_ref()?.as_ref().err()?)));
    let (row, reason) = reasons.next()?;
    let others = match reasons.count() {
        0 => String::new(),
        more => format!(" It gives none for {} either.", format::counted(more, "other layer")),
    };
    Some(format!(
        "The rule gives no rank for {}: {reason}.{others} Layers without one keep their rank.",
        row.layer.module
    ))
}

#[cfg(test)]
pub mod tests {
    use std::sync::Arc;

    use lora_rank_explorer::adapter::LayerSpectrum;

    use super::*;
    use crate::layer_row::Known;
    use crate::reading::protocol::Layer;

    /// 8×4 with these singular values: 24 bytes per rank.
    pub fn row(module: &str, values: &[f64], scale: Option<f64>) -> LayerRow {
        let rank = values.len();
        let scale_text = scale.map(|scale| scale.to_string());
        let (bytes_per_rank, bytes) = (24, if scale.is_some() { 24 * rank as u64 } else { 64 });
        let mut row = LayerRow::new(Layer {
            module: module.to_owned(),
            rows: 8,
            cols: 4,
            rank,
            scale,
            scale_text,
            bytes,
            bytes_per_rank,
            group: None,
            kept: None,
            becomes_pair: false,
            mark: None,
        });
        let values = [values, &vec![0.0; 4 - rank]].concat();
        let spectrum = Spectrum::new(8, 4, values).expect("falling values");
        let layer = LayerSpectrum::new(module.to_owned(), rank, 1.0, spectrum);
        row.spectrum = Some(Ok(Arc::new(Known::new(layer.into()))));
        row
    }

    fn ranks(choice: &Choice, rows: &[LayerRow], own: &[(usize, usize)]) -> Ranks {
        let own = own.iter().copied().collect();
        Ranks::new(1, &Ok(choice.clone()), rows, &own, 1000, Some(&Spending::new(rows, &own, 1000)), None)
    }

    #[test]
    fn a_budget_gives_every_layer_rank_1_and_spends_the_rest_on_the_most_energy() {
        let rows = [row("small", &[0.1, 0.1], Some(1.0)), row("large", &[9.0, 8.0, 7.0], Some(1.0))];
        // 880 bytes do not belong to layers.
        for (budget, expected) in
            [(928, [1, 1]), (951, [1, 1]), (952, [1, 2]), (976, [1, 3]), (1000, [2, 3]), (9999, [2, 3])]
        {
            let ranks = ranks(&Choice::Budget(budget), &rows, &[]);
            assert_eq!((ranks.chosen, ranks.refused), (expected.to_vec(), None), "{budget}");
            assert!(ranks.bytes <= budget);
        }
        let too_small = ranks(&Choice::Budget(927), &rows, &[]);
        assert_eq!(too_small.chosen, [2, 3]);
        let reason = "Even with rank 1 in every layer, the file takes 928 B.".to_owned();
        assert_eq!(too_small.refused, Some(Refused { reason, smallest: Some(928) }));
    }

    #[test]
    fn a_budget_pays_for_ranks_set_by_hand_first_and_is_never_exceeded() {
        let rows = [row("small", &[0.1, 0.1], Some(1.0)), row("large", &[9.0, 8.0, 7.0], Some(1.0))];
        let by_hand = ranks(&Choice::Budget(976), &rows, &[(0, 2)]);
        assert_eq!((&by_hand.chosen[..], by_hand.bytes), (&[2, 2][..], 976));
        let too_much = ranks(&Choice::Budget(976), &rows, &[(0, 2), (1, 3)]);
        assert_eq!(too_much.refused.and_then(|refused| refused.smallest), Some(1000));
    }

    #[test]
    fn what_cannot_be_read_has_no_result() {
        let rows = [row("a", &[3.0, 1.0], Some(1.0))];
        let ranks = Ranks::new(1, &Err("no number".to_owned()), &rows, &BTreeMap::from([(0, 1)]), 1000, None, None);
        assert_eq!(ranks.refused.map(|refused| refused.reason).as_deref(), Some("no number"));
        assert_eq!(ranks.chosen, [1], "what was set by hand stays in sight");
    }

    #[test]
    fn ranks_set_by_hand_win_but_are_clamped_to_those_of_the_file() {
        let rows = [row("a", &[3.0, 1.0], Some(1.0)), row("b", &[3.0, 1.0], Some(1.0))];
        let rule = Choice::Rule(RankRule::energy_at_least(0.9).expect("a share"));
        assert_eq!(ranks(&rule, &rows, &[]).chosen, [1, 1]);
        assert_eq!(ranks(&rule, &rows, &[(1, 7)]).chosen, [1, 2]);
        assert_eq!(ranks(&rule, &rows, &[(0, 2), (1, 0)]).chosen, [2, 1]);
    }

    #[test]
    fn a_layer_without_a_rank_from_the_rule_is_named_and_keeps_its_rank() {
        let zero = |module: &str| row(module, &[0.0, 0.0], Some(1.0));
        let rule = Choice::Rule(RankRule::relative_residual(0.4).expect("a share"));
        let one = ranks(&rule, &[row("a", &[3.0, 1.0], Some(1.0)), zero("z")], &[]);
        assert_eq!((&one.chosen[..], one.energy), (&[1, 2][..], Some(0.9)));
        let message = "The rule gives no rank for z: every singular value is 0. Layers without one keep their rank.";
        assert_eq!(one.message.as_deref(), Some(message));
        let two = ranks(&rule, &[zero("y"), zero("z")], &[]);
        let message = "The rule gives no rank for y: every singular value is 0. It gives none for 1 other layer either. Layers without one keep their rank.";
        assert_eq!((&two.chosen[..], two.message.as_deref()), (&[2, 2][..], Some(message)));
    }

    /// Of two checkpoints: with so many values above the floor.
    fn difference(module: &str, values: &[f64], above: usize) -> LayerRow {
        let mut row = row(module, values, None);
        let floor = lora_rank_explorer::checkpoint::RoundingFloor::new(8, 4, 1e-3, 0.1, "BF16").expect("a floor");
        let floor = crate::pair::found::Floor { floor, above: Ok(above), mark: "0".to_owned(), asked: 4 };
        row.layer.mark = Some("0".to_owned());
        let layer = row.known().expect("a spectrum").layer.clone();
        row.spectrum = Some(Ok(Arc::new(Known::new(crate::reading::protocol::Found { layer, floor: Some(floor) }))));
        row
    }

    #[test]
    fn differences_get_the_ranks_above_their_floors_and_those_without_any_are_left_out() {
        let mut unread = difference("d", &[1.0], 1);
        unread.spectrum = Some(Err("it is the same in both models".to_owned()));
        let rows =
            [difference("a", &[3.0, 2.0, 1.0], 2), difference("b", &[0.1, 0.1], 0), difference("c", &[3.0], 9), unread];
        let floor = Ranks::new(1, &Ok(Choice::Floor), &rows, &BTreeMap::new(), 4 * 64, None, None);
        assert_eq!((&floor.chosen[..], floor.message.as_deref()), (&[2, 0, 1, 0][..], None));
        assert_eq!((floor.bytes, floor.parameters), (3 * 24, 3 * 12), "the layers of both models are not in the file");
        let all = Ranks::new(1, &Ok(Choice::Keep), &rows, &BTreeMap::from([(0, 0), (3, 5)]), 4 * 64, None, None);
        assert_eq!(all.chosen, [0, 2, 1, 0], "by hand, too, a layer can be left out, and one without a spectrum is");
    }

    #[test]
    fn ranks_already_resolved_are_reused_until_the_choice_changes() {
        let rule = Choice::Rule(RankRule::energy_at_least(0.9).expect("a share"));
        let mut rows = vec![row("a", &[3.0, 1.0], Some(1.0)), LayerRow::new(row("b", &[3.0, 1.0], Some(1.0)).layer)];
        let first = ranks(&rule, &rows, &[]);
        assert_eq!(first.chosen, [1, 2]);
        rows[1] = row("b", &[3.0, 1.0], Some(1.0));
        let second = Ranks::new(1, &Ok(rule.clone()), &rows, &BTreeMap::new(), 1000, None, Some(&first));
        assert_eq!(second, ranks(&rule, &rows, &[]));
        let other = Choice::Keep;
        assert_eq!(Ranks::new(1, &Ok(other), &rows, &BTreeMap::new(), 1000, None, Some(&second)).chosen, [2, 2]);
    }
}
