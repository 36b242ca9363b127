//! The paths on which two strategies come out furthest apart, either way.

use serde::Serialize;

/// Numbers of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Apart {
    /// On which the one loses most against the other.
    pub worse: u64,
    /// On which it gains most.
    pub better: u64,
}

impl Apart {
    /// From the hedging errors of both by path number; `None` if they are empty or of different
    /// size.
    #[must_use]
    pub fn of(one: &[f64], other: &[f64]) -> Option<Self> {
        if one.len() != other.len() {
            return None;
        }
        let gaps = || one.iter().zip(other).map(|(a, b)| a - b).enumerate();
        let number = |found: Option<(usize, f64)>| found.map(|(number, _)| number as u64);
        Some(Self {
            worse: number(gaps().max_by(|a, b| a.1.total_cmp(&b.1)))?,
            better: number(gaps().min_by(|a, b| a.1.total_cmp(&b.1)))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_the_largest_differences_are_found_either_way() {
        let one = [1.0, -4.0, 9.0, 2.0];
        let other = [2.0, 3.0, 8.0, -5.0];
        let apart = Apart::of(&one, &other).unwrap();
        assert_eq!((apart.worse, apart.better), (3, 1));
        let back = Apart::of(&other, &one).unwrap();
        assert_eq!((back.worse, back.better), (1, 3));
        assert_eq!(Apart::of(&one, &other[1..]), None);
        assert_eq!(Apart::of(&[], &[]), None);
    }
}
