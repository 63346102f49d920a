//! [`Pairing::wholes`]: which parameters a LoRA can hold whole, before any of them is read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::config::tied;
use super::options::LoraOptions;
use crate::adapter::write::options::Names;
use crate::checkpoint::names::{PairKind, module_of, stripped, without_container};
use crate::checkpoint::pair::Pair;
use crate::checkpoint::pairing::Pairing;
use crate::checkpoint::problem::CheckpointProblem;
use crate::checkpoint::side::Side;

impl Pairing {
    /// The norms, biases, embeddings and other parameters that a LoRA with these `options` has to hold [whole](Pair::whole) to become
    /// the tuned model, given which of them differ: each as its index in [`pairs`](Self::pairs) and the bytes of its tensor, or why
    /// the loaders of these names cannot have it. Parameters that no loader needs are not in it.
    ///
    /// PEFT saves modules with all their parameters, so that the equal bias of a norm whose weight differs is among them; it saves
    /// none beside factors, none whose path another one ends with, and no embedding that is the output layer, too. ComfyUI knows a bias
    /// by the weight beside it. sd-scripts reads factors only.
    ///
    /// # Cost
    /// That of comparing the path of every such module with every name.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Names;
    /// # use lora_rank_explorer::checkpoint::{Checkpoint, LoraOptions, Pairing, SampleModel, sample};
    /// # let sample = sample();
    /// # let open = |model: &SampleModel| {
    /// #     let files = model.files.iter().map(|(name, bytes)| (name.as_str(), bytes.len() as u64, &bytes[..]));
    /// #     Checkpoint::open(Some(&model.index), &mut files.collect::<Vec<_>>())
    /// # };
    /// # let pairing = Pairing::new(&open(&sample.base)?, &open(&sample.tuned)?);
    /// let norms = |names| {
    ///     let options = LoraOptions::default().names(names);
    ///     let wholes = pairing.wholes(&options, |pair| pair.name().ends_with("norm.weight"));
    ///     (wholes.len(), wholes.iter().filter(|(_, whole)| whole.is_ok()).count())
    /// };
    /// assert_eq!(norms(Names::Peft), (5, 5));
    /// assert_eq!(norms(Names::Kohya), (5, 0));
    /// # Ok::<(), lora_rank_explorer::checkpoint::CheckpointProblem>(())
    /// ```
    pub fn wholes(
        &self,
        options: &LoraOptions,
        mut differs: impl FnMut(&Pair) -> bool,
    ) -> Vec<(usize, Result<u64, CheckpointProblem>)> {
        let others = self.pairs().iter().enumerate().filter(|(_, pair)| !pair.kind().takes_lora());
        let needed: BTreeSet<usize> = others.filter(|(_, pair)| differs(pair)).map(|(i, _)| i).collect();
        let refused = match options.names {
            Names::Peft => return self.of_peft(options, needed),
            Names::ComfyUi => self.without_weight(&needed),
            _ => BTreeMap::new(),
        };
        let whole = |i: usize| {
            let pair = &self.pairs()[i];
            pair.check_whole(options)?;
            refused.get(&i).map_or_else(|| Ok(pair.whole_bytes(options)), |why| Err(pair.refused(why)))
        };
        needed.into_iter().map(|i| (i, whole(i))).collect()
    }

    /// The names as the model has them, first those of the pairs. Of a name without a pair it is not known whether the model has a prefix
    /// before it that only the tuned one's files show: such a name is listed twice, without that prefix and with it.
    pub(super) fn names_in_model(&self) -> Vec<Cow<'_, str>> {
        let gained = |pair: &Pair| {
            let base = without_container(pair.tensor(Side::Base).name());
            pair.in_model.strip_suffix(base).filter(|prefix| !prefix.is_empty()).map(str::to_owned)
        };
        let prefix = self.pairs().iter().find_map(gained);
        let others = self.only_base().iter().chain(self.unusable().iter().map(|unusable| &unusable.name));
        let bare = if self.scheme.is_diffusion { stripped } else { without_container };
        let others: Vec<&str> = others.map(|name| bare(name)).collect();
        let prefixed = others.iter().filter_map(|name| Some(Cow::Owned(format!("{}{name}", prefix.as_ref()?))));
        let pairs = self.pairs().iter().map(|pair| Cow::Borrowed(pair.in_model.as_str()));
        pairs.chain(others.iter().map(|name| Cow::Borrowed(*name))).chain(prefixed).collect()
    }

    fn without_weight(&self, needed: &BTreeSet<usize>) -> BTreeMap<usize, String> {
        let names: HashSet<Cow<str>> = self.names_in_model().into_iter().collect();
        let has_weight = |pair: &Pair| names.contains(format!("{}.weight", pair.path()).as_str());
        let is_alone = |i: &usize| self.pairs()[*i].kind() == PairKind::Bias && !has_weight(&self.pairs()[*i]);
        let why = "ComfyUI finds a bias by the weight beside it, and there is none: leave it out";
        needed.iter().copied().filter(is_alone).map(|i| (i, why.to_owned())).collect()
    }

    /// Modules with all that is in them, until nothing is missing.
    fn of_peft(
        &self,
        options: &LoraOptions,
        mut needed: BTreeSet<usize>,
    ) -> Vec<(usize, Result<u64, CheckpointProblem>)> {
        let names = self.names_in_model();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let modules: BTreeSet<&str> = names.iter().map(|name| module_of(name)).collect();
        let mut refused: BTreeMap<usize, CheckpointProblem> = BTreeMap::new();
        loop {
            let before = (needed.len(), refused.len());
            let mut paths: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for &i in &needed {
                if refused.contains_key(&i) {
                    continue;
                }
                let pair = &self.pairs()[i];
                match pair.check_whole(options) {
                    Ok(()) => paths.entry(pair.path()).or_default().push(i),
                    Err(problem) => _ = refused.insert(i, problem),
                }
            }
            for (path, own) in paths {
                match self.module_whole(path, &names, &modules, &refused) {
                    Ok(inside) => needed.extend(inside),
                    Err(why) => {
                        refused.extend(own.into_iter().map(|i| (i, self.pairs()[i].refused(&why))));
                    }
                }
            }
            if before == (needed.len(), refused.len()) {
                break;
            }
        }
        let whole = |i: usize| (i, refused.remove(&i).map_or_else(|| Ok(self.pairs()[i].whole_bytes(options)), Err));
        needed.into_iter().map(whole).collect()
    }

    /// The pairs that are in a module, or why PEFT cannot save it.
    fn module_whole(
        &self,
        path: &str,
        names: &[&str],
        modules: &BTreeSet<&str>,
        refused: &BTreeMap<usize, CheckpointProblem>,
    ) -> Result<Vec<usize>, String> {
        if let Some(other) = modules.iter().find(|other| **other != path && other.ends_with(path)) {
            return Err(format!("PEFT would take `{path}` for `{other}` as well, whose path ends alike: leave it out"));
        }
        if let Some(why) = tied(path, modules) {
            return Err(why);
        }
        let mut inside = Vec::new();
        let is_inside = |name: &str| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
        for (i, name) in names.iter().enumerate().filter(|(_, name)| is_inside(name)) {
            match self.pairs().get(i) {
                Some(pair) if pair.kind().takes_lora() => {
                    return Err("PEFT saves no parameter of a module beside its factors: leave it out".to_owned());
                }
                Some(_) if !refused.contains_key(&i) => inside.push(i),
                _ => return Err(format!("PEFT loads a module whole, and `{name}` cannot be written: leave it out")),
            }
        }
        Ok(inside)
    }
}
