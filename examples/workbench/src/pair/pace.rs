//! How long the rest takes, from the work done so far. Pure.

/// Below so many milliseconds nothing is known yet.
const LEAST: f64 = 1500.0;

/// `about 2 min left`, once enough is done to say so.
pub fn left(milliseconds: f64, done: u64, of: u64) -> Option<String> {
    if milliseconds < LEAST || done == 0 || of <= done {
        return None;
    }
    let seconds = milliseconds / 1000.0 * (of - done) as f64 / done as f64;
    Some(match seconds {
        below if below < 1.5 => "about a second left".to_owned(),
        below if below < 90.0 => format!("about {seconds:.0} s left"),
        below if below < 5400.0 => format!("about {:.0} min left", seconds / 60.0),
        _ => format!("about {:.1} h left", seconds / 3600.0),
    })
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn work_that_is_done_takes_off_the_time_that_is_left() {
        // Layers come largest first: in equal times equal shares of the work, not of the layers.
        let after = |milliseconds, done| left(milliseconds, done, 1000);
        assert_eq!(after(20_000.0, 500).as_deref(), Some("about 20 s left"));
        assert_eq!(after(30_000.0, 750).as_deref(), Some("about 10 s left"));
        assert_eq!(after(39_600.0, 990).as_deref(), Some("about a second left"));
        assert_eq!((after(40_000.0, 1000), after(40_000.0, 1001)), (None, None));
    }

    #[test]
    fn the_time_left_is_in_proportion_to_the_work_left() {
        assert_eq!(left(10_000.0, 10, 40).as_deref(), Some("about 30 s left"));
        assert_eq!(left(60_000.0, 1, 6).as_deref(), Some("about 5 min left"));
        assert_eq!(left(3_600_000.0, 1, 3).as_deref(), Some("about 2.0 h left"));
        assert_eq!((left(500.0, 1, 9), left(9e9, 0, 9), left(9e9, 9, 9)), (None, None, None));
    }
}
