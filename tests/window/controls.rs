//! Numbers as they are shown, moved and typed in the window's controls.

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::window::{Setup, Window};
use hedgelab::presets;
use hedgelab::scenario::Scenario;
use std::f64::consts::LN_2;
use std::time::{Duration, Instant};

type Test = Harness<'static, Window>;

fn open(preset: &str) -> Test {
    let setup = Setup {
        folder: None,
        preset: Some(preset.to_owned()),
    };
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 1600.0))
        .with_max_steps(60)
        // Two clicks within a quarter of a second are a double click.
        .with_step_dt(1.0 / 60.0)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    test
}

fn year() -> Test {
    open("paper-year")
}

fn scenario(test: &Test) -> Scenario {
    Scenario::clone(&test.state().view().scenario)
}

fn type_text(test: &mut Test, name: &str, text: &str) {
    test.get_by_label(name).focus();
    test.run_steps(2);
    test.key_press_modifiers(Modifiers::COMMAND, Key::A);
    test.run_steps(1);
    if text.is_empty() {
        test.key_press(Key::Delete);
    } else {
        test.get_by_label(name).type_text(text);
    }
    test.run_steps(2);
}

fn type_into(test: &mut Test, name: &str, text: &str) {
    type_text(test, name, text);
    test.key_press(Key::Enter);
    test.run_steps(3);
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(3);
}

fn tick(test: &mut Test, name: &str) {
    test.get_by_role_and_label(Role::CheckBox, name).click();
    test.run_steps(3);
}

fn slide(test: &mut Test, name: &str, value: f64) {
    test.get_by_role_and_label(Role::Slider, name)
        .set_value_accesskit(value);
    test.run_steps(2);
}

fn heard(test: &Test, role: Role, name: &str) -> String {
    let node = test.get_by_role_and_label(role, name);
    node.accesskit_node().value().unwrap_or_default()
}

fn says(test: &Test, text: &str) -> bool {
    test.query_by_label_contains(text).is_some()
}

fn is_focused(test: &Test, name: &str) -> bool {
    test.get_by_label(name).accesskit_node().is_focused()
}

#[test]
fn bad_numbers_give_a_message_beside_the_field_and_change_nothing() {
    let mut test = year();
    for bad in ["1e400", "abc", "-5", "nan"] {
        type_into(&mut test, "Volatility σ value", bad);
        assert_eq!(scenario(&test).market.volatility, 0.1898, "{bad}");
        assert!(
            test.query_by_label_contains("Volatility —").is_some(),
            "no message for {bad}"
        );
    }
    type_into(&mut test, "Volatility σ value", "25");
    assert_eq!(scenario(&test).market.volatility, 0.25);
    assert!(test.query_by_label_contains("Volatility —").is_none());
}

#[test]
fn limits_are_told_in_the_unit_that_is_typed() {
    let mut test = year();
    type_into(&mut test, "Volatility σ value", "600");
    assert!(says(&test, "Volatility — 600 %; allowed: 0 % to 500 %"));
    type_into(&mut test, "Maturity value", "abc");
    assert!(says(&test, " y to 100 y"));
    assert_eq!(scenario(&test).market.volatility, 0.1898);
}

#[test]
fn a_fraction_typed_for_a_percentage_is_asked_about() {
    let mut test = year();
    type_into(&mut test, "Volatility σ value", "0.25");
    assert_eq!(scenario(&test).market.volatility, 0.1898);
    assert!(says(&test, "25 % or 0.25 %?"));
    click(&mut test, "Volatility: 25 %");
    assert_eq!(scenario(&test).market.volatility, 0.25);
    assert!(!says(&test, "Volatility —"));
    type_into(&mut test, "Volatility σ value", "0.25 %");
    assert_eq!(scenario(&test).market.volatility, 0.0025);
}

#[test]
fn decimal_commas_and_thousands_are_understood_or_asked_about() {
    let mut test = year();
    type_into(&mut test, "Spot value", "1234,5");
    assert_eq!(scenario(&test).market.spot, 1234.5);
    type_into(&mut test, "Spot value", "1 000");
    assert_eq!(scenario(&test).market.spot, 1000.0);
    type_into(&mut test, "Spot value", "1,085");
    assert_eq!(scenario(&test).market.spot, 1000.0);
    click(&mut test, "Spot: 1.085");
    assert_eq!(scenario(&test).market.spot, 1.085);
}

#[test]
fn half_lives_are_told_and_typed_in_steps_days_or_years() {
    let mut test = year();
    let decay = |test: &Test| scenario(test).order_book.ask_decay;
    let lives = |test: &Test, years: f64| (decay(test) * years / LN_2 - 1.0).abs() < 1e-12;
    type_into(&mut test, "Ask half-life value", "2");
    assert!(lives(&test, 2.0 / 12.0), "two steps");
    assert_eq!(scenario(&test).order_book.bid_decay, decay(&test));
    assert_eq!(heard(&test, Role::Slider, "Ask half-life"), "2 steps");
    click(&mut test, "Half-lives in days");
    assert_eq!(heard(&test, Role::Slider, "Ask half-life"), "42 days");
    type_into(&mut test, "Ask half-life value", "30");
    assert!(lives(&test, 30.0 / 252.0), "thirty days");
    for (text, years) in [
        ("2w", 10.0 / 252.0),
        ("3h", 3.0 / 2016.0),
        ("1 month", 1.0 / 12.0),
        ("1 step", 1.0 / 12.0),
        ("0,5 y", 0.5),
    ] {
        type_into(&mut test, "Ask half-life value", text);
        assert!(lives(&test, years), "{text}");
    }
    type_into(&mut test, "Ask half-life value", "inf");
    assert_eq!(decay(&test), 0.0);
    type_into(&mut test, "Ask half-life value", "0");
    assert_eq!(decay(&test), f64::INFINITY);
    type_into(&mut test, "Ask half-life value", "-1");
    assert!(says(
        &test,
        "Ask half-life — −1 d; allowed: 0 d or more, or ∞"
    ));
}

#[test]
fn the_half_life_slider_spends_its_travel_between_a_twentieth_of_a_step_and_twenty_steps() {
    let mut test = year();
    let rect = test
        .get_by_role_and_label(Role::Slider, "Ask half-life")
        .rect();
    let mut steps = Vec::new();
    for share in [0.12, 0.3, 0.5, 0.7, 0.88] {
        press(&mut test, rect.lerp_inside(vec2(share, 0.5)), true);
        press(&mut test, rect.lerp_inside(vec2(share, 0.5)), false);
        steps.push(LN_2 / scenario(&test).order_book.ask_decay * 12.0);
    }
    assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
    assert!(
        steps[0] < 0.2 && steps[4] > 5.0 && steps[4] <= 20.0,
        "{steps:?}"
    );
}

#[test]
fn what_is_typed_as_the_preset_has_it_is_the_presets_value_to_the_bit() {
    let mut test = open("paper-month");
    type_into(&mut test, "Maturity value", "1 y");
    assert!(test.state().view().modified);
    type_into(&mut test, "Maturity value", "30 d");
    assert!(!test.state().view().modified);
}

#[test]
fn prices_that_differ_look_different_and_noise_never_shows() {
    let mut test = year();
    type_into(&mut test, "Spot value", "1.0845");
    type_into(&mut test, "Strike value", "1.085");
    assert_eq!(
        heard(&test, Role::TextInput, "Spot value"),
        "1.0845 currency"
    );
    assert_eq!(
        heard(&test, Role::TextInput, "Strike value"),
        "1.085 currency"
    );
    type_into(&mut test, "Spot value", "0.0000123");
    assert_eq!(
        heard(&test, Role::TextInput, "Spot value"),
        "0.0000123 currency"
    );
    slide(&mut test, "Ask exponent α", 1.015);
    assert_eq!(scenario(&test).order_book.bid_exponent, 0.985);
    let saved = presets::text(&scenario(&test)).unwrap();
    assert!(saved.contains("bid_exponent: 0.985,"), "{saved}");
}

#[test]
fn views_tell_spot_from_strike_and_a_token_from_nothing() {
    let mut test = year();
    type_into(&mut test, "Spot value", "1.0845");
    type_into(&mut test, "Strike value", "1.085");
    test.run_steps(2);
    let digits = test.state().view().digits;
    assert_ne!(digits.price(1.0845), digits.price(1.085));
    let quoted = |test: &Test| heard(test, Role::GraphicsDocument, "Order book by size");
    let bid = test.state().view().book.best.1;
    let told = quoted(&test);
    assert!(
        told.contains(&format!("bid {}", digits.price(bid))),
        "{told}"
    );
    type_into(&mut test, "Spot value", "0.0000123");
    type_into(&mut test, "Strike value", "0.0000123");
    test.run_steps(2);
    let digits = test.state().view().digits;
    let bid = test.state().view().book.best.1;
    let told = quoted(&test);
    assert!(
        told.contains(&format!("bid {}", digits.price(bid))),
        "{told}"
    );
    assert!(digits.price(bid).starts_with("0.0000"), "{bid}");
    assert!(!told.contains("bid 0.00 ") && !told.contains("spread 0.00 "));
}

#[test]
fn linked_sides_move_together_and_unlinked_ones_do_not() {
    let mut test = year();
    let exponents = |test: &Test| {
        let book = scenario(test).order_book.clone();
        (book.ask_exponent, book.bid_exponent)
    };
    slide(&mut test, "Ask exponent α", 1.02);
    assert_eq!(exponents(&test), (1.02, 0.98));
    tick(&mut test, "link ask and bid");
    slide(&mut test, "Bid exponent β", 0.95);
    assert_eq!(exponents(&test), (1.02, 0.95));
    // Linking makes them alike.
    tick(&mut test, "link ask and bid");
    assert_eq!(exponents(&test), (1.02, 0.98));
    assert!(test.state().view().linked_sides);
    // So does every way of changing one.
    type_into(&mut test, "Bid exponent β value", "0.97");
    assert_eq!(exponents(&test), (1.03, 0.97));
    type_into(&mut test, "Bid exponent β value", "");
    assert_eq!(exponents(&test), (1.01, 0.99));
    slide(&mut test, "Ask exponent α", 1.05);
    let middle = test
        .get_by_role_and_label(Role::Slider, "Ask exponent α")
        .rect()
        .center();
    for _ in 0..2 {
        press(&mut test, middle, true);
        press(&mut test, middle, false);
    }
    assert_eq!(exponents(&test), (1.01, 0.99));
    // What cannot be alike is not linked.
    type_into(&mut test, "Ask exponent α value", "2.5");
    assert_eq!(exponents(&test), (2.5, 0.99));
    assert!(!test.state().view().linked_sides);
}

fn press(test: &mut Test, pos: Pos2, pressed: bool) {
    test.event(Event::PointerMoved(pos));
    test.event(Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    });
    test.run_steps(2);
}

#[test]
fn a_slider_held_still_lets_the_distribution_finish() {
    let mut test = year();
    for name in [
        "Ask exponent α",
        "Volatility σ",
        "Ask half-life",
        "Maturity",
    ] {
        let rect = test.get_by_role_and_label(Role::Slider, name).rect();
        press(&mut test, rect.lerp_inside(vec2(0.63, 0.5)), true);
        until(&mut test, "a distribution at rest", |test| {
            !test.state().view().computing
        });
        press(&mut test, rect.lerp_inside(vec2(0.63, 0.5)), false);
    }
}

#[test]
fn taking_hold_of_a_handle_changes_nothing() {
    let mut test = year();
    type_into(&mut test, "Volatility σ value", "21.2345");
    let rect = test
        .get_by_role_and_label(Role::Slider, "Volatility σ")
        .rect();
    let radius = 0.3 * rect.height();
    let handle = rect.left() + radius + 0.212_345 * (rect.width() - 2.0 * radius);
    press(&mut test, Pos2::new(handle + 2.0, rect.center().y), true);
    test.run_steps(3);
    press(&mut test, Pos2::new(handle + 2.0, rect.center().y), false);
    assert_eq!(scenario(&test).market.volatility, 0.212_345);
}

#[test]
fn tab_stops_once_at_each_control_whose_keys_move_and_reset_it() {
    let mut test = year();
    test.get_by_label("Spot value").focus();
    test.run_steps(2);
    for next in ["Drift μ value", "Dividends q value", "Volatility σ value"] {
        test.key_press(Key::Tab);
        test.run_steps(2);
        assert!(is_focused(&test, next), "{next}");
    }
    test.key_press(Key::ArrowUp);
    test.run_steps(3);
    assert!(scenario(&test).market.volatility > 0.1898);
    assert!(is_focused(&test, "Volatility σ value"));
    test.key_press(Key::ArrowDown);
    test.run_steps(3);
    test.key_press(Key::ArrowDown);
    test.run_steps(3);
    assert!(scenario(&test).market.volatility < 0.1898);
    type_into(&mut test, "Volatility σ value", "");
    assert_eq!(scenario(&test).market.volatility, 0.1898);
    assert!(!test.state().view().modified);
}

#[test]
fn a_choice_is_one_stop_and_its_arrows_choose() {
    let mut test = year();
    test.get_by_label("kind call").focus();
    test.run_steps(2);
    test.key_press(Key::ArrowRight);
    test.run_steps(4);
    assert_eq!(
        scenario(&test).contract.kind,
        hedgelab::scenario::OptionKind::Put
    );
    assert!(is_focused(&test, "kind put"));
    test.key_press(Key::Tab);
    test.run_steps(2);
    assert!(!is_focused(&test, "kind put"), "the next stop is another");
}

#[test]
fn sliders_and_fields_tell_a_screen_reader_their_value_with_its_unit() {
    let mut test = year();
    assert_eq!(heard(&test, Role::Slider, "Volatility σ"), "18.98 percent");
    assert_eq!(
        heard(&test, Role::TextInput, "Volatility σ value"),
        "18.98 percent"
    );
    assert_eq!(heard(&test, Role::Slider, "Maturity"), "1 year");
    assert_eq!(heard(&test, Role::TextInput, "Depth value"), "1 share");
    type_into(&mut test, "Ask half-life value", "0.5");
    assert_eq!(
        heard(&test, Role::TextInput, "Ask half-life value"),
        "0.5 steps"
    );
}

#[test]
fn minus_nought_is_nought() {
    let mut test = year();
    type_into(&mut test, "Drift μ value", "-0");
    assert_eq!(scenario(&test).market.drift.to_bits(), 0);
}

#[test]
fn a_value_being_typed_is_saved_or_the_saving_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    presets::save(&presets::built_in("paper-year").unwrap(), &path).unwrap();
    let saved = || presets::load_file(&path).unwrap().market.clone();
    let mut test = open(path.to_str().unwrap());
    type_text(&mut test, "Volatility σ value", "31");
    save(&mut test);
    until(&mut test, "saved", |test| !test.state().view().modified);
    assert_eq!(saved().volatility, 0.31);
    type_text(&mut test, "Volatility σ value", "much");
    save(&mut test);
    assert!(says(&test, "A value that was typed is not understood"));
    type_into(&mut test, "Spot value", "1100");
    save(&mut test);
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
    assert_eq!(saved().spot, 1000.0);
    assert!(test.state().view().modified);
    type_into(&mut test, "Volatility σ value", "32");
    save(&mut test);
    until(&mut test, "saved", |test| !test.state().view().modified);
    assert_eq!((saved().volatility, saved().spot), (0.32, 1100.0));
}

fn save(test: &mut Test) {
    test.key_press_modifiers(Modifiers::COMMAND, Key::S);
    test.run_steps(3);
}

/// Lets frames and workers go on until something holds.
fn until(test: &mut Test, what: &str, holds: impl Fn(&Test) -> bool) {
    let began = Instant::now();
    while !holds(test) {
        assert!(began.elapsed() < Duration::from_mins(1), "never: {what}");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
}

#[test]
fn hiding_the_controls_or_closing_takes_what_is_being_typed() {
    let mut test = year();
    type_text(&mut test, "Volatility σ value", "33");
    test.key_press(Key::F2);
    test.run_steps(3);
    assert_eq!(scenario(&test).market.volatility, 0.33);
    test.key_press(Key::F2);
    test.run_steps(3);
    type_text(&mut test, "Volatility σ value", "34");
    test.key_press_modifiers(Modifiers::COMMAND, Key::Q);
    test.run_steps(3);
    assert_eq!(scenario(&test).market.volatility, 0.34);
}
