use super::*;
use crate::gallery::Moment;
use crate::policy::Tuned;
use crate::presets;
use crate::scenario::Strategy;

fn scenario(preset: &str, decay: f64) -> Scenario {
    let mut parameters = presets::built_in(preset).unwrap().into_parameters();
    parameters.order_book.ask_decay = decay;
    parameters.order_book.bid_decay = decay;
    Scenario::new(parameters).unwrap()
}

fn view(scenario: &Scenario) -> (PathView, LiquidityView) {
    let path = PathView::new(scenario, &[], Some(0), None, &[Tuned::GUESS]);
    let view = LiquidityView::new(scenario, &path, Strategy::Delta, None, true);
    (path, view)
}

#[test]
fn where_a_trade_eats_the_best_price_jumps_and_comes_back_between_the_dates() {
    let scenario = scenario("paper-year", 5.0);
    let (path, view) = view(&scenario);
    let lines = &path.of(Strategy::Delta).unwrap().ledger;
    let sides = view.sides.unwrap();
    for side in &sides {
        for line in lines {
            let date = line.step as f64;
            let at: Vec<&Moment> = side.moments.iter().filter(|m| m.date == date).collect();
            let before = if side.ask {
                line.memory_before.ask
            } else {
                line.memory_before.bid
            };
            let taken = if side.ask {
                line.trade.max(0.0)
            } else {
                (-line.trade).max(0.0)
            };
            assert_eq!(at[0].standing.taken(side.ask), before);
            assert_eq!(at[1].standing.taken(side.ask), before + taken);
            if taken > 1e-6 {
                assert!(at[1].rows[0] > at[0].rows[0], "the best price jumps");
            }
            // From there on it falls back, several times before the next date.
            let within = |m: &&Moment| m.date > date && m.date < date + 1.0;
            let between: Vec<&Moment> = side.moments.iter().filter(within).collect();
            if before + taken > 1e-6 {
                assert!(between.len() >= 5);
                assert!(between.windows(2).all(|p| p[1].rows[0] < p[0].rows[0]));
            }
        }
        // Nothing offers more than a full book, and what is drawn lies within its edges.
        for moment in &side.moments {
            assert!(moment.rows[0] >= moment.edge && moment.edge >= side.low);
            assert!(moment.rows[0] < side.high);
        }
    }
    let bites = &view.bites;
    let last = path.of(Strategy::Delta).unwrap().settlement;
    let traded = lines.iter().filter(|line| line.trade != 0.0).count();
    assert_eq!(bites.len(), traded + usize::from(last.liquidated != 0.0));
    assert!(bites.iter().all(|bite| bite.to > bite.from));
}

#[test]
fn what_is_read_at_a_moment_is_what_the_book_offers_there() {
    let scenario = scenario("paper-year", 5.0);
    let (path, view) = view(&scenario);
    let years = scenario.step_length();
    for line in &path.of(Strategy::Delta).unwrap().ledger {
        for share in [0.1, 0.5, 0.9] {
            let standing = view.standing(true, line.step as f64 + share).unwrap();
            let exact = standing
                .book
                .remember(line.memory_before, line.trade, share * years);
            let off = (standing.memory.ask - exact.ask).abs();
            assert!(off < 3e-3 * exact.ask.max(1e-9), "{off}");
        }
    }
    let end = view.standing(true, scenario.steps as f64).unwrap();
    assert_eq!(end.spot, path.prices[scenario.steps]);
}

#[test]
fn a_long_path_is_looked_at_a_bounded_number_of_times() {
    for steps in [1, 12, 250, 3000] {
        let mut parameters = presets::built_in("paper-year").unwrap().into_parameters();
        parameters.steps = steps;
        parameters.order_book.ask_decay = 5.0;
        let scenario = Scenario::new(parameters).unwrap();
        let (_, view) = view(&scenario);
        for side in view.sides.unwrap() {
            assert!(side.moments.len() <= 2 * 1000 + 600 + 2, "{steps}");
            assert!(side.moments.is_sorted_by(|a, b| a.date <= b.date));
        }
    }
}
