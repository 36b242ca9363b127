//! Exercise: which options their holders take up at maturity, and what is delivered for them.
//!
//! Everybody looks at what trading the delivered shares in this very book would bring. One option is exercised
//! iff that pays: a call iff `F^b(S,n,B) ≥ nK`, a put iff `F^a(S,n,A) ≤ nK`. In a portfolio all options that
//! the hedger sold are held by one counterparty, and decisions are joint and exact:
//!
//! 1. the counterparty exercises those of its options, of all subsets, which bring it the most cash: it trades
//!    the *net* shares that they deliver, `L(S, x, A, B) + c` with `x` shares and `c` cash received;
//! 2. the hedger, told that, exercises those of its own options which bring it the most, trading the net
//!    shares of all that changes hands.
//!
//! The hedger's own position is no part of either decision, as it is none for one option. Of equally good subsets the
//! later one counts, so that an option which is worth nothing either way is exercised. Subsets that deliver
//! the same number of shares differ in cash alone: but the best of them are dropped beforehand.
//!
//! Where the payoff is settled in cash, every option in the money by the mid price pays it, and nobody decides.

use super::{Contract, beyond};
use crate::order_book::{Memory, OrderBook};
use crate::scenario::{SettledBy, Side};

/// Which legs are exercised: bit `i` is the `i`-th one's.
pub type Taken = u8;

/// What exercising some options brings their holder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Shares received, net (negative: given).
    pub shares: f64,
    /// Cash received, net (currency).
    pub cash: f64,
    /// Price at which the net shares are traded, `−cash/shares` (currency a share).
    pub strike: f64,
    /// Which options.
    pub taken: Taken,
}

impl Choice {
    /// Nothing is exercised.
    pub const NOTHING: Self = Self {
        shares: 0.0,
        cash: 0.0,
        strike: 0.0,
        taken: 0,
    };

    /// What it is worth by the mid price (currency).
    #[inline(always)]
    #[must_use]
    pub fn worth(&self, spot: f64) -> f64 {
        if self.shares == 0.0 {
            self.cash
        } else {
            self.shares * (spot - self.strike)
        }
    }
}

/// What each holder may choose besides exercising nothing, in the order in which it is tried.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    /// Of the options that the hedger sold.
    pub counterparty: Vec<Choice>,
    /// Of the options that the hedger bought.
    pub hedger: Vec<Choice>,
}

/// What happens at maturity, as the hedger has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exercise {
    /// Which options are exercised.
    pub taken: Taken,
    /// Shares received, net (negative: delivered).
    pub shares: f64,
    /// Cash received, net (currency).
    pub cash: f64,
}

impl Contract {
    /// What the holders may choose; nothing where the payoff is paid in cash.
    #[must_use]
    pub fn choices(&self) -> Choices {
        Choices {
            counterparty: self.choices_of(Side::Short),
            hedger: self.choices_of(Side::Long),
        }
    }

    /// The useful subsets of the options on the hedger's `side`.
    fn choices_of(&self, side: Side) -> Vec<Choice> {
        let delivered = self.settlement == SettledBy::Delivery;
        let own: Vec<usize> = (0..self.legs().len())
            .filter(|i| delivered && self.legs()[*i].position == side)
            .collect();
        let mut choices: Vec<Choice> = Vec::new();
        for subset in 1u32..1 << own.len() {
            let chosen = own.iter().enumerate();
            let chosen = chosen.filter(|(bit, _)| (subset >> bit) & 1 == 1);
            let choice = chosen.fold(Choice::NOTHING, |sum, (_, leg)| self.with(sum, *leg));
            if choice.shares == 0.0 && choice.cash <= 0.0 {
                continue;
            }
            match choices.iter().position(|c| c.shares == choice.shares) {
                Some(same) if choices[same].cash > choice.cash => {}
                Some(same) => {
                    choices.remove(same);
                    choices.push(choice);
                }
                None => choices.push(choice),
            }
        }
        choices
    }

    /// The choice with one more option.
    fn with(&self, sum: Choice, number: usize) -> Choice {
        let leg = &self.legs()[number];
        let received = leg.received();
        let alone = sum.taken == 0;
        let (shares, cash) = (sum.shares + received, sum.cash - received * leg.strike);
        Choice {
            shares,
            cash,
            strike: if alone { leg.strike } else { -cash / shares },
            taken: sum.taken | (1 << number),
        }
    }

    /// What is exercised at this unaffected price, in a book with this memory. Payoffs in cash are those at the mid that
    /// is shown.
    #[must_use]
    pub fn exercise(&self, book: &OrderBook, spot: f64, memory: Memory) -> Exercise {
        if self.settlement == SettledBy::Cash {
            return self.paid(memory.shown_mid(spot));
        }
        let choices = self.choices();
        let best = |of: &[Choice], delivered: f64| {
            let brings = |choice: &Choice| {
                book.cash_from(spot, choice.shares - delivered, memory) + choice.cash
            };
            let (mut best, mut most) = (Choice::NOTHING, f64::NEG_INFINITY);
            for choice in std::iter::once(&Choice::NOTHING).chain(of) {
                let brought = brings(choice);
                if brought >= most {
                    (best, most) = (*choice, brought);
                }
            }
            best
        };
        let counterparty = best(&choices.counterparty, 0.0);
        let hedger = best(&choices.hedger, counterparty.shares);
        Exercise {
            taken: counterparty.taken | hedger.taken,
            shares: hedger.shares - counterparty.shares,
            cash: hedger.cash - counterparty.cash,
        }
    }

    /// The payoff in cash, of every option that has one.
    fn paid(&self, spot: f64) -> Exercise {
        let legs = self.legs().iter().enumerate();
        let paying = legs.filter(|(_, leg)| beyond(leg, spot) > 0.0);
        Exercise {
            taken: paying.fold(0, |taken, (i, _)| taken | (1 << i)),
            shares: 0.0,
            // Not `−0`.
            cash: 0.0 - self.payoff(spot),
        }
    }

    /// Whether any option pays at this price.
    #[inline(always)]
    #[must_use]
    pub fn pays(&self, spot: f64) -> bool {
        self.legs().iter().any(|leg| beyond(leg, spot) > 0.0)
    }

    /// What the exercised options take from the hedger by the mid price (currency).
    #[must_use]
    pub fn owed(&self, taken: Taken, spot: f64) -> f64 {
        let legs = self.legs().iter().enumerate();
        let exercised = legs.filter(|(i, _)| (taken >> i) & 1 == 1);
        exercised.fold(0.0, |sum, (_, leg)| {
            sum + leg.sign() * leg.received() * (spot - leg.strike)
        })
    }
}
