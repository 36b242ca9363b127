//! What a lesson asks, and what one answers.

use crate::app::command::{Commands, LessonCommand};
use crate::app::theme::{BODY, CAPTION, LABEL, ROW, Tokens, strategy_name};
use crate::app::view::{LessonView, Stand};
use crate::app::widgets::{Slider, Travel, arrows};
use crate::lessons::{Answer, Question, Truth};
use crate::outcome::Estimate;
use crate::quantity::write::significant;
use crate::scenario::Strategy;
use egui::{Button, Id, RichText, Sense, Stroke, StrokeKind, Ui, vec2};

/// Draws a question, and what became of it.
pub(super) fn ui(ui: &mut Ui, lesson: &LessonView, question: &Question, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.label(
        RichText::new(question.ask())
            .size(BODY)
            .color(tokens.strong)
            .strong(),
    );
    ui.add_space(4.0);
    match question {
        Question::Choice { options, .. } => choice(ui, lesson, options, commands),
        Question::Number { unit, range, .. } => number(ui, lesson, unit, *range, commands),
        Question::Sketch { .. } => sketch(ui, lesson, commands),
        Question::Bars { of, most, .. } => bars(ui, lesson, of, *most, commands),
    }
    ui.add_space(4.0);
    match &lesson.stand {
        Stand::Open => answer(ui, lesson, commands),
        Stand::Measuring => {
            ui.horizontal(|ui| {
                ui.spinner();
                ui.label("measuring what is true");
            });
        }
        Stand::Told(_) => told(ui, lesson, question),
        Stand::Reading => {}
    }
}

fn answer(ui: &mut Ui, lesson: &LessonView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let face = RichText::new("Answer").color(tokens.on_accent);
    let button = Button::new(face).fill(tokens.accent);
    let response = ui.add_enabled(lesson.draft.is_some(), button);
    if response
        .on_disabled_hover_text("Choose, move or draw first")
        .clicked()
    {
        commands.push(LessonCommand::Answer);
    }
}

fn choice(ui: &mut Ui, lesson: &LessonView, options: &[String], commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let right = lesson.told().and_then(|told| match told.truth {
        Ok(Truth::Choice(right)) => Some(right),
        _ => None,
    });
    for (place, option) in options.iter().enumerate() {
        let chosen = lesson.draft == Some(Answer::Choice(place));
        let colour = match right {
            Some(right) if right == place => tokens.good,
            Some(_) if chosen => tokens.error,
            Some(_) => tokens.subdued,
            None => tokens.text,
        };
        let text = RichText::new(option).size(BODY).color(colour);
        let open = matches!(lesson.stand, Stand::Open);
        let radio = egui::RadioButton::new(chosen, text);
        if ui.add_enabled(open || right.is_some(), radio).clicked() && open {
            commands.push(LessonCommand::Draft(Answer::Choice(place)));
        }
    }
}

fn number(
    ui: &mut Ui,
    lesson: &LessonView,
    unit: &str,
    (low, high): (f64, f64),
    commands: &mut Commands,
) {
    let present = match lesson.draft {
        Some(Answer::Number(value)) => Some(value),
        _ => None,
    };
    let open = matches!(lesson.stand, Stand::Open);
    let shown = present.unwrap_or(f64::midpoint(low, high));
    let said = |value: f64| format!("{} {unit}", significant(value, 3));
    ui.horizontal(|ui| {
        let text = present.map_or_else(|| "move the slider".to_owned(), said);
        ui.add_enabled_ui(open, |ui| {
            let slider = Slider {
                id: Id::unique(("lesson number", lesson.step)),
                name: "Your answer",
                spoken: &text,
                travel: Travel::linear(low, high),
                present: shown,
                width: (ui.available_width() - 110.0).max(60.0),
            };
            let (response, moved) = slider.ui(ui, |value| value);
            // A click on the handle, where it stands at first, is an answer too.
            let to = moved
                .to
                .or((response.clicked() && present.is_none()).then_some(shown));
            if let Some(to) = to {
                commands.push(LessonCommand::Draft(Answer::Number(to)));
            }
        });
        ui.label(RichText::new(text).size(LABEL));
    });
    ui.horizontal(|ui| {
        let tokens = Tokens::of(ui.visuals());
        let ends = format!("from {} to {}", said(low), said(high));
        ui.label(RichText::new(ends).size(CAPTION).color(tokens.subdued));
    });
}

fn sketch(ui: &mut Ui, lesson: &LessonView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let small = |text: &str| RichText::new(text).size(CAPTION).color(tokens.subdued);
    match &lesson.stand {
        Stand::Told(_) => {
            let drawn = lesson.canvas.is_some();
            let face = if drawn {
                "See the view itself"
            } else {
                "See what you drew"
            };
            if ui.button(face).clicked() {
                commands.push(LessonCommand::Uncover(drawn));
            }
        }
        _ => {
            ui.label(small(
                "Draw it in the picture, with mouse or pen; or Tab to it, then arrows: across, up and down.",
            ));
        }
    }
}

fn bars(ui: &mut Ui, lesson: &LessonView, of: &[Strategy], most: f64, commands: &mut Commands) {
    let mut values = match &lesson.draft {
        Some(Answer::Bars(values)) if values.len() == of.len() => values.clone(),
        _ => vec![0.5 * most; of.len()],
    };
    let truth = match lesson.told().map(|told| &told.truth) {
        Some(Ok(Truth::Bars(truth))) => Some(truth),
        _ => None,
    };
    let mut changed = false;
    for (place, strategy) in of.iter().enumerate() {
        let figure = truth.and_then(|truth| truth.get(place));
        let open = matches!(lesson.stand, Stand::Open);
        // Of a question that was skipped, only what is true is shown.
        let skipped = lesson.told().is_some_and(|told| told.answer.is_none());
        if skipped {
            values[place] = 0.0;
        }
        changed |= bar(ui, *strategy, most, &mut values[place], figure, open);
    }
    if changed {
        commands.push(LessonCommand::Draft(Answer::Bars(values)));
    }
}

/// One bar, which a hand drags; below it what is true. Whether it was moved.
fn bar(
    ui: &mut Ui,
    strategy: Strategy,
    most: f64,
    value: &mut f64,
    truth: Option<&Estimate>,
    open: bool,
) -> bool {
    let tokens = Tokens::of(ui.visuals());
    let name = strategy_name(strategy);
    let truth = truth.and_then(|figure| figure.value);
    let text = match truth {
        Some(truth) if *value == 0.0 => format!("is {}", significant(truth, 3)),
        Some(truth) => format!("{} — is {}", significant(*value, 3), significant(truth, 3)),
        None => significant(*value, 3),
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(name).size(LABEL));
        ui.label(RichText::new(text).size(CAPTION).color(tokens.subdued));
    });
    let size = vec2(ui.available_width() - 4.0, ROW);
    let sense = if open {
        Sense::click_and_drag()
    } else {
        Sense::hover()
    };
    let response = ui.allocate_response(size, sense);
    let rect = response.rect;
    let before = *value;
    if let Some(pointer) = response.interact_pointer_pos().filter(|_| open) {
        let share = f64::from((pointer.x - rect.left()) / rect.width());
        *value = share.clamp(0.0, 1.0) * most;
    }
    let by = arrows(&response);
    if open && by != 0 {
        *value = (*value + 0.02 * most * by as f64).clamp(0.0, most);
    }
    let colour = tokens.look(strategy).color;
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, tokens.raised);
    let part = |value: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a share on screen")]
        let share = (value / most).clamp(0.0, 1.0) as f32;
        let mut part = rect;
        part.set_width(rect.width() * share);
        part
    };
    painter.rect_filled(part(*value), 3.0, colour.gamma_multiply(0.55));
    if let Some(truth) = truth {
        let stroke = Stroke::new(2.0, tokens.strong);
        painter.rect_stroke(part(truth), 3.0, stroke, StrokeKind::Inside);
    }
    let number = *value;
    response.widget_info(|| egui::WidgetInfo::slider(open, number, name));
    before != *value
}

/// How near it was, and what is true.
fn told(ui: &mut Ui, lesson: &LessonView, question: &Question) {
    let tokens = Tokens::of(ui.visuals());
    let Some(told) = lesson.told() else { return };
    let truth = match &told.truth {
        Ok(truth) => truth,
        Err(why) => {
            let text = format!("This could not be measured: {why}");
            ui.label(RichText::new(text).color(tokens.warning));
            return;
        }
    };
    let (word, colour) = match told.right {
        Some(true) => ("Right", tokens.good),
        Some(false) => ("Not quite", tokens.warning),
        None => ("Skipped", tokens.subdued),
    };
    let unit = question.unit();
    let mut text = String::from(word);
    if let Some(apart) = told.apart {
        let apart = significant(apart, 2);
        text.push_str(&match question {
            Question::Number { .. } => format!(": {apart} {unit} off"),
            _ => format!(": {apart} {unit} off on average"),
        });
    }
    ui.label(RichText::new(text).size(BODY).color(colour));
    match truth {
        Truth::Number(figure) => {
            let value = significant(figure.value.unwrap_or(f64::NAN), 3);
            let error = figure.se.filter(|se| *se > 0.0);
            let error = error.map_or_else(String::new, |se| format!(" ± {}", significant(se, 2)));
            ui.label(format!("It is {value}{error} {unit}."));
        }
        Truth::Choice(_) if told.right.is_none() => {
            let told = question.told(&truth.as_answer());
            ui.label(format!("It is: {told}"));
        }
        _ => {}
    }
}
