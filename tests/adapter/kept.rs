//! A layer that cannot be resized is kept byte for byte, with its rank and scale, and said; the others are resized.

use lora_rank_explorer::adapter::{Adapter, FactorDtype, Kept, ResizeOptions, Resized};
use safetensors::SafeTensors;

use crate::files::{Files, kohya_layer, open, peft, peft_layer, problems};

pub struct Written {
    pub file: Vec<u8>,
    pub config: Option<String>,
    pub kept: Vec<Kept>,
}

impl Written {
    pub fn adapter(&self) -> Adapter {
        open(&self.file, self.config.as_deref()).expect("an adapter")
    }
}

/// Writes the file, and once more by the steps that a source of another kind takes: the bytes are the same.
pub fn written(bytes: &[u8], config: Option<&str>, ranks: &[usize], options: &ResizeOptions) -> Written {
    let mut plan = open(bytes, config).expect("an adapter").resize_with(ranks, options).expect("a plan");
    let mut steps = plan.clone();
    let mut file = Vec::new();
    plan.write(&mut &bytes[..], &mut file).expect("a file");
    assert_eq!(file.len() as u64, plan.file_bytes());
    SafeTensors::deserialize(&file).expect("a valid file");

    let slice = |range: &std::ops::Range<u64>| bytes[range.start as usize..range.end as usize].to_vec();
    while !steps.checks().is_empty() {
        let checks = steps.checks();
        let answers = checks.iter().map(|check| check.run(check.ranges().iter().map(slice).collect())).collect();
        steps.checked(answers).expect("a plan");
    }
    let mut again = steps.header().to_vec();
    for part in steps.parts() {
        again.extend(part.bytes(part.ranges().iter().map(slice).collect()).expect("what was checked"));
    }
    let kept = |plan: &Resized| plan.kept().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(again == file && steps.config() == plan.config() && kept(&steps) == kept(&plan));
    Written { file, config: plan.config().map(str::to_owned), kept: plan.kept().to_vec() }
}

/// Rank and scale of the layers, sorted by name: a resized file has wide dtypes first.
pub fn scales(adapter: &Adapter) -> Vec<(usize, f64)> {
    let mut layers: Vec<_> = adapter.layers().iter().collect();
    layers.sort_by_key(|layer| layer.module());
    layers.iter().map(|layer| (layer.rank(), layer.scale().value().expect("a scale"))).collect()
}

/// Both files have the same bytes for a tensor, under the same name.
fn assert_same_tensor(old: &[u8], new: &[u8], name: &str) {
    let (old, new) = (SafeTensors::deserialize(old).expect("old"), SafeTensors::deserialize(new).expect("new"));
    let (old, new) = (old.tensor(name).expect("old"), new.tensor(name).expect("new"));
    assert!(old.data() == new.data() && old.shape() == new.shape() && old.dtype() == new.dtype(), "{name}");
}

fn factors(files: Files, module: &str, dtype: &str, bad: f64) -> Files {
    let [a, b] = peft(module);
    let numbers: Vec<f64> = (0..32).map(|i| if i == 5 { bad } else { 1.0 / (i + 1) as f64 }).collect();
    files.numbers(&a, dtype, &[4, 8], &numbers).tensor(&b, dtype, &[6, 4])
}

#[test]
fn a_layer_that_cannot_be_read_does_not_stop_the_others() {
    for (dtype, bad) in [("F32", f64::NAN), ("BF16", f64::INFINITY), ("F16", f64::NEG_INFINITY), ("F64", f64::NAN)] {
        let files = peft_layer(Files::default(), "a.q", dtype, [6, 4, 8]);
        let bytes = peft_layer(factors(files, "b.q", dtype, bad), "c.q", dtype, [6, 4, 8]).bytes();
        let config = r#"{"r": 4, "lora_alpha": 12, "rank_pattern": {}, "alpha_pattern": {"^b.q": 20}}"#;
        let new = written(&bytes, Some(config), &[2, 2, 2], &ResizeOptions::new());
        let [kept] = &new.kept[..] else { panic!("{dtype}: {:?}", new.kept) };
        assert_eq!((kept.layer, kept.module.as_str()), (1, "b.q"));
        let text = kept.to_string();
        let name = &peft("b.q")[0];
        assert!(text.starts_with(&format!("module `b.q` is kept as it was: tensor `{name}`: number 6 is ")), "{text}");
        peft("b.q").iter().for_each(|name| assert_same_tensor(&bytes, &new.file, name));
        let after = new.adapter();
        assert_eq!(scales(&after), [(2, 3.0), (4, 5.0), (2, 3.0)], "{dtype}");
        assert_eq!(problems(&after), Vec::<String>::new());
        let fields: serde_json::Value = serde_json::from_str(&new.config.expect("a configuration")).expect("JSON");
        assert_eq!((&fields["r"], &fields["lora_alpha"]), (&2.into(), &6.into()));
        assert_eq!(
            fields["rank_pattern"].to_string() + &fields["alpha_pattern"].to_string(),
            r#"{"b\\.q":4}{"b\\.q":20}"#
        );
    }
}

#[test]
fn a_number_that_overflows_keeps_its_layer() {
    // A's 6e4 fits into F16, but balanced with B's 1e9 both become √(6e13).
    for (dtype, largest, begins) in [("F16", 6e4, "7745966"), ("F8_E5M2", 10240.0, "3200000")] {
        let files = Files::default().numbers("q.lora_down.weight", dtype, &[2, 2], &[largest, 0.0, 0.0, 1.0]);
        let files = files.numbers("q.lora_up.weight", "F32", &[2, 2], &[1e9, 0.0, 0.0, 1.0]);
        let files = kohya_layer(files.numbers("q.alpha", "F32", &[], &[1.0]), "k", "F32", [4, 4, 4]);
        let bytes = files.bytes();
        let new = written(&bytes, None, &[1, 1], &ResizeOptions::new());
        let text = new.kept[0].to_string();
        let says = format!("module `q` is kept as it was: tensor `q.lora_down.weight`: {begins}");
        assert!(text.starts_with(&says) && text.ends_with("cannot be stored in its dtype"), "{text}");
        for name in ["q.lora_down.weight", "q.lora_up.weight", "q.alpha"] {
            assert_same_tensor(&bytes, &new.file, name);
        }
        assert_eq!(scales(&new.adapter()), [(1, 1.0), (2, 0.5)]);
    }
}

#[test]
fn numbers_that_vanish_in_their_dtype_keep_their_layer() {
    let files = kohya_layer(Files::default(), "k", "F32", [4, 4, 4]);
    let small: Vec<f64> = (1..=16).map(|i| 1e-9 / i as f64).collect();
    let files = files.numbers("q.lora_down.weight", "F32", &[4, 4], &small);
    let bytes = files.numbers("q.lora_up.weight", "F32", &[4, 4], &small).bytes();
    let new = written(&bytes, None, &[4, 4], &ResizeOptions::new().dtype(FactorDtype::F16));
    let text = new.kept[0].to_string();
    let says = "module `q` is kept as it was: tensor `q.lora_down.weight`: its numbers are too small for F16";
    assert!(new.kept.len() == 1 && text.starts_with(says), "{text}");
    assert_same_tensor(&bytes, &new.file, "q.lora_down.weight");
    let dtypes: Vec<String> = new.adapter().layers().iter().map(|layer| layer.up().dtype().to_string()).collect();
    assert_eq!(dtypes, ["F32", "F16"], "q, then k");
    let fine = written(&bytes, None, &[4, 4], &ResizeOptions::new().dtype(FactorDtype::Bf16));
    assert!(fine.kept.is_empty());
}

#[test]
fn an_alpha_that_does_not_fit_stays_and_the_factors_make_up_for_it() {
    // A quarter of it is 0 in F16, which would count as r.
    let files = kohya_layer(Files::default(), "q", "F32", [4, 4, 4]).numbers("q.alpha", "F16", &[], &[6e-8]);
    let bytes = files.bytes();
    let new = written(&bytes, None, &[1], &ResizeOptions::new());
    assert!(new.kept.is_empty());
    let (before, after) = (open(&bytes, None).expect("old"), new.adapter());
    assert_eq!(before.layers()[0].alpha(), after.layers()[0].alpha());
    let value = |adapter: &Adapter, bytes: &[u8]| {
        adapter.layers()[0].read(&mut &bytes[..]).expect("factors").spectrum().expect("memory").singular_values()[0]
    };
    let (old, new) = (value(&before, &bytes), value(&after, &new.file));
    assert!(old > 0.0 && (old - new).abs() <= 1e-6 * old, "{old:e} and {new:e}");
}

#[test]
fn layers_that_depend_on_a_kept_one_are_planned_again() {
    // One alpha for all in the metadata: halving it keeps every scale, unless a layer keeps its rank.
    let layer = |files: Files, name: &str, bad: f64| {
        let numbers: Vec<f64> = (0..32).map(|i| if i == 5 { bad } else { 1.0 / (i + 1) as f64 }).collect();
        let files = files.numbers(&format!("{name}.lora_A.weight"), "F32", &[4, 8], &numbers);
        files.tensor(&format!("{name}.lora_B.weight"), "F32", &[6, 4])
    };
    for (bad, alpha, expected) in [(1.0, "4", [(2, 2.0); 2]), (f64::NAN, "8", [(2, 4.0), (4, 2.0)])] {
        let files = layer(layer(Files::default(), "blocks.0.q", 1.0), "blocks.1.q", bad);
        let bytes = files.entry("__metadata__", r#"{"lora_alpha": "8"}"#).bytes();
        let new = written(&bytes, None, &[2, 2], &ResizeOptions::new());
        let after = new.adapter();
        assert_eq!((after.header().metadata("lora_alpha"), scales(&after)), (Some(alpha), expected.to_vec()));
        let before = open(&bytes, None).expect("old");
        let value = |adapter: &Adapter, bytes: &[u8]| {
            adapter.layers()[0].read(&mut &bytes[..]).expect("factors").spectrum().expect("memory").singular_values()[0]
        };
        let (old, now) = (value(&before, &bytes), value(&after, &new.file));
        assert!((old - now).abs() <= 1e-6 * old, "{old} and {now}");
    }
}

#[test]
fn a_source_that_fails_is_no_layer_that_cannot_be_read() {
    let bytes = peft_layer(Files::default(), "q", "F32", [6, 4, 8]).bytes();
    let mut plan = open(&bytes, Some(r#"{"r": 4}"#)).expect("an adapter").resize(&[2]).expect("a plan");
    let mut file = Vec::new();
    let problem = plan.write(&mut &bytes[..bytes.len() - 4], &mut file).expect_err("a file that is shorter now");
    assert!(problem.to_string().starts_with("the file: bytes ") && file.is_empty(), "{problem}");
}
