//! The lesson that is being taken: what is said and asked, beside the views that it is about.

mod canvas;
mod menu;
mod offer;
mod question;
mod veil;

pub use menu::{list, menu};
pub use offer::{WIDTH as OFFER, ui as offer};
pub use veil::{instead, outline};

use super::controls;
use crate::app::command::{Commands, LessonCommand};
use crate::app::theme::{BODY, CAPTION, HEADING, LABEL, Tokens};
use crate::app::view::{Goal, LessonView, Stand, ViewModel};
use crate::app::widgets::{Icon, icon_button};
use crate::lessons::Look;
use egui::{Align, Button, CollapsingHeader, Label, Layout, Panel, RichText, ScrollArea, Ui};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

/// Width of the panel.
pub const WIDTH: f32 = 356.0;

/// What the panel keeps while the window is open.
#[derive(Default)]
pub struct Lesson {
    markdown: CommonMarkCache,
}

impl Lesson {
    /// Draws it.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        view: &ViewModel,
        lesson: &LessonView,
        commands: &mut Commands,
    ) {
        head(ui, lesson, commands);
        Panel::bottom("lesson steps")
            .frame(egui::Frame::new().inner_margin(egui::Margin::symmetric(0, 6)))
            .show(ui, |ui| foot(ui, lesson, commands));
        ScrollArea::vertical()
            .id_salt(("lesson", lesson.step))
            .auto_shrink([false, false])
            .show(ui, |ui| self.body(ui, view, lesson, commands));
    }

    fn body(
        &mut self,
        ui: &mut Ui,
        view: &ViewModel,
        lesson: &LessonView,
        commands: &mut Commands,
    ) {
        ui.set_max_width(ui.available_width() - 8.0);
        if lesson.step == 0 {
            let tokens = Tokens::of(ui.visuals());
            let aim = format!("Afterwards you can: {}", lower(&lesson.aim));
            ui.label(RichText::new(aim).size(LABEL).color(tokens.subdued));
            ui.add_space(6.0);
        }
        self.said(ui, "text", &lesson.text);
        for name in &lesson.controls {
            let outlined = lesson.look.contains(&Look::Control(name.clone()));
            let row = ui.scope(|ui| controls::one(ui, view, commands, name));
            if outlined {
                veil::ring(ui, row.response.rect.expand2(egui::vec2(5.0, 2.0)));
            }
        }
        if lesson
            .controls
            .iter()
            .any(|name| name.starts_with("order_book.bid"))
        {
            controls::link(ui, view, commands);
        }
        if let Some((ask, goals)) = &lesson.task {
            ui.add_space(8.0);
            task(ui, ask, goals, lesson.told().is_some());
        }
        if let Some(question) = &lesson.question {
            ui.add_space(8.0);
            question::ui(ui, lesson, question, commands);
        }
        if let Some(reveal) = &lesson.reveal {
            ui.add_space(8.0);
            self.said(ui, "reveal", reveal);
        }
        if let Some(teacher) = lesson.teacher.as_ref().filter(|_| lesson.may_go_on()) {
            ui.add_space(8.0);
            CollapsingHeader::new(RichText::new("For teachers").size(LABEL))
                .id_salt(("teacher", lesson.step))
                .show(ui, |ui| self.said(ui, "teacher", teacher));
        }
        ui.add_space(12.0);
    }

    fn said(&mut self, ui: &mut Ui, id: &str, text: &str) {
        ui.push_id(id, |ui| {
            CommonMarkViewer::new().show(ui, &mut self.markdown, text);
        });
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

fn head(ui: &mut Ui, lesson: &LessonView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if icon_button(ui, Icon::Close, "Leave the lesson", true).clicked() {
                commands.push(LessonCommand::Leave);
            }
            let place = format!("{} of {}", lesson.step + 1, lesson.steps);
            ui.label(RichText::new(place).size(CAPTION).color(tokens.subdued));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(&lesson.title).size(HEADING);
                ui.add(Label::new(title.color(tokens.strong)).truncate());
            });
        });
    });
    ui.separator();
}

/// What is to be done, and which parts of it are.
fn task(ui: &mut Ui, ask: &str, goals: &[Goal], told: bool) {
    let tokens = Tokens::of(ui.visuals());
    ui.label(RichText::new(ask).size(BODY).color(tokens.strong));
    for goal in goals {
        let (mark, colour) = if goal.holds {
            ("done", tokens.good)
        } else {
            ("open", tokens.subdued)
        };
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(mark).size(CAPTION).color(colour));
            ui.label(RichText::new(&goal.name).size(LABEL));
        });
    }
    if told && goals.iter().all(|goal| goal.holds) {
        ui.label(RichText::new("Done.").size(BODY).color(tokens.good));
    }
}

/// Back, skip, on.
fn foot(ui: &mut Ui, lesson: &LessonView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.horizontal(|ui| {
        let back = ui.add_enabled(lesson.step > 0, Button::new("Back"));
        if back.on_hover_text("Page Up").clicked() {
            commands.push(LessonCommand::Back);
        }
        let again = Button::new("Set up again");
        if ui
            .add(again)
            .on_hover_text("Put on screen again what this step is about")
            .clicked()
        {
            commands.push(LessonCommand::SetUp);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if lesson.is_last() && lesson.may_go_on() {
                last(ui, commands);
            } else {
                let face = RichText::new("Next").color(tokens.on_accent);
                let next = Button::new(face).fill(tokens.accent);
                let next = ui.add_enabled(lesson.may_go_on(), next);
                let why = "Answer first, or skip";
                if next
                    .on_hover_text("Page Down")
                    .on_disabled_hover_text(why)
                    .clicked()
                {
                    commands.push(LessonCommand::Next);
                }
            }
            if matches!(lesson.stand, Stand::Open) && ui.button("Skip").clicked() {
                commands.push(LessonCommand::Skip);
            }
        });
    });
}

fn last(ui: &mut Ui, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let face = RichText::new("Back to my work").color(tokens.on_accent);
    if ui.add(Button::new(face).fill(tokens.accent)).clicked() {
        commands.push(LessonCommand::Leave);
    }
    let about = "Leave the lesson with what it shows; undo brings back what was there before";
    if ui.button("Keep this").on_hover_text(about).clicked() {
        commands.push(LessonCommand::Take);
    }
}
