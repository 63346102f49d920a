//! [`CheckpointProblem`]: what is wrong with two checkpoints, and what to do. The rest of them is still read.

use std::fmt;

use super::side::Side;
use crate::adapter::problem::Problem;
use crate::plot::notation::grouped;
use crate::svd::error::SvdError;

/// How many names a text lists before it counts.
const FEW: usize = 3;

/// Something about a checkpoint, or a pair of tensors, that cannot be used. Its text is meant for people.
///
/// ```
/// use lora_rank_explorer::checkpoint::CheckpointProblem;
///
/// let tensors = vec!["a".to_owned(), "b".to_owned(), "c".to_owned(), "d".to_owned()];
/// let problem = CheckpointProblem::MissingFile { file: "model-2.safetensors".to_owned(), tensors };
/// assert_eq!(
///     problem.to_string(),
///     "`model-2.safetensors` is missing, and with it 4 tensors: `a`, `b`, `c` and 1 more. Add that file"
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CheckpointProblem {
    /// No file was given.
    NoFiles,
    /// The index is not the JSON that it should be.
    Index(String),
    /// The index names none of the files given.
    OtherIndex {
        /// Which files it names.
        named: Vec<String>,
        /// Which files were given.
        given: Vec<String>,
    },
    /// The index names a file that was not given.
    MissingFile {
        /// Its name.
        file: String,
        /// The tensors that it holds.
        tensors: Vec<String>,
    },
    /// The names of the files say that there are more. Without the index nobody knows which tensors they hold.
    MissingParts {
        /// The numbers of the parts that are missing.
        missing: Vec<u32>,
        /// How many there are.
        of: u32,
    },
    /// The index names other files than this one, so it is not read.
    NotInIndex {
        /// The file.
        file: String,
    },
    /// The index places tensors in a file that does not hold them.
    NotInFile {
        /// The file.
        file: String,
        /// The tensors.
        tensors: Vec<String>,
    },
    /// The same tensors are in two files, and which of them holds is not known: neither is used.
    Twice {
        /// The two files.
        files: [String; 2],
        /// The tensors.
        tensors: Vec<String>,
    },
    /// A file cannot be read, or some of it.
    File {
        /// Its name.
        file: String,
        /// What is wrong.
        problem: Problem,
    },
    /// The checkpoint is stored in a way that is not read, by the names of its tensors.
    Quantised {
        /// By what.
        by: &'static str,
        /// How many weights.
        weights: usize,
    },
    /// A tensor of a pair cannot be read, or a number of it is not finite.
    Tensor {
        /// On which side.
        side: Side,
        /// In which file.
        file: String,
        /// What is wrong.
        problem: Problem,
    },
    /// A number of the difference is too large for 32 bits.
    TooLarge {
        /// The pair.
        name: String,
        /// Its position, counted from 1 in the order of the file.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// There is not enough memory for a pair.
    Memory {
        /// The pair.
        name: String,
        /// How many bytes were asked for in one piece.
        bytes: u64,
    },
    /// The singular values or the factors of a pair could not be computed.
    Svd {
        /// The pair.
        name: String,
        /// Why.
        error: SvdError,
    },
    /// No leading singular value of a pair is certain: its spectrum is too flat, as that of rounding is.
    NoneCertain {
        /// The pair.
        name: String,
        /// How many were asked for.
        asked: usize,
    },
    /// A pair cannot be written as was asked.
    Write {
        /// The pair.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// The file as a whole cannot be written as was asked.
    WriteFile(String),
}

impl fmt::Display for CheckpointProblem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NoFiles => f.write_str("no file of the checkpoint was given: choose its safetensors files"),
            Self::Index(error) => write!(
                f,
                "the index is not the JSON that is expected, an object with `weight_map`: {error}. Leave it out to read the files \
                 without it"
            ),
            Self::OtherIndex { named, given } => write!(
                f,
                "the index names {}, and none of them was given, but {}: choose the files that lie beside the index, or leave the \
                 index out",
                few(named),
                few(given)
            ),
            Self::MissingFile { file, tensors } => {
                write!(f, "`{file}` is missing, and with it {}: {}. Add that file", count(tensors), few(tensors))
            }
            Self::MissingParts { missing, of } => {
                let mut numbers = missing.iter().take(FEW).map(u32::to_string).collect::<Vec<_>>().join(", ");
                if missing.len() > FEW {
                    numbers += &format!(" and {} more", missing.len() - FEW);
                }
                let parts = if missing.len() == 1 { "part" } else { "parts" };
                write!(
                    f,
                    "{parts} {numbers} of {of} {} missing; which tensors {} is not known without model.safetensors.index.json. Add the files",
                    if missing.len() == 1 { "is" } else { "are" },
                    if missing.len() == 1 { "it holds" } else { "they hold" },
                )
            }
            Self::NotInIndex { file } => {
                write!(f, "`{file}` is not read, since the index does not name it. Leave the index out to read it")
            }
            Self::NotInFile { file, tensors } => write!(
                f,
                "the index places {} in `{file}`, which does not hold them: {}. Index and files are of two models, or the file is \
                 damaged",
                count(tensors),
                few(tensors)
            ),
            Self::Twice { files: [first, second], tensors } => write!(
                f,
                "{} in `{first}` and in `{second}`, and {} not used: {}. Choose one of the two files",
                plural(tensors.len(), "tensor stands", "tensors stand"),
                if tensors.len() == 1 { "is" } else { "are" },
                few(tensors)
            ),
            Self::File { file, problem } => write!(f, "`{file}`: {problem}"),
            Self::Quantised { by, weights } => write!(
                f,
                "{} quantised by {by}, which is not read: take the checkpoint that they were quantised from",
                plural(*weights, "weight is", "weights are")
            ),
            Self::Tensor { side, file, problem } => write!(f, "{side}, `{file}`: {problem}"),
            Self::TooLarge { name, index, value } => {
                write!(f, "`{name}`: number {index} of the difference is {value:e}, which is too large for 32 bits")
            }
            Self::Memory { name, bytes } => {
                write!(f, "`{name}`: there is no memory for {} bytes that it needs", grouped(*bytes))
            }
            Self::Svd { name, error } => write!(f, "`{name}`: {error}"),
            Self::NoneCertain { name, asked } => write!(
                f,
                "`{name}`: of the {asked} singular values asked for none is certain, because they are too close together, as those \
                 of rounding alone are"
            ),
            Self::Write { name, why } => write!(f, "`{name}`: {why}"),
            Self::WriteFile(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for CheckpointProblem {}

fn count(tensors: &[String]) -> String {
    plural(tensors.len(), "tensor", "tensors")
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The first few names, and how many more there are.
pub(super) fn few(names: &[String]) -> String {
    if names.is_empty() {
        return "no file".to_owned();
    }
    let mut text = names.iter().take(FEW).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > FEW {
        text += &format!(" and {} more", names.len() - FEW);
    }
    text
}
