//! What is said over the views, and the ledger in words: golden sentences of numbers.
#![cfg(feature = "gui")]

use hedgelab::app::view::{
    Column, Facts, Figures, LearnedIs, LedgerView, Moved, Other, PathView, Totals, aligned, change,
    settled, tab_separated, telling, verdict,
};
use hedgelab::contract::digits;
use hedgelab::market::Sampling;
use hedgelab::outcome::{Estimate, Goal, Measure};
use hedgelab::policy::Tuned;
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{Evaluation, baselines, simulate};
use hedgelab::training::shipped;

fn figure(value: f64, se: f64) -> Estimate {
    Estimate {
        value: Some(value),
        se: Some(se),
    }
}

fn figures(name: &str, risk: Estimate, turnover: f64) -> Figures {
    Figures {
        name: name.into(),
        risk,
        turnover: figure(turnover, 0.001),
    }
}

/// Learned against delta: their risks, the paired difference, their turnovers.
fn facts(learned: Estimate, delta: Estimate, more: Estimate, turnover: [f64; 2]) -> Facts {
    Facts {
        goal: Goal::Rsmse,
        subject: Some(figures("learned", learned, turnover[0])),
        other: Some(Other {
            figures: figures("delta", delta, turnover[1]),
            more,
        }),
        learned: LearnedIs::Fit,
    }
}

fn better() -> Facts {
    facts(
        figure(23.55, 0.09),
        figure(32.10, 0.08),
        figure(-8.55, 0.10),
        [0.570, 1.008],
    )
}

const UNDEFINED: Estimate = Estimate {
    value: None,
    se: None,
};

#[test]
fn learned_does_better_and_it_is_said_why() {
    assert_eq!(
        verdict(&better()),
        "Learned loses 27% less than delta (RSMSE 23.55 ± 0.09 against 32.10): it trades 43% less."
    );
    let mut more = better();
    more.subject.as_mut().unwrap().turnover = figure(1.108, 0.001);
    assert_eq!(
        verdict(&more),
        "Learned loses 27% less than delta (RSMSE 23.55 ± 0.09 against 32.10), although it trades 9.9% more."
    );
    more.subject.as_mut().unwrap().turnover = figure(1.0085, 0.001);
    assert_eq!(
        verdict(&more),
        "Learned loses 27% less than delta (RSMSE 23.55 ± 0.09 against 32.10)."
    );
    more.subject.as_mut().unwrap().turnover = figure(0.0, 0.0);
    assert!(verdict(&more).ends_with(": it never trades after the first date."));
    more.subject.as_mut().unwrap().turnover = figure(3.1, 0.001);
    assert!(verdict(&more).ends_with(", although it trades 3.1 times as much."));
}

#[test]
fn learned_does_worse() {
    let worse = facts(
        figure(33.70, 0.09),
        figure(32.10, 0.08),
        figure(1.60, 0.05),
        [1.3, 1.0],
    );
    assert_eq!(
        verdict(&worse),
        "Learned loses 5% more than delta (RSMSE 33.70 ± 0.09 against 32.10): it trades 30% more."
    );
    let much = facts(
        figure(76.8, 0.2),
        figure(32.10, 0.08),
        figure(44.7, 0.2),
        [0.8, 1.0],
    );
    assert_eq!(
        verdict(&much),
        "Learned loses 2.4 times as much as delta (RSMSE 76.80 ± 0.20 against 32.10), although it trades 20% less."
    );
}

#[test]
fn what_lies_within_the_paired_error_is_no_difference() {
    let same = facts(
        figure(32.05, 0.09),
        figure(32.10, 0.08),
        figure(-0.05, 0.03),
        [1.0, 1.0],
    );
    let nothing =
        "Learned and delta: no difference beyond chance (RSMSE 32.05 ± 0.09 against 32.10)";
    assert_eq!(verdict(&same), format!("{nothing}."));
    // The same figures, told apart by a smaller error of their difference.
    let mut apart = same.clone();
    apart.other.as_mut().unwrap().more = figure(-0.05, 0.01);
    assert_eq!(
        verdict(&apart),
        "Learned loses 0.2% less than delta (RSMSE 32.05 ± 0.09 against 32.10)."
    );
    let mut calmer = same;
    calmer.subject.as_mut().unwrap().turnover = figure(0.8, 0.001);
    assert_eq!(verdict(&calmer), format!("{nothing}; it trades 20% less."));
}

#[test]
fn a_learned_policy_that_is_stale_learning_or_absent_is_told_as_such() {
    let mut stale = better();
    stale.learned = LearnedIs::Stale(vec!["volatility"]);
    assert_eq!(
        verdict(&stale),
        "Learned, trained for another volatility, still loses 27% less than delta (RSMSE 23.55 ± 0.09 against 32.10): it trades 43% less."
    );
    stale.other.as_mut().unwrap().more = figure(0.01, 0.1);
    stale.learned = LearnedIs::Stale(vec!["spot", "ask exponent"]);
    assert!(verdict(&stale).starts_with(
        "Learned, trained for another spot and ask exponent, and delta: no difference beyond chance"
    ));
    stale.other.as_mut().unwrap().more = figure(1.6, 0.1);
    stale.learned = LearnedIs::Stale(vec!["spot", "strike", "depth", "drift"]);
    assert!(
        verdict(&stale)
            .starts_with("Learned, trained for another spot, strike and 2 more, loses 5% more")
    );
    stale.learned = LearnedIs::Stale(vec!["ask exponent", "bid exponent"]);
    assert!(verdict(&stale).starts_with("Learned, trained for another ask/bid exponent, loses"));
    let mut learning = better();
    learning.learned = LearnedIs::Learning;
    assert!(verdict(&learning).starts_with("Learned, still learning, loses 27% less than delta"));
    let absent = Facts {
        subject: Some(figures("Leland", figure(31.10, 0.07), 0.955)),
        learned: LearnedIs::Untrained,
        ..better()
    };
    let mut absent = absent;
    absent.other.as_mut().unwrap().more = figure(-1.0, 0.01);
    assert_eq!(
        verdict(&absent),
        "Leland loses 3.1% less than delta (RSMSE 31.10 ± 0.07 against 32.10): it trades 5.3% less. Learned is not trained yet."
    );
    let nobody = Facts {
        subject: None,
        other: None,
        ..absent
    };
    assert_eq!(verdict(&nobody), "Learned is not trained yet: press Train.");
}

#[test]
fn one_strategy_alone_and_none_at_all() {
    let alone = Facts {
        other: None,
        subject: Some(figures("delta", figure(32.10, 0.08), 1.0)),
        ..better()
    };
    assert_eq!(
        verdict(&alone),
        "Delta alone: RSMSE 32.10 ± 0.08. Select another strategy to compare."
    );
    let nobody = Facts {
        subject: None,
        ..alone
    };
    assert_eq!(
        verdict(&nobody),
        "Select a strategy under Strategies on the left."
    );
}

#[test]
fn measures_that_are_undefined_gains_or_of_another_kind() {
    let mut undefined = better();
    undefined.subject.as_mut().unwrap().risk = UNDEFINED;
    assert_eq!(
        verdict(&undefined),
        "Learned and delta cannot be compared: RSMSE is not defined."
    );
    let mut gain = facts(
        figure(-1.20, 0.05),
        figure(2.0, 0.05),
        figure(-3.2, 0.06),
        [0.5, 1.0],
    );
    gain.goal = Goal::Entropic { aversion: 0.05 };
    assert_eq!(
        verdict(&gain),
        "Learned carries 3.20 ± 0.06 less risk than delta (entropic risk γ = 0.05 −1.20 ± 0.05 against 2.00): it trades 50% less."
    );
    let mut tail = better();
    tail.goal = Goal::Cvar { level: 0.975 };
    assert_eq!(
        verdict(&tail),
        "Learned loses 27% less than delta on the worst 2.5% of paths (CVaR 97.5% 23.55 ± 0.09 against 32.10): it trades 43% less."
    );
    tail.goal = Goal::Rmse;
    assert!(verdict(&tail).starts_with("Learned errs 27% less than delta (RMSE "));
}

fn field(label: &'static str, before: &str, now: &str) -> (&'static str, String, String) {
    (label, before.into(), now.into())
}

fn exponent() -> Moved {
    Moved {
        fields: vec![field("ask exponent", "1.01", "1.02")],
        first: Some((0.5712, 0.5204)),
        cost: Some((figure(20.0, 0.02), figure(32.2, 0.03))),
        risk: Some((Goal::Rsmse, figure(32.10, 0.08), figure(44.30, 0.1))),
        ..Moved::default()
    }
}

#[test]
fn a_parameter_was_changed() {
    assert_eq!(
        change(&exponent()).unwrap(),
        "Ask exponent 1.01 → 1.02: first position 0.57 → 0.52, cost per path +61%, RSMSE +38%."
    );
    let mut both = exponent();
    both.fields.push(field("bid exponent", "0.99", "0.98"));
    both.first = Some((0.5, 0.5));
    assert_eq!(
        change(&both).unwrap(),
        "Ask/bid exponent 1.01/0.99 → 1.02/0.98: cost per path +61%, RSMSE +38%."
    );
    let mut two = exponent();
    two.fields.push(field("strike", "1000", "1100"));
    assert!(
        change(&two)
            .unwrap()
            .starts_with("Ask exponent 1.01 → 1.02, strike 1000 → 1100: ")
    );
    two.fields.push(field("spot", "1000", "900"));
    assert!(
        change(&two)
            .unwrap()
            .starts_with("Ask exponent 1.01 → 1.02 and 2 more: ")
    );
    let halves = vec![field("ask decay", "0", "5"), field("bid decay", "0", "5")];
    let halves = Moved {
        fields: halves,
        ..exponent()
    };
    assert!(
        change(&halves)
            .unwrap()
            .starts_with("Ask/bid decay 0 → 5: ")
    );
}

#[test]
fn a_change_is_told_as_far_as_it_is_known() {
    let waiting = Moved {
        cost: None,
        risk: None,
        ..exponent()
    };
    assert_eq!(
        change(&waiting).unwrap(),
        "Ask exponent 1.01 → 1.02: first position 0.57 → 0.52 …"
    );
    let seed = Moved {
        fields: vec![field("seed", "1", "2")],
        first: Some((0.57, 0.57)),
        cost: Some((figure(20.0, 0.02), figure(20.03, 0.02))),
        risk: Some((Goal::Rsmse, figure(32.10, 0.08), figure(32.20, 0.08))),
        ..Moved::default()
    };
    assert_eq!(
        change(&seed).unwrap(),
        "Seed 1 → 2: no difference beyond chance."
    );
    let free = Moved {
        cost: Some((figure(20.0, 0.02), figure(0.0, 0.0))),
        risk: Some((Goal::Rsmse, figure(32.10, 0.08), UNDEFINED)),
        first: None,
        ..exponent()
    };
    assert_eq!(
        change(&free).unwrap(),
        "Ask exponent 1.01 → 1.02: cost per path −100%."
    );
    let dear = Moved {
        cost: Some((figure(0.0, 0.0), figure(3.2, 0.02))),
        risk: Some((Goal::Rsmse, figure(1.0, 0.01), figure(23.4, 0.1))),
        first: None,
        ..exponent()
    };
    assert_eq!(
        change(&dear).unwrap(),
        "Ask exponent 1.01 → 1.02: cost per path 0.00 → 3.20, RSMSE × 23."
    );
}

#[test]
fn other_kinds_of_change() {
    assert_eq!(change(&Moved::default()), None);
    let joined = Moved {
        joined: vec!["Band"],
        left: vec!["Leland"],
        ..Moved::default()
    };
    assert_eq!(
        change(&joined).unwrap(),
        "Band joins the comparison, Leland leaves the comparison."
    );
    let both = Moved {
        left: vec!["Learned", "Leland", "Band"],
        ..Moved::default()
    };
    assert_eq!(
        change(&both).unwrap(),
        "Learned, Leland and Band leave the comparison."
    );
    let trained = Moved {
        trained: true,
        fields: Vec::new(),
        risk: Some((Goal::Rsmse, figure(32.10, 0.08), figure(23.55, 0.09))),
        cost: Some((figure(20.0, 0.02), figure(11.0, 0.02))),
        first: Some((0.52, 0.55)),
        ..Moved::default()
    };
    assert_eq!(
        change(&trained).unwrap(),
        "Learned trained anew: first position 0.52 → 0.55, cost per path −45%, RSMSE −27%."
    );
    let iterations = Moved {
        fields: vec![field("iterations", "400", "800")],
        for_training_only: true,
        ..Moved::default()
    };
    assert_eq!(
        change(&iterations).unwrap(),
        "Iterations 400 → 800: counts from the next training on."
    );
}

fn year() -> Scenario {
    presets::built_in("paper-year").unwrap()
}

#[test]
fn the_mean_cost_is_that_of_the_ledgers() {
    let scenario = year();
    let strategies = [Strategy::Delta, Strategy::Leland];
    let policies = baselines(&scenario, &strategies);
    let sampling = Sampling::evaluation(scenario.seed);
    let samples = simulate(&scenario, &policies, sampling, 128);
    for (strategy, summary) in strategies.iter().zip(Evaluation::of(&samples).summaries) {
        let costs: f64 = (0..128)
            .map(|number| {
                let view = PathView::new(&scenario, &[], Some(number), None, &[Tuned::GUESS]);
                Totals::of(view.of(*strategy).unwrap()).cost.total()
            })
            .sum();
        let mean = Measure::Cost.of(&summary.statistics).value.unwrap();
        assert!((mean - costs / 128.0).abs() < 1e-9, "{mean} {costs}");
    }
}

#[test]
fn sums_at_the_foot_add_up_and_the_account_ends_in_the_error() {
    let scenario = year();
    let digits = digits(&scenario);
    for number in 0..40 {
        let view = PathView::new(&scenario, &[], Some(number), None, &[Tuned::GUESS]);
        for path in &view.strategies {
            let (totals, end) = (Totals::of(path), &path.settlement);
            assert!((totals.traded + end.delivered).abs() < 1e-12, "{totals:?}");
            let costs = |part: fn(&hedgelab::order_book::Cost) -> f64| {
                path.ledger.iter().map(|line| part(&line.cost)).sum::<f64>() + part(&end.cost)
            };
            assert!((totals.cost.memory - costs(|cost| cost.memory)).abs() < 1e-9);
            assert!((totals.cost.spread - costs(|cost| cost.spread)).abs() < 1e-9);
            // Nothing bears interest here: what is left is what came in less what went out.
            let flows: f64 = path.ledger.iter().map(|line| line.cash_flow).sum();
            let opening = path.ledger[0].cash - path.ledger[0].cash_flow;
            let gain = opening + flows + end.cash_flow + end.strike_cash;
            assert!((gain + end.error).abs() < 1e-9);
            let words = settled(end, &totals, digits);
            assert_eq!(
                words.contains("exercised: delivers 1 share for 1\u{2009}000"),
                end.exercised
            );
            assert_eq!(
                words.starts_with("not exercised"),
                !end.exercised,
                "{words}"
            );
            assert_eq!(words.contains("; loses "), end.error >= 0.0, "{words}");
        }
    }
}

#[test]
fn the_ledger_is_copied_as_aligned_text_and_tab_separated() {
    let scenario = year();
    let digits = digits(&scenario);
    let view = PathView::new(&scenario, &[], Some(7), None, &[Tuned::GUESS]);
    let text = aligned(
        &view,
        &[Strategy::Leland.into(), Strategy::Delta.into()],
        digits,
    );
    assert!(text.starts_with("Leland, path #7\n"), "{text}");
    let delta = text.split("Delta, path #7\n").nth(1).unwrap();
    let rows: Vec<&str> = delta.lines().take(15).collect();
    // Titles, twelve dates, maturity, sums.
    assert!(rows[0].trim_start().starts_with("date"));
    assert!(rows[13].trim_start().starts_with("12 "), "{}", rows[13]);
    assert!(rows[14].trim_start().starts_with("sum "), "{}", rows[14]);
    assert!(rows[..14].iter().all(|row| row.len() == rows[0].len()));
    let table = tab_separated(&view, &[Strategy::Delta.into()], digits);
    let lines: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines.len(), 14);
    let columns = Column::of(&view).len();
    assert_eq!(columns, 9);
    assert!(lines.iter().all(|line| line.len() == 3 + columns));
    let trade: f64 = lines[1][4].trim_start_matches('+').parse().unwrap();
    let known = view.of(Strategy::Delta).unwrap().ledger[0].trade;
    assert!((trade - known).abs() < 1e-3, "{trade} {known}");
    // Where shares pay dividends, what they paid stands last.
    let scenario = scenario.with([("market.dividend_yield", "0.03")]).unwrap();
    let view = PathView::new(&scenario, &[], Some(7), None, &[Tuned::GUESS]);
    let table = tab_separated(&view, &[Strategy::Delta.into()], digits);
    let last = |line: usize| {
        table
            .lines()
            .nth(line)
            .unwrap()
            .rsplit('\t')
            .next()
            .unwrap()
    };
    assert_eq!(last(0), "dividends");
    let paid: f64 = last(2).parse().unwrap();
    let known = view.of(Strategy::Delta).unwrap().ledger[1]
        .dividends
        .unwrap();
    assert!(paid > 0.0 && (paid - known).abs() < 1e-3, "{paid} {known}");
}

#[test]
fn a_ledger_of_many_dates_is_measured_without_writing_each() {
    let steps = [("steps", "5000")];
    let scenario = year().with(steps).unwrap();
    let digits = digits(&scenario);
    let view = PathView::new(&scenario, &[], Some(1), None, &[Tuned::GUESS]);
    let ledger = LedgerView::new(&view, digits);
    for account in &ledger.accounts {
        let path = view.of(&account.who).unwrap();
        for (column, widest) in ledger.columns.iter().zip(&account.widest) {
            let most = path.ledger.iter().map(|line| column.text(line, digits));
            let most = most.map(|text| text.chars().count()).max().unwrap();
            assert!(widest.chars().count() >= most, "{column:?}: {widest}");
        }
    }
}

#[test]
fn the_first_path_shows_learned_and_delta_apart() {
    let (scenario, learned) = (year(), shipped("paper-year").unwrap());
    let (number, date) = telling(&scenario, &learned).unwrap();
    assert_eq!(telling(&scenario, &learned), Some((number, date)));
    let view = |number| {
        PathView::new(
            &scenario,
            std::slice::from_ref(&learned),
            Some(number),
            None,
            &[Tuned::GUESS],
        )
    };
    let gap = |view: &PathView| {
        let of = |strategy| view.of(strategy).unwrap().ledger.clone();
        let both = of(Strategy::Learned).into_iter().zip(of(Strategy::Delta));
        both.map(|(one, other)| (one.position - other.position).abs())
            .collect::<Vec<f64>>()
    };
    let shown = view(number);
    let error = |strategy| shown.of(strategy).unwrap().settlement.error;
    assert!(error(Strategy::Learned) < error(Strategy::Delta));
    let gaps = gap(&shown);
    let most = gaps[1..].iter().copied().fold(0.0, f64::max);
    assert_eq!(gaps[date], most);
    assert!(most > 0.15, "{most}");
    // More than on most paths.
    let total = |gaps: &[f64]| gaps.iter().sum::<f64>();
    let less = (0..100)
        .filter(|other| total(&gap(&view(*other))) < total(&gaps))
        .count();
    assert!(less > 90, "{less}");
}
