//! [`Observations`]: measured quality at some ranks, to hold against what the spectrum promises.

use std::error::Error;
use std::fmt;

/// Scores of models that were really run at some ranks: an accuracy, a loss, whatever the page measures.
///
/// ```
/// use lora_rank_explorer::Observations;
///
/// let observations = Observations::from_csv("rank,accuracy\n4,0.412\n8,0.48\n8,0.484\n16,0.479\n")?;
/// assert_eq!((observations.name(), observations.points().len()), ("accuracy", 4));
/// assert_eq!(observations.mean(8), Some(0.482));
/// assert_eq!(observations.mean(9), None);
/// # Ok::<(), lora_rank_explorer::ObservationsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Observations {
    name: String,
    points: Vec<(usize, f64)>,
}

impl Observations {
    /// The scores `points`, pairs of a rank and a score in any order; a rank may have several. `name` says what was measured.
    ///
    /// # Errors
    /// Without points, with a rank of 0, or with a score that is not finite.
    pub fn new(
        name: impl Into<String>,
        points: impl IntoIterator<Item = (usize, f64)>,
    ) -> Result<Self, ObservationsError> {
        let mut points: Vec<_> = points.into_iter().collect();
        if points.is_empty() {
            return Err(ObservationsError::Empty);
        }
        for &(rank, score) in &points {
            if rank == 0 {
                return Err(ObservationsError::RankZero);
            }
            if !score.is_finite() {
                return Err(ObservationsError::NotFinite { rank, score });
            }
        }
        // Stable: scores of one rank stay in the given order.
        points.sort_by_key(|&(rank, _)| rank);
        Ok(Self { name: name.into(), points })
    }

    /// Reads `rank,score` lines. Fields are separated by the first comma, semicolon or tab of their line that is not in quotes, and
    /// by all others like it. More fields than two, empty lines and quotes around a field are ignored. If the first line is a
    /// header, its second field is the name; otherwise the name is `score`.
    ///
    /// # Errors
    /// The line of a field that is not a rank or not a score, and as [`new`](Self::new). A score has a decimal point: `4;0,412` is
    /// an error, and so is `4,0,412`, unless the header has a third field, too.
    pub fn from_csv(text: &str) -> Result<Self, ObservationsError> {
        let text = text.trim_start_matches('\u{feff}');
        let (mut name, mut points, mut has_third) = ("score".to_owned(), Vec::new(), false);
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        for (i, (line, number)) in lines.enumerate() {
            let (fields, separator) = fields(line);
            let [first, second, third] = [0, 1, 2].map(|i| fields.get(i).copied().unwrap_or_default());
            let is_whole = |field: &str| !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit());
            let may_be_decimal = separator == ',' && is_whole(second.trim_start_matches(['-', '+'])) && is_whole(third);
            match (first.parse::<usize>(), second.parse::<f64>()) {
                // A decimal comma, as far as anyone can tell.
                (Ok(_), Ok(_)) if may_be_decimal && !has_third => {
                    return Err(ObservationsError::NotAScore { line: number, field: [second, ",", third].concat() });
                }
                (Ok(rank), Ok(score)) => points.push((rank, score)),
                (Err(_), Err(_)) if i == 0 && !second.is_empty() => {
                    second.clone_into(&mut name);
                    has_third = !third.is_empty();
                }
                (Err(_), _) => return Err(ObservationsError::NotARank { line: number, field: first.to_owned() }),
                (_, Err(_)) => return Err(ObservationsError::NotAScore { line: number, field: second.to_owned() }),
            }
        }
        Self::new(name, points)
    }

    /// What was measured.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The pairs of a rank and a score, by rank.
    pub fn points(&self) -> &[(usize, f64)] {
        &self.points
    }

    /// The mean score at `rank`; `None` if nothing was measured there.
    pub fn mean(&self, rank: usize) -> Option<f64> {
        let start = self.points.partition_point(|&(at, _)| at < rank);
        let scores = self.points[start..].iter().take_while(|&&(at, _)| at == rank).map(|&(_, score)| score);
        // A running mean: a sum of finite scores may overflow.
        scores.zip(1u32..).fold(None, |mean, (score, count)| {
            let mean = mean.unwrap_or(score);
            Some(mean + (score / f64::from(count) - mean / f64::from(count)))
        })
    }
}

/// The fields of a line, without spaces and quotes around them, and the character between them: the first that may be it.
fn fields(line: &str) -> (Vec<&str>, char) {
    let is_outside_quotes = || {
        let mut is_quoted = false;
        move |letter: char| {
            is_quoted ^= letter == '"';
            !is_quoted
        }
    };
    let line = line.trim();
    let mut is_outside = is_outside_quotes();
    let separator =
        line.chars().find(|&letter| is_outside(letter) && [',', ';', '\t'].contains(&letter)).unwrap_or(',');
    let mut is_outside = is_outside_quotes();
    let fields = line.split(|letter| is_outside(letter) && letter == separator);
    (fields.map(|field| field.trim().trim_matches('"')).collect(), separator)
}

/// Why there are no [`Observations`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ObservationsError {
    /// There is no pair of a rank and a score.
    Empty,
    /// A rank is 0.
    RankZero,
    /// A score is infinite or not a number.
    #[non_exhaustive]
    NotFinite {
        /// Its rank.
        rank: usize,
        /// The score.
        score: f64,
    },
    /// The first field of a line is no whole number.
    #[non_exhaustive]
    NotARank {
        /// The line, from 1.
        line: usize,
        /// The field.
        field: String,
    },
    /// The second field of a line is no number.
    #[non_exhaustive]
    NotAScore {
        /// The line, from 1.
        line: usize,
        /// The field.
        field: String,
    },
}

impl fmt::Display for ObservationsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no pair of a rank and a score"),
            Self::RankZero => f.write_str("a score has rank 0; ranks start at 1"),
            Self::NotFinite { rank, score } => write!(f, "the score at rank {rank} is {score}, and must be finite"),
            Self::NotARank { line, field } => {
                write!(f, "line {line}: \"{field}\" is not a rank; write a whole number, such as 8,0.48")
            }
            Self::NotAScore { line, field } => {
                write!(
                    f,
                    "line {line}: \"{field}\" is not a score; write a number with a decimal point, such as 8,0.48"
                )
            }
        }
    }
}

impl Error for ObservationsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_of_any_usual_form_is_read() {
        let expected = Observations::new("loss", [(2, 1.5), (4, 0.5)]);
        for text in [
            "rank,loss\n2,1.5\n4,0.5",
            "\u{feff}rank;loss\r\n4;0.5\r\n\r\n2;1.5\r\n",
            "\"rank\"\t\"loss\"\n 2 \t 1.5 \tseed 1\n4\t5e-1\n",
            "rank\tloss\tnotes\n2\t1.5\ta, b; c\n4\t0.5\t1,5",
            "\"rank\",\"loss\"\n\"2\",\"1.5\",\"a; b\"\n4,0.5,7",
        ] {
            assert_eq!(Observations::from_csv(text), expected, "{text}");
        }
        assert_eq!(Observations::from_csv("2,1.5").map(|read| read.name), Ok("score".to_owned()));
        let seeds = Observations::from_csv("rank,solved,seed\n4,7,1\n4,8,2").expect("whole scores beside seeds");
        assert_eq!(seeds.points(), [(4, 7.0), (4, 8.0)]);
        let name = |text| Observations::from_csv(text).map(|read| read.name);
        assert_eq!(name("rank,loss,notes (a; b)\n4,0.5,lr 1e-4; bs 8"), Ok("loss".to_owned()));
        assert_eq!(name("\trank,loss\n4;7;1;a,b\n8\t7\t1\tseed a, b\n9,0.5\t"), Ok("loss".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_names_its_line() {
        for (text, message) in [
            ("", "there is no pair of a rank and a score"),
            ("rank,loss", "there is no pair of a rank and a score"),
            ("rank,loss\n\nhalf,1", "line 3: \"half\" is not a rank; write a whole number, such as 8,0.48"),
            ("2,1\n4", "line 2: \"\" is not a score; write a number with a decimal point, such as 8,0.48"),
            ("r;a\n4;0,412", "line 2: \"0,412\" is not a score; write a number with a decimal point, such as 8,0.48"),
            ("4\t0,412", "line 1: \"0,412\" is not a score; write a number with a decimal point, such as 8,0.48"),
            ("r,a\n4,0,412", "line 2: \"0,412\" is not a score; write a number with a decimal point, such as 8,0.48"),
            (
                "4,\"1,234.5\"",
                "line 1: \"1,234.5\" is not a score; write a number with a decimal point, such as 8,0.48",
            ),
            ("4,-0,412", "line 1: \"-0,412\" is not a score; write a number with a decimal point, such as 8,0.48"),
            ("2.5,1", "line 1: \"2.5\" is not a rank; write a whole number, such as 8,0.48"),
            ("0,1", "a score has rank 0; ranks start at 1"),
            ("3,NaN", "the score at rank 3 is NaN, and must be finite"),
        ] {
            assert_eq!(Observations::from_csv(text).map_err(|error| error.to_string()), Err(message.to_owned()));
        }
    }

    #[test]
    fn the_mean_of_vast_scores_is_finite() {
        let observations = Observations::new("x", [(3, f64::MAX), (3, f64::MAX), (3, -f64::MAX)]).expect("finite");
        assert!(observations.mean(3).is_some_and(f64::is_finite));
    }
}
