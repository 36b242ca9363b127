//! The strips of the column: which are open, and how high each is.

use serde::{Deserialize, Serialize};

/// A view over the dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Strip {
    Liquidity,
    Price,
    Positions,
    Cost,
    Value,
}

impl Strip {
    /// From cause to effect, as they stand above each other.
    pub const ALL: [Self; 5] = [
        Self::Liquidity,
        Self::Price,
        Self::Positions,
        Self::Cost,
        Self::Value,
    ];

    /// What it is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Liquidity => "Liquidity",
            Self::Price => "Price",
            Self::Positions => "Positions",
            Self::Cost => "Cost so far",
            Self::Value => "Value",
        }
    }

    /// The height at which it can be read well: where there is less, another gives way (points).
    fn comfort(self) -> f32 {
        match self {
            Self::Liquidity => 84.0,
            Self::Price | Self::Cost => 36.0,
            Self::Positions => 38.0,
            Self::Value => 46.0,
        }
    }

    /// The least height that a person can give it.
    fn least(self) -> f32 {
        match self {
            Self::Liquidity => 50.0,
            Self::Price | Self::Positions | Self::Cost | Self::Value => 26.0,
        }
    }

    /// Share of the height that is left over, at first.
    fn first_share(self) -> f32 {
        match self {
            Self::Liquidity => 0.42,
            Self::Price => 0.16,
            Self::Positions => 0.17,
            Self::Cost | Self::Value => 0.125,
        }
    }
}

/// Where there is no room for all, these give way first.
const GIVING_WAY: [Strip; 5] = [
    Strip::Value,
    Strip::Cost,
    Strip::Liquidity,
    Strip::Price,
    Strip::Positions,
];

/// The arrangement of the strips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Strips {
    /// Share of each strip in the height that is left over.
    shares: [f32; 5],
    /// Folded away by hand.
    folded: Vec<Strip>,
    /// Opened by hand, the last one at the end: these give way last.
    wanted: Vec<Strip>,
    /// One that has nothing to show, and stays folded.
    #[serde(skip)]
    empty: Option<Strip>,
}

impl Default for Strips {
    fn default() -> Self {
        Self {
            shares: Strip::ALL.map(Strip::first_share),
            folded: Vec::new(),
            wanted: Vec::new(),
            empty: None,
        }
    }
}

impl Strips {
    /// Says which strip has nothing to show.
    pub fn leave_out(&mut self, empty: Option<Strip>) {
        self.empty = empty;
    }

    /// The height of each strip's picture in `room`; absent for those that are folded, by hand or
    /// because there is no room.
    #[must_use]
    pub fn heights(&self, room: f32) -> [Option<f32>; 5] {
        let open = self.open(room);
        let least: f32 = open.iter().map(|strip| strip.least()).sum();
        let shares: f32 = open.iter().map(|strip| self.share(*strip)).sum();
        let extra = room - least;
        Strip::ALL.map(|strip| {
            let share = self.share(strip) / shares;
            let height = strip.least() + share * extra;
            open.contains(&strip).then_some(height.max(16.0))
        })
    }

    /// The strips that are open in `room`: at least one, if not all were folded by hand.
    fn open(&self, room: f32) -> Vec<Strip> {
        let mut open = Strip::ALL.to_vec();
        open.retain(|strip| !self.folded.contains(strip) && self.empty != Some(*strip));
        let plain = GIVING_WAY
            .iter()
            .filter(|strip| !self.wanted.contains(strip));
        for strip in plain.chain(&self.wanted) {
            let comfort: f32 = open.iter().map(|strip| strip.comfort()).sum();
            if comfort <= room || open.len() <= 1 {
                break;
            }
            open.retain(|other| other != strip);
        }
        open
    }

    fn share(&self, strip: Strip) -> f32 {
        let share = self.shares[strip as usize];
        // A kept file may hold anything.
        if share.is_finite() {
            share.clamp(0.001, 1000.0)
        } else {
            strip.first_share()
        }
    }

    /// Folds a strip that is open, opens one that is not.
    pub fn toggle(&mut self, strip: Strip, is_open: bool) {
        self.folded.retain(|other| *other != strip);
        self.wanted.retain(|other| *other != strip);
        if is_open {
            self.folded.push(strip);
        } else {
            self.wanted.push(strip);
        }
    }

    /// Moves the edge above a strip down by `by` points: what is open above it grows, it shrinks.
    pub fn move_edge(&mut self, below: Strip, by: f32, room: f32) {
        let open = self.open(room);
        let above = open
            .iter()
            .rev()
            .find(|strip| (**strip as usize) < below as usize);
        let under = open.iter().find(|strip| **strip as usize >= below as usize);
        let (Some(above), Some(under)) = (above, under) else {
            return;
        };
        let least: f32 = open.iter().map(|strip| strip.least()).sum();
        let shares: f32 = open.iter().map(|strip| self.share(*strip)).sum();
        if room - least < 1.0 {
            return;
        }
        let by = by * shares / (room - least);
        let by = by.clamp(-self.share(*above), self.share(*under));
        self.shares[*above as usize] = self.share(*above) + by;
        self.shares[*under as usize] = self.share(*under) - by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(heights: [Option<f32>; 5]) -> f32 {
        heights.iter().flatten().sum()
    }

    #[test]
    fn with_room_all_are_open_and_fill_it() {
        let heights = Strips::default().heights(600.0);
        assert!(heights.iter().all(Option::is_some));
        assert!((sum(heights) - 600.0).abs() < 0.1);
    }

    #[test]
    fn without_room_value_and_cost_give_way_first_and_positions_never() {
        let open = |room| {
            Strips::default()
                .heights(room)
                .map(|height| height.is_some())
        };
        assert_eq!(open(210.0), [true, true, true, true, false]);
        assert_eq!(open(170.0), [true, true, true, false, false]);
        assert_eq!(open(120.0), [false, true, true, false, false]);
        assert_eq!(open(10.0), [false, false, true, false, false]);
    }

    #[test]
    fn what_is_opened_by_hand_takes_the_place_of_another() {
        let mut strips = Strips::default();
        strips.toggle(Strip::Value, false);
        let heights = strips.heights(210.0);
        assert!(heights[4].is_some() && heights[3].is_none());
        strips.toggle(Strip::Value, true);
        strips.toggle(Strip::Price, true);
        let heights = strips.heights(600.0);
        assert!(heights[4].is_none() && heights[1].is_none());
        assert!((sum(heights) - 600.0).abs() < 0.1);
    }

    #[test]
    fn an_edge_moves_what_it_parts_and_nothing_else() {
        let mut strips = Strips::default();
        let before = strips.heights(600.0).map(Option::unwrap);
        strips.move_edge(Strip::Price, 20.0, 600.0);
        let after = strips.heights(600.0).map(Option::unwrap);
        let moved = [20.0, -20.0, 0.0, 0.0, 0.0];
        for i in 0..5 {
            assert!((after[i] - before[i] - moved[i]).abs() < 0.1, "{after:?}");
        }
        // Far beyond the end, the lower one keeps the least.
        strips.move_edge(Strip::Price, 1e6, 600.0);
        let far = strips.heights(600.0).map(Option::unwrap);
        assert!((far[1] - Strip::Price.least()).abs() < 0.5);
        // Nothing is above the first.
        strips.move_edge(Strip::Liquidity, 20.0, 600.0);
        assert_eq!(strips.heights(600.0).map(Option::unwrap), far);
    }

    #[test]
    fn what_has_nothing_to_show_leaves_its_room_to_the_others() {
        let mut strips = Strips::default();
        strips.leave_out(Some(Strip::Liquidity));
        let heights = strips.heights(600.0);
        assert!(heights[0].is_none() && heights[4].is_some());
        assert!((sum(heights) - 600.0).abs() < 0.1);
    }

    #[test]
    fn a_file_with_nonsense_does_no_harm() {
        let strips = Strips {
            shares: [f32::NAN, -1.0, f32::INFINITY, 0.0, 1e30],
            ..Strips::default()
        };
        let heights = strips.heights(600.0);
        assert!(heights.iter().flatten().all(|h| *h > 0.0 && h.is_finite()));
        assert!((sum(heights) - 600.0).abs() < 1.0);
    }
}
