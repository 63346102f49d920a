//! [`Problem`]: what is wrong, and where. The rest of the file is still read.

use std::fmt;
use std::ops::Range;

use crate::adapter::file::dtype::READ;
use crate::adapter::file::foreign::Foreign;
use crate::adapter::kinds::kind::Kind;
use crate::adapter::scale::UnknownScale;
use crate::delta::DeltaError;
use crate::plot::notation::grouped;
use crate::svd::error::SvdError;

/// Something in a file that cannot be used, with its location.
///
/// ```
/// use lora_rank_explorer::adapter::{Location, Problem, Reason};
///
/// let problem = Problem { location: Location::Tensor("q.lora_A.weight".to_owned()), reason: Reason::RankZero };
/// assert_eq!(problem.to_string(), "tensor `q.lora_A.weight`: its rank is 0");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where it is.
    pub location: Location,
    /// What it is.
    pub reason: Reason,
}

/// What a [`Problem`] is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// The safetensors file as a whole.
    File,
    /// One of its tensors, by name.
    Tensor(String),
    /// A module that is adapted, by its path.
    Module(String),
    /// `adapter_config.json` as a whole.
    Config,
    /// A field of `adapter_config.json`.
    Field(String),
    /// A name in the file's `__metadata__`, or in the JSON of its `lora_adapter_metadata`.
    Metadata(String),
}

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
    /// A number of the resized layer is too large, or its alpha too small, for its dtype.
    DoesNotFit(f64),
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

impl Problem {
    pub(crate) fn file(reason: Reason) -> Self {
        Self { location: Location::File, reason }
    }

    pub(crate) fn tensor(name: &str, reason: Reason) -> Self {
        Self { location: Location::Tensor(name.to_owned()), reason }
    }

    pub(crate) fn module(path: &str, reason: Reason) -> Self {
        Self { location: Location::Module(path.to_owned()), reason }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Reason::CutOff { .. } | Reason::CutOffInHeader { .. } = self.reason {
            return write!(f, "the file {}", self.reason);
        }
        match &self.location {
            Location::File => f.write_str("the file")?,
            Location::Tensor(name) => write!(f, "tensor `{name}`")?,
            Location::Module(path) => write!(f, "module `{path}`")?,
            Location::Config => f.write_str("adapter_config.json")?,
            Location::Field(name) => write!(f, "adapter_config.json, `{name}`")?,
            Location::Metadata(name) => write!(f, "the file's metadata, `{name}`")?,
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TooShort { bytes } => {
                write!(f, "not a safetensors file: it ends after {bytes} of the 8 bytes that it must begin with")
            }
            Self::HeaderTooLong { header, most } => {
                write!(f, "not a safetensors file: its header would have {header} bytes, and there is room for {most}")
            }
            Self::Foreign(foreign) => foreign.fmt(f),
            Self::CutOff { found, expected } => write!(
                f,
                "is cut off: {} of {} bytes. Download it again: only what lies whole in it is read, and nothing is written from it",
                grouped(*found),
                grouped(*expected)
            ),
            Self::CutOffInHeader { found, least } => write!(
                f,
                "is cut off within its header: {} of at least {} bytes. Download it again",
                grouped(*found),
                grouped(*least)
            ),
            Self::NoTensors => f.write_str("there are no tensors in it: nothing was saved"),
            Self::NotGathered { empty, tensors } => write!(
                f,
                "{empty} of {tensors} tensors are empty, of shape [0], as DeepSpeed ZeRO-3 leaves them when they are not \
                 gathered: save with `stage3_gather_16bit_weights_on_model_save`, or run zero_to_fp32.py on the checkpoint"
            ),
            Self::PerhapsShard { factors } => {
                write!(f, "{factors} factors are without their other one: perhaps a part of a model in several files?")
            }
            Self::More { count, of } => write!(f, "{} more {of}", grouped(*count)),
            Self::Json(error) => write!(f, "not the JSON that is expected: {error}"),
            Self::Duplicate => f.write_str("it appears twice"),
            Self::OutOfRange { begin, end, data } => {
                write!(f, "the header places its data in bytes {begin} to {end} of {data}")
            }
            Self::Overlap(other) => write!(f, "its data overlaps that of `{other}`"),
            Self::Length { found, expected: Some(expected) } => {
                write!(f, "shape and dtype need {expected} bytes, but its data has {found}")
            }
            Self::Length { found, expected: None } => {
                write!(f, "shape and dtype need more than 2⁶⁴ bytes, but its data has {found}")
            }
            Self::Hole(range) => {
                write!(f, "bytes {} to {} after the header belong to no tensor", range.start, range.end)
            }
            Self::Dtype(dtype) => write!(f, "the dtype {dtype} is not supported: only {READ} are"),
            Self::Scaled(name) => write!(f, "its numbers are scaled by `{name}`, which is not read here"),
            Self::Unsupported(kind) => {
                write!(f, "{}: {}", kind.name(), kind.why().unwrap_or("it cannot be read as it is stored here"))
            }
            Self::Kind { kind, problem } => write!(f, "{}: {problem}", kind.name()),
            Self::Method(name) => write!(
                f,
                "the method {name:?} is not known here, so that nothing is read as LoRA; PEFT can merge it, and two checkpoints \
                 can be compared"
            ),
            Self::BeforePrefix(prefix) => write!(
                f,
                "its names begin with `{prefix}` before `base_model.model.`, as torch.compile and others leave it: PEFT matches \
                 none of them and loads nothing, until that is removed from the names"
            ),
            Self::LostPart(name) => write!(f, "its tensor `{name}` cannot be read"),
            Self::Mixed => {
                f.write_str("its module has factors of another kind, too, and which of them loaders apply is not known")
            }
            Self::Alone => f.write_str("it belongs to a layer whose other tensors are missing"),
            Self::Missing(name) => write!(f, "its other factor `{name}` is missing"),
            Self::Shape { found, expected } => write!(f, "the shape is {found:?}, and {expected} is expected"),
            Self::RankZero => f.write_str("its rank is 0"),
            Self::NotFinite { index, value } => write!(f, "number {index} is {value}, which is not finite"),
            Self::TooLarge { index, value } => write!(f, "number {index} is {value:e}, which is too large for 32 bits"),
            Self::Contradiction { says, found } => {
                write!(f, "the configuration says {says}, but the tensors have {found}")
            }
            Self::Pattern(error) => write!(f, "an entry is not understood: {error}"),
            Self::LostAlpha(name) => {
                write!(f, "its alpha, the tensor `{name}`, cannot be read, so its scale is unknown")
            }
            Self::OtherConfig => f.write_str(
                "not an adapter's configuration, but a base model's or another: it has no `peft_type`, `r` or `lora_alpha`",
            ),
            Self::Transposed { down, up } => write!(
                f,
                "A is {down:?} and B {up:?}, transposed factors perhaps: add the adapter_config.json, whose `r` decides"
            ),
            Self::UnknownScale(reason) => write!(f, "its scale is unknown: {reason}"),
            Self::Choice(error) => f.write_str(error),
            Self::Ranks { found, layers } => {
                write!(f, "there must be one rank for each layer, not {found} for {layers}")
            }
            Self::DoesNotFit(value) => write!(f, "{value} cannot be stored in its dtype"),
            Self::Read { range, error } => {
                write!(f, "bytes {} to {} cannot be read: {error}", range.start, range.end)
            }
            Self::Incomplete { found, expected } => write!(f, "{expected} bytes were requested, but {found} were read"),
            Self::Parts { found, expected } => {
                write!(f, "the bytes of {expected} ranges are needed, and those of {found} were given")
            }
            Self::Kept(why) => write!(f, "it is kept as it is: {why}"),
            Self::Write(error) => write!(f, "cannot be written: {error}"),
            Self::Svd(error) => error.fmt(f),
            Self::Delta(error) => error.fmt(f),
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
        }
    }
}
