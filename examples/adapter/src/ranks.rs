//! [`Ranks`]: the rank of every layer, by the choice for the whole file or by hand. Pure.

use std::collections::BTreeMap;

use lora_rank_explorer::{RankRule, Spectrum, allocate_ranks};

use crate::state::Row;

/// What decides for the whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Choice {
    /// Every layer keeps the rank it has.
    #[default]
    Keep,
    Rule(RankRule),
    /// The size of the new file in bytes.
    Budget(u64),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranks {
    /// One for each row.
    pub chosen: Vec<usize>,
    /// Why the choice does not hold, or not for all.
    pub message: Option<String>,
    /// The size of the new file, and the energy that it keeps of all.
    pub bytes: u64,
    pub energy: Option<f64>,
    pub parameters: u64,
    /// Which file and choice this is for, and what the choice says of each row; `None` where it is not read yet.
    number: u32,
    choice: Choice,
    by_choice: Vec<Option<Result<usize, String>>>,
}

impl Ranks {
    /// `last` spares what it knows already, since layers come one by one. Only a file that is read may be spent on.
    pub fn new(
        number: u32,
        choice: &Choice,
        rows: &[Row],
        own: &BTreeMap<usize, usize>,
        file_bytes: u64,
        may_spend: bool,
        last: Option<&Self>,
    ) -> Self {
        let last = last.filter(|last| last.number == number && last.choice == *choice);
        let mut by_choice = last.map_or_else(Vec::new, |last| last.by_choice.clone());
        by_choice.resize(rows.len(), None);
        let mut message = None;
        match choice {
            Choice::Keep => {}
            Choice::Rule(rule) => {
                for (row, rank) in rows.iter().zip(&mut by_choice).filter(|(_, rank)| rank.is_none()) {
                    let resolve = |spectrum: &Spectrum| rule.resolve(spectrum).map_err(|reason| reason.to_string());
                    *rank = row.known().map(|known| resolve(known.layer.spectrum()));
                }
                message = unresolved(rows, &by_choice);
            }
            Choice::Budget(_) if !may_spend => {
                message = Some("The size is shared out once all layers are read.".to_owned());
            }
            Choice::Budget(budget) => match spend(rows, *budget, file_bytes) {
                Ok(ranks) => by_choice = ranks,
                Err(error) => message = Some(error),
            },
        }
        let chosen: Vec<usize> = (rows.iter().zip(&by_choice).enumerate())
            .map(|(i, (row, rank))| {
                let rank = rank.as_ref().and_then(|rank| rank.as_ref().ok());
                own.get(&i).or(rank).map_or(row.most(), |&rank| rank.clamp(1, row.most()))
            })
            .collect();
        let (bytes, parameters) = cost(rows, &chosen, file_bytes);
        let energy = energy(rows, &chosen);
        Self { chosen, message, bytes, energy, parameters, number, choice: choice.clone(), by_choice }
    }
}

/// Whether the row's size is part of the choice: a weight beside an adapter stays what it is.
pub fn counts(rows: &[Row], row: &Row) -> bool {
    !row.layer.is_weight() || rows.first().is_some_and(|first| first.layer.is_weight())
}

/// The bytes of the file with these ranks, and the parameters of its factors.
pub fn cost(rows: &[Row], ranks: &[usize], file_bytes: u64) -> (u64, u64) {
    let mut bytes = i128::from(file_bytes);
    let mut parameters = 0u64;
    for (row, &rank) in rows.iter().zip(ranks).filter(|(row, _)| counts(rows, row)) {
        bytes += i128::from(row.layer.bytes_per_rank) * rank as i128 - i128::from(row.layer.bytes);
        let per_rank = (row.layer.rows as u64).saturating_add(row.layer.cols as u64);
        parameters = parameters.saturating_add(per_rank.saturating_mul(rank as u64));
    }
    (u64::try_from(bytes.max(0)).unwrap_or(u64::MAX), parameters)
}

/// Σ of what each layer keeps by Σ of what it has.
fn energy(rows: &[Row], ranks: &[usize]) -> Option<f64> {
    let (mut kept, mut all) = (0.0, 0.0);
    for (row, &rank) in rows.iter().zip(ranks).filter(|(row, _)| counts(rows, row)) {
        let Some(known) = row.known() else { continue };
        let total = known.layer.spectrum().total_energy().unwrap_or(0.0);
        kept += total * known.curve.captured_energy(rank).unwrap_or(0.0);
        all += total;
    }
    (all > 0.0 && f64::is_finite(all)).then(|| kept / all)
}

/// At least one rank for every layer, and the rest by what each direction holds for its cost.
fn spend(rows: &[Row], budget: u64, file_bytes: u64) -> Result<Vec<Option<Result<usize, String>>>, String> {
    let spent_on = |row: &&Row| counts(rows, row) && row.known().is_some();
    let least: Vec<usize> = rows.iter().map(|row| if spent_on(&row) { 1 } else { row.most() }).collect();
    let (fixed, _) = cost(rows, &least, file_bytes);
    let Some(rest) = budget.checked_sub(fixed) else {
        return Err(format!("With rank 1 in every layer the file has {}.", crate::format::bytes(fixed)));
    };
    // The first direction of each is paid for.
    let rest_of = |row: &Row| {
        let spectrum = row.known()?.layer.spectrum();
        let values = spectrum.singular_values().get(1..).filter(|values| !values.is_empty()).unwrap_or(&[0.0]);
        let values = [values, &[0.0]].concat();
        let values = values[..values.len().min(spectrum.max_rank())].to_vec();
        Spectrum::leading(spectrum.rows(), spectrum.cols(), values, None).ok()
    };
    let spectra: Vec<Spectrum> = rows.iter().filter(spent_on).filter_map(rest_of).collect();
    let costs: Vec<u64> = rows.iter().filter(spent_on).map(|row| row.layer.bytes_per_rank).collect();
    let more = match allocate_ranks(&spectra, &costs, rest) {
        Ok(allocation) => allocation.ranks,
        Err(_) if rest == 0 => vec![0; spectra.len()],
        Err(error) => return Err(error.to_string()),
    };
    let mut more = more.into_iter();
    let rank = |row: &Row| spent_on(&row).then(|| Ok(1 + more.next().unwrap_or(0)));
    Ok(rows.iter().map(rank).collect())
}

/// Says for how many layers the rule gives no rank, and why for the first.
fn unresolved(rows: &[Row], ranks: &[Option<Result<usize, String>>]) -> Option<String> {
    let mut reasons = rows.iter().zip(ranks).filter_map(|(row, rank)| Some((row, rank.as_ref()?.as_ref().err()?)));
    let (row, reason) = reasons.next()?;
    let others = match reasons.count() {
        0 => String::new(),
        more => format!(", and for {more} more"),
    };
    Some(format!("No rank follows for {}: {reason}{others}. They keep their ranks.", row.layer.module))
}
