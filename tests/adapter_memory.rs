//! A small hostile file takes no more memory than a small multiple of its size. The tests are in a file of their own, since they
//! replace the global allocator.
#![cfg(feature = "adapter")]

mod counting;

use std::ops::Range;

use lora_rank_explorer::adapter::{Adapter, ReadBytes};

fn file(entries: &[String], data: usize) -> Vec<u8> {
    let header = format!("{{{}}}", entries.join(","));
    let mut bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
    bytes.resize(bytes.len() + data, 0);
    bytes
}

/// The problems of a file as texts, and how many times its size opening it and saying them takes.
fn open(name: &str, bytes: &[u8]) -> (Vec<String>, f64) {
    let (texts, peak) = counting::peak(|| {
        let adapter = Adapter::open(&mut &bytes[..], bytes.len() as u64, None).expect("a header");
        adapter.problems().iter().map(ToString::to_string).collect::<Vec<_>>()
    });
    let times = peak as f64 / bytes.len() as f64;
    println!("{name}: {} bytes of file, {peak} at once: {times:.1} times", bytes.len());
    (texts, times)
}

/// The most bytes at once for each byte of a file.
const MOST: f64 = 20.0;

#[test]
fn problems_of_one_kind_do_not_repeat_long_names() {
    let long = "n".repeat(250_000);
    let tensor = |name: &str, range: [usize; 2]| {
        format!(r#""{name}":{{"dtype":"U8","shape":[{}],"data_offsets":{range:?}}}"#, range[1] - range[0])
    };
    let many = |of: &dyn Fn(usize) -> String| {
        let first = [tensor(&long, [0, 5000])];
        first.into_iter().chain((0..5000).map(of)).collect::<Vec<String>>()
    };
    let duplicate = many(&|i| tensor(&format!("t{}", i / 2), [5000, 5000]));
    let overlapping = many(&|i| tensor(&format!("t{i}"), [i, i + 1]));
    let outside = many(&|i| tensor(&format!("t{i}"), [90_000 + 2 * i, 90_001 + 2 * i]));
    let cut = many(&|i| tensor(&format!("t{i}"), [5000 + i, 5001 + i]));
    let holes = many(&|i| tensor(&format!("t{i}"), [5001 + 2 * i, 5002 + 2 * i]));
    let wrong = many(&|i| format!(r#""t{i}":7"#));
    let cases = [
        ("overlaps", file(&overlapping, 5000), 4, "the file: 4,998 more tensors whose data overlaps that of another"),
        ("duplicates", file(&duplicate, 5000), 4, "the file: 4,997 more tensors that appear twice"),
        (
            "outside",
            file(&outside, 5000),
            4,
            "the file: 4,997 more tensors whose data the header places outside the file",
        ),
        ("cut off", file(&cut, 6000), 1, "the file is cut off: "),
        ("holes", file(&holes, 15_001), 4, "the file: 4,998 more ranges of bytes that belong to no tensor"),
        ("wrong", file(&wrong, 5000), 4, "the file: 4,997 more entries that are not the JSON that is expected"),
    ];
    for (name, bytes, count, last) in cases {
        let (texts, times) = open(name, &bytes);
        assert_eq!(texts.len(), count, "{name}");
        assert!(texts[count - 1].starts_with(last), "{name}: {}", &texts[count - 1][..200.min(texts[count - 1].len())]);
        assert!(times < MOST, "{name}: {times} times the file");
    }
}

#[test]
fn many_tensors_take_a_small_multiple_of_their_header() {
    let tensor = |name: String| format!(r#""{name}":{{"dtype":"F32","shape":[1,1],"data_offsets":[0,0]}}"#);
    let empty = |name: String| tensor(name).replace("[1,1]", "[0,0]");
    let sides = format!("[{}0]", "1,".repeat(1990));
    let cases: [(&str, &dyn Fn(usize) -> String); 5] = [
        ("plain", &|i| empty(format!("t{i}"))),
        ("lone factors", &|i| empty(format!("{i}.lora_A.weight"))),
        ("kinds", &|i| empty(format!("{i}.hada_w1_a"))),
        ("wrong lengths", &|i| tensor(format!("t{i}"))),
        ("many sides", &|i| format!(r#""t{i}":{{"dtype":"F32","shape":{sides},"data_offsets":[0,0]}}"#)),
    ];
    for (name, entry) in cases {
        let count = if name == "many sides" { 500 } else { 8_000 };
        let bytes = file(&(0..count).map(entry).collect::<Vec<_>>(), 0);
        let (_, times) = open(name, &bytes);
        assert!(times < MOST, "{name}: {times} times the file");
    }
}

/// A file whose alpha claims 1 GB.
struct Large(Vec<u8>);

impl ReadBytes for Large {
    fn read_bytes(&mut self, range: Range<u64>) -> Result<Vec<u8>, String> {
        assert!(range.end - range.start < 10_000, "{range:?} is read");
        (&self.0[..]).read_bytes(range)
    }
}

#[test]
fn an_alpha_of_any_size_is_refused_before_it_is_read() {
    const ALPHA: u64 = 1 << 30;
    let entry = |name: &str, shape: &str, begin: u64, end: u64| {
        format!(r#""q.{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{begin},{end}]}}"#)
    };
    let entries = [
        entry("lora_down.weight", "[1,1]", 0, 4),
        entry("lora_up.weight", "[1,1]", 4, 8),
        entry("alpha", &format!("[{}]", ALPHA / 4), 8, 8 + ALPHA),
    ];
    let bytes = file(&entries, 8);
    let length = bytes.len() as u64 + ALPHA;
    let (adapter, peak) = counting::peak(|| Adapter::open(&mut Large(bytes), length, None).expect("a header"));
    assert!(peak < 100_000, "{peak} bytes");
    assert!(adapter.layers().is_empty());
    let text = adapter.problems()[0].to_string();
    assert_eq!(text, "tensor `q.alpha`: the shape is [268435456], and one number is expected");
}
