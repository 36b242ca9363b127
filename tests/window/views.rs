//! What the views say and draw, through the widget tree.

use crate::common::{said, type_into};
use egui::accesskit::Role;
use egui::{Key, Modifiers, PointerButton, Pos2, Rect, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::window::{Setup, Window};
use hedgelab::scenario::Strategy;
use std::time::{Duration, Instant};

type Test = Harness<'static, Window>;

const PLOTS: [&str; 6] = [
    "Order book by size",
    "Liquidity by date and price",
    "Policy curves",
    "Price by date",
    "Positions by date",
    "Density of hedging errors",
];

fn open(preset: &str) -> Test {
    sized(preset, vec2(1280.0, 800.0))
}

fn sized(preset: &str, size: egui::Vec2) -> Test {
    let setup = Setup {
        preset: Some(preset.into()),
        ..Setup::default()
    };
    let mut test = Harness::builder()
        .with_size(size)
        .with_max_steps(60)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    settle(&mut test);
    test
}

fn settle(test: &mut Test) {
    let began = Instant::now();
    while test.state().view().computing {
        assert!(began.elapsed() < Duration::from_mins(1), "no distribution");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
    test.run_steps(2);
}

fn press(test: &mut Test, key: Key) {
    test.key_press_modifiers(Modifiers::NONE, key);
    test.run_steps(2);
}

fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(2);
}

fn tick(test: &mut Test, name: &str) {
    test.get_by_role_and_label(Role::CheckBox, name)
        .scroll_to_me();
    test.run_steps(20);
    test.get_by_role_and_label(Role::CheckBox, name).click();
    test.run_steps(2);
}

fn plot(test: &Test, name: &str) -> Rect {
    test.get_by_role_and_label(Role::GraphicsDocument, name)
        .rect()
}

fn rows(test: &Test) -> Vec<String> {
    let rows = test.query_all_by_role(Role::Row);
    rows.map(|row| row.accesskit_node().label().unwrap_or_default())
        .collect()
}

fn point_at(test: &mut Test, at: Pos2) {
    test.event(egui::Event::PointerMoved(at));
    test.run_steps(2);
}

/// Draws a box with the right button, which zooms into it.
fn box_zoom(test: &mut Test, area: Rect) {
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: PointerButton::Secondary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    point_at(test, area.min);
    test.event(button(area.min, true));
    test.run_steps(1);
    point_at(test, area.center());
    point_at(test, area.max);
    test.event(button(area.max, false));
    test.run_steps(3);
}

fn shapes(test: &Test) -> usize {
    test.output().shapes.len()
}

#[test]
fn zooming_far_into_dashed_lines_draws_no_more_than_is_seen() {
    let mut test = open("paper-year");
    tick(&mut test, "Band");
    tick(&mut test, "Static");
    settle(&mut test);
    let plain = shapes(&test);
    for name in ["Density of hedging errors", "Policy curves"] {
        for _ in 0..6 {
            let center = plot(&test, name).center();
            box_zoom(&mut test, Rect::from_center_size(center, vec2(4.0, 4.0)));
            let now = shapes(&test);
            assert!(now < plain + 4000, "{name}: {now} shapes, {plain} before");
        }
    }
}

#[test]
fn every_plot_has_a_name_and_says_what_it_shows() {
    let mut test = open("paper-year");
    for name in PLOTS {
        let said = said(&test, name);
        assert!(said.chars().any(|c| c.is_ascii_digit()), "{name}: {said}");
    }
    assert!(said(&test, "Order book by size").contains("Learned's book"));
    test.get_by_label("Policy view").click();
    test.run_steps(2);
    click(&mut test, "map: spot × position");
    assert!(said(&test, "Policy map").contains("Learned"));
}

#[test]
fn every_row_of_a_table_says_what_stands_in_it() {
    let test = open("paper-year");
    let rows = rows(&test);
    assert_eq!(rows.len(), 6, "{rows:?}");
    for name in ["Learned", "Delta", "Leland"] {
        let now = format!("{name} now: trades ");
        assert!(rows.iter().any(|row| row.starts_with(&now)), "{rows:?}");
        let errors = format!("{name}: mean ");
        let row = rows.iter().find(|row| row.starts_with(&errors)).unwrap();
        assert!(
            row.contains("RSMSE ") && row.matches(" ± ").count() >= 4,
            "{row}"
        );
    }
}

#[test]
fn strategies_stand_in_one_order_everywhere() {
    let mut test = open("paper-year");
    for name in ["No hedge", "Band", "Static", "Soft band"] {
        tick(&mut test, name);
    }
    settle(&mut test);
    let order = [
        "Learned",
        "Delta",
        "Leland",
        "Band",
        "Soft band",
        "Static",
        "No hedge",
    ];
    let view = test.state().view();
    let path = view.path.strategies.iter().map(|s| &s.who);
    let book = view.book.trades.iter().map(|s| &s.who);
    let errors = view.distribution.densities.iter().map(|s| &s.who);
    let path: Vec<_> = path.collect();
    assert_eq!(path.len(), order.len());
    assert_eq!(path, book.collect::<Vec<_>>());
    assert_eq!(path, errors.collect::<Vec<_>>());
    let rows = rows(&test);
    let place = |start: String| rows.iter().position(|row| row.starts_with(&start));
    for pair in order.windows(2) {
        for kind in [" now: ", ": mean "] {
            let places = pair
                .iter()
                .map(|name| place(format!("{name}{kind}")).unwrap());
            assert!(places.is_sorted(), "{pair:?} {rows:?}");
        }
    }
}

#[test]
fn a_strategy_that_is_switched_off_while_in_focus_gives_way_in_every_view_and_in_words() {
    let mut test = open("paper-year");
    assert_eq!(test.state().view().focus, Strategy::Learned);
    tick(&mut test, "Learned");
    settle(&mut test);
    let view = test.state().view();
    assert_eq!(view.book.of, Some(Strategy::Delta.into()));
    assert_eq!(view.liquidity.of, Some(Strategy::Delta.into()));
    assert_eq!(view.policy.who, Some(Strategy::Delta.into()));
    for name in PLOTS.iter().filter(|name| !name.contains("by date")) {
        let said = said(&test, name);
        assert!(said.contains("Delta"), "{name}: {said}");
    }
    assert!(said(&test, "Order book by size").contains("Learned is switched off"));
}

#[test]
fn what_the_pointer_rested_on_is_forgotten_when_it_leaves_however_quickly() {
    let mut test = open("paper-year");
    let first = plot(&test, "Liquidity by date and price");
    let legend = test
        .query_all_by_label("Leland")
        .map(|node| node.rect())
        .filter(|rect| rect.left() > 300.0 && rect.bottom() < first.top())
        .collect::<Vec<_>>();
    point_at(&mut test, legend[0].center());
    let hovered = test.state().view().hover.who.clone();
    assert_eq!(hovered, Some(Strategy::Leland.into()));
    // Straight onto a plot, without a frame in between.
    let positions = plot(&test, "Positions by date").center();
    point_at(&mut test, positions);
    let hover = test.state().view().hover.clone();
    assert_eq!(hover.who, None);
    assert!(hover.step.is_some());
    point_at(&mut test, pos2(640.0, 790.0));
    assert_eq!(test.state().view().hover.step, None);
}

#[test]
fn the_end_of_the_path_is_told_in_words_and_numbers() {
    let mut test = open("paper-year");
    let exercised = |test: &Test| {
        let path = test.state().view().path.of(Strategy::Delta).cloned();
        path.unwrap().settlement
    };
    let mut seen = (false, false);
    for _ in 0..12 {
        press(&mut test, Key::End);
        let settled = exercised(&test);
        let words = said(&test, "Order book by size");
        let rows = rows(&test);
        let now = rows.iter().filter(|row| row.contains(" now: "));
        for row in now {
            assert!(row.contains("hedging error loses") || row.contains("hedging error gains"));
            assert!(row.contains("holds ") && row.contains("option "), "{row}");
        }
        if settled.exercised {
            assert!(
                words.contains("the holder exercises, 1.000 delivered for"),
                "{words}"
            );
            seen.0 = true;
        } else {
            assert!(words.contains("lets the call expire"), "{words}");
            seen.1 = true;
        }
        let positions = said(&test, "Positions by date");
        assert!(
            positions.contains("loses") || positions.contains("gains"),
            "{positions}"
        );
        press(&mut test, Key::N);
    }
    assert_eq!(seen, (true, true));
}

#[test]
fn bins_are_reached_and_opened_by_the_keyboard() {
    let mut test = open("paper-year");
    let name = "Density of hedging errors";
    test.get_by_role_and_label(Role::GraphicsDocument, name)
        .focus();
    test.run_steps(2);
    let step = test.state().view().step;
    press(&mut test, Key::ArrowRight);
    press(&mut test, Key::ArrowRight);
    let first = said(&test, name);
    assert!(first.contains("100\u{2009}000 paths"), "{first}");
    press(&mut test, Key::ArrowLeft);
    assert_ne!(said(&test, name), first);
    press(&mut test, Key::Enter);
    let view = test.state().view();
    assert_ne!(view.path.number, Some(0));
    assert_eq!(view.step, step);
    let error = view.path.of(Strategy::Learned).unwrap().settlement.error;
    let bin = view.distribution.bin(error).unwrap();
    let row = view.outcomes.as_ref().unwrap();
    let members = &row.row(Strategy::Learned).unwrap().members[bin];
    assert!(members.contains(&view.path.number.unwrap()));
}

#[test]
fn the_pinned_table_is_whole_at_1280_by_800_with_every_standard_error() {
    let mut test = open("paper-year");
    click(&mut test, "Pin");
    test.get_by_role_and_label(Role::Slider, "Ask exponent α")
        .set_value_accesskit(0.02);
    test.run_steps(2);
    settle(&mut test);
    let rows: Vec<_> = test.query_all_by_role(Role::Row).collect();
    let rows: Vec<_> = rows
        .iter()
        .filter(|row| {
            let label = row.accesskit_node().label().unwrap_or_default();
            label.contains(": mean ")
        })
        .collect();
    assert_eq!(rows.len(), 6);
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 736.0));
    for row in rows {
        assert!(screen.contains_rect(row.rect()), "{:?}", row.rect());
    }
    // Each figure on screen carries its own, and nothing is cut off.
    let figures: Vec<_> = test.query_all_by_label_contains("± ").collect();
    let in_table = |label: &str| !label.contains("against") && !label.contains("alone");
    let figures: Vec<_> = figures
        .iter()
        .map(|node| (node, node.accesskit_node()))
        .filter(|(_, node)| node.role() == Role::Label)
        .filter(|(_, node)| in_table(&node.label().or(node.value()).unwrap_or_default()))
        .map(|(node, _)| node)
        .collect();
    // All but the one that the others are compared with have their difference from it.
    assert_eq!(figures.len(), 6 * 4 + 5);
    for figure in figures {
        assert!(screen.contains_rect(figure.rect()), "{:?}", figure.rect());
    }
}

#[test]
fn whose_worst_path_it_is_is_said_and_chosen_beside_the_button() {
    let mut test = open("paper-year");
    let worst = |test: &Test, strategy| {
        let outcomes = test.state().view().outcomes.clone().unwrap();
        outcomes.row(strategy).unwrap().representatives.worst
    };
    click(&mut test, "worst");
    let shown = test.state().view().path.number;
    assert_eq!(shown, Some(worst(&test, Strategy::Learned)));
    click(&mut test, "Whose paths");
    let choices = test.query_all_by_role_and_label(Role::Button, "Delta");
    choices.last().unwrap().click();
    test.run_steps(2);
    assert_eq!(test.state().view().focus, Strategy::Delta);
    click(&mut test, "worst");
    let shown = test.state().view().path.number;
    assert_eq!(shown, Some(worst(&test, Strategy::Delta)));
}

#[test]
fn the_paths_on_which_learned_and_delta_differ_most_are_offered_both_ways() {
    let mut test = open("paper-year");
    let gap = |test: &Test| {
        let path = &test.state().view().path;
        let error = |strategy| path.of(strategy).unwrap().settlement.error;
        error(Strategy::Learned) - error(Strategy::Delta)
    };
    click(&mut test, "against delta");
    click(&mut test, "Learned gains most against delta");
    let least = gap(&test);
    // What README says of it: delta buys high and sells low, the network trades less.
    let path = &test.state().view().path;
    let of = |strategy| path.of(strategy).unwrap();
    let (learned, delta) = (of(Strategy::Learned), of(Strategy::Delta));
    assert!(learned.settlement.turnover < 0.8 * delta.settlement.turnover);
    let average = |sign: f64| {
        let trades = delta.ledger.iter().skip(1);
        let trades = trades.filter(|line| line.trade * sign > 0.0);
        let (cash, shares) = trades.fold((0.0, 0.0), |(cash, shares), line| {
            (cash + line.cash_flow, shares + line.trade)
        });
        -cash / shares
    };
    assert!(average(1.0) > average(-1.0) + 20.0);
    click(&mut test, "against delta");
    click(&mut test, "Learned loses most against delta");
    let most = gap(&test);
    assert!(least < -20.0 && most > 20.0, "{least} {most}");
    for _ in 0..200 {
        press(&mut test, Key::N);
        let gap = gap(&test);
        assert!(least <= gap && gap <= most);
    }
}

#[test]
fn a_path_is_asked_for_by_its_number_and_the_presets_own_comes_back() {
    let mut test = open("figure-3");
    let recorded = test.state().view().path.prices.clone();
    assert_eq!(test.state().view().path.number, None);
    for (text, number) in [("0", 0), ("path #1 234", 1234), ("77", 77)] {
        type_into(&mut test, "Path number", text);
        assert_eq!(test.state().view().path.number, Some(number));
    }
    type_into(&mut test, "Path number", "seven");
    assert_eq!(test.state().view().path.number, Some(77));
    click(&mut test, "recorded");
    assert_eq!(test.state().view().path.number, None);
    assert_eq!(test.state().view().path.prices, recorded);
}

#[test]
fn spot_and_strike_bid_and_ask_never_read_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("currency.ron");
    let mut parameters = hedgelab::presets::built_in("paper-month")
        .unwrap()
        .into_parameters();
    for (field, text) in [
        ("market.spot", "1.0845"),
        ("contract.strike", "1.085"),
        ("order_book.ask_exponent", "1.0001"),
        ("order_book.bid_exponent", "0.9999"),
    ] {
        let field = hedgelab::scenario::fields::Field::find(field).unwrap();
        field.set(&mut parameters, text).unwrap();
    }
    let scenario = hedgelab::scenario::Scenario::new(parameters).unwrap();
    hedgelab::presets::save(&scenario, &path).unwrap();
    let mut test = open(path.to_str().unwrap());
    press(&mut test, Key::Home);
    let price = said(&test, "Price by date");
    assert!(
        price.contains("1.0845;") && price.contains("strike 1.0850"),
        "{price}"
    );
    let book = said(&test, "Order book by size");
    let quote = |name: &str| {
        let rest = book.split(&format!("{name} ")).nth(1).unwrap();
        rest.split(' ').next().unwrap().to_owned()
    };
    assert_ne!(quote("bid"), quote("ask"), "{book}");
    assert!(quote("spread").trim_end_matches(';') != "0.00", "{book}");
}

#[test]
fn in_a_small_window_a_slider_and_what_it_does_are_on_screen_together() {
    // 1366 by 768 at 200%.
    let size = vec2(683.0, 384.0);
    let mut test = sized("paper-year", size);
    let screen = Rect::from_min_size(Pos2::ZERO, size);
    for name in ["Ask exponent α", "Depth", "Maturity", "Trading dates"] {
        let slider = test.get_by_role_and_label(Role::Slider, name);
        slider.scroll_to_me();
        test.run_steps(20);
        let slider = test.get_by_role_and_label(Role::Slider, name).rect();
        assert!(screen.contains_rect(slider), "{name}: {slider:?}");
        for plot in ["Price by date", "Positions by date"] {
            let plot = self::plot(&test, plot);
            assert!(
                screen.contains_rect(plot) && plot.height() > 40.0,
                "{plot:?}"
            );
            assert!(!plot.intersects(slider));
        }
    }
    for (tab, plot) in [
        ("Hedging error", "Density of hedging errors"),
        ("Order book now", "Order book by size"),
        ("Policy", "Policy curves"),
    ] {
        // Beside the tabs that have room stands what brings up the others.
        let in_sight = screen.shrink2(vec2(30.0, 0.0));
        let found = test
            .query_by_label(tab)
            .is_some_and(|tab| in_sight.contains_rect(tab.rect()));
        if !found {
            continue;
        }
        click(&mut test, tab);
        let plot = self::plot(&test, plot);
        assert!(
            screen.contains_rect(plot) && plot.height() > 40.0,
            "{tab}: {plot:?}"
        );
    }
}

#[test]
fn the_mark_of_a_policy_made_at_once_is_there_once_with_refine_beside_it() {
    let mut test = open("paper-year");
    let mark = "answers at once";
    assert!(test.query_by_label_contains(mark).is_none());
    test.get_by_role_and_label(Role::Slider, "Volatility σ")
        .set_value_accesskit(0.25);
    test.run_steps(2);
    settle(&mut test);
    let at = test.get_by_label_contains(mark).rect();
    let beside = test.query_all_by_label("Refine").any(|node| {
        let rect = node.rect();
        (rect.center().y - at.center().y).abs() < 4.0 && (rect.left() - at.right()).abs() < 24.0
    });
    assert!(beside);
}
