use super::*;
use crate::app::document::Value;
use crate::scenario::fields::Field;

fn session() -> Session {
    Session::new(Document::built_in("paper-year").unwrap(), None)
}

fn set(session: &mut Session, path: &'static str, x: f64, grain: Grain) {
    let change = (Field::find(path).unwrap(), Value::Number(x));
    let edited = session.place.document.edited(&[change]).unwrap();
    session.edit(Arc::new(edited), grain, Some(path));
}

fn policy() -> LearnedPolicy {
    crate::training::shipped("paper-year").unwrap()
}

const VOLATILITY: &str = "market.volatility";

#[test]
fn a_drag_is_one_step_for_undo() {
    let mut session = session();
    let before = session.scenario().clone();
    for x in [0.2, 0.21, 0.22] {
        set(&mut session, VOLATILITY, x, Grain::Drag);
    }
    session.end_drag();
    set(&mut session, VOLATILITY, 0.3, Grain::Whole);
    assert!(session.is_modified());
    assert!(session.undo());
    assert_eq!(session.scenario().market.volatility, 0.22);
    assert!(session.undo());
    assert_eq!(*session.scenario(), before);
    assert!(!session.undo());
    assert!(session.redo());
    assert_eq!(session.scenario().market.volatility, 0.22);
}

#[test]
fn reverting_can_be_undone() {
    let mut session = session();
    set(&mut session, VOLATILITY, 0.4, Grain::Whole);
    session.revert();
    assert!(!session.is_modified());
    session.undo();
    assert_eq!(session.scenario().market.volatility, 0.4);
}

#[test]
fn opening_another_document_is_one_step_that_brings_back_edits_history_and_policy() {
    let mut session = session();
    set(&mut session, VOLATILITY, 0.4, Grain::Whole);
    let learned = Learned {
        policy: Some(policy()),
        run: Some(7),
    };
    session.take_policy(learned, false);
    session.place.shown = Some(5);
    session.step = 9;
    session.open(Document::built_in("paper-day").unwrap(), None);
    assert!(session.learned.policy.is_none() && !session.is_modified());
    assert_eq!((session.place.shown, session.scenario().steps), (None, 8));
    session.undo();
    assert_eq!(session.scenario().market.volatility, 0.4);
    assert_eq!((session.place.shown, session.step), (Some(5), 9));
    assert_eq!(session.learned.run, Some(7));
    assert!(session.learned.policy.is_some());
    // What was done before goes on being undone.
    session.undo();
    session.undo();
    assert!(!session.is_modified() && session.learned.policy.is_none());
    for _ in 0..3 {
        session.redo();
    }
    assert_eq!(session.scenario().steps, 8);
}

#[test]
fn a_policy_that_followed_an_edit_goes_back_with_the_edit() {
    let mut session = session();
    session.take_policy(Learned::still(Some(policy())), false);
    set(&mut session, VOLATILITY, 0.4, Grain::Whole);
    session.take_policy(Learned::still(None), true);
    session.take_policy(Learned::still(None), true);
    session.undo();
    assert_eq!(session.scenario().market.volatility, 0.1898);
    assert!(session.learned.policy.is_some());
}

#[test]
fn a_policy_trained_here_counts_as_a_change_until_it_is_saved() {
    let mut session = session();
    session.take_policy(Learned::still(Some(policy())), false);
    assert!(session.is_modified() && session.policy_is_new());
    let (scenario, policy) = (session.scenario().clone(), session.learned.policy.clone());
    session.saved("mine.ron".into(), scenario, policy);
    assert!(!session.is_modified());
    assert_eq!(session.recent, [PathBuf::from("mine.ron")]);
}
