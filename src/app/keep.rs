//! What is kept from one start to the next: layout, theme, zoom, the preset and unsaved edits.

use super::document::{Document, Origin};
use super::layout::{self, Purpose};
use super::panels::column::Strips;
use super::panels::distribution::MEASURES;
use super::panes::Pane;
use super::view::{PolicyChart, Probe, Shape};
use crate::engine::{FileJob, Keep, Pin};
use crate::explore::Look;
use crate::files::{self, FileError, Loaded};
use crate::outcome::Measure;
use crate::policy::LearnedPolicy;
use crate::presets;
use crate::scenario::{Label, Scenario, Strategy};
use crate::sweep::Wish;
use egui_tiles::Tree;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest file of kept state (bytes).
const LIMIT: u64 = 64 << 20;
/// Name of the file in the configuration folder.
const FILE: &str = "window.ron";

/// The kept state.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct Kept {
    pub origin: Origin,
    /// The scenario with unsaved edits, as the text of a preset.
    pub edited: Option<String>,
    /// File of the policy trained here.
    pub trained: Option<PathBuf>,
    pub recent: Vec<PathBuf>,
    pub theme: egui::ThemePreference,
    pub zoom: f32,
    pub controls: bool,
    /// What the views are laid out for.
    pub purpose: Purpose,
    /// The arrangement to explore, by the name that it had before there were others.
    pub layout: Option<Tree<Pane>>,
    pub compare: Option<Tree<Pane>>,
    pub teach: Option<Tree<Pane>>,
    /// The view that has all the room.
    pub large: Option<Pane>,
    /// Heights of the strips over the date axis.
    pub strips: Strips,
    pub step: usize,
    pub focus: Strategy,
    /// With whom the others are compared.
    pub reference: KeptReference,
    /// Whether the order book is drawn by price.
    pub book_by_price: bool,
    /// How distributions are drawn, of differences or of errors, and the measures in their table.
    pub shape: Shape,
    pub differences: bool,
    pub measures: [Measure; 2],
    pub chart: PolicyChart,
    pub probe: Probe,
    pub linked_sides: bool,
    pub relative_prices: bool,
    pub auto_retrain: bool,
    pub answers_at_once: bool,
    /// Number of the path on screen.
    pub shown: Option<u64>,
    /// Dates a second while playing.
    pub speed: f64,
    pub pins: Vec<KeptPin>,
    /// Dotted name of the parameter against which the price is shown.
    pub swept: String,
    /// How the explorer shows the policy.
    pub explored: Look,
    /// The sweep that was looked at, and which figure of it.
    pub sweep: Option<PathBuf>,
    pub sweep_wish: Wish,
    /// Whether where the money went is shown on average.
    pub costs_on_average: bool,
    /// By what the price is shown: its place among the rules.
    pub price_rule: usize,
    /// Whether an unfinished training run is that of the policy on screen.
    pub training: bool,
    /// Whether the first lesson is offered.
    pub offers_lesson: bool,
}

/// With whom policies are compared: in which pin, and with whom there.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptReference {
    pub pin: Option<String>,
    pub strategy: Option<Strategy>,
}

impl Default for KeptReference {
    fn default() -> Self {
        Self {
            pin: None,
            strategy: Some(Strategy::Delta),
        }
    }
}

/// A pinned scenario.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct KeptPin {
    pub label: Label,
    /// As the text of a preset.
    pub scenario: String,
    /// File of the policy that it had.
    pub policy: Option<PathBuf>,
}

/// What is kept in files of its own, or takes time to write down.
pub struct Work {
    /// The scenario, where it differs from what was opened.
    pub edited: Option<Arc<Scenario>>,
    /// The policy, where it does.
    pub trained: Option<LearnedPolicy>,
    pub pins: Vec<Pin>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            origin: Origin::BuiltIn("paper-year".into()),
            edited: None,
            trained: None,
            recent: Vec::new(),
            theme: egui::ThemePreference::Dark,
            zoom: 1.0,
            controls: true,
            purpose: Purpose::default(),
            layout: None,
            compare: None,
            teach: None,
            large: None,
            strips: Strips::default(),
            step: 6,
            focus: Strategy::Learned,
            reference: KeptReference::default(),
            book_by_price: false,
            shape: Shape::default(),
            differences: false,
            measures: MEASURES,
            chart: PolicyChart::default(),
            probe: Probe::default(),
            linked_sides: true,
            relative_prices: true,
            auto_retrain: false,
            answers_at_once: true,
            shown: None,
            speed: 2.0,
            pins: Vec::new(),
            swept: "order_book.ask_exponent".into(),
            explored: Look::default(),
            sweep: None,
            sweep_wish: Wish::default(),
            costs_on_average: true,
            price_rule: 0,
            training: true,
            offers_lesson: true,
        }
    }
}

/// Something of the last session that does not load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Why.
    pub reason: String,
    /// The preset that it is.
    pub file: Option<PathBuf>,
}

impl Unread {
    /// Edits that do not load, in a preset of their own.
    fn put_aside(text: &str, error: &str, folder: Option<&Path>) -> Self {
        let name = format!("unsaved-{:016x}.ron", files::fingerprint(text.as_bytes()));
        let file = folder.map(|folder| folder.join(name));
        let file = file.filter(|file| files::write(file, text.as_bytes()).is_ok());
        let reason = match &file {
            Some(file) => format!("{error}; the edits are kept in {}", file.display()),
            None => error.to_owned(),
        };
        Self { reason, file }
    }
}

impl Kept {
    /// The state kept in `folder`, and what of it could not be read.
    ///
    /// # Errors
    /// When a file that does not load cannot be set aside; nothing may be kept there then.
    pub fn load(folder: &Path) -> Result<Loaded<Self>, FileError> {
        let mut kept: Loaded<Self> = files::load(&folder.join(FILE), LIMIT)?;
        let value = &mut kept.value;
        for (tree, purpose) in [
            (&mut value.layout, Purpose::Explore),
            (&mut value.compare, Purpose::Compare),
            (&mut value.teach, Purpose::Teach),
        ] {
            *tree = tree.take().map(|tree| layout::mended(tree, purpose));
        }
        value.large = value.large.take().filter(|pane| pane.entry().is_some());
        kept.value.zoom = kept.value.zoom.clamp(0.5, 4.0);
        Ok(kept)
    }

    /// Whether unsaved edits or a policy trained here are in it.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.edited.is_some() || self.trained.is_some()
    }

    /// The order to write the state into `folder`, with `work`.
    #[must_use]
    pub fn order(mut self, folder: &Path, work: Work) -> FileJob {
        let Work {
            edited,
            trained,
            pins,
        } = work;
        let has = trained.is_some();
        let of_pins = pins.iter().filter_map(|pin| pin.pinned.learned.clone());
        let policies = trained.into_iter().chain(of_pins).collect();
        let text = move |files: &[PathBuf]| {
            let preset = |scenario: &Scenario| presets::text(scenario).map_err(|e| e.to_string());
            let mut files = files.iter().cloned();
            self.edited = edited.as_deref().map(preset).transpose()?;
            self.trained = has.then(|| files.next()).flatten();
            let pin = |pin: &Pin| {
                Ok::<_, String>(KeptPin {
                    label: pin.label.clone(),
                    scenario: preset(&pin.pinned.scenario)?,
                    policy: pin.pinned.learned.as_ref().and_then(|_| files.next()),
                })
            };
            self.pins = pins.iter().map(pin).collect::<Result<_, _>>()?;
            files::text(&self).map_err(|error| error.to_string())
        };
        FileJob::Keep(Keep {
            file: folder.join(FILE),
            policies,
            text: Box::new(text),
        })
    }

    /// The document as it was left; the first preset where its file is gone, and why, with the file that does not
    /// load. Edits that do not load are put aside in `folder`, as a preset.
    #[must_use]
    pub fn document(&self, folder: Option<&Path>) -> (Option<Document>, Option<Unread>) {
        let opened = match &self.origin {
            Origin::BuiltIn(name) => Document::built_in(name).map_err(|error| error.to_string()),
            Origin::File(path) | Origin::Weights(path) | Origin::Record(path) => {
                Document::file(path)
            }
        };
        let (mut document, mut trouble) = match opened {
            Ok(document) => (Some(document), None),
            Err(reason) => {
                let file = match &self.origin {
                    Origin::File(path) => Some(path.clone()),
                    _ => None,
                };
                let unread = Unread { reason, file };
                (Document::built_in("paper-year").ok(), Some(unread))
            }
        };
        if let (Some(document), Some(text)) = (&mut document, &self.edited) {
            match presets::parse(text, "unsaved edits") {
                Ok(edited) => document.put(Arc::new(edited)),
                Err(error) => trouble = Some(Unread::put_aside(text, &error.to_string(), folder)),
            }
        }
        (document, trouble)
    }
}
