use super::*;
use crate::app::document::Value;
use crate::engine::{Over, Pinned};
use crate::policy::Base;
use crate::presets;
use crate::scenario::fields::Field;
use crate::scenario::{Label, MOST_PINS, Tint};

fn session() -> Session {
    Session::new(Document::built_in("paper-year").unwrap(), None, None)
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
        made: false,
        policy: Some(policy()),
        run: Some(7),
    };
    session.take_policy(learned, false);
    session.place.shown = Some(5);
    session.step = 9;
    session.open(Document::built_in("paper-day").unwrap(), None, None);
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
    session.saved(Save {
        path: "mine.ron".into(),
        scenario: scenario.clone(),
        pins: None,
        policy,
        over: Over::Nothing,
        document: scenario,
    });
    assert!(!session.is_modified());
    assert_eq!(session.recent, [PathBuf::from("mine.ron")]);
}

#[test]
fn pins_are_named_apart_counted_and_taken_back() {
    let mut session = session();
    for _ in 0..MOST_PINS {
        assert!(session.pin("one"));
    }
    assert!(!session.pin("one"), "there is room for six");
    let names: Vec<&str> = session
        .pins()
        .iter()
        .map(|p| p.label.name.as_str())
        .collect();
    assert_eq!(names[..3], ["one", "one (2)", "one (3)"]);
    let mut tints: Vec<Tint> = session.pins().iter().map(|pin| pin.label.tint).collect();
    tints.sort();
    tints.dedup();
    assert_eq!(tints.len(), MOST_PINS, "each has a colour of its own");
    let before = session.pins().to_vec();
    session.change_pins(|pins| {
        pins.remove(2);
    });
    assert_eq!(session.pins().len(), 5);
    assert!(session.undo());
    assert_eq!(session.pins(), before);
    assert!(session.redo() && session.undo());
    for _ in 0..MOST_PINS {
        assert!(session.undo());
    }
    assert!(session.pins().is_empty() && !session.undo());
}

#[test]
fn pins_of_a_set_go_with_it_and_those_of_ones_own_stay() {
    let mut session = session();
    assert!(session.pin("mine"));
    let pin = |name: &str| Pin {
        label: Label {
            name: name.into(),
            tint: Tint::Rose,
            hidden: false,
        },
        pinned: Arc::new(Pinned::new(&presets::built_in("thin-book").unwrap(), None)),
    };
    let open = |session: &mut Session, pins: Option<Vec<Pin>>| {
        session.open(Document::built_in("paper-day").unwrap(), None, pins);
    };
    let names = |session: &Session| {
        let pins = session.pins().iter();
        pins.map(|p| p.label.name.clone()).collect::<Vec<_>>()
    };
    open(&mut session, None);
    assert_eq!(names(&session), ["mine"]);
    open(&mut session, Some(vec![pin("a"), pin("b")]));
    assert_eq!(names(&session), ["a", "b"]);
    assert!(!session.is_modified());
    session.change_pins(|pins| pins[0].label.hidden = true);
    assert!(
        session.is_modified(),
        "a set of which a pin is hidden is another"
    );
    assert!(session.pin("own"));
    open(&mut session, None);
    assert_eq!(names(&session), ["own"]);
    assert!(!session.is_modified());
    session.undo();
    assert_eq!(names(&session), ["a", "b", "own"]);
    session.revert();
    assert_eq!(names(&session), ["a", "b"]);
    assert!(!session.is_modified());
}

#[test]
fn a_reference_in_a_pin_is_found_by_name_and_given_up_with_it() {
    let mut session = session();
    assert!(session.pin("one") && session.pin("two"));
    session.reference = Compared {
        pin: Some("two".into()),
        who: None,
    };
    assert_eq!(
        (session.reference().pin, session.reference().who),
        (Some(1), None)
    );
    session.change_pins(|pins| pins[0].label.hidden = true);
    assert_eq!(
        session.reference().pin,
        Some(0),
        "its place among those shown"
    );
    session.change_pins(|pins| pins[1].label.hidden = true);
    assert_eq!(session.reference(), Strategy::Delta.into());
}

#[test]
fn a_rule_stands_in_for_what_was_made_and_gives_way_like_it_when_the_scenario_moves() {
    let mut session = session();
    session.answer_at_once(true);
    set(&mut session, VOLATILITY, 0.9, Grain::Whole);
    assert!(session.learned.made);
    session.stand_in(Base::Leland);
    let hedge = session.learned.policy.clone().unwrap();
    assert_eq!(hedge.stand_in(), Some(Base::Leland));
    assert!(session.differs().is_empty() && session.own_policy().is_none());
    set(&mut session, VOLATILITY, 0.8, Grain::Whole);
    let made = session.learned.policy.clone().unwrap();
    assert!(session.learned.made && !made.is_untrained());
    // What somebody trained is left alone.
    session.take_policy(Learned::still(Some(policy())), false);
    session.stand_in(Base::Delta);
    assert!(session.learned.policy.as_ref().unwrap().is_same(&policy()));
}
