//! [`shard_of`]: which part of a model in several files a file is, by its name.

use std::ops::RangeInclusive;

/// The parts that a model may be in: PyTorch and safetensors libraries write five digits.
const PARTS: RangeInclusive<u32> = 1..=99_999;

/// The number of the part and of all parts, if `file_name` says that it is one of several, as
/// `model-00001-of-00002.safetensors` does.
///
/// ```
/// use lora_rank_explorer::adapter::shard_of;
///
/// assert_eq!(shard_of("model-00001-of-00002.safetensors"), Some((1, 2)));
/// assert_eq!(shard_of("best-of-2.safetensors"), None);
/// ```
pub fn shard_of(file_name: &str) -> Option<(u32, u32)> {
    let number = |digits: &str| digits.parse().ok().filter(|number| PARTS.contains(number));
    file_name.match_indices("-of-").find_map(|(at, separator)| {
        let before = &file_name[..at];
        let part = before[before.rfind(|c: char| !c.is_ascii_digit())?..].strip_prefix(['-', '_', '.'])?;
        let after = &file_name[at + separator.len()..];
        let to = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let is_end = after[to..].is_empty() || after[to..].starts_with(['.', '-', '_', ' ']);
        let (part, of) = (number(part)?, number(&after[..to])?);
        (is_end && of > 1 && part <= of).then_some((part, of))
    })
}
