use super::column::Column;
use super::distribution::DistributionPanel;
use super::ledger::LedgerPanel;
use super::motion::Motion;
use crate::app::command::{Command, Commands, ViewCommand};
use crate::app::document::Document;
use crate::app::model::Model;
use crate::app::view::{DistributionView, LedgerView, PathView, in_words};
use crate::engine::{Engine, Outcomes, Request, Wake};
use crate::policy::{LearnedPolicy, Tuned, Who};
use crate::scenario::{Scenario, Strategy};
use crate::training::shipped;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn outcomes(
    engine: &Engine,
    scenario: &Scenario,
    learned: &[LearnedPolicy],
    reference: Who,
) -> Arc<Outcomes> {
    engine.simulate(Request {
        run: 1000,
        scenario: scenario.clone(),
        learned: learned.to_vec(),
        pinned: Vec::new(),
        reference: reference.into(),
        paths: 2048,
    });
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < Duration::from_mins(1), "no distribution");
        let found = engine.outcomes();
        match found.filter(|o| o.run == 1000 && o.paths == 2048) {
            Some(outcomes) => return outcomes,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// A model whose view shows two trained policies, on a path and in a distribution, all compared with
/// `reference`.
fn of_two(reference: Who) -> (Model, Who) {
    let engine = Engine::start(Wake::new(|| {}), None).unwrap();
    let mut model = Model::new(Document::built_in("paper-year").unwrap(), engine);
    let scenario = model.view.scenario.clone();
    let learned = [
        shipped("paper-year").unwrap(),
        shipped("deep-book")
            .unwrap()
            .called("Trained in a deep book"),
    ];
    let found = outcomes(model.engine(), &scenario, &learned, reference);
    let path = PathView::new(&scenario, &learned, Some(3), None, &[Tuned::GUESS]);
    model.view.distribution = Arc::new(DistributionView::new(&found));
    model.view.outcomes = Some(found);
    model.view.ledger = Arc::new(LedgerView::new(&path, model.view.digits));
    model.view.path = Arc::new(path);
    let other = Who::called("Trained in a deep book", Strategy::Learned);
    (model, other)
}

/// The row of a policy in the table.
fn row_of<'t>(test: &'t Harness<'_>, name: &str) -> egui_kittest::Node<'t> {
    let start = format!("{name}: mean ");
    let mut rows = test.query_all_by_role(Role::Row);
    rows.find(|row| {
        let label = row.accesskit_node().label();
        label.unwrap_or_default().starts_with(&start)
    })
    .unwrap()
}

#[test]
fn two_trained_policies_stand_in_one_table_and_on_one_path() {
    let (model, other) = of_two(Strategy::Delta.into());
    let asked: Rc<RefCell<Vec<Command>>> = Rc::default();
    let seen = asked.clone();
    let mut distribution = DistributionPanel::default();
    let mut column = Column::default();
    let mut test = Harness::builder()
        .with_size(egui::vec2(900.0, 800.0))
        .build_ui(move |ui| {
            let mut commands = Commands::default();
            ui.allocate_ui(egui::vec2(900.0, 400.0), |ui| {
                distribution.ui(ui, &model.view, &mut commands);
            });
            ui.allocate_ui(egui::vec2(900.0, 380.0), |ui| {
                column.ui(ui, &model.view, &Motion::default(), &mut commands);
            });
            seen.borrow_mut().extend(commands);
        });
    test.run_steps(3);
    let labels = |test: &Harness<'_>, role| -> Vec<String> {
        let nodes = test.query_all_by_role(role);
        nodes
            .map(|node| node.accesskit_node().label().unwrap_or_default())
            .collect()
    };
    let rows = labels(&test, Role::Row);
    for name in ["Learned", "Trained in a deep book", "Delta", "Leland"] {
        let start = format!("{name}: mean ");
        let found = rows.iter().filter(|row| row.starts_with(&start));
        assert_eq!(found.count(), 1, "{name} in {rows:?}");
    }
    let positions = test.get_by_role_and_label(Role::GraphicsDocument, "Positions by date");
    let said = positions.accesskit_node().value().unwrap_or_default();
    assert!(said.contains("Learned ") && said.contains("Trained in a deep book "));
    // The figures stand beside the longest name, not over it.
    let row = row_of(&test, "Trained in a deep book").rect();
    let name = test.query_all_by_label("Trained in a deep book");
    let name = name
        .map(|node| node.rect())
        .find(|rect| row.contains(rect.center()));
    let mean = rows.iter().find(|row| row.starts_with("Trained")).unwrap();
    let mean = mean
        .split(": mean ")
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap();
    let mean = test.query_all_by_label(mean).map(|node| node.rect());
    let mean = mean.fold(f32::INFINITY, |left, rect| left.min(rect.left()));
    let right = name.unwrap().right();
    assert!(right < mean && mean.is_finite(), "{right} {mean}");
    asked.borrow_mut().clear();
    row_of(&test, "Trained in a deep book").click();
    test.run_steps(2);
    let asked = asked.borrow();
    let focus = asked.iter().find_map(|command| match command {
        Command::View(ViewCommand::Focus(who)) => Some(who.clone()),
        _ => None,
    });
    assert_eq!(focus, Some(other));
}

#[test]
fn whoever_is_chosen_among_two_trained_policies_is_whom_all_others_are_compared_with() {
    let named = Who::called("Trained in a deep book", Strategy::Learned);
    for reference in [Strategy::Learned.into(), named] {
        let (model, _) = of_two(reference.clone());
        let found = model.view.outcomes.clone().unwrap();
        assert_eq!(found.reference.as_ref(), Some(&reference.clone().into()));
        for row in &found.rows {
            let against = row.against.as_ref().map(|against| &against.difference);
            let whom = against.map(|difference| &difference.against.who);
            let expected = (row.policy.who != reference).then_some(&reference);
            assert_eq!(whom, expected, "{}", row.policy.who);
        }
        let mut distribution = DistributionPanel::default();
        let mut test = Harness::builder()
            .with_size(egui::vec2(900.0, 500.0))
            .build_ui(move |ui| distribution.ui(ui, &model.view, &mut Commands::default()));
        test.run_steps(3);
        let rows: Vec<String> = test
            .query_all_by_role(Role::Row)
            .map(|row| row.accesskit_node().label().unwrap_or_default())
            .collect();
        let title = format!(", − {} ", in_words(&reference));
        let compared = rows.iter().filter(|row| row.contains(&title)).count();
        assert_eq!(compared, found.rows.len() - 1, "{rows:?}");
    }
}

#[test]
fn two_trained_policies_stand_side_by_side_in_the_ledger_and_one_is_hidden_alone() {
    let (model, _) = of_two(Strategy::Delta.into());
    let mut ledger = LedgerPanel::default();
    let mut test = Harness::builder()
        .with_size(egui::vec2(3000.0, 400.0))
        .build_ui(move |ui| ledger.ui(ui, &model.view, &mut Commands::default()));
    test.run_steps(3);
    let both = ["Learned's ledger", "Trained in a deep book's ledger"];
    for name in both {
        assert_eq!(test.query_all_by_label(name).count(), 1, "{name}");
    }
    test.get_by_label("Strategies in the ledger").click();
    test.run_steps(3);
    test.get_by_label("Trained in a deep book in the ledger")
        .click();
    test.run_steps(3);
    assert_eq!(test.query_all_by_label(both[0]).count(), 1);
    assert_eq!(test.query_all_by_label(both[1]).count(), 0);
}
