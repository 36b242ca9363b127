//! Means over cells that differ in what is averaged over, such as the seed of their training.

use crate::outcome::Estimate;

/// The mean of figures that were measured on the same paths: what chance does to those is common to all and
/// does not average out, what differs between the cells does. Absent where one is.
pub(super) fn of_figures(figures: impl Iterator<Item = Estimate>) -> Estimate {
    let figures: Vec<Estimate> = figures.collect();
    if let [only] = figures[..] {
        return only;
    }
    let values: Option<Vec<f64>> = figures.iter().map(|figure| figure.value).collect();
    let Some((value, apart)) = values.as_deref().and_then(mean) else {
        return Estimate::default();
    };
    let errors: Option<Vec<f64>> = figures.iter().map(|figure| figure.se).collect();
    let common = errors.map(|errors| {
        let squares: f64 = errors.iter().map(|se| se * se).sum();
        squares / errors.len() as f64
    });
    Estimate {
        value: Some(value),
        se: common.map(|common| (common + apart.unwrap_or(0.0)).sqrt()),
    }
}

/// The mean of positions; its error is known of two or more. Absent where one is.
pub(super) fn of_positions(positions: impl Iterator<Item = Option<f64>>) -> Estimate {
    let positions: Option<Vec<f64>> = positions.collect();
    let Some((value, apart)) = positions.as_deref().and_then(mean) else {
        return Estimate::default();
    };
    Estimate {
        value: Some(value),
        se: apart.map(f64::sqrt),
    }
}

/// The mean, and the square of its standard error where there are two values or more.
fn mean(values: &[f64]) -> Option<(f64, Option<f64>)> {
    let count = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    let apart = (values.len() > 1).then(|| squares / (count - 1.0) / count);
    Some((mean, apart))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: f64, se: f64) -> Estimate {
        Estimate {
            value: Some(value),
            se: Some(se),
        }
    }

    #[test]
    fn errors_of_common_paths_stay_and_those_of_trainings_average_out() {
        let alike = [known(2.0, 0.3), known(2.0, 0.3), known(2.0, 0.3)];
        let alike = of_figures(alike.into_iter());
        assert_eq!(alike.value, Some(2.0));
        assert!((alike.se.unwrap() - 0.3).abs() < 1e-12);
        let apart = of_figures([known(1.0, 0.0), known(3.0, 0.0)].into_iter());
        // A standard deviation of √2 over √2.
        assert_eq!(apart, known(2.0, 1.0));
        let both = of_figures([known(1.0, 0.3), known(3.0, 0.4)].into_iter());
        assert!((both.se.unwrap() - (1.0_f64 + 0.125).sqrt()).abs() < 1e-12);
        assert_eq!(of_figures([known(1.0, 0.3)].into_iter()), known(1.0, 0.3));
        let absent = [known(1.0, 0.3), Estimate::default()];
        assert_eq!(of_figures(absent.into_iter()), Estimate::default());
    }

    #[test]
    fn positions_have_an_error_where_there_are_several() {
        let one = of_positions([Some(0.5)].into_iter());
        assert_eq!((one.value, one.se), (Some(0.5), None));
        assert_eq!(
            of_positions([Some(0.0), Some(1.0)].into_iter()),
            known(0.5, 0.5)
        );
        assert_eq!(
            of_positions([Some(0.5), None].into_iter()),
            Estimate::default()
        );
    }
}
