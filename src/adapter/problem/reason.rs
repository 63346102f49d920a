//! [`Reason`]: what is wrong.

use std::ops::Range;

use crate::adapter::file::foreign::Foreign;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::scale::UnknownScale;
use crate::delta::DeltaError;
use crate::svd::error::SvdError;

/// Why something cannot be used. Its text is meant for people.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The file is shorter than the eight bytes that every safetensors file begins with.
    TooShort {
        /// Its length.
        bytes: u64,
    },
    /// The header is longer than the file, or than the 100 MB that readers accept.
    HeaderTooLong {
        /// What the first eight bytes say.
        header: u64,
        /// What there is room for.
        most: u64,
    },
    /// It is another kind of file, such as a server's answer or a pickle.
    Foreign(Foreign),
    /// The file ends before its last tensors: a download that was not finished. What lies whole in it is read, but nothing is
    /// written from it.
    CutOff {
        /// Its length in bytes.
        found: u64,
        /// The length that its header needs.
        expected: u64,
    },
    /// The file ends within its header.
    CutOffInHeader {
        /// Its length in bytes.
        found: u64,
        /// The length up to the end of the header.
        least: u64,
    },
    /// The file has a header without tensors.
    NoTensors,
    /// Factors have the shape `[0]`: DeepSpeed's ZeRO-3 leaves that of weights which are spread over several processes.
    NotGathered {
        /// How many tensors are empty.
        empty: usize,
        /// How many there are.
        tensors: usize,
    },
    /// Many factors are without their other one, as in one file of several that belong together. This is a guess.
    PerhapsShard {
        /// How many.
        factors: usize,
    },
    /// More problems of a kind that was named a few times already.
    More {
        /// How many.
        count: u64,
        /// Of what kind.
        of: &'static str,
    },
    /// The text is not the JSON that it should be.
    Json(String),
    /// A name occurs twice in the header, or a module has factors under two names.
    Duplicate,
    /// The data of a tensor ends before it begins or beyond the file.
    OutOfRange {
        /// The begin of the given range, counted from the end of the header.
        begin: u64,
        /// Its end.
        end: u64,
        /// How many bytes follow the header.
        data: u64,
    },
    /// The data of a tensor overlaps that of another.
    Overlap(String),
    /// The range of a tensor does not fit its shape and dtype.
    Length {
        /// The bytes that the range has.
        found: u64,
        /// The bytes that shape and dtype need; `None` above 2⁶⁴.
        expected: Option<u64>,
    },
    /// Bytes that belong to no tensor, which the format forbids.
    Hole(Range<u64>),
    /// The dtype is not read.
    Dtype(String),
    /// The numbers are to be multiplied by those of the tensor of this name, which is not done here.
    Scaled(String),
    /// An adapter that is not read, or something beside the factors.
    Unsupported(Kind),
    /// A layer of a kind that is read, but not as it is stored here.
    Kind {
        /// What it is.
        kind: Kind,
        /// What is wrong, or would be needed.
        problem: String,
    },
    /// `peft_type` is none of the methods that are known here.
    Method(String),
    /// What stands before `base_model.model.` in the names. PEFT looks for names without it, and loads none of these.
    BeforePrefix(String),
    /// The tensor of this name belongs to the layer and cannot be read.
    LostPart(String),
    /// The module has tensors of another kind, too.
    Mixed,
    /// The tensor belongs to a layer whose other tensors are not in the file.
    Alone,
    /// The other factor is not in the file, or cannot be used.
    Missing(String),
    /// The shape cannot be used here.
    Shape {
        /// The shape found.
        found: Vec<u64>,
        /// The expected shape.
        expected: String,
    },
    /// The rank of the factors is 0.
    RankZero,
    /// AdaLoRA has pruned all directions of the module, so that it changes nothing.
    Pruned,
    /// A weight is NaN or infinite.
    NotFinite {
        /// Its position, counted from 1 in the order of the file.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A weight of 64 bits is too large for the 32 bits that are computed with.
    TooLarge {
        /// Its position, counted from 1 in the order of the file.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// `adapter_config.json` contradicts the tensors.
    Contradiction {
        /// What it says.
        says: String,
        /// What the tensors have.
        found: String,
    },
    /// An entry is not a regular expression that is supported here, or has no value; what it might decide is unknown.
    Pattern(String),
    /// The tensor of this name holds the alpha of the layer and cannot be read.
    LostAlpha(String),
    /// The text is JSON, but not an adapter's configuration: a base model's `config.json`, for example.
    OtherConfig,
    /// The factors fit together only if both are transposed, or in both ways, and no configuration says which rank is right.
    Transposed {
        /// The shape of A.
        down: [u64; 2],
        /// The shape of B.
        up: [u64; 2],
    },
    /// What is asked for depends on the scale, which is not known.
    UnknownScale(UnknownScale),
    /// Training tools do not accept the rank or the alpha.
    Choice(String),
    /// The number of ranks differs from the number of layers.
    Ranks {
        /// How many were given.
        found: usize,
        /// How many layers there are.
        layers: usize,
    },
    /// A number of the resized layer is too large for its dtype.
    DoesNotFit(f64),
    /// The numbers of the resized layer are too small for their dtype.
    TooSmall {
        /// How much rounding would change them, as a share of their length as one vector.
        change: f64,
        /// The dtype.
        dtype: String,
    },
    /// The name cannot be changed as was asked.
    Names(String),
    /// Reading failed.
    Read {
        /// The bytes requested.
        range: Range<u64>,
        /// What the source says.
        error: String,
    },
    /// A read returned another number of bytes than requested.
    Incomplete {
        /// How many there were.
        found: u64,
        /// How many were requested.
        expected: u64,
    },
    /// A layer was given the bytes of another number of ranges than it needs.
    Parts {
        /// How many there were.
        found: usize,
        /// How many it needs.
        expected: usize,
    },
    /// Resizing keeps the layer as it is, for this reason.
    Kept(&'static str),
    /// Writing failed.
    Write(String),
    /// The singular values or the new factors of a layer could not be computed.
    Svd(SvdError),
    /// The tensors of a layer do not make up a ΔW.
    Delta(DeltaError),
    /// There is not enough memory.
    OutOfMemory {
        /// How many.
        bytes: u64,
    },
}
