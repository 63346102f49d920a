//! A [`Reason`] in words, after the place that it is about.

use std::fmt;

use super::reason::Reason;
use crate::adapter::file::dtype::READ;
use crate::plot::notation::grouped;

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
            Self::Pruned => f.write_str("AdaLoRA has pruned it to rank 0, so that it changes nothing"),
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
            Self::TooSmall { change, dtype } => {
                write!(f, "its numbers are too small for {dtype}, which would change them by {:.1} %", 100.0 * change)
            }
            Self::Names(why) => write!(f, "its name cannot be changed: {why}"),
            Self::Read { range, error } => {
                write!(f, "bytes {} to {} cannot be read: {error}", range.start, range.end)
            }
            Self::Incomplete { found, expected } => write!(f, "{expected} bytes were requested, but {found} were read"),
            Self::Parts { found, expected } => {
                write!(f, "the bytes of {expected} ranges are needed, and those of {found} were given")
            }
            Self::Kept(why) => f.write_str(why),
            Self::Write(error) => write!(f, "cannot be written: {error}"),
            Self::Svd(error) => error.fmt(f),
            Self::Delta(error) => error.fmt(f),
            Self::OutOfMemory { bytes } => write!(f, "there is no memory for {bytes} bytes"),
        }
    }
}
