//! How a side comes back after it was taken from: what to draw between two dates.

use super::OrderBook;

/// A moment of refilling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Refill {
    /// Time since the trade (years).
    pub years: f64,
    /// What is still missing (shares).
    pub missing: f64,
}

impl OrderBook {
    /// What is missing on the ask side through `years` after `taken` shares were: `A·e^(−λ_a t)` at
    /// `parts + 1` moments, between which equal amounts come back, so that a quick return is as
    /// finely told as a slow one.
    #[must_use]
    pub fn ask_refill(&self, taken: f64, years: f64, parts: usize) -> Vec<Refill> {
        refill(self.ask_decay, taken, years, parts)
    }

    /// The same of the bid side.
    #[must_use]
    pub fn bid_refill(&self, taken: f64, years: f64, parts: usize) -> Vec<Refill> {
        refill(self.bid_decay, taken, years, parts)
    }
}

fn refill(decay: f64, taken: f64, years: f64, parts: usize) -> Vec<Refill> {
    let back = -(-decay * years).exp_m1();
    let parts = if back > 0.0 { parts.max(1) } else { 1 };
    (0..=parts)
        .map(|part| {
            let share = part as f64 / parts as f64;
            let returned = share * back;
            let years = if part == parts {
                years
            } else if part == 0 || decay.is_infinite() {
                0.0
            } else {
                // Where 1 − e^(−λt) is the share that has returned.
                -(-returned).ln_1p() / decay
            };
            Refill {
                years,
                missing: taken * (1.0 - returned),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order_book::Memory;
    use crate::presets;

    fn book(decay: f64) -> OrderBook {
        let mut parameters = presets::built_in("paper-year").unwrap().into_parameters();
        parameters.order_book.ask_decay = decay;
        parameters.order_book.bid_decay = 2.0 * decay;
        OrderBook::of(&crate::scenario::Scenario::new(parameters).unwrap())
    }

    #[test]
    fn at_every_moment_as_much_is_missing_as_the_memory_says() {
        let book = book(5.0);
        let full = Memory::default();
        for moment in book.ask_refill(0.7, 0.25, 8) {
            let memory = book.remember(full, 0.7, moment.years);
            assert!((memory.ask - moment.missing).abs() < 1e-12, "{moment:?}");
        }
        for moment in book.bid_refill(0.7, 0.25, 8) {
            let memory = book.remember(full, -0.7, moment.years);
            assert!((memory.bid - moment.missing).abs() < 1e-12, "{moment:?}");
        }
    }

    #[test]
    fn equal_amounts_come_back_between_two_moments_and_the_last_is_the_next_date() {
        let moments = book(5.0).ask_refill(1.0, 0.25, 8);
        assert_eq!(moments.len(), 9);
        let steps: Vec<f64> = moments
            .windows(2)
            .map(|pair| pair[0].missing - pair[1].missing)
            .collect();
        assert!(steps.iter().all(|step| (step - steps[0]).abs() < 1e-12));
        assert!(moments.windows(2).all(|p| p[1].years > p[0].years));
        assert_eq!(moments[8].years, 0.25);
    }

    #[test]
    fn a_book_that_never_refills_stays_and_one_that_does_at_once_is_back_at_once() {
        let never = book(0.0).ask_refill(0.4, 0.25, 8);
        assert_eq!(never.len(), 2);
        assert!(never.iter().all(|moment| moment.missing == 0.4));
        let once = book(f64::INFINITY).ask_refill(0.4, 0.25, 4);
        let at_once = |moment: &&Refill| moment.years == 0.0;
        assert_eq!(once.iter().filter(at_once).count(), 4);
        assert_eq!((once[0].missing, once[4].missing), (0.4, 0.0));
    }
}
