//! Which of some lines the pointer is on.

use egui::Pos2;

/// How near to a line the pointer is on it (points).
const NEAR: f32 = 5.0;

/// The line nearest to a place on screen, if the place is on it.
pub fn nearest<K>(lines: impl Iterator<Item = (K, Vec<Pos2>)>, at: Pos2) -> Option<K> {
    let all = lines.map(|(key, points)| (key, distance(&points, at)));
    let nearest = all.min_by(|one, other| one.1.total_cmp(&other.1));
    nearest
        .filter(|(_, distance)| *distance <= NEAR)
        .map(|(key, _)| key)
}

/// How far a place is from a line.
fn distance(points: &[Pos2], at: Pos2) -> f32 {
    let pieces = points.windows(2).map(|pair| apart(pair[0], pair[1], at));
    pieces.fold(f32::INFINITY, f32::min)
}

/// How far a place is from a piece of a line.
fn apart(from: Pos2, to: Pos2, at: Pos2) -> f32 {
    let along = to - from;
    let length = along.length_sq();
    let share = if length > 0.0 {
        ((at - from).dot(along) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (from + share * along).distance(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn the_nearest_line_counts_where_the_pointer_is_on_it() {
        let lines = || {
            [
                ("low", vec![pos2(0.0, 0.0), pos2(10.0, 0.0)]),
                ("high", vec![pos2(0.0, 8.0), pos2(10.0, 8.0)]),
                ("none", vec![]),
            ]
            .into_iter()
        };
        assert_eq!(nearest(lines(), pos2(5.0, 3.0)), Some("low"));
        assert_eq!(nearest(lines(), pos2(5.0, 5.0)), Some("high"));
        assert_eq!(nearest(lines(), pos2(5.0, 14.0)), None);
        assert_eq!(nearest(lines(), pos2(16.0, 8.0)), None);
    }
}
