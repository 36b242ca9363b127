//! Orders on their way to the training worker, which may look at them before it obeys them.

use super::Order;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError};

pub(super) struct Inbox {
    orders: Receiver<Order>,
    seen: VecDeque<Order>,
}

impl Inbox {
    pub fn new(orders: Receiver<Order>) -> Self {
        Self {
            orders,
            seen: VecDeque::new(),
        }
    }

    /// The next order; `None` if there is none and nobody wants to wait.
    pub fn next(&mut self, wait: bool) -> Option<Order> {
        self.look();
        if self.seen.is_empty() && wait {
            return Some(self.orders.recv().unwrap_or(Order::Quit));
        }
        self.seen.pop_front()
    }

    /// Whether there is an order to look at.
    pub fn has_news(&mut self) -> bool {
        self.look();
        !self.seen.is_empty()
    }

    /// Takes out what orders say about a run that is being prepared: whether it shall wait
    /// (`paused` is changed), and whether it is still wanted at all.
    pub fn still_wants(&mut self, run: u64, paused: &mut bool) -> bool {
        self.look();
        self.seen.retain(|order| match order {
            Order::Pause { run: meant } if *meant == run => {
                *paused = true;
                false
            }
            Order::Resume { run: meant } if *meant == run => {
                *paused = false;
                false
            }
            _ => true,
        });
        !self.seen.iter().any(|order| match order {
            Order::Start { .. } | Order::Reset | Order::Quit => true,
            Order::Stop { run: meant } => *meant == run,
            Order::Pause { .. } | Order::Resume { .. } => false,
        })
    }

    /// Sees all orders given so far. Nobody is left to give any: then it is time to quit.
    fn look(&mut self) {
        loop {
            match self.orders.try_recv() {
                Ok(order) => self.seen.push_back(order),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.seen.push_back(Order::Quit);
                    return;
                }
            }
        }
    }
}
