//! Experts: their factors in one pair, and layers that belong together.

use lora_rank_explorer::adapter::{Adapter, Held, Kind, LayerSpectrum, ReadBytes};
use nalgebra::DMatrix;

use crate::files::{Files, open, peft, peft_layer, problems};
use crate::kinds::{add, distance, matrix, spectrum};

const EXPERTS: usize = 4;
const RANK: usize = 2;

const CONFIG: &str = r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 6,
    "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}"#;

/// Both pairs of a module, as PEFT wraps it.
fn fused() -> Files {
    let inner = peft("m.mlp.experts.base_layer");
    let outer = peft("m.mlp.experts");
    let all = EXPERTS * RANK;
    let files = add(add(Files::default(), &inner[0], &[all, 10]), &inner[1], &[24, all]);
    add(add(files, &outer[0], &[all, 12]), &outer[1], &[9, all])
}

/// PEFT 0.21.2, `ParamWrapper.get_delta_weight`: A.reshape(E, r, n), B.reshape(m, r, E), "o r e, e r i -> e o i".
fn of_peft([a, b]: &[String; 2], m: usize, n: usize, e: usize) -> DMatrix<f64> {
    let (a, b) = (matrix(a, EXPERTS * RANK, n), matrix(b, m, EXPERTS * RANK));
    let entry =
        |i: usize, j: usize| (0..RANK).map(|k| b[(i, k * EXPERTS + e)] * a[(e * RANK + k, j)]).sum::<f64>() * 3.0;
    DMatrix::from_fn(m, n, entry)
}

#[test]
fn each_expert_of_a_fused_module_is_a_layer_of_its_own() {
    let bytes = fused().bytes();
    let adapter = open(&bytes, Some(CONFIG)).expect("an adapter");
    assert_eq!(problems(&adapter), Vec::<String>::new());
    assert_eq!(adapter.layers().len(), 2 * EXPERTS);
    for (i, layer) in adapter.layers().iter().enumerate() {
        let (module, m, n) = if i < EXPERTS { ("m.mlp.experts.base_layer", 24, 10) } else { ("m.mlp.experts", 9, 12) };
        let e = i % EXPERTS;
        assert_eq!((layer.name(), layer.module()), (&*format!("{module}[expert {e}]"), module));
        assert_eq!((layer.kind(), layer.rank(), layer.scale().value()), (Kind::FusedExperts, RANK, Some(3.0)));
        assert_eq!(layer.group(), Some((module.to_owned(), e)));
        let off = distance(&spectrum(layer, &bytes), &of_peft(&peft(module), m, n, e));
        assert!(off <= 1e-12, "{}: {off:e}", layer.name());
    }
    let problem = adapter.module_ranks(&[1; 2 * EXPERTS]).expect_err("no training tool takes these").to_string();
    assert!(problem.contains("[expert 0]: its module has one rank for several layers"), "{problem}");
    let read = adapter.layers()[1].read(&mut &bytes[..]).expect("factors").spectrum().expect("memory");
    let saved = serde_json::to_string(&LayerSpectrum::of(&adapter.layers()[1], read)).expect("numbers");
    let saved: LayerSpectrum = serde_json::from_str(&saved).expect("what was written");
    assert!(saved.module_rank(1).is_err_and(|error| error.to_string().contains("[expert 1]: its module has one rank")));
    let shares: u64 = adapter.layers().iter().map(|layer| layer.bytes()).sum();
    assert_eq!(shares, 8 * (EXPERTS * RANK * (10 + 24 + 12 + 9)) as u64);
}

/// What every tool that does not know fused experts takes them for.
#[test]
fn the_naive_readings_of_fused_experts_are_other_matrices() {
    let names = peft("m.mlp.experts");
    let (a, b) = (matrix(&names[0], EXPERTS * RANK, 12), matrix(&names[1], 9, EXPERTS * RANK));
    let bytes = fused().bytes();
    let adapter = open(&bytes, Some(CONFIG)).expect("an adapter");
    let ours = spectrum(&adapter.layers()[EXPERTS], &bytes);
    // One layer of rank E·r; and blocks of B's columns, as if the expert were slowest there, too.
    let as_one = &b * &a * (6.0 / (EXPERTS * RANK) as f64);
    let as_blocks = b.columns(0, RANK) * a.rows(0, RANK) * 3.0;
    for naive in [as_one, as_blocks] {
        assert!(distance(&ours, &naive) > 0.01, "the naive reading would be right");
    }
}

#[test]
fn experts_with_three_sides_are_layers_too_and_a_convolution_is_none() {
    let [a, b] = ["model.experts.gate.lora_A.weight", "model.experts.gate.lora_B.weight"];
    let bytes = add(add(Files::default(), a, &[3, 2, 7]), b, &[3, 5, 2]).bytes();
    let adapter = open(&bytes, Some(r#"{"r": 2, "lora_alpha": 2}"#)).expect("an adapter");
    assert_eq!((problems(&adapter), adapter.layers().len()), (Vec::new(), 3));
    let (all_a, all_b) = (matrix(a, 6, 7), matrix(b, 15, 2));
    for (e, layer) in adapter.layers().iter().enumerate() {
        let whole = all_b.rows(5 * e, 5) * all_a.rows(2 * e, 2);
        assert!(distance(&spectrum(layer, &bytes), &whole) <= 1e-12);
        assert_eq!(layer.group(), Some(("model.experts.gate".to_owned(), e)));
    }
    // Conv1d: A [r, in, kernel], B [m, r, 1].
    let bytes = add(add(Files::default(), "q.lora_A.weight", &[2, 4, 3]), "q.lora_B.weight", &[5, 2, 1]).bytes();
    let adapter = open(&bytes, Some(r#"{"r": 2, "lora_alpha": 2}"#)).expect("an adapter");
    assert_eq!((adapter.layers()[0].kind(), adapter.layers()[0].cols()), (Kind::Lora, 12));
}

#[test]
fn fused_experts_without_the_rank_of_one_are_refused_with_what_is_needed() {
    let says = |config: Option<&str>| {
        let adapter = fused().open(config);
        assert!(adapter.layers().is_empty(), "{config:?}");
        problems(&adapter).join("\n")
    };
    assert!(says(None).contains("module `m.mlp.experts`: LoRA of fused experts: the factors of one expert are not known: add the adapter_config.json"));
    let two = CONFIG.replace("\"r\": 2", "\"r\": 2, \"rank_pattern\": {\"gate_up_proj\": 4}");
    assert!(says(Some(&two)).contains("or a different one for each parameter"));
    assert!(
        says(Some(&CONFIG.replace("\"r\": 2", "\"r\": 3")))
            .contains("rows that are a multiple of 3, the rank of one expert")
    );
    // The name alone tells them, too, where the configuration has a rank.
    let adapter = fused().open(Some(r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 6}"#));
    assert_eq!(adapter.layers().len(), 2 * EXPERTS);
    // A different alpha for each parameter: whose is whose is not in the file.
    let two = CONFIG.replace("\"r\": 2", "\"r\": 2, \"alpha_pattern\": {\"gate_up_proj\": 4}");
    let adapter = fused().open(Some(&two));
    assert!(adapter.layers()[0].scale().to_string().starts_with("unknown: alpha_pattern gives the parameters"));
    // Below the experts, but for all of them: PEFT writes no such names.
    let [a, b] = peft("m.mlp.experts.gate_up_proj");
    let files = add(add(Files::default(), &a, &[8, 10]), &b, &[24, 8]);
    let adapter = files.open(Some(r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 6}"#));
    assert!(adapter.layers().is_empty() && problems(&adapter)[0].contains("does not tell in which order"));
    // One expert is a plain pair, as of a parameter with two sides.
    let adapter = peft_layer(Files::default(), "m.base_layer", "F32", [6, 2, 5]).open(Some(CONFIG));
    assert_eq!((adapter.layers().len(), adapter.layers()[0].kind()), (1, Kind::Lora));
}

#[test]
fn experts_that_a_few_bytes_claim_do_not_take_the_machine() {
    // A and B of one byte for each expert.
    let many = 1 << 18;
    for name in ["short", &"long".repeat(10_000)] {
        let [a, b] = peft(&format!("{name}.experts"));
        let files = Files::default().tensor(&a, "F8_E5M2", &[many, 1]).tensor(&b, "F8_E5M2", &[1, many]);
        let adapter = files.open(Some(r#"{"peft_type": "LORA", "r": 1, "lora_alpha": 1}"#));
        let found = problems(&adapter);
        assert!(
            adapter.layers().is_empty() && found[0].contains("with 262144 more experts the file has more"),
            "{}",
            found[0]
        );
    }
    // Those of the largest models are no problem.
    let [a, b] = peft("model.layers.0.mlp.experts");
    let files = Files::default().tensor(&a, "F8_E5M2", &[40_000, 1]).tensor(&b, "F8_E5M2", &[1, 40_000]);
    assert_eq!(files.open(Some(r#"{"peft_type": "LORA", "r": 1, "lora_alpha": 1}"#)).layers().len(), 40_000);
}

/// Counts what is read.
struct Counting<'a>(&'a [u8], u64);

impl ReadBytes for Counting<'_> {
    fn read_bytes(&mut self, range: std::ops::Range<u64>) -> Result<Vec<u8>, String> {
        self.1 += range.end - range.start;
        self.0.read_bytes(range)
    }
}

#[test]
fn reading_all_experts_reads_no_byte_twice_and_a_bad_one_leaves_the_others() {
    let mut bytes = fused().bytes();
    let adapter = open(&bytes, Some(CONFIG)).expect("an adapter");
    let mut source = Counting(&bytes, 0);
    let all: Vec<_> = adapter.deltas(&mut source).map(|(_, delta)| delta).collect();
    for (layer, delta) in adapter.layers().iter().zip(&all) {
        assert_eq!(*delta, layer.read(&mut &bytes[..]), "{}", layer.name());
    }
    assert_eq!(source.1, adapter.layers().iter().map(|layer| layer.bytes()).sum::<u64>());

    // So does reading some of them.
    let (mut source, mut held, mut ranges) = (Counting(&bytes, 0), Held::default(), Vec::new());
    for (layer, delta) in adapter.layers().iter().zip(&all).skip(1).step_by(2) {
        assert_eq!(layer.read_holding(&mut source, &mut held), *delta, "{}", layer.name());
        ranges.extend(layer.ranges().into_iter().map(|range| (range.start, range.end)));
    }
    let read = ranges.len();
    ranges.sort_unstable();
    ranges.dedup();
    assert!(ranges.len() < read, "they share tensors");
    assert_eq!(source.1, ranges.iter().map(|(start, end)| end - start).sum::<u64>());

    // Row 1 of B, column 2 of expert 3: number 8 + 1·4 + 3 counted from 0.
    let at = adapter.layers()[0].up().range().start as usize + 8 * 15;
    bytes[at..at + 8].copy_from_slice(&f64::NAN.to_le_bytes());
    let mut source = &bytes[..];
    let adapter = open(&bytes, Some(CONFIG)).expect("an adapter");
    let bad: Vec<String> =
        adapter.deltas(&mut source).filter_map(|(_, delta)| delta.err()).map(|problem| problem.to_string()).collect();
    let [b] = &peft("m.mlp.experts.base_layer")[1..] else { unreachable!() };
    assert_eq!(bad, [format!("tensor `{b}`: number 16 is NaN, which is not finite")]);
}

/// 48 layers, 128 experts, three projections, both factors: nothing is lost, and all layers fall into 144 groups.
#[test]
fn a_large_mixture_has_a_group_for_each_module_and_every_expert_in_it() {
    let mut names = Vec::new();
    for block in 0..48 {
        for expert in 0..128 {
            for projection in ["gate_proj", "up_proj", "down_proj"] {
                names.push(format!("model.layers.{block}.mlp.experts.{expert}.{projection}"));
            }
        }
    }
    let files = names.iter().fold(Files::default(), |files, name| peft_layer(files, name, "BF16", [2, 1, 2]));
    let adapter: Adapter = files.open(Some(r#"{"peft_type": "LORA", "r": 1, "lora_alpha": 1}"#));
    assert_eq!((adapter.layers().len(), adapter.problems().len()), (18_432, 0));
    let mut groups = std::collections::BTreeMap::<String, Vec<usize>>::new();
    for layer in adapter.layers() {
        let (module, index) = layer.group().expect("an expert");
        groups.entry(module).or_default().push(index);
    }
    assert_eq!(groups.len(), 144);
    assert!(groups.contains_key("model.layers.7.mlp.experts.up_proj"));
    assert!(groups.values_mut().all(|indices| {
        indices.sort_unstable();
        indices.iter().copied().eq(0..128)
    }));
}
