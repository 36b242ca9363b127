//! The ledger: the path date by date, every strategy side by side, the date of the cursor in view.

mod table;

use super::book::empty;
use super::whose;
use crate::app::command::{Commands, WindowCommand};
use crate::app::theme::{self, Tokens, name_of};
use crate::app::view::{Account, ViewModel, aligned, capital, tab_separated};
use crate::app::widgets::line_sample;
use crate::policy::Who;
use egui::{Label, RichText, Ui, vec2};
use table::Table;

/// The panel.
#[derive(Default)]
pub struct LedgerPanel {
    /// Strategies that are not shown.
    hidden: Vec<Who>,
    /// The date that was last brought into view, of how many.
    followed: Option<(usize, usize)>,
}

/// Height of a line of words (points).
const WORDS: f32 = 17.0;
/// Height that the words at the end leave to the table.
const LEAST_TABLE: f32 = 176.0;

impl LedgerPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        if view.path.prices.is_empty() {
            empty(ui, ui.available_height(), "Replaying the path …");
            return;
        }
        if view.path.strategies.is_empty() {
            let text = "Select a strategy to compare under Strategies on the left.";
            empty(ui, ui.available_height(), text);
            return;
        }
        self.head(ui, view, commands);
        let accounts = self.accounts(view);
        let room = ui.available_height();
        let lines = accounts.len() as f32;
        let words = (WORDS * lines).min((room - LEAST_TABLE).max(WORDS));
        let table = Table::of(ui, view, &accounts);
        let now = (view.step, view.scenario.steps);
        let follow = self.followed != Some(now);
        self.followed = Some(now);
        table.ui(ui, view, room - words - 4.0, follow, commands);
        let mut left = words;
        for account in &accounts {
            if left >= WORDS {
                end(ui, account);
            }
            left -= WORDS;
        }
    }

    /// The ledgers shown, that of the strategy in focus first.
    fn accounts<'a>(&self, view: &'a ViewModel) -> Vec<&'a Account> {
        let first = whose(view);
        let all = view.ledger.accounts.iter();
        let shown = all.filter(|account| !self.hidden.contains(&account.who));
        let mut accounts: Vec<&Account> = shown.collect();
        accounts.sort_by_key(|account| account.who != first);
        accounts
    }

    fn head(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        ui.horizontal(|ui| {
            let title = RichText::new(view.path.title()).size(theme::LABEL);
            ui.label(title.color(tokens.text));
            self.choice(ui, view);
            let menu = ui.menu_button("Copy", |ui| {
                for (name, write) in [
                    ("aligned text", aligned as fn(&_, &_, _) -> String),
                    ("tab-separated", tab_separated),
                ] {
                    if ui.button(name).clicked() {
                        let accounts = self.accounts(view);
                        let chosen: Vec<Who> = accounts.iter().map(|a| a.who.clone()).collect();
                        let text = write(&view.path, &chosen, view.digits);
                        commands.push(WindowCommand::CopyText(text));
                        ui.close();
                    }
                }
            });
            menu.response.accessible_name("Copy the ledger");
            let about = "each in its own book · currency, shares";
            let about = RichText::new(about).size(theme::CAPTION);
            ui.add(Label::new(about.color(tokens.subdued)).truncate())
                .on_hover_text("Every strategy has a book to itself, worn by its own trades alone");
        });
    }

    /// Which strategies stand side by side.
    fn choice(&mut self, ui: &mut Ui, view: &ViewModel) {
        let menu = ui.menu_button("Strategies", |ui| {
            for account in &view.ledger.accounts {
                let who = &account.who;
                let mut shown = !self.hidden.contains(who);
                ui.horizontal(|ui| {
                    let tick = ui.checkbox(&mut shown, name_of(who));
                    let name = format!("{} in the ledger", name_of(who));
                    if tick.accessible_name(name).changed() {
                        self.hidden.retain(|hidden| hidden != who);
                        if !shown {
                            self.hidden.push(who.clone());
                        }
                    }
                });
            }
        });
        menu.response.accessible_name("Strategies in the ledger");
    }
}

/// How a strategy's hedge ends, in words.
fn end(ui: &mut Ui, account: &Account) {
    let tokens = Tokens::of(ui.visuals());
    let size = vec2(ui.available_width(), WORDS - ui.spacing().item_spacing.y);
    ui.allocate_ui(size, |ui| {
        ui.horizontal_centered(|ui| {
            line_sample(ui, tokens.look(account.who.kind));
            let text = capital(&account.words);
            let label = RichText::new(&text).size(theme::CAPTION).color(tokens.text);
            ui.add(Label::new(label).truncate()).on_hover_text(&text);
        });
    });
}
