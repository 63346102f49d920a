//! Ranks and alphas of a rewritten file, as PEFT's fields: in `adapter_config.json`, and in diffusers' metadata.
//!
//! The commonest rank and its alpha stand at the top level, since some loaders read nothing else. Patterns name the other layers.
//! They match behind any prefix, and the longer path comes first where one ends with another.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::Number;

use crate::adapter::fields::Fields;
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::raw;
use crate::adapter::problem::Problem;
use crate::export::escaped;

/// What a rewritten layer has.
pub(crate) struct Setting<'a> {
    /// Its path in the model.
    pub(crate) path: &'a str,
    pub(crate) rank: usize,
    /// `None` if it is unknown: the old one stays.
    pub(crate) alpha: Option<f64>,
}

/// The fields with the settings of all layers. If `others` is true, modules that are no layers here depend on the fields as well:
/// the top level stays for them, their patterns come after, and every pattern names one module only.
pub(crate) fn rewritten(fields: &Fields, settings: &[Setting], others: bool) -> Result<Fields, Problem> {
    let mut fields = fields.clone();
    let known = settings.iter().map(|setting| Some((setting.rank, setting.alpha?))).collect::<Option<Vec<_>>>();
    let Some((rank, alpha)) = known.filter(|_| !others).and_then(|known| commonest(&known)) else {
        let ranks = settings.iter().map(|setting| (escaped(setting.path), setting.rank)).collect();
        let alphas =
            settings.iter().filter_map(|setting| Some((escaped(setting.path), number(setting.alpha?)))).collect();
        put_before_old(&mut fields, "rank_pattern", ranks)?;
        put_before_old(&mut fields, "alpha_pattern", alphas)?;
        return Ok(fields);
    };
    fields.set("r", raw(&rank)?);
    fields.set("lora_alpha", raw(&number(alpha))?);
    let ranks = patterns(settings, |setting| setting.rank != rank).map(|(key, setting)| (key, setting.rank));
    fields.set("rank_pattern", raw(&Entries(ranks.collect()))?);
    let alphas = patterns(settings, |setting| setting.alpha != Some(alpha));
    let alphas = alphas.filter_map(|(key, setting)| Some((key, number(setting.alpha?))));
    fields.set("alpha_pattern", raw(&Entries(alphas.collect()))?);
    Ok(fields)
}

/// The pair that most layers have; the first one among equals.
fn commonest(pairs: &[(usize, f64)]) -> Option<(usize, f64)> {
    let mut counts: HashMap<(usize, u64), usize> = HashMap::new();
    let key = |(rank, alpha): (usize, f64)| (rank, alpha.to_bits());
    for pair in pairs {
        *counts.entry(key(*pair)).or_default() += 1;
    }
    pairs.iter().copied().rev().max_by_key(|pair| counts[&key(*pair)])
}

/// A pattern for each layer that `differs`, and for each whose path ends with that of such a layer, the longest first.
fn patterns<'a>(
    settings: &'a [Setting],
    differs: impl Fn(&Setting) -> bool,
) -> impl Iterator<Item = (String, &'a Setting<'a>)> {
    let paths: HashSet<&str> = settings.iter().filter(|setting| differs(setting)).map(|setting| setting.path).collect();
    let ends_alike = |path: &str| path.match_indices('.').any(|(dot, _)| paths.contains(&path[dot + 1..]));
    let mut named: Vec<&Setting> =
        settings.iter().filter(|setting| paths.contains(setting.path) || ends_alike(setting.path)).collect();
    named.sort_by_key(|setting| std::cmp::Reverse(setting.path.len()));
    named.into_iter().map(|setting| (escaped(setting.path).split_off(1), setting))
}

/// Sets patterns, after which the old ones come. Of an old one with the same key nothing stays, since the last would count.
fn put_before_old(fields: &mut Fields, name: &str, patterns: Vec<(String, impl Serialize)>) -> Result<(), Problem> {
    let new: HashSet<String> = patterns.iter().map(|(key, _)| key.clone()).collect();
    let entry = |(key, value)| Ok((key, raw(&value)?));
    let mut entries = Entries(patterns.into_iter().map(entry).collect::<Result<Vec<_>, Problem>>()?);
    let old = fields.get(name).and_then(|old| serde_json::from_str::<Fields>(old.get()).ok());
    entries.0.extend(old.into_iter().flat_map(|old| old.0).filter(|(key, _)| !new.contains(key)));
    fields.set(name, raw(&entries)?);
    Ok(())
}

/// An integer if possible, since PEFT declares alpha as an integer.
fn number(value: f64) -> Number {
    const EXACT: f64 = (1u64 << 53) as f64;
    let whole = value.fract() == 0.0 && value.abs() < EXACT;
    if whole { Number::from(value as i64) } else { Number::from_f64(value).unwrap_or(Number::from(0)) }
}
