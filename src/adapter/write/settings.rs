//! Ranks and alphas of a rewritten file, as PEFT's fields: in `adapter_config.json`, and in diffusers' metadata.
//!
//! The commonest rank and its alpha stand at the top level, since some loaders read nothing else. Patterns name the other layers.
//! They match behind any prefix, and the longer path comes first where one ends with another.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::Number;

use super::options::Alphas;
use crate::adapter::fields::{Fields, number as as_number, value, whole};
use crate::adapter::file::entries::Entries;
use crate::adapter::file::write::{json, raw};
use crate::adapter::problem::{Problem, Reason};
use crate::export::escaped;

/// Where mlx-lm's configuration has rank and scale.
const MLX: &str = "lora_parameters";

/// What a rewritten layer has.
pub(crate) struct Setting<'a> {
    /// Its path in the model.
    pub(crate) path: &'a str,
    /// 0 if it is left out.
    pub(crate) rank: usize,
    /// `None` if it is unknown: what the fields say of the layer stays.
    pub(crate) alpha: Option<f64>,
    pub(crate) scale: Option<f64>,
}

/// What alphas are divided by in the new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Divisor {
    was_root: bool,
    is_root: bool,
}

impl Divisor {
    /// New alphas need no root of the rank, but other modules may depend on it.
    pub(crate) fn new(rslora: bool, alphas: Alphas, others: bool) -> Self {
        Self { was_root: rslora, is_root: rslora && (alphas == Alphas::Scaled || others) }
    }

    pub(crate) fn is_root(self) -> bool {
        self.is_root
    }

    pub(crate) fn changes(self) -> bool {
        self.was_root != self.is_root
    }

    pub(crate) fn of(self, rank: usize) -> f64 {
        if self.is_root { (rank as f64).sqrt() } else { rank as f64 }
    }
}

/// The fields with the settings of all layers. If `others` is true, modules without a setting depend on the fields as well: the top
/// level stays for them, their patterns come after, and every pattern names one module only.
pub(crate) fn rewritten(
    fields: &Fields,
    settings: &[Setting],
    others: bool,
    divisor: Divisor,
) -> Result<Fields, Problem> {
    let mut fields = fields.clone();
    if let Some(parameters) = fields.get(MLX) {
        let parameters = for_mlx(parameters.get(), settings, others)?;
        fields.set(MLX, raw(&parameters)?);
        // PEFT's fields may stand beside, for tensors under its names.
        if ["peft_type", "r", "lora_alpha"].iter().all(|name| fields.get(name).is_none()) {
            return Ok(fields);
        }
    }
    if divisor.changes() {
        fields.set("use_rslora", raw(&false)?);
    }
    exclude_dropped(&mut fields, settings)?;
    let settings: Vec<&Setting> =
        settings.iter().filter(|setting| setting.rank > 0 && setting.alpha.is_some()).collect();
    let known: Vec<_> = settings.iter().filter_map(|setting| Some((setting.rank, setting.alpha?))).collect();
    let Some((rank, alpha)) = commonest(&known).filter(|_| !others) else {
        let ranks = settings.iter().map(|setting| (escaped(setting.path), setting.rank)).collect();
        let alphas =
            settings.iter().filter_map(|setting| Some((escaped(setting.path), number(setting.alpha?)))).collect();
        put_before_old(&mut fields, "rank_pattern", ranks)?;
        put_before_old(&mut fields, "alpha_pattern", alphas)?;
        return Ok(fields);
    };
    fields.set("r", raw(&rank)?);
    fields.set("lora_alpha", raw(&number(alpha))?);
    let ranks = patterns(&settings, |setting| setting.rank != rank).map(|(key, setting)| (key, setting.rank));
    fields.set("rank_pattern", raw(&Entries(ranks.collect()))?);
    let alphas = patterns(&settings, |setting| setting.alpha != Some(alpha));
    let alphas = alphas.filter_map(|(key, setting)| Some((key, number(setting.alpha?))));
    fields.set("alpha_pattern", raw(&Entries(alphas.collect()))?);
    Ok(fields)
}

/// mlx-lm's parameters. It loads one rank and one scale for all layers and refuses a file whose shapes say something else
/// (`load_adapters` in `mlx_lm/tuner/utils.py`, d78bf58). `others` depend on the old ones.
fn for_mlx(parameters: &str, settings: &[Setting], others: bool) -> Result<Fields, Problem> {
    let mut parameters: Fields = serde_json::from_str(parameters).map_err(json)?;
    let mut left = settings.iter().filter(|setting| setting.rank > 0 && setting.scale.is_some());
    let Some(first) = left.next() else { return Ok(parameters) };
    if left.any(|setting| (setting.rank, setting.scale) != (first.rank, first.scale)) {
        let text =
            "mlx-lm loads one rank and one scale for all layers, and these would have several: choose one rank for all";
        return Err(Problem::file(Reason::Choice(text.to_owned())));
    }
    let old = (
        value(&parameters, "rank").and_then(|rank| whole(&rank)),
        value(&parameters, "scale").and_then(|scale| as_number(&scale)),
    );
    if others && old != (Some(first.rank as u64), first.scale) {
        let text = "mlx-lm loads one rank and one scale for all layers, and some of this file cannot be resized: choose the \
                    old rank for all";
        return Err(Problem::file(Reason::Choice(text.to_owned())));
    }
    parameters.set("rank", raw(&first.rank)?);
    if let Some(scale) = first.scale {
        parameters.set("scale", raw(&number(scale))?);
    }
    Ok(parameters)
}

/// Names the layers that are left out in `exclude_modules`, where PEFT has written that field: it would add them again otherwise,
/// with B = 0 unless `init_lora_weights` says something else.
///
/// PEFT reads a list of names, which match behind any prefix, or one regular expression for whole paths
/// (`check_target_module_exists` in `peft/tuners/tuners_utils.py`, 0.21.2). The latter stands where a name would leave out more.
fn exclude_dropped(fields: &mut Fields, settings: &[Setting]) -> Result<(), Problem> {
    let dropped: Vec<&str> = settings.iter().filter(|setting| setting.rank == 0).map(|setting| setting.path).collect();
    let Some(old) = fields.get("exclude_modules").filter(|_| !dropped.is_empty()) else { return Ok(()) };
    let left = settings.iter().filter(|setting| setting.rank > 0).map(|setting| setting.path);
    let endings: HashSet<&str> =
        left.flat_map(|path| path.match_indices('.').map(|(dot, _)| &path[dot + 1..])).collect();
    let pattern = |names: &[&str]| names.iter().map(|name| escaped(name).split_off(1)).collect::<Vec<_>>().join("|");
    let (list, text) =
        (serde_json::from_str::<Option<Vec<String>>>(old.get()), serde_json::from_str::<String>(old.get()));
    let new = match (list, text) {
        (Ok(list), _) if !dropped.iter().any(|path| endings.contains(path)) => {
            let mut names = list.unwrap_or_default();
            names.extend(dropped.into_iter().map(str::to_owned));
            raw(&names)?
        }
        (Ok(None), _) => raw(&pattern(&dropped))?,
        (Ok(Some(list)), _) => {
            let names: Vec<&str> = list.iter().map(String::as_str).collect();
            raw(&format!("(.*\\.)?({})|{}", pattern(&names), pattern(&dropped)))?
        }
        (_, Ok(text)) => raw(&format!("({text})|{}", pattern(&dropped)))?,
        _ => return Ok(()),
    };
    fields.set("exclude_modules", new);
    Ok(())
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
    settings: &[&'a Setting<'a>],
    differs: impl Fn(&Setting) -> bool,
) -> impl Iterator<Item = (String, &'a Setting<'a>)> {
    let paths: HashSet<&str> = settings.iter().filter(|setting| differs(setting)).map(|setting| setting.path).collect();
    let ends_alike = |path: &str| path.match_indices('.').any(|(dot, _)| paths.contains(&path[dot + 1..]));
    let is_named = |setting: &&Setting| paths.contains(setting.path) || ends_alike(setting.path);
    let mut named: Vec<&'a Setting> = settings.iter().copied().filter(is_named).collect();
    named.sort_by_key(|setting| std::cmp::Reverse(setting.path.len()));
    named.into_iter().map(|setting| (escaped(setting.path).split_off(1), setting))
}

/// Sets patterns, after which the old ones come. Of an old one with the same key nothing stays, since the last would count. Without
/// any, the field stays as it is: if it cannot be read, it leaves scales unknown.
fn put_before_old(fields: &mut Fields, name: &str, patterns: Vec<(String, impl Serialize)>) -> Result<(), Problem> {
    if patterns.is_empty() {
        return Ok(());
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_that_are_left_out_are_excluded_and_no_others() {
        let write = |old: &str, dropped: &[&str]| {
            let fields: Fields = serde_json::from_str(&format!("{{\"exclude_modules\": {old}}}")).expect("JSON");
            let settings = ["q", "a.q", "a.k"].map(|path| {
                let rank = if dropped.contains(&path) { 0 } else { 4 };
                Setting { path, rank, alpha: Some(4.0), scale: Some(1.0) }
            });
            let divisor = Divisor::new(false, Alphas::Scaled, false);
            let fields = rewritten(&fields, &settings, false, divisor).expect("fields");
            fields.get("exclude_modules").expect("the field").get().to_owned()
        };
        assert_eq!(write("null", &["a.k"]), r#"["a.k"]"#);
        assert_eq!(write(r#"["x"]"#, &["a.k", "a.q"]), r#"["x","a.q","a.k"]"#);
        assert_eq!(write("null", &["q", "a.k"]), r#""q|a\\.k""#, "a name would leave out a.q as well");
        assert_eq!(write(r#"["x.y"]"#, &["q"]), r#""(.*\\.)?(x\\.y)|q""#);
        assert_eq!(write(r#""x.*""#, &["a.k"]), r#""(x.*)|a\\.k""#);
        assert_eq!(write("null", &[]), "null");
    }

    #[test]
    fn mlx_lm_finds_one_rank_and_one_scale_or_nothing_is_written() {
        let text = r#"{"num_layers": 2, "lora_parameters": {"rank": 8, "scale": 20.0, "dropout": 0.0, "keys": ["q"]}}"#;
        let fields: Fields = serde_json::from_str(text).expect("JSON");
        let divisor = Divisor::new(false, Alphas::Scaled, false);
        let write = |ranks: [usize; 2], scale| {
            let setting =
                |rank: usize| Setting { path: "q", rank, alpha: Some(scale * rank as f64), scale: Some(scale) };
            rewritten(&fields, &ranks.map(setting), false, divisor)
                .map(|fields| serde_json::to_string(&fields).expect("JSON"))
        };
        let expected = r#"{"num_layers":2,"lora_parameters":{"rank":2,"scale":20,"dropout":0.0,"keys":["q"]}}"#;
        assert_eq!(write([2, 2], 20.0).expect("written"), expected);
        assert_eq!(write([2, 0], 20.0).expect("written"), expected, "a layer that is left out");
        assert!(write([2, 2], 1.0).expect("written").contains(r#""scale":1,"#), "baked");
        let says = write([2, 3], 20.0).expect_err("two ranks").to_string();
        assert!(says.starts_with("the file: mlx-lm loads one rank and one scale"), "{says}");
    }
}
