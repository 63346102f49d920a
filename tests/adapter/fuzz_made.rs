//! Any layers in other forms than B·A, any ranks, any options: each is the best pair of its rank, left out as was asked, or the same
//! byte for byte, and then said where something else was asked for.

use lora_rank_explorer::adapter::{FactorDtype, Kind, Layer};
use nalgebra::DMatrix;
use proptest::prelude::*;
use safetensors::SafeTensors;
use serde_json::json;

use crate::files::{Files, open, problems};
use crate::fuzz_writer::Asked;
use crate::kept::written;
use crate::made::{matrix_of, product};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    LoHa,
    LoHaTucker,
    LoKrWhole,
    LoKrProduct,
    LoKrTucker,
    Tucker,
    Full,
    AdaLoRa,
    Pair,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Owner {
    /// With an alpha for each layer, or for some.
    Lycoris {
        alphas: bool,
    },
    Peft(Form),
}

#[derive(Clone, Debug)]
struct One {
    form: Form,
    r: usize,
    sides: [usize; 3],
    /// The size of its numbers.
    size: f64,
    /// What one of them is instead.
    replaced: Option<f64>,
}

#[derive(Clone, Debug)]
struct Generated {
    owner: Owner,
    dtype: &'static str,
    layers: Vec<One>,
    seed: u64,
}

impl Generated {
    fn form(&self, i: usize) -> Form {
        match self.owner {
            Owner::Peft(form) => form,
            Owner::Lycoris { .. } => self.layers[i].form,
        }
    }

    fn module(&self, i: usize) -> String {
        match self.owner {
            Owner::Peft(_) => format!("base_model.model.m{i}.q"),
            Owner::Lycoris { .. } => format!("lora_unet_m{i}_q"),
        }
    }

    fn parts(&self, i: usize) -> Vec<(&'static str, Vec<usize>)> {
        let One { r, sides: [m, n, k], .. } = self.layers[i];
        match self.form(i) {
            Form::LoHa => {
                vec![
                    ("hada_w1_b", vec![r, n]),
                    ("hada_w1_a", vec![m, r]),
                    ("hada_w2_b", vec![r, n]),
                    ("hada_w2_a", vec![m, r]),
                ]
            }
            Form::LoHaTucker => vec![
                ("hada_w1_b", vec![r, n]),
                ("hada_w1_a", vec![r, m]),
                ("hada_w2_b", vec![r, n]),
                ("hada_w2_a", vec![r, m]),
                ("hada_t1", vec![r, r, k, 2]),
                ("hada_t2", vec![r, r, k, 2]),
            ],
            Form::LoKrWhole => vec![("lokr_w1", vec![k, 2]), ("lokr_w2", vec![m, n])],
            Form::LoKrProduct => vec![("lokr_w1", vec![k, 2]), ("lokr_w2_a", vec![m, r]), ("lokr_w2_b", vec![r, n])],
            Form::LoKrTucker => vec![
                ("lokr_w1", vec![k, 2]),
                ("lokr_w2_a", vec![r, m]),
                ("lokr_w2_b", vec![r, n]),
                ("lokr_t2", vec![r, r, 2, k]),
            ],
            Form::Tucker => vec![
                ("lora_down.weight", vec![r, n, 1, 1]),
                ("lora_up.weight", vec![m, r, 1, 1]),
                ("lora_mid.weight", vec![r, r, k, 2]),
            ],
            Form::Full => vec![("diff", vec![m, n, k])],
            Form::AdaLoRa => vec![("lora_A", vec![r, n]), ("lora_B", vec![m, r]), ("lora_E", vec![r, 1])],
            Form::Pair => vec![("lora_down.weight", vec![r, n]), ("lora_up.weight", vec![m, r])],
        }
    }

    fn file(&self) -> (Vec<u8>, Option<String>) {
        let mut state = self.seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        let mut files = Files::default();
        let mut ranks = serde_json::Map::new();
        for (i, One { r, size, replaced, .. }) in self.layers.iter().enumerate() {
            let module = self.module(i);
            for (part, (name, shape)) in self.parts(i).into_iter().enumerate() {
                let mut numbers: Vec<f64> = (0..shape.iter().product()).map(|_| next() * size).collect();
                if let (Some(value), 0) = (replaced, part) {
                    numbers[self.seed as usize % shape.iter().product::<usize>()] = *value;
                }
                files = files.numbers(&format!("{module}.{name}"), self.dtype, &shape, &numbers);
            }
            if let Owner::Lycoris { alphas } = self.owner
                && (alphas || i % 2 == 0)
            {
                let dtype = ["F32", "F16", "BF16", "I64"][i % 4];
                files = files.numbers(&format!("{module}.alpha"), dtype, &[], &[(2 * i) as f64]);
            }
            ranks.insert(format!("m{i}.q"), (*r).into());
        }
        let config = |peft_type: &str| {
            json!({"peft_type": peft_type, "r": 2, "init_r": 5, "alpha": 3, "lora_alpha": 3, "rank_pattern": ranks})
                .to_string()
        };
        let config = match self.owner {
            Owner::Lycoris { .. } => None,
            Owner::Peft(Form::LoHa) => Some(config("LOHA")),
            Owner::Peft(Form::AdaLoRa) => Some(config("ADALORA")),
            Owner::Peft(_) => Some(config("LOKR")),
        };
        (files.bytes(), config)
    }

    /// ΔW of layer `i` by its owner's formula, with whole matrices.
    fn whole(&self, i: usize, file: &[u8], layer: &Layer) -> DMatrix<f64> {
        let of = |name: &str| matrix_of(file, &format!("{}.{name}", self.module(i)));
        let tucker = |core: &str, down: &str| {
            let (core, down) = (of(core), of(down));
            let places = core.ncols() / down.nrows();
            let entry = |row: usize, column: usize| {
                let (j, h) = (column / places, column % places);
                (0..down.nrows()).map(|l| core[(row, l * places + h)] * down[(l, j)]).sum()
            };
            DMatrix::from_fn(core.nrows(), down.ncols() * places, entry)
        };
        let product = match self.form(i) {
            Form::LoHa => (of("hada_w1_a") * of("hada_w1_b")).component_mul(&(of("hada_w2_a") * of("hada_w2_b"))),
            Form::LoHaTucker => {
                let one = |i: usize| {
                    of(&format!("hada_w{i}_a")).transpose() * tucker(&format!("hada_t{i}"), &format!("hada_w{i}_b"))
                };
                one(1).component_mul(&one(2))
            }
            Form::LoKrWhole => of("lokr_w1").kronecker(&of("lokr_w2")),
            Form::LoKrProduct => of("lokr_w1").kronecker(&(of("lokr_w2_a") * of("lokr_w2_b"))),
            Form::LoKrTucker => {
                of("lokr_w1").kronecker(&(of("lokr_w2_a").transpose() * tucker("lokr_t2", "lokr_w2_b")))
            }
            Form::Tucker => of("lora_up.weight") * tucker("lora_mid.weight", "lora_down.weight"),
            Form::Full => of("diff"),
            Form::AdaLoRa => of("lora_B") * DMatrix::from_diagonal(&of("lora_E").column(0).into_owned()) * of("lora_A"),
            Form::Pair => of("lora_up.weight") * of("lora_down.weight"),
        };
        product * layer.scale().value().expect("a scale")
    }
}

prop_compose! {
    fn generated()(
        owner in prop::sample::select(vec![
            Owner::Lycoris { alphas: true },
            Owner::Lycoris { alphas: true },
            Owner::Lycoris { alphas: false },
            Owner::Peft(Form::LoHa),
            Owner::Peft(Form::LoKrWhole),
            Owner::Peft(Form::LoKrProduct),
            Owner::Peft(Form::AdaLoRa),
        ]),
        dtype in prop::sample::select(vec!["F32", "F16", "BF16", "F64"]),
        layers in prop::collection::vec((
            prop::sample::select(vec![
                Form::LoHa, Form::LoHaTucker, Form::LoKrWhole, Form::LoKrProduct, Form::LoKrTucker, Form::Tucker, Form::Full, Form::Pair,
            ]),
            1usize..4,
            [1usize..7, 1..7, 1..4],
            prop::sample::select(vec![1.0, 1.0, 1.0, 1e-2, 1e-6, 40.0, 3e4]),
            prop::option::weighted(0.05, prop::sample::select(vec![f64::NAN, f64::INFINITY, 0.0])),
        ), 1..5),
        seed in any::<u64>(),
    ) -> Generated {
        let one = |(form, r, sides, size, replaced)| One { form, r, sides, size, replaced };
        let layers = layers.into_iter().map(one).collect();
        Generated { owner, dtype, layers, seed }
    }
}

prop_compose! {
    fn asked()(
        [bakes, one] in prop::sample::select(vec![[true, false], [false, true], [false, false], [false, false]]),
        dtype in prop::option::of(prop::sample::select(vec![FactorDtype::F32, FactorDtype::F16, FactorDtype::Bf16])),
        cap in prop::option::weighted(0.2, prop::sample::select(vec![1e-3, 0.5, 3.0])),
        ladder in any::<bool>(),
    ) -> Asked {
        Asked { bakes, one, dtype, names: None, cap, ladder }
    }
}

fn unit(dtype: &str) -> f64 {
    match dtype {
        "F64" => 1e-13,
        "F32" => 2f64.powi(-24),
        "F16" => 2f64.powi(-11),
        _ => 2f64.powi(-8),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn each_layer_is_the_best_pair_or_the_same(
        generated in generated(),
        asked in asked(),
        ranks in prop::collection::vec(0usize..9, 5),
        all_below in any::<bool>(),
    ) {
        let (bytes, config) = generated.file();
        let config = config.as_deref();
        let before = open(&bytes, config).expect("an adapter");
        prop_assert_eq!(problems(&before), Vec::<String>::new());
        prop_assert_eq!(before.layers().len(), generated.layers.len());
        let rank = |(layer, &rank): (&Layer, &usize)| if all_below { rank.clamp(1, (layer.rank() - 1).max(1)) } else { rank };
        let ranks: Vec<usize> = before.layers().iter().zip(&ranks).map(rank).collect();
        let options = asked.options();
        if let Err(problem) = before.resize_with(&ranks, &options) {
            prop_assert!(problem.to_string().contains("nothing would remain") && ranks.iter().all(|rank| *rank == 0), "{}", problem);
            return Ok(());
        }
        let new = written(&bytes, config, &ranks, &options);
        let after = new.adapter();
        prop_assert_eq!(problems(&after), Vec::<String>::new());
        let [old_tensors, tensors] = [&bytes, &new.file].map(|file| SafeTensors::deserialize(file).expect("a file"));
        let is_peft = matches!(generated.owner, Owner::Peft(_));
        if is_peft {
            let is_made = after.layers().iter().all(|layer| layer.kind() == Kind::Lora);
            let is_same = after.layers().iter().all(|layer| layer.kind() != Kind::Lora);
            prop_assert!(is_made || is_same, "one method for all");
        }
        for (i, (layer, &rank)) in before.layers().iter().zip(&ranks).enumerate() {
            let number = (0..generated.layers.len()).find(|&i| generated.module(i).ends_with(layer.module())).expect("its number");
            let said = new.kept.iter().find(|kept| kept.layer == i);
            let now = after.layers().iter().find(|now| now.module() == layer.module());
            if rank == 0 && said.is_none() {
                prop_assert!(now.is_none());
                continue;
            }
            let now = now.expect("a layer that is not left out");
            if layer.becomes_pair() && now.kind() != Kind::Lora {
                prop_assert_eq!((now.kind(), now.scale()), (layer.kind(), layer.scale()));
                for tensor in layer.tensors() {
                    let [old, now] = [&old_tensors, &tensors].map(|file| file.tensor(tensor.name()).expect("a tensor"));
                    prop_assert!(old.data() == now.data() && old.shape() == now.shape());
                }
                let rung = asked.rung(rank);
                prop_assert!(said.is_some() || rung >= layer.rank(), "{} is kept and not said", layer.name());
                continue;
            }
            if !layer.becomes_pair() {
                // Pairs have tests of their own; here they must be there.
                prop_assert_eq!(now.kind(), Kind::Lora);
                continue;
            }
            prop_assert!(said.is_none(), "{} was made and is said to be kept", layer.name());
            let rung = asked.rung(rank);
            prop_assert_eq!(now.rank(), rung.min(layer.rank()));
            if !asked.one {
                prop_assert_eq!(now.scale().value(), Some(1.0));
            }
            let dtype = now.down().dtype().to_string();
            if let Some(asked) = asked.dtype {
                let name = match asked { FactorDtype::F32 => "F32", FactorDtype::F16 => "F16", FactorDtype::Bf16 => "BF16" };
                prop_assert_eq!(&dtype, name);
            }
            let whole = generated.whole(number, &bytes, layer);
            let mut values: Vec<f64> = whole.clone().svd(false, false).singular_values.iter().copied().collect();
            values.sort_by(|x, y| y.total_cmp(x));
            let largest = values[0];
            let cap = asked.cap.unwrap_or(f64::INFINITY);
            let left: f64 = values.iter().enumerate().map(|(j, value)| if j < now.rank() { value - value.min(cap) } else { *value }).map(|left| left * left).sum();
            let found = (&whole - product(&new.file, new.config.as_deref(), now)).norm();
            let bound = 10.0 * unit(&dtype) * now.rank() as f64 * largest.min(cap) + 1e-12 * largest;
            prop_assert!((found - left.sqrt()).abs() <= bound, "{:?}: {:e} is left and not {:e}, of {:e}", generated.form(number), found, left.sqrt(), largest);
        }
    }
}
