//! The arrangements of one's own, one for each purpose, and what is seen of them: a view may be
//! hidden, and one may have all the room for a while.

use super::{Purpose, Room, few, panes};
use crate::app::command::LayoutCommand;
use crate::app::panes::{Entry, PANES, Pane};
use egui_tiles::{TileId, Tree};

/// The arrangements.
pub struct Arrangements {
    purpose: Purpose,
    /// By purpose, in their order.
    own: [Tree<Pane>; 3],
    /// The view that has all the room, in a tree of its own: the others are as they were.
    large: Option<(Pane, Tree<Pane>)>,
    /// The arrangement where there is little room.
    tabs: (Room, Tree<Pane>),
    /// The few views that a lesson shows, or a class sees.
    few: (Vec<&'static str>, Tree<Pane>),
}

impl Arrangements {
    /// Those that were kept; where there are none, as they are at first.
    #[must_use]
    pub fn new(purpose: Purpose, kept: [Option<Tree<Pane>>; 3], large: Option<Pane>) -> Self {
        let [explore, compare, teach] = kept;
        let or =
            |kept: Option<Tree<Pane>>, purpose: Purpose| kept.unwrap_or_else(|| purpose.tree());
        Self {
            purpose,
            own: [
                or(explore, Purpose::Explore),
                or(compare, Purpose::Compare),
                or(teach, Purpose::Teach),
            ],
            large: large.map(|pane| (pane.clone(), alone(pane))),
            tabs: (Room::One, Room::One.tabs()),
            few: (Vec::new(), few::tree(&[])),
        }
    }

    /// What the views are laid out for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The arrangement for a purpose.
    #[must_use]
    pub fn of(&self, purpose: Purpose) -> &Tree<Pane> {
        &self.own[place(purpose)]
    }

    /// The view that has all the room.
    #[must_use]
    pub fn large(&self) -> Option<&Pane> {
        self.large.as_ref().map(|(pane, _)| pane)
    }

    /// Whether a view is not hidden.
    #[must_use]
    pub fn shows(&self, entry: &Entry) -> bool {
        let tree = self.of(self.purpose);
        let id = tree.tiles.find_pane(&Pane::of(entry));
        id.is_some_and(|id| tree.is_visible(id))
    }

    /// Whether it is the only view that is not hidden, which stays.
    #[must_use]
    pub fn is_last(&self, entry: &Entry) -> bool {
        let shown = PANES.iter().filter(|other| self.shows(other));
        self.shows(entry) && shown.count() == 1
    }

    /// What is to be drawn where there is that much room, and whether it is one view alone.
    pub fn drawn(&mut self, room: Room) -> (&mut Tree<Pane>, bool) {
        if let Some((_, tree)) = &mut self.large {
            return (tree, true);
        }
        let own = &mut self.own[place(self.purpose)];
        if room == Room::Ample {
            return (own, false);
        }
        if self.tabs.0 != room {
            self.tabs = (room, room.tabs());
        }
        let tabs = &mut self.tabs.1;
        for id in panes(tabs).collect::<Vec<_>>() {
            let there = tabs
                .tiles
                .get_pane(&id)
                .and_then(|pane| own.tiles.find_pane(pane));
            tabs.set_visible(id, there.is_none_or(|there| own.is_visible(there)));
        }
        (tabs, false)
    }

    /// A few views, the first one large; all the person's own stay as they are.
    pub fn only(&mut self, keys: &[&'static str]) -> &mut Tree<Pane> {
        if self.few.0 != keys {
            self.few = (keys.to_vec(), few::tree(keys));
        }
        &mut self.few.1
    }

    /// Does what is asked.
    pub fn obey(&mut self, command: &LayoutCommand) {
        match command {
            LayoutCommand::Show(key, shown) => self.show(key, *shown),
            LayoutCommand::Large(key) => self.enlarge(key),
            LayoutCommand::Back => self.large = None,
            LayoutCommand::For(purpose) => {
                self.purpose = *purpose;
                self.large = None;
            }
        }
    }

    /// The present arrangement as it is at first.
    pub fn reset(&mut self) {
        self.own[place(self.purpose)] = self.purpose.tree();
        self.large = None;
    }

    /// Shows a view, in front, or hides it.
    fn show(&mut self, key: &str, shown: bool) {
        let Some(entry) = PANES.iter().find(|entry| entry.key == key) else {
            return;
        };
        self.large = None;
        if !shown && self.is_last(entry) {
            return;
        }
        let own = &mut self.own[place(self.purpose)];
        let pane = Pane::of(entry);
        if let Some(id) = own.tiles.find_pane(&pane) {
            own.set_visible(id, shown);
        }
        if shown {
            in_front(own, &pane);
            in_front(&mut self.tabs.1, &pane);
        }
    }

    /// Gives a view all the room; the one that has it gives it back.
    fn enlarge(&mut self, key: &str) {
        let entry = PANES.iter().find(|entry| entry.key == key);
        let before = self.large.take();
        let pane = entry.map(Pane::of);
        if before.is_none_or(|(before, _)| Some(&before) != pane.as_ref()) {
            self.large = pane.map(|pane| (pane.clone(), alone(pane)));
        }
    }
}

fn place(purpose: Purpose) -> usize {
    let all = Purpose::ALL.iter();
    all.take_while(|other| **other != purpose).count()
}

/// A view with all the room.
fn alone(pane: Pane) -> Tree<Pane> {
    Tree::new_tabs(egui::Id::unique("large view"), vec![pane])
}

/// Brings a view before those that stand in its place with it.
fn in_front(tree: &mut Tree<Pane>, pane: &Pane) {
    let id: Option<TileId> = tree.tiles.find_pane(pane);
    tree.make_active(|other, _| Some(other) == id);
}
