//! Each kind that is read, beside the formula of its owner with whole matrices and another svd.

use lora_rank_explorer::adapter::{Adapter, Kind, Layer};
use nalgebra::{DMatrix, DVector};

use crate::files::{Files, open, problems};
use crate::made::check_made;

/// How far a singular value may be off, relative to the largest.
const BAR: f64 = 1e-12;

/// Numbers between −1 and 1 that are different for each name.
pub fn numbers(name: &str, count: usize) -> Vec<f64> {
    let mut state = name
        .bytes()
        .fold(0x9E37_79B9_7F4A_7C15u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
    let mut next = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Adds a tensor with numbers of its name.
pub fn add(files: Files, name: &str, shape: &[usize]) -> Files {
    files.numbers(name, "F64", shape, &numbers(name, shape.iter().product()))
}

/// The tensor of this name as a matrix.
pub fn matrix(name: &str, rows: usize, cols: usize) -> DMatrix<f64> {
    DMatrix::from_row_slice(rows, cols, &numbers(name, rows * cols))
}

pub fn spectrum(layer: &Layer, bytes: &[u8]) -> Vec<f64> {
    layer.read(&mut &bytes[..]).expect("factors").spectrum().expect("memory").singular_values().to_vec()
}

/// The distance of our values to those of `whole`, relative to the largest.
pub fn distance(ours: &[f64], whole: &DMatrix<f64>) -> f64 {
    let mut theirs: Vec<f64> = whole.clone().svd(false, false).singular_values.iter().copied().collect();
    theirs.sort_by(|x, y| y.total_cmp(x));
    let one = |(i, value): (usize, &f64)| (ours.get(i).copied().unwrap_or(0.0) - value).abs();
    theirs.iter().enumerate().map(one).fold(0.0, f64::max) / theirs[0]
}

/// Opens a file with one layer and compares it with `whole`.
fn check(files: &Files, config: Option<&str>, kind: Kind, whole: &DMatrix<f64>) -> Adapter {
    let bytes = files.bytes();
    let adapter = open(&bytes, config).expect("a safetensors file");
    assert_eq!(problems(&adapter), Vec::<String>::new(), "{kind:?}");
    let [layer] = adapter.layers() else { panic!("{kind:?}: {} layers", adapter.layers().len()) };
    assert_eq!((layer.kind(), layer.rows(), layer.cols()), (kind, whole.nrows(), whole.ncols()), "{kind:?}");
    let off = distance(&spectrum(layer, &bytes), whole);
    assert!(off <= BAR, "{kind:?}: {off:e}");
    if layer.becomes_pair() {
        check_made(&adapter, &bytes, whole);
    }
    // What is not resized stays byte for byte, and is named.
    if layer.kept().is_some() && layer.rank() > 1 && layer.scale().value().is_some() {
        let mut plan = adapter.resize(&[1]).expect("a plan");
        assert_eq!(plan.kept().len(), 1, "{kind:?}");
        assert!(
            plan.kept()[0].to_string().starts_with(&format!("module `{}` is kept as it was: ", layer.name())),
            "{}",
            plan.kept()[0]
        );
        let mut file = Vec::new();
        plan.write(&mut &bytes[..], &mut file).expect("written");
        let again = open(&file, plan.config()).expect("a safetensors file");
        let (new, old) = (again.layers()[0].read(&mut &file[..]), layer.read(&mut &bytes[..]));
        assert_eq!((new, again.layers()[0].scale()), (old, layer.scale()), "{kind:?}");
    }
    adapter
}

/// Σ_l core(i, l, h)·down(l, j) in row i and column (j, h).
fn tucker(core: &str, [p, q, places]: [usize; 3], down: &DMatrix<f64>) -> DMatrix<f64> {
    let core = numbers(core, p * q * places);
    let entry = |i: usize, column: usize| {
        let (j, h) = (column / places, column % places);
        (0..q).map(|l| core[(i * q + l) * places + h] * down[(l, j)]).sum()
    };
    DMatrix::from_fn(p, down.ncols() * places, entry)
}

#[test]
fn loha_is_the_product_of_two_products_entry_by_entry() {
    let (m, n, r) = (9, 11, 3);
    let files = [("hada_w1_a", [m, r]), ("hada_w1_b", [r, n]), ("hada_w2_a", [m, r]), ("hada_w2_b", [r, n])];
    let named = |prefix: &str| {
        files.iter().fold(Files::default(), |all, (name, shape)| add(all, &format!("{prefix}.{name}"), shape))
    };
    let product = |prefix: &str, i: usize| {
        matrix(&format!("{prefix}.hada_w{i}_a"), m, r) * matrix(&format!("{prefix}.hada_w{i}_b"), r, n)
    };
    let whole = |prefix: &str| product(prefix, 1).component_mul(&product(prefix, 2));
    let kohya = named("lora_unet_q").numbers("lora_unet_q.alpha", "F32", &[], &[6.0]);
    let adapter = check(&kohya, None, Kind::LoHa, &(whole("lora_unet_q") * 2.0));
    assert_eq!(
        (adapter.layers()[0].rank(), adapter.layers()[0].scale().to_string()),
        (9, "2, from its alpha tensor".into())
    );
    let peft = "base_model.model.q";
    let config = r#"{"peft_type": "LOHA", "r": 3, "alpha": 12, "alpha_pattern": {"k": 1}}"#;
    check(&named(peft), Some(config), Kind::LoHa, &(whole(peft) * 4.0));

    // A convolution of 3 × 2 places in Tucker form: B is stored transposed.
    let shapes: [(&str, &[usize]); 6] = [
        ("c.hada_w1_a", &[r, m]),
        ("c.hada_w1_b", &[r, 4]),
        ("c.hada_t1", &[r, r, 3, 2]),
        ("c.hada_w2_a", &[r, m]),
        ("c.hada_w2_b", &[r, 4]),
        ("c.hada_t2", &[r, r, 3, 2]),
    ];
    let files = shapes.iter().fold(Files::default(), |files, (name, shape)| add(files, name, shape));
    let side = |i: usize| {
        let down = matrix(&format!("c.hada_w{i}_b"), r, 4);
        matrix(&format!("c.hada_w{i}_a"), r, m).transpose() * tucker(&format!("c.hada_t{i}"), [r, r, 6], &down)
    };
    let files = files.numbers("c.alpha", "F32", &[], &[3.0]);
    check(&files, None, Kind::LoHa, &side(1).component_mul(&side(2)));
}

#[test]
fn lokr_is_the_kronecker_product_however_its_factors_are_stored() {
    let (m1, n1, m2, n2, r) = (3, 2, 4, 5, 2);
    for (first_whole, second_whole) in [(true, true), (true, false), (false, true), (false, false)] {
        for places in [1, 6] {
            let mut files = Files::default();
            let mut one = |i: usize, whole: bool, m: usize, n: usize, kernel: &[usize]| {
                let name = |ending: &str| format!("lora_unet_q.lokr_w{i}{ending}");
                let cols = n * kernel.iter().product::<usize>();
                let take =
                    |files: &mut Files, name: &str, shape: &[usize]| *files = add(std::mem::take(files), name, shape);
                if whole {
                    take(&mut files, &name(""), &[&[m, n], kernel].concat());
                    return matrix(&name(""), m, cols);
                }
                take(&mut files, &name("_a"), &[m, r]);
                take(&mut files, &name("_b"), &[r, cols]);
                matrix(&name("_a"), m, r) * matrix(&name("_b"), r, cols)
            };
            let kernel: &[usize] = if places == 1 { &[] } else { &[3, 2] };
            let first = one(1, first_whole, m1, n1, &[]);
            let second = one(2, second_whole, m2, n2, kernel);
            let files = files.numbers("lora_unet_q.alpha", "F32", &[], &[6.0]);
            // 1 where both are whole, whatever alpha is.
            let scale = if first_whole && second_whole { 1.0 } else { 3.0 };
            check(&files, None, Kind::LoKr, &(first.kronecker(&second) * scale));
        }
    }
    // With a core, W₂'s first factor is stored transposed.
    let shapes: [(&str, &[usize]); 4] =
        [("c.lokr_w1", &[m1, n1]), ("c.lokr_w2_a", &[r, m2]), ("c.lokr_w2_b", &[r, n2]), ("c.lokr_t2", &[r, r, 3, 3])];
    let files = shapes.iter().fold(Files::default(), |files, (name, shape)| add(files, name, shape));
    let second =
        matrix("c.lokr_w2_a", r, m2).transpose() * tucker("c.lokr_t2", [r, r, 9], &matrix("c.lokr_w2_b", r, n2));
    let files = files.numbers("c.alpha", "F32", &[], &[2.0]);
    check(&files, None, Kind::LoKr, &matrix("c.lokr_w1", m1, n1).kronecker(&second));
}

#[test]
fn pefts_lokr_divides_by_the_rank_of_the_configuration_also_where_both_factors_are_whole() {
    let names = ["base_model.model.q.lokr_w1", "base_model.model.q.lokr_w2"];
    let files = add(add(Files::default(), names[0], &[2, 3]), names[1], &[4, 5]);
    let whole = matrix(names[0], 2, 3).kronecker(&matrix(names[1], 4, 5));
    let config = r#"{"peft_type": "LOKR", "r": 4, "alpha": 2, "rank_pattern": {"q": 8}, "alpha_pattern": {"q": 4}}"#;
    check(&files, Some(config), Kind::LoKr, &(whole * 0.5));
    assert_eq!(files.open(None).layers()[0].scale().value(), None, "without the configuration it is not known");
}

#[test]
fn lokr_with_two_ranks_is_refused_since_loaders_differ() {
    let files = add(add(Files::default(), "q.lokr_w1_a", &[3, 2]), "q.lokr_w1_b", &[2, 3]);
    let files = add(add(files, "q.lokr_w2_a", &[3, 1]), "q.lokr_w2_b", &[1, 3]).numbers("q.alpha", "F32", &[], &[2.0]);
    let found = problems(&files.open(None));
    assert!(found[0].starts_with("module `q`: LoKr: its factors have ranks 2 and 1, and loaders differ"), "{found:?}");
}

#[test]
fn locon_with_a_middle_is_up_times_the_middle_times_down() {
    let files = add(Files::default(), "q.lora_down.weight", &[3, 5, 1, 1]);
    let files = add(add(files, "q.lora_up.weight", &[7, 3, 1, 1]), "q.lora_mid.weight", &[3, 3, 2, 2]);
    let files = files.numbers("q.alpha", "F32", &[], &[1.5]);
    let a = tucker("q.lora_mid.weight", [3, 3, 4], &matrix("q.lora_down.weight", 3, 5));
    check(&files, None, Kind::Tucker, &(matrix("q.lora_up.weight", 7, 3) * a * 0.5));
}

#[test]
fn adalora_divides_by_the_rank_it_began_with_and_a_small_number() {
    let pair = |suffix: &str| {
        let name = |part: &str| format!("base_model.model.q.{part}{suffix}");
        let files = add(add(Files::default(), &name("lora_A"), &[3, 5]), &name("lora_B"), &[6, 3]);
        let files = add(files, &name("lora_E"), &[3, 1]);
        let diagonal = DMatrix::from_diagonal(&DVector::from_vec(numbers(&name("lora_E"), 3)));
        (files, matrix(&name("lora_B"), 6, 3) * diagonal * matrix(&name("lora_A"), 3, 5))
    };
    let config = r#"{"peft_type": "ADALORA", "r": 8, "init_r": 4, "target_r": 2, "lora_alpha": 8, "rank_pattern": {"q.lora_E": [true, false]}}"#;
    for suffix in ["", ".policy"] {
        let (files, whole) = pair(suffix);
        let adapter = check(&files, Some(config), Kind::AdaLoRa, &(&whole * (8.0 / (4.0 + 1e-5))));
        assert_eq!(adapter.layers()[0].rank(), 3);
    }
    let (files, whole) = pair("");
    let files = files.numbers("base_model.model.q.ranknum", "F32", &[1], &[6.0]);
    check(&files, Some(config), Kind::AdaLoRa, &(whole * (8.0 / (6.0 + 1e-5))));
    let (files, _) = pair("");
    assert_eq!(files.open(None).layers()[0].scale().value(), None);
    let lora = files.open(Some(r#"{"peft_type": "LORA", "r": 3}"#));
    assert!(
        lora.layers().is_empty() && problems(&lora)[0].contains("the tensors have AdaLoRA"),
        "{:?}",
        problems(&lora)
    );
    // PEFT gives each of its layers `lora_alpha`.
    let patterns = config.replace(r#""r": 8"#, r#""r": 8, "alpha_pattern": {"q": 64, "(": 1}"#);
    let (files, whole) = pair("");
    check(&files, Some(&patterns), Kind::AdaLoRa, &(whole * (8.0 / (4.0 + 1e-5))));
    // Without a diagonal it is loralib's or Mochi's plain pair.
    let plain = Files::default().tensor("q.lora_A", "F32", &[2, 5]).tensor("q.lora_B", "F32", &[6, 2]);
    assert_eq!(plain.open(None).layers()[0].kind(), Kind::Lora);
}

#[test]
fn pefts_variants_that_put_factors_together_are_read_so() {
    let name = |part: &str| format!("base_model.model.model.q_proj.{part}");
    let [a, b] = [name("lora_A.weight"), name("lora_B.weight")];
    let config = |more: &str| format!(r#"{{"peft_type": "LORA", "r": 4, "lora_alpha": 8, {more}}}"#);

    let files = add(add(Files::default(), &a, &[4, 5]), &b, &[6, 4]);
    let (whole_a, whole_b) = (matrix(&a, 4, 5), matrix(&b, 6, 4));
    let diagonal = DVector::from_vec(numbers(&name("lora_diag"), 4));
    let kasa = add(files.clone(), &name("lora_diag"), &[4]);
    let whole = &whole_b * DMatrix::from_diagonal(&diagonal) * &whole_a * 2.0;
    check(&kasa, Some(&config(r#""kasa_config": {}"#)), Kind::KaSa, &whole);

    let lacking = problems(&files.open(Some(&config(r#""kasa_config": {}"#))));
    assert_eq!(lacking, ["module `model.q_proj`: its other factor `lora_diag` is missing"], "without its diagonal");

    let blocks = |of: &DMatrix<f64>, count: usize| {
        let rows = of.nrows() / count;
        DMatrix::from_fn(of.nrows(), of.ncols() * count, |i, j| {
            if i / rows == j / of.ncols() { of[(i, j % of.ncols())] } else { 0.0 }
        })
    };
    // Whether these are plain depends on the base model, which the file says nothing of.
    for (on, kind) in [
        (r#""use_bdlora": {"target_modules_bd_a": ["q_proj"], "nblocks": 2}"#, Kind::BdLora),
        (r#""use_qalora": true, "qalora_group_size": 8"#, Kind::QaLora),
        (r#""monteclora_config": {}"#, Kind::Other("MonteCLoRA")),
        // With these, the loader changes the base weight.
        (r#""init_lora_weights": "pissa""#, Kind::ChangesBase("PiSSA")),
        (r#""init_lora_weights": "pissa_niter_4""#, Kind::ChangesBase("PiSSA")),
        (r#""init_lora_weights": "corda""#, Kind::ChangesBase("CorDA")),
        (r#""init_lora_weights": "OLoRA""#, Kind::ChangesBase("OLoRA")),
        (r#""init_lora_weights": "loftq""#, Kind::ChangesBase("LoftQ")),
    ] {
        let adapter = files.open(Some(&config(on)));
        let says = format!("module `model.q_proj`: {}: {}", kind.name(), kind.why().expect("a reason"));
        assert_eq!((adapter.layers().len(), problems(&adapter)), (0, vec![says]));
    }
    // PEFT changes no embedding.
    let embedding = |side: &str| format!("base_model.model.model.embed.lora_embedding_{side}");
    let embeddings = add(add(Files::default(), &embedding("A"), &[4, 5]), &embedding("B"), &[6, 4]);
    let adapter = embeddings.open(Some(&config(r#""init_lora_weights": "pissa""#)));
    assert_eq!((adapter.layers().len(), problems(&adapter)), (1, vec![]));
    let plain =
        ["gaussian", "eva", "orthogonal", "mica", "lora_ga"].map(|how| format!(r#""init_lora_weights": "{how}""#));
    let off = [
        r#""use_bdlora": null"#,
        r#""use_qalora": false"#,
        r#""target_parameters": []"#,
        r#""init_lora_weights": true"#,
    ];
    for off in off.into_iter().chain(plain.iter().map(String::as_str)) {
        check(&files, Some(&config(off)), Kind::Lora, &(&whole_b * &whole_a * 2.0));
    }

    let grouped = add(add(Files::default(), &a, &[4, 5, 3, 1]), &b, &[6, 2, 1, 1]);
    let whole = blocks(&matrix(&b, 6, 2), 2) * matrix(&a, 4, 15) * 2.0;
    check(&grouped, Some(&config(r#""bias": "none""#)), Kind::GroupedConvolution, &whole);
}

#[test]
fn a_whole_difference_is_what_it_is() {
    for shape in [&[4, 5][..], &[4, 5, 3, 3]] {
        let cols = shape[1..].iter().product();
        let files =
            add(Files::default(), "blocks.0.q.diff", shape).numbers("blocks.0.q.diff_b", "F32", &[4], &[1.0; 4]);
        let bytes = files.bytes();
        let adapter = open(&bytes, None).expect("a file");
        let layer = &adapter.layers()[0];
        assert_eq!((layer.kind(), layer.scale().value()), (Kind::Full, Some(1.0)));
        assert!(distance(&spectrum(layer, &bytes), &matrix("blocks.0.q.diff", 4, cols)) <= BAR);
        assert_eq!(
            problems(&adapter),
            ["module `blocks.0.q`: LoRA bias: the bias is not part of B·A and is left as it is"]
        );
    }
}

#[test]
fn pairs_under_other_names_are_plain_lora() {
    // mlx-lm's are transposed, with a scale of its own.
    let files = add(add(Files::default(), "model.q.lora_a", &[5, 2]), "model.q.lora_b", &[2, 6]);
    let whole = (matrix("model.q.lora_a", 5, 2) * matrix("model.q.lora_b", 2, 6)).transpose();
    let config = r#"{"fine_tune_type": "lora", "lora_parameters": {"rank": 2, "scale": 20.0}}"#;
    check(&files, Some(config), Kind::Lora, &(&whole * 20.0));
    assert_eq!(files.open(None).layers()[0].scale().value(), None);
    let dora = files.open(Some(&config.replace("\"lora\"", "\"dora\"")));
    assert!(dora.layers().is_empty() && problems(&dora)[0].contains("DoRA"), "{:?}", problems(&dora));

    for [a, b] in [
        ["q.lora_a.weight", "q.lora_b.weight"],
        ["q.lora_A.policy.weight", "q.lora_B.policy.weight"],
        ["q.lora_embedding_A.policy", "q.lora_embedding_B.policy"],
        ["q.lora_down", "q.lora_up"],
        ["double_blocks.0.processor.qkv_lora1.down.weight", "double_blocks.0.processor.qkv_lora1.up.weight"],
    ] {
        let files = add(add(Files::default(), a, &[2, 5]), b, &[6, 2]);
        let adapter = check(&files, None, Kind::Lora, &(matrix(b, 6, 2) * matrix(a, 2, 5)));
        assert_eq!(adapter.layers()[0].adapter(), a.contains("policy").then_some("policy"), "{a}");
    }
    // Stability's control-LoRA has a marker, without which `down` and `up` say nothing.
    let files =
        add(add(Files::default(), "input_blocks.0.0.down", &[2, 4, 3, 3]), "input_blocks.0.0.up", &[6, 2, 1, 1]);
    assert_eq!((files.open(None).layers().len(), files.open(None).plain_tensors().len()), (0, 2));
    let adapter = files.tensor("lora_controlnet", "F32", &[0]).open(None);
    assert_eq!(
        (adapter.layers().len(), adapter.layers()[0].cols(), adapter.layers()[0].scale().value()),
        (1, 36, Some(1.0))
    );
}

#[test]
fn two_adapters_in_a_file_are_two_layers_with_their_names_and_are_kept() {
    let mut files = Files::default();
    for adapter in ["policy", "reference"] {
        for (side, shape) in [("A", [2, 5]), ("B", [6, 2])] {
            files = add(files, &format!("base_model.model.q.lora_{side}.{adapter}.weight"), &shape);
        }
    }
    let adapter = files.open(Some(r#"{"peft_type": "LORA", "r": 2, "lora_alpha": 2}"#));
    assert_eq!(problems(&adapter), Vec::<String>::new());
    let names: Vec<_> = adapter.layers().iter().map(|layer| (layer.name(), layer.module(), layer.adapter())).collect();
    assert_eq!(names, [("q (policy)", "q", Some("policy")), ("q (reference)", "q", Some("reference"))]);
    assert_eq!(adapter.resize(&[1, 1]).expect("a plan").kept().len(), 2);
}
