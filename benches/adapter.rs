//! `cargo bench --features adapter --bench adapter`: opening large adapters, and reading all of one.
//!
//! The numbers in the files are all alike, since only their count matters here.

use divan::{Bencher, black_box};
use lora_rank_explorer::adapter::{Adapter, large_sample};

fn main() {
    divan::main();
}

/// A safetensors file of F32 tensors with these names and shapes.
fn file(tensors: &[(String, [usize; 2])]) -> Vec<u8> {
    let mut end = 0;
    let entries: Vec<String> = tensors
        .iter()
        .map(|(name, shape)| {
            let begin = end;
            end += 4 * shape[0] * shape[1];
            format!(r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#)
        })
        .collect();
    let header = format!("{{{}}}", entries.join(","));
    let data = (0..end / 4).flat_map(|i| ((i % 7) as f32 - 3.0).to_le_bytes());
    (header.len() as u64).to_le_bytes().into_iter().chain(header.into_bytes()).chain(data).collect()
}

fn pair(module: &str, [m, r, n]: [usize; 3]) -> [(String, [usize; 2]); 2] {
    let name = |side| format!("base_model.model.{module}.lora_{side}.weight");
    [(name("A"), [r, n]), (name("B"), [m, r])]
}

/// 48 blocks of 128 experts with three projections: 36,864 tensors, one pair for each expert.
fn experts() -> Vec<u8> {
    let modules = (0..48).flat_map(|block| (0..128).map(move |expert| (block, expert)));
    let pairs = modules.flat_map(|(block, expert)| {
        ["down_proj", "gate_proj", "up_proj"]
            .map(|projection| pair(&format!("model.layers.{block}.mlp.experts.{expert}.{projection}"), [8, 2, 8]))
    });
    file(&pairs.flatten().collect::<Vec<_>>())
}

/// The same as PEFT's `target_parameters` stores it: 192 tensors, 12,288 layers.
fn fused() -> Vec<u8> {
    let modules = ["mlp.experts.base_layer", "mlp.experts"];
    let pairs = (0..48).flat_map(|block| {
        modules.map(|module| {
            let [(a, [_, n]), (b, [m, _])] = pair(&format!("model.layers.{block}.{module}"), [64, 2, 48]);
            [(a, [256, n]), (b, [m, 256])]
        })
    });
    file(&pairs.flatten().collect::<Vec<_>>())
}

const CONFIG: &str = r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 4,
    "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}"#;

fn open(bytes: &[u8], config: &str) -> Adapter {
    Adapter::open(&mut &bytes[..], bytes.len() as u64, Some(config)).expect("a safetensors file")
}

/// Opens and lists: names, shapes, scales and groups of all layers.
fn list(bencher: Bencher, bytes: &[u8], config: &str, layers: usize) {
    bencher.bench_local(|| {
        let adapter = open(bytes, config);
        assert_eq!(adapter.layers().len(), layers);
        black_box(adapter.layers().iter().filter_map(|layer| layer.group()).count())
    });
}

#[divan::bench(sample_count = 10)]
fn open_one_pair_for_each_expert(bencher: Bencher) {
    list(bencher, &experts(), CONFIG, 18_432);
}

#[divan::bench(sample_count = 10)]
fn open_fused_experts(bencher: Bencher) {
    list(bencher, &fused(), CONFIG, 12_288);
}

#[divan::bench(sample_count = 3)]
fn read_all_fused_experts(bencher: Bencher) {
    let bytes = fused();
    let adapter = open(&bytes, CONFIG);
    bencher.bench_local(|| {
        adapter.deltas(&mut &bytes[..]).for_each(|(_, delta)| drop(black_box(delta.expect("factors").spectrum())));
    });
}

/// 224 layers, 84 MB.
#[divan::bench(sample_count = 3)]
fn read_all_of_an_8_b_llama(bencher: Bencher) {
    let sample = large_sample();
    let adapter = open(&sample.file, &sample.config);
    bencher.bench_local(|| {
        adapter
            .deltas(&mut &sample.file[..])
            .for_each(|(_, delta)| drop(black_box(delta.expect("factors").spectrum())));
    });
}
