//! PEFT's methods besides LoRA, AdaLoRA, LoHa and LoKr: by `peft_type`, and by the names of their tensors.

use super::kind::Kind;

/// `peft_type`, the method, and the names of its parameters; a name that ends with `*` stands for all that begin so.
///
/// From `PeftType` and the `tuners` of PEFT 0.21.2; Bone is MiSS's older name.
const METHODS: [(&str, Kind, &[&str]); 42] = [
    ("IA3", Kind::Ia3, &["ia3_l*"]),
    ("OFT", Kind::Oft, &["oft_*"]),
    ("BOFT", Kind::Oft, &["boft_*"]),
    ("VERA", Kind::VeRa, &["vera_*"]),
    ("GLORA", Kind::GLoRa, &["glora_*"]),
    ("PROMPT_TUNING", Kind::Prompt, &["prompt_embeddings"]),
    ("P_TUNING", Kind::Prompt, &["prompt_encoder"]),
    ("PREFIX_TUNING", Kind::Prompt, &["prefix_encoder"]),
    ("MULTITASK_PROMPT_TUNING", Kind::Prompt, &["prefix_task_cols", "prefix_task_rows"]),
    ("CPT", Kind::Prompt, &["cpt_embeddings"]),
    ("CARTRIDGE", Kind::Prompt, &["cartridge_*"]),
    ("ADAPTION_PROMPT", Kind::Prompt, &["adaption_prompt", "adaption_gate"]),
    ("MISS", Kind::Other("MiSS"), &["miss_block*"]),
    ("BONE", Kind::Other("Bone"), &["bone_block*"]),
    ("PVERA", Kind::Other("PVeRA"), &["pvera_*"]),
    ("VBLORA", Kind::Other("VB-LoRA"), &["vblora_*"]),
    ("UNILORA", Kind::Other("Uni-LoRA"), &["unilora_*"]),
    ("FOURIERFT", Kind::Other("FourierFT"), &["fourierft_*"]),
    ("WAVEFT", Kind::Other("WaveFT"), &["waveft_*"]),
    ("HRA", Kind::Other("HRA"), &["hra_u*"]),
    ("LN_TUNING", Kind::Other("LN tuning"), &["ln_tuning_*"]),
    ("RANDLORA", Kind::Other("RandLoRA"), &["randlora_*"]),
    ("C3A", Kind::Other("C3A"), &["c3a_*"]),
    ("SHIRA", Kind::Other("SHiRA"), &["shira_*"]),
    ("ROAD", Kind::Other("RoAd"), &["road_theta", "road_alpha"]),
    ("POLY", Kind::Other("Poly"), &["poly_lora_*", "poly_router"]),
    ("XLORA", Kind::Other("X-LoRA"), &["internal_xlora_classifier"]),
    ("HIRA", Kind::Other("HiRA"), &["hira_A", "hira_B", "hira_embedding_*"]),
    ("OSF", Kind::Other("OSF"), &["osf_*"]),
    ("DELORA", Kind::Other("DeLoRA"), &["delora_*"]),
    ("GRALORA", Kind::Other("GraLoRA"), &["gralora_*"]),
    ("TINYLORA", Kind::Other("TinyLoRA"), &["tinylora_*"]),
    ("PSOFT", Kind::Other("PSOFT"), &["psoft_*"]),
    ("PEANUT", Kind::Other("PEANuT"), &["peanut_A", "peanut_B", "peanut_decoders", "peanut_encoders"]),
    ("SHADOW", Kind::Other("Shadow"), &["shadow_down", "shadow_up", "shadow_update_*"]),
    ("SUPERTUNING", Kind::Other("SuperTuning"), &["supertuning_*"]),
    ("DEFT", Kind::Other("DEFT"), &["deft_P", "deft_R"]),
    ("ADAMSS", Kind::Other("AdaMSS"), &["adamss_*"]),
    ("BEFT", Kind::Other("BEFT"), &["beft_*"]),
    ("LILY", Kind::Other("Lily"), &["lily_A", "lily_B", "lily_router"]),
    ("FROD", Kind::Other("FRoD"), &["frod_*"]),
    ("TRAINABLE_TOKENS", Kind::Other("trainable tokens"), &[]),
];

/// The method with this `peft_type`, if it is one of these.
pub(crate) fn by_type(peft_type: &str) -> Option<Kind> {
    METHODS.iter().find(|(own, ..)| *own == peft_type).map(|(_, kind, _)| *kind)
}

/// The method that has a parameter of this name.
pub(crate) fn by_parameter(word: &str) -> Option<Kind> {
    let is = |name: &&str| name.strip_suffix('*').map_or(word == *name, |begin| word.starts_with(begin));
    METHODS.iter().find(|(.., names)| names.iter().any(is)).map(|(_, kind, _)| *kind)
}
