//! [`Kind`]: the adapters that are recognised by the names of their tensors but are not plain B·A.

/// A kind of adapter, or of a part of one, that is not a product of two factors.
///
/// ```
/// use lora_rank_explorer::adapter::Kind;
///
/// assert_eq!(Kind::DoRa.name(), "DoRA");
/// assert!(Kind::ALL.contains(&Kind::LoHa));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `lora_magnitude_vector` (PEFT), `dora_scale` (LyCORIS).
    DoRa,
    /// `lora_E`, `ranknum`.
    AdaLoRa,
    /// `hada_…`.
    LoHa,
    /// `lokr_…`.
    LoKr,
    /// `lora_mid`: LoCon's Tucker form of a convolution.
    Tucker,
    /// `diff`, `diff_b`: LyCORIS's full difference.
    Full,
    /// `w_norm`, `b_norm`: LyCORIS's trained normalisation.
    Norm,
    /// `oft_…`, `boft_…`.
    Oft,
    /// `ia3_l` (PEFT), `on_input` (LyCORIS).
    Ia3,
    /// `vera_…`.
    VeRa,
    /// `lora_diag` (PEFT's KaSA).
    KaSa,
    /// `use_bdlora` in PEFT's configuration.
    BdLora,
    /// `use_qalora` in PEFT's configuration.
    QaLora,
    /// `target_parameters` in PEFT's configuration: the factors of all experts in one pair.
    FusedExperts,
    /// `lora_a` and `lora_b` without `.weight`, as mlx-lm writes them.
    Mlx,
    /// `adapter.linear_in` and `adapter.linear_out`, as Megatron and NeMo write them.
    Megatron,
    /// A bias beside the factors: the layer is shown without it.
    Bias,
}

impl Kind {
    /// Every kind, in the order to list them.
    pub const ALL: [Self; 17] = [
        Self::DoRa,
        Self::AdaLoRa,
        Self::LoHa,
        Self::LoKr,
        Self::Tucker,
        Self::Full,
        Self::Norm,
        Self::Oft,
        Self::Ia3,
        Self::VeRa,
        Self::KaSa,
        Self::BdLora,
        Self::QaLora,
        Self::FusedExperts,
        Self::Mlx,
        Self::Megatron,
        Self::Bias,
    ];

    /// The name it is known by.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Kind;
    /// assert_eq!(Kind::Tucker.name(), "LoCon with lora_mid");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::DoRa => "DoRA",
            Self::AdaLoRa => "AdaLoRA",
            Self::LoHa => "LoHa",
            Self::LoKr => "LoKr",
            Self::Tucker => "LoCon with lora_mid",
            Self::Full => "LyCORIS full difference",
            Self::Norm => "LyCORIS normalisation",
            Self::Oft => "OFT",
            Self::Ia3 => "(IA)³",
            Self::VeRa => "VeRA",
            Self::KaSa => "KaSA",
            Self::BdLora => "BD-LoRA",
            Self::QaLora => "QALoRA",
            Self::FusedExperts => "LoRA of fused experts",
            Self::Mlx => "mlx-lm's LoRA",
            Self::Megatron => "Megatron's LoRA",
            Self::Bias => "LoRA bias",
        }
    }

    /// Why it has no spectrum here, in a few words.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::Kind;
    /// assert!(Kind::LoKr.why().contains("Kronecker"));
    /// ```
    pub fn why(self) -> &'static str {
        match self {
            Self::DoRa => "a magnitude for each column is learnt beside B·A, and depends on the base weight",
            Self::AdaLoRa => "it stores P·Λ·Q with its own ranks, not B·A",
            Self::LoHa => "an element-wise product of two products, of any rank",
            Self::LoKr => "a Kronecker product, of any rank",
            Self::Tucker => "three factors, not two",
            Self::Full => "the whole difference is stored, without factors",
            Self::Norm => "a vector, not a matrix",
            Self::Oft => "it rotates the base weight instead of adding to it",
            Self::Ia3 => "it scales activations instead of adding to a weight",
            Self::VeRa => "its matrices are shared and random; only vectors are learnt",
            Self::KaSa => "a diagonal matrix stands between B and A",
            Self::BdLora => "A or B holds the blocks of a block-diagonal matrix",
            Self::QaLora => "each column of A stands for a group of columns",
            Self::FusedExperts => "the factors of all experts are interleaved in one pair of tensors",
            Self::Mlx => "its factors are transposed, and its scale is in its own configuration",
            Self::Megatron => "its factors are split over the parts of the training, and its scale is not in the file",
            Self::Bias => "the bias is not part of B·A and is left as it is",
        }
    }
}
