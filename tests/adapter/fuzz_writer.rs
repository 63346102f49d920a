//! Any file, any ranks, any options: what is written is read again, and each layer is the best approximation, kept as it was and
//! said, or left out as was asked.

use std::collections::HashMap;

use lora_rank_explorer::adapter::{Adapter, FactorDtype, Layer, Names, ResizeOptions};
use proptest::prelude::*;
use safetensors::SafeTensors;
use serde_json::json;

use crate::files::{Files, factors, open, problems};
use crate::kept::written;

/// Where the scales of a file stand.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Peft,
    Kohya,
    Diffusers,
    Flat,
    Guess,
}

#[derive(Clone, Debug)]
struct Generated {
    source: Source,
    dtype: &'static str,
    rslora: bool,
    alpha: f64,
    /// Sides, rank, size of the numbers, and a number that replaces one of A's.
    layers: Vec<([usize; 3], f64, Option<f64>)>,
    seed: u64,
}

impl Generated {
    fn file(&self) -> (Vec<u8>, Option<String>) {
        let mut files = Files::default();
        let mut state = self.seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        let mut ranks = serde_json::Map::new();
        for (i, ([rows, rank, cols], size, replaced)) in self.layers.iter().enumerate() {
            // Without a configuration that says the rank, one above the sides may be transposed factors.
            let most = if matches!(self.source, Source::Peft | Source::Kohya) { usize::MAX } else { *rows.min(cols) };
            let (rows, rank, cols) = (*rows, *rank.min(&most), *cols);
            let module = match self.source {
                Source::Peft => format!("base_model.model.double_blocks.{i}.q"),
                Source::Kohya => format!("lora_unet_double_blocks_{i}_q"),
                Source::Diffusers => format!("transformer.double_blocks.{i}.q"),
                Source::Flat | Source::Guess => format!("double_blocks.{i}.q"),
            };
            let [down, up] = match self.source {
                Source::Kohya => ["lora_down.weight", "lora_up.weight"],
                _ => ["lora_A.weight", "lora_B.weight"],
            };
            let mut a: Vec<f64> = (0..rank * cols).map(|_| next() * size).collect();
            if let Some(value) = replaced {
                let at = self.seed as usize % a.len();
                a[at] = *value;
            }
            let b: Vec<f64> = (0..rows * rank).map(|_| next()).collect();
            files = files.numbers(&format!("{module}.{down}"), self.dtype, &[rank, cols], &a);
            files = files.numbers(&format!("{module}.{up}"), self.dtype, &[rows, rank], &b);
            if self.source == Source::Kohya {
                let dtype = ["F32", "F16", "BF16", "I64"][i % 4];
                files = files.numbers(&format!("{module}.alpha"), dtype, &[], &[(self.alpha * (i + 1) as f64).ceil()]);
            }
            ranks.insert(format!("double_blocks.{i}.q"), rank.into());
        }
        let fields = json!({
            "r": 4, "lora_alpha": self.alpha, "use_rslora": self.rslora, "rank_pattern": ranks, "exclude_modules": null,
        });
        let metadata = match self.source {
            Source::Diffusers => {
                let fields = fields.as_object().expect("an object");
                let fields: serde_json::Map<_, _> =
                    fields.iter().map(|(key, value)| (format!("transformer.{key}"), value.clone())).collect();
                json!({"lora_adapter_metadata": serde_json::Value::from(fields).to_string()})
            }
            Source::Flat => json!({"lora_alpha": self.alpha.to_string()}),
            _ => json!({"ss_network_dim": "1", "ss_network_alpha": "1", "format": "pt"}),
        };
        let bytes = files.entry("__metadata__", &metadata.to_string()).bytes();
        (bytes, (self.source == Source::Peft).then(|| fields.to_string()))
    }
}

prop_compose! {
    fn generated()(
        source in prop::sample::select(vec![Source::Peft, Source::Kohya, Source::Diffusers, Source::Flat, Source::Guess]),
        dtype in prop::sample::select(vec!["F32", "F16", "BF16", "F64", "F8_E5M2"]),
        rslora in any::<bool>(),
        alpha in prop::sample::select(vec![1.0, 8.0, 0.3, -4.0, 16.0, 100.0]),
        layers in prop::collection::vec((
            [1usize..9, 1..6, 1..9],
            prop::sample::select(vec![1.0, 1.0, 1e-3, 1e-7, 300.0, 3e4]),
            prop::option::weighted(0.1, prop::sample::select(vec![f64::NAN, f64::INFINITY, 6e4, 0.0])),
        ), 1..5),
        seed in any::<u64>(),
    ) -> Generated {
        Generated { source, dtype, rslora, alpha, layers, seed }
    }
}

/// The options that are tried.
#[derive(Clone, Debug)]
pub struct Asked {
    pub bakes: bool,
    pub one: bool,
    pub dtype: Option<FactorDtype>,
    pub names: Option<Names>,
    pub cap: Option<f64>,
    pub ladder: bool,
}

const LADDER: [usize; 4] = [1, 3, 8, 64];

impl Asked {
    /// The rank that is written where `rank` is chosen.
    pub fn rung(&self, rank: usize) -> usize {
        if self.ladder { LADDER.into_iter().find(|rung| *rung >= rank).expect("a rung") } else { rank }
    }

    pub fn options(&self) -> ResizeOptions {
        let mut options = ResizeOptions::new().drop_layers_of_rank_0();
        if self.bakes {
            options = options.bake_scale();
        }
        if self.one {
            options = options.one_alpha();
        }
        if let Some(dtype) = self.dtype {
            options = options.dtype(dtype);
        }
        if let Some(names) = self.names {
            options = options.names(names);
        }
        if let Some(cap) = self.cap {
            options = options.cap_singular_values(cap);
        }
        if self.ladder { options.round_ranks_up_to(LADDER) } else { options }
    }
}

prop_compose! {
    fn asked()(
        [bakes, one] in prop::sample::select(vec![[true, false], [false, true], [false, false]]),
        dtype in prop::option::of(prop::sample::select(vec![FactorDtype::F32, FactorDtype::F16, FactorDtype::Bf16])),
        names in prop::option::weighted(0.4, prop::sample::select(vec![Names::Peft, Names::ComfyUi, Names::Kohya])),
        cap in prop::option::weighted(0.4, prop::sample::select(vec![1e-3, 0.5, 3.0, 1e6])),
        ladder in any::<bool>(),
    ) -> Asked {
        Asked { bakes, one, dtype, names, cap, ladder }
    }
}

fn spectrum(layer: &Layer, bytes: &[u8]) -> Option<Vec<f64>> {
    let factors = layer.read(&mut &bytes[..]).ok()?;
    Some(factors.spectrum().expect("memory").singular_values().to_vec())
}

/// The layers by the number in their path.
fn by_number(adapter: &Adapter) -> HashMap<usize, &Layer> {
    let number = |layer: &Layer| layer.module().split(['.', '_']).find_map(|part| part.parse().ok()).expect("a number");
    adapter.layers().iter().map(|layer| (number(layer), layer)).collect()
}

fn unit(dtype: &str) -> f64 {
    match dtype {
        "F64" => 1e-12,
        "F32" => 2f64.powi(-24),
        "F16" => 2f64.powi(-11),
        "F8_E5M2" => 2f64.powi(-3),
        _ => 2f64.powi(-8),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn each_layer_is_as_asked_or_kept_and_said(
        generated in generated(),
        asked in asked(),
        ranks in prop::collection::vec(0usize..7, 4),
    ) {
        let (bytes, config) = generated.file();
        let config = config.as_deref();
        let before = open(&bytes, config).expect("an adapter");
        prop_assert_eq!(problems(&before), Vec::<String>::new());
        let old = by_number(&before);
        let number: HashMap<&str, usize> = old.iter().map(|(number, layer)| (layer.module(), *number)).collect();
        let ranks: Vec<usize> = before.layers().iter().map(|layer| ranks[number[layer.module()] % 4]).collect();
        let options = asked.options();
        if let Err(problem) = before.resize_with(&ranks, &options) {
            // Names that do not follow, one alpha for several ranks, and nothing at all; else nothing is refused.
            let text = problem.to_string();
            let said = ["its name cannot be changed: ", "its metadata hold one alpha for all layers", "nothing would remain"];
            prop_assert!(said.iter().any(|said| text.contains(said)), "{}", text);
            return Ok(());
        }
        let new = written(&bytes, config, &ranks, &options);
        let after = new.adapter();
        prop_assert_eq!(problems(&after), Vec::<String>::new());
        let found = by_number(&after);
        let tensors = SafeTensors::deserialize(&new.file).expect("new");
        let old_tensors = SafeTensors::deserialize(&bytes).expect("old");
        if asked.one && new.kept.is_empty() && (generated.source != Source::Guess || asked.names.is_some()) {
            let alphas: Vec<f64> = after.layers().iter().map(|layer| layer.alpha().expect("an alpha")).collect();
            prop_assert!(alphas.iter().all(|alpha| *alpha == alphas[0]), "{:?}", alphas);
            prop_assert!(after.layers().iter().all(|layer| !layer.rslora()));
        }
        for (layer, &rank) in before.layers().iter().zip(&ranks) {
            let number = number[layer.module()];
            let now = found.get(&number);
            if rank == 0 {
                prop_assert!(now.is_none(), "{} was to be left out", layer.module());
                continue;
            }
            let now = now.expect("a layer that is not left out");
            let data = |tensors: &SafeTensors, name: &str| tensors.tensor(name).expect("a tensor").data().to_vec();
            if new.kept.iter().any(|kept| kept.module == layer.module()) {
                for (old, now) in [(layer.down(), now.down()), (layer.up(), now.up())] {
                    prop_assert_eq!(data(&old_tensors, old.name()), data(&tensors, now.name()));
                    prop_assert_eq!(old.dtype(), now.dtype());
                }
                let [old, now] = [layer, now].map(|layer| layer.scale().value().expect("a scale"));
                prop_assert!((old - now).abs() <= 1e-6 * old.abs(), "kept at scale {} instead of {}", now, old);
                continue;
            }
            let Some(values) = spectrum(layer, &bytes) else {
                // Nothing was to change, so nothing was read.
                prop_assert_eq!(data(&old_tensors, layer.down().name()), data(&tensors, now.down().name()));
                prop_assert_eq!(now.rank(), layer.rank());
                continue;
            };
            let asked_rank = asked.rung(rank);
            prop_assert_eq!(now.rank(), asked_rank.min(layer.rank()));
            if asked.bakes && (generated.source != Source::Flat || asked.names.is_some() || new.kept.is_empty()) {
                let scale = now.scale().value().expect("a scale");
                prop_assert!((scale - 1.0).abs() < 1e-15, "baked to {}", scale);
            }
            let dtype = now.down().dtype().to_string();
            if let Some(asked) = asked.dtype {
                let name = match asked { FactorDtype::F32 => "F32", FactorDtype::F16 => "F16", FactorDtype::Bf16 => "BF16" };
                prop_assert_eq!(&dtype, name);
            }
            let cap = asked.cap.unwrap_or(f64::INFINITY);
            let got = spectrum(now, &new.file).expect("what is written can be read");
            // Each factor is off by 4 units at most, as a share of its length, which is at most √r·√σ₁ once it is balanced, and
            // alphas are rounded as well.
            let (rank, unit) = (now.rank(), unit(&dtype));
            let is_balanced = rank < layer.rank() || values[0] > cap;
            let lengths = match is_balanced {
                true => rank as f64 * values[0].min(cap),
                false => {
                    let length = |entries: &[f64]| entries.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
                    let [b, a] = factors(layer, &bytes);
                    length(b.as_slice()) * length(a.as_slice()) * layer.scale().value().expect("a scale").abs()
                }
            };
            let bound = 9.0 * unit * lengths + 1e-6 * values[0].min(cap);
            for (i, value) in values.iter().enumerate() {
                let wanted = if i < rank { value.min(cap) } else { 0.0 };
                let got = got.get(i).copied().unwrap_or(0.0);
                prop_assert!((wanted - got).abs() <= bound, "σ{} is {:e}, not {:e}, of {:e}", i + 1, got, wanted, values[0]);
            }
        }
    }
}
