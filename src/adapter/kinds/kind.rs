//! [`Kind`]: what an adapter, or a part of one, is by the names of its tensors or by its configuration.

/// A kind of adapter, or of a part of one.
///
/// Some are read: [`why`](Self::why) is `None` for them, and their layers have a spectrum. The others are named, with what they
/// would need.
///
/// ```
/// use lora_rank_explorer::adapter::Kind;
///
/// assert_eq!((Kind::LoKr.name(), Kind::LoKr.why()), ("LoKr", None));
/// assert!(Kind::DoRa.why().is_some_and(|why| why.contains("base weight")));
/// assert!(Kind::ALL.contains(&Kind::LoHa));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// scale·B·A, under any of the names that are read.
    Lora,
    /// `lora_mid`: LoCon's Tucker form of a convolution.
    Tucker,
    /// `lora_E`: scale·B·diag(E)·A.
    AdaLoRa,
    /// `lora_diag`: scale·B·diag(d)·A, on a base weight that lost its smallest singular values.
    KaSa,
    /// `hada_…`: the product of two B·A, entry by entry.
    LoHa,
    /// `lokr_…`: a Kronecker product.
    LoKr,
    /// `diff`: the whole difference.
    Full,
    /// The factors of all experts of a module in one pair of tensors.
    FusedExperts,
    /// `use_bdlora` in PEFT's configuration: A or B is block-diagonal.
    BdLora,
    /// `use_qalora` in PEFT's configuration: each column of A stands for a group of inputs.
    QaLora,
    /// PEFT's LoRA of a convolution with groups: B is block-diagonal.
    GroupedConvolution,
    /// `init_lora_weights` in PEFT's configuration names a method with which PEFT changes the base weight: PiSSA and its like.
    ChangesBase(&'static str),
    /// `lora_magnitude_vector` (PEFT), `dora_scale` (LyCORIS).
    DoRa,
    /// `a1`, `a2`, `b1`, `b2` (LyCORIS), `glora_…` (PEFT).
    GLoRa,
    /// `oft_…`, `boft_…`.
    Oft,
    /// `ia3_l` (PEFT), `on_input` (LyCORIS).
    Ia3,
    /// `vera_…`.
    VeRa,
    /// `adapter.linear_in` and `adapter.linear_out`, as Megatron and NeMo write them.
    Megatron,
    /// `prompt_embeddings`: prompt tuning, prefix tuning, P-tuning and their like.
    Prompt,
    /// Another method of PEFT, by its name.
    Other(&'static str),
    /// Tensors that begin with `lora_` and belong to no kind that is known here.
    Unknown,
    /// `w_norm`, `b_norm` (LyCORIS), or the `diff` of a vector.
    Norm,
    /// `diff_b`, or a bias beside the factors: the layer is shown without it.
    Bias,
    /// `set_weight`, `reshape_weight` and `diff_m`, which ComfyUI applies besides.
    Beside,
}

impl Kind {
    /// Every kind, in the order to list them; of [`ChangesBase`](Self::ChangesBase) PiSSA and of [`Other`](Self::Other) MiSS as examples.
    pub const ALL: &'static [Self] = &[
        Self::Lora,
        Self::Tucker,
        Self::AdaLoRa,
        Self::KaSa,
        Self::LoHa,
        Self::LoKr,
        Self::Full,
        Self::FusedExperts,
        Self::BdLora,
        Self::QaLora,
        Self::GroupedConvolution,
        Self::ChangesBase("PiSSA"),
        Self::DoRa,
        Self::GLoRa,
        Self::Oft,
        Self::Ia3,
        Self::VeRa,
        Self::Megatron,
        Self::Prompt,
        Self::Other("MiSS"),
        Self::Unknown,
        Self::Norm,
        Self::Bias,
        Self::Beside,
    ];

    /// The name it is known by.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Kind;
    /// assert_eq!(Kind::Tucker.name(), "LoCon with lora_mid");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Lora => "LoRA",
            Self::Tucker => "LoCon with lora_mid",
            Self::AdaLoRa => "AdaLoRA",
            Self::KaSa => "KaSA",
            Self::LoHa => "LoHa",
            Self::LoKr => "LoKr",
            Self::Full => "LyCORIS full difference",
            Self::FusedExperts => "LoRA of fused experts",
            Self::BdLora => "BD-LoRA",
            Self::QaLora => "QALoRA",
            Self::GroupedConvolution => "LoRA of a grouped convolution",
            Self::DoRa => "DoRA",
            Self::GLoRa => "GLoRA",
            Self::Oft => "OFT",
            Self::Ia3 => "(IA)³",
            Self::VeRa => "VeRA",
            Self::Megatron => "Megatron's LoRA",
            Self::Prompt => "prompt or prefix tuning",
            Self::ChangesBase(name) | Self::Other(name) => name,
            Self::Unknown => "LoRA of an unknown kind",
            Self::Norm => "trained normalisation",
            Self::Bias => "LoRA bias",
            Self::Beside => "weight beside the factors",
        }
    }

    /// Why it has no spectrum here and what it would need, in a few words; `None` where it has one.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Kind;
    /// assert!(Kind::Oft.why().is_some_and(|why| why.contains("base weight")));
    /// ```
    pub fn why(self) -> Option<&'static str> {
        Some(match self {
            Self::Lora
            | Self::Tucker
            | Self::AdaLoRa
            | Self::KaSa
            | Self::LoHa
            | Self::LoKr
            | Self::Full
            | Self::FusedExperts
            | Self::GroupedConvolution => return None,
            Self::BdLora => {
                "A or B holds the blocks of a block-diagonal matrix, except where the base model is quantised with bitsandbytes; the \
                 file does not say whether it was"
            }
            Self::QaLora => {
                "each column of A stands for a group of inputs where the base model is quantised with GPTQ, and else for one; the \
                 file does not say whether it was"
            }
            Self::ChangesBase(_) => {
                "its loader changes the base weight, so that B·A is not the update: save it with PEFT's \
                 `path_initial_model_for_weight_conversion`, which needs the adapter as it was before the training, or compare two checkpoints"
            }
            Self::DoRa => {
                "a magnitude for each column is learnt beside B·A; its update depends on the base weight, which would be needed"
            }
            Self::GLoRa => "its update is a product with the base weight, which would be needed",
            Self::Oft => "it rotates the base weight instead of adding to it, so that the base weight would be needed",
            Self::Ia3 => "it scales activations instead of adding to a weight; the base weight would be needed",
            Self::VeRa => {
                "its matrices are shared and random, and only vectors are learnt; the matrices would be needed"
            }
            Self::Megatron => {
                "its factors may be split over the processes of the training, and its scale is not in the file; convert it to PEFT's layout"
            }
            Self::Prompt => "it adds to the input, not to weights, so that no rank belongs to it",
            Self::Other(_) => {
                "not B·A: what it does to a weight is not computed here; PEFT can merge it, and two checkpoints can be compared"
            }
            Self::Unknown => "what these tensors do to a weight is not known here",
            Self::Norm => "a vector, not a matrix; it is left as it is",
            Self::Bias => "the bias is not part of B·A and is left as it is",
            Self::Beside => "it is not part of B·A and is left as it is",
        })
    }
}
