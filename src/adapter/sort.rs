//! Sorts the tensors of a file into layers, problems, and what belongs to no adapter.

use std::collections::{HashMap, HashSet};

use super::layers;
use super::problem::{Problem, Reason};
use super::sources::Sources;
use crate::adapter::file::counted::Counted;
use crate::adapter::file::header::Header;
use crate::adapter::file::tensor::Tensor;
use crate::adapter::kinds::experts::Room;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::kinds::layer::Layer;
use crate::adapter::kinds::names::{CONTROL, Part, Role, before_prefix, beside_others, control, path, role};
use crate::adapter::kinds::pair::Resizing;
use crate::adapter::kinds::parts::Parts;

/// What a file holds.
#[derive(Default)]
pub(crate) struct Sorted {
    pub(crate) layers: Vec<Layer>,
    pub(crate) plain: Vec<Tensor>,
    pub(crate) pruned: Vec<Tensor>,
    pub(crate) problems: Vec<Problem>,
}

/// A module, for one adapter's name.
type Key<'a> = (&'a str, Option<&'a str>);

struct Sorter<'a> {
    sources: &'a Sources,
    by_name: HashMap<&'a str, &'a Tensor>,
    header: &'a Header,
    parts: HashMap<Key<'a>, Parts<'a>>,
    /// The name of a part that cannot be read.
    lost: HashMap<Key<'a>, &'a str>,
    /// The modules that have a pair.
    paired: HashSet<Key<'a>>,
    /// The modules that have what cannot be read.
    refused: HashSet<&'a str>,
    /// The modules that have a layer already, or a problem instead.
    done: HashSet<Key<'a>>,
    /// The modules that have factors, and so an alpha of their own.
    modules: HashSet<&'a str>,
    room: Room,
    sorted: Sorted,
}

pub(crate) fn sort(header: &Header, sources: &Sources) -> Sorted {
    let tensors = header.tensors();
    let mut sorter = Sorter {
        sources,
        by_name: tensors.iter().map(|tensor| (tensor.name(), tensor)).collect(),
        header,
        parts: HashMap::new(),
        lost: HashMap::new(),
        paired: HashSet::new(),
        refused: HashSet::new(),
        done: HashSet::new(),
        modules: HashSet::new(),
        room: Room::new(),
        sorted: Sorted::default(),
    };
    let is_control = sorter.by_name.contains_key(CONTROL);
    let roles: Vec<Role> = tensors
        .iter()
        .map(|tensor| match role(tensor.name()) {
            Role::Plain if is_control => control(tensor.name()).unwrap_or(Role::Plain),
            Role::Plain => {
                beside_others(tensor.name(), |name| sorter.by_name.contains_key(name)).unwrap_or(Role::Plain)
            }
            role => role,
        })
        .collect();
    sorter.collect(tensors, &roles);
    sorter.refuse(&roles);
    for (tensor, role) in tensors.iter().zip(&roles) {
        sorter.layers_of(tensor, role);
    }
    sorter.rest(tensors, &roles);
    sorter.name();
    sorter.sorted
}

impl<'a> Sorter<'a> {
    /// Whether it is said already, once for all, that the tensor of this name is missing.
    fn is_said(&self, name: &str) -> bool {
        self.header.is_cut_off() && self.header.lost().contains(name)
    }

    /// Collects the parts of modules.
    fn collect(&mut self, tensors: &'a [Tensor], roles: &[Role<'a>]) {
        for (tensor, role) in tensors.iter().zip(roles) {
            match role {
                Role::Part { module, adapter, part } => {
                    let parts = self.parts.entry((*module, *adapter)).or_default();
                    parts.module = module;
                    parts.tensors.push((*part, tensor));
                }
                Role::Down { module, adapter, up } => {
                    self.modules.insert(module);
                    if self.by_name.contains_key(up.as_str()) {
                        self.paired.insert((module, *adapter));
                    }
                }
                _ => {}
            }
        }
        for name in self.header.lost() {
            match role(name) {
                Role::Part { module, adapter, .. } => drop(self.lost.insert((module, adapter), name)),
                Role::Down { module, .. } => drop(self.modules.insert(module)),
                _ => {}
            }
        }
        self.modules.extend(self.parts.keys().map(|(module, _)| *module));
    }

    /// Reports what has no spectrum here, once for each module and kind.
    fn refuse(&mut self, roles: &[Role<'a>]) {
        let mut listed = HashSet::new();
        let header = self.header;
        let lost: Vec<Role<'a>> = header.lost().iter().map(|name| role(name)).collect();
        for role in roles.iter().chain(&lost) {
            if let Role::Unsupported { module, kind } = role
                && listed.insert((*module, *kind))
            {
                self.sorted.problems.push(Problem::module(path(module), Reason::Unsupported(*kind)));
                if !matches!(kind, Kind::Bias | Kind::Beside) {
                    self.refused.insert(module);
                }
            }
        }
    }

    /// The layers that begin with this tensor.
    fn layers_of(&mut self, tensor: &'a Tensor, role: &Role<'a>) {
        let (key, result) = match role {
            Role::Down { module, adapter, up } => {
                let key = (*module, *adapter);
                if self.refused.contains(module) || tensor.shape == [0] {
                    return;
                }
                let Some(other) = self.by_name.get(up.as_str()).copied() else {
                    if !self.is_said(up) {
                        // A lone factor leaves the module to a pair under other names.
                        self.sorted.problems.push(tensor.problem(Reason::Missing(up.clone())));
                    }
                    return;
                };
                (key, Some([tensor, other]))
            }
            Role::Part { module, adapter, part } if begins_a_layer(*part) => {
                let key = (*module, *adapter);
                // A pair says itself that its module has other parts, too.
                if self.refused.contains(module) || self.paired.contains(&key) || self.has_begun(key, *part) {
                    return;
                }
                (key, None)
            }
            _ => return,
        };
        self.modules.insert(key.0);
        // A second layer of the same module: an alpha could belong to either.
        if !self.done.insert((path(key.0), key.1)) {
            return self.sorted.problems.push(tensor.problem(Reason::Duplicate));
        }
        let alpha = format!("{}.alpha", key.0);
        if self.is_said(&alpha) || self.lost.get(&key).is_some_and(|part| self.is_said(part)) {
            return;
        }
        if let Some(tensors) = self.pruned(&key, result) {
            self.sorted.problems.push(Problem::module(path(key.0), Reason::Pruned));
            return self.sorted.pruned.extend(tensors.into_iter().cloned());
        }
        let made = match self.lost.get(&key) {
            Some(part) => Err(Problem::module(path(key.0), Reason::LostPart((*part).to_owned()))),
            None if self.header.lost().contains(&alpha) => Err(Problem::module(path(key.0), Reason::LostAlpha(alpha))),
            None => {
                let alpha = self.by_name.get(alpha.as_str()).copied();
                let none = Parts { module: key.0, tensors: Vec::new() };
                let parts = self.parts.get(&key).unwrap_or(&none);
                layers::layers(self.sources, parts, key.1, result, alpha, &mut self.room)
            }
        };
        match made {
            Ok((layers, warning)) => {
                self.sorted.layers.extend(layers);
                self.sorted.problems.extend(warning);
            }
            Err(problem) => self.sorted.problems.push(problem),
        }
    }

    /// The tensors of a module all of whose directions AdaLoRA has pruned: PEFT saves them with a rank of 0.
    fn pruned(&self, key: &Key<'a>, pair: Option<[&'a Tensor; 2]>) -> Option<Vec<&'a Tensor>> {
        let [a, b] = pair?;
        let diagonal = self.parts.get(key)?.get(Part::E)?;
        let is_empty = |tensor: &Tensor| tensor.shape.len() == 2 && tensor.shape.contains(&0);
        [a, b, diagonal].into_iter().all(is_empty).then(|| {
            let rank = self.parts[key].get(Part::RankNum);
            [a, b, diagonal].into_iter().chain(rank).collect()
        })
    }

    /// Whether a layer of the same parts has begun with an earlier tensor.
    fn has_begun(&self, key: Key<'a>, part: Part) -> bool {
        self.parts[&key]
            .tensors
            .iter()
            .find(|(other, _)| begins_a_layer(*other))
            .is_some_and(|(first, _)| *first != part)
    }

    /// What is left: lone factors, lone parts, and tensors that belong to no adapter.
    fn rest(&mut self, tensors: &'a [Tensor], roles: &[Role<'a>]) {
        let mut scaled = Counted::default();
        let exists = |name: &str| self.by_name.contains_key(name) || self.header.lost().contains(name);
        for (tensor, role) in tensors.iter().zip(roles) {
            match role {
                Role::Up { down } if !self.by_name.contains_key(down.as_str()) && !self.is_said(down) => {
                    self.sorted.problems.push(tensor.problem(Reason::Missing(down.clone())));
                }
                Role::Part { module, adapter, .. } => {
                    let is_done = self.done.contains(&(path(module), *adapter)) || self.refused.contains(module);
                    if !is_done {
                        scaled.push("tensors without those that belong to them", || tensor.problem(Reason::Alone));
                    }
                }
                Role::Plain => match tensor.scale_name(exists) {
                    Some(name) => scaled
                        .push("tensors whose numbers another tensor scales", || tensor.problem(Reason::Scaled(name))),
                    None => self.sorted.plain.push(tensor.clone()),
                },
                Role::Alpha { module } if !self.modules.contains(module) && !self.refused.contains(module) => {
                    self.sorted.plain.push(tensor.clone());
                }
                _ => {}
            }
        }
        self.sorted.problems.extend(scaled.finish());
        let before = roles.iter().find_map(|role| match role {
            Role::Down { module, .. } => before_prefix(module),
            _ => None,
        });
        let before = before.map(|before| Problem::file(Reason::BeforePrefix(before.to_owned())));
        self.sorted.problems.extend(before);
    }

    /// Names the layers of a file that holds several adapters by them, too.
    fn name(&mut self) {
        let layers = &self.sorted.layers;
        let adapters: HashSet<&str> = layers.iter().filter_map(Layer::adapter).collect();
        let names: HashSet<&str> = layers.iter().map(Layer::name).collect();
        if adapters.len() < 2 && names.len() == layers.len() {
            return;
        }
        for layer in &mut self.sorted.layers {
            if let Some(adapter) = &layer.adapter {
                layer.name += &format!(" ({adapter})");
            }
            layer.resizing =
                Resizing::Never("the file holds several adapters, and a configuration one rank for each module");
        }
    }
}

/// Whether this part makes a layer without a pair.
fn begins_a_layer(part: Part) -> bool {
    !matches!(part, Part::Mid | Part::E | Part::RankNum | Part::Diagonal)
}
