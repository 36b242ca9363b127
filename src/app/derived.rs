//! What is drawn, made from what is true: each view remembers what it was made from, and is made
//! anew when that is another. There is no list of what must be built; there are only inputs.

mod memo;
mod teller;

use super::model::{Ladders, PathSource};
use super::same::{PathKey, Same};
use super::session::{Hand, Session, next_path};
use super::view::{
    BookView, BooksView, CostsView, Difference, DistributionView, EndView, ExplorerSource,
    ExplorerView, GapView, HandView, LadderView, LearnedView, LedgerView, LessonView,
    LiquidityView, PathView, PinView, PolicyChart, PolicySource, PolicyView, PriceView, PricesView,
    Probe, SweepView, TrainingView, ViewModel, WhyView, differences,
};
use crate::engine::{
    BooksSeen, Costs, Explored, Outcomes, OwnPresets, Pin, Priced, Progress, Replayed, SweepSeen,
};
use crate::explore;
use crate::hand::Outcome;
use crate::lessons::{Listed, Ready};
use crate::policy::{LearnedPolicy, Tuned, Who, conditioned};
use crate::scenario::Scenario;
use crate::sweep::Wish;
use crate::training::conditioned::gaps::{Expected, Hedge};
use crate::training::conditioned_gaps;
use memo::Memo;
use std::sync::Arc;
use teller::{Scene, Teller};

type BookKey = (Same<PathView>, usize, Who);
type LiquidityKey = (Same<PathView>, Who, bool);
type PolicyKey = (
    Same<PathView>,
    usize,
    Who,
    (PolicyChart, Probe),
    Option<LearnedPolicy>,
    bool,
);
type ExplorerKey = (
    Option<Same<Explored>>,
    Same<PathView>,
    Same<Scenario>,
    usize,
    explore::Look,
    bool,
);
type SweepKey = (Option<Same<SweepSeen>>, Wish, Same<Scenario>, bool);
type WhyKey = (Same<PathView>, usize, Who, Option<(Tuned, bool)>);
type TrainingKey = (Same<Progress>, Same<PathView>, usize, Option<u64>);

/// The views, each with what it was made from.
#[derive(Default)]
pub struct Derived {
    path: Memo<PathKey, PathView>,
    /// A path that a worker replayed.
    long_path: Memo<Option<Same<Replayed>>, PathView>,
    book: Memo<BookKey, BookView>,
    liquidity: Memo<LiquidityKey, LiquidityView>,
    policy: Memo<PolicyKey, PolicyView>,
    training: Memo<Option<TrainingKey>, TrainingView>,
    distribution: Memo<Option<Same<Outcomes>>, DistributionView>,
    gaps: Memo<Option<Same<Outcomes>>, DistributionView>,
    ledger: Memo<Same<PathView>, LedgerView>,
    differences: Memo<(Same<Scenario>, Same<Scenario>), Vec<Difference>>,
    pins: Memo<(Vec<Pin>, Same<Scenario>), Vec<PinView>>,
    stale: Memo<(Option<LearnedPolicy>, Same<Scenario>), Vec<&'static str>>,
    outside: Memo<(bool, Same<Scenario>), Vec<String>>,
    expected: Memo<(bool, bool, Same<Scenario>), Option<Expected>>,
    lesson: Memo<(Same<Ready>, usize, u64), LessonView>,
    teller: Teller,
    costs: Memo<(Same<PathView>, Option<Same<Costs>>), CostsView>,
    price: Memo<(Same<Scenario>, Option<Same<Priced>>), PriceView>,
    why: Memo<WhyKey, WhyView>,
    explorer: Memo<ExplorerKey, ExplorerView>,
    sweep: Memo<SweepKey, SweepView>,
    ladder: Memo<(Same<BooksSeen>, usize, bool), LadderView>,
    hand: Memo<Option<(u64, u64)>, Option<Arc<HandView>>>,
    end: Memo<Option<Same<Outcome>>, Option<Arc<EndView>>>,
    /// Counts the pictures made.
    version: u64,
}

/// What the views need that is not the session's.
pub struct Surroundings<'a> {
    pub path: PathSource,
    /// Parameters of the tuned strategies, first live, then of each pinned scenario.
    pub tuned: Vec<Tuned>,
    pub outcomes: Option<Arc<Outcomes>>,
    /// Whether the distribution is that of the present scenario, on some paths at least.
    pub present: bool,
    /// Whether the distribution is not yet that of the present scenario on all paths.
    pub computing: bool,
    /// Share of a training run's preparation that is done.
    pub starting: Option<f64>,
    /// Names of the user's own presets.
    pub own_presets: &'a Arc<OwnPresets>,
    pub lessons: &'a Arc<Vec<Listed>>,
    /// The file of recorded prices that is read or looked at.
    pub prices: Option<PricesView>,
    /// The files of quoted books that are read or looked at, and the ladders that are kept.
    pub books: Option<BooksView>,
    pub ladders: Option<Ladders>,
    /// Where the money went on average, and whether more is to come.
    pub costs: (Option<Arc<Costs>>, bool),
    /// What the option costs to hedge, and whether more is to come.
    pub priced: (Option<Arc<Priced>>, bool),
    /// The soft band that takes trades apart, and whether it is to be tuned yet.
    pub soft_band: Option<(Tuned, bool)>,
    /// The map of the policy that was drawn last.
    pub explored: Option<Arc<Explored>>,
    /// What was found of the gap of what was made at once.
    pub gap: GapView,
    /// The sweep that is looked at.
    pub sweep: Option<Arc<SweepSeen>>,
    pub dark: bool,
}

impl Derived {
    /// Everything that panels draw.
    #[must_use]
    pub fn view(&mut self, session: &Session, around: Surroundings<'_>) -> ViewModel {
        let document = &session.place.document;
        let scenario = document.scenario();
        let path = self.path(session, &around);
        let policy = session.learned.policy.clone();
        let stale = self.stale(session);
        let said = self.teller.said(&Scene {
            session,
            path: &path,
            outcomes: around.outcomes.as_ref(),
            present: around.present,
            complete: !around.computing,
            stale: &stale,
        });
        ViewModel {
            said,
            preset: document.origin().name(),
            read_only: document.is_read_only(),
            modified: session.is_modified(),
            policy_is_new: session.policy_is_new(),
            can: session.can_undo_redo(),
            differences: self
                .differences
                .of((Same::of(document.base()), Same::of(scenario)), || {
                    differences(document.base(), scenario)
                }),
            base: document.base().clone(),
            scenario: scenario.clone(),
            digits: crate::contract::digits(scenario),
            recent: session.recent.clone(),
            own_presets: around.own_presets.clone(),
            lessons: around.lessons.clone(),
            lesson: session.lesson().map(|lesson| {
                let key = (Same::of(&lesson.ready), lesson.step, lesson.version);
                self.lesson.of(key, || LessonView::new(lesson))
            }),
            step: session.step,
            playing: session.playing,
            speed: session.speed,
            focus: session.focus.clone(),
            hover: session.hover.clone(),
            linked_sides: session.linked_sides,
            relative_prices: session.relative_prices,
            book: self.book(session, &path),
            liquidity: self.liquidity(session, &path),
            ledger: self.ledger.of(Same::of(&path), || {
                LedgerView::new(&path, crate::contract::digits(scenario))
            }),
            costs: self.costs.of(
                (Same::of(&path), Same::maybe(around.costs.0.as_ref())),
                || CostsView::new(scenario, &path, around.costs.0.as_deref()),
            ),
            averaging: around.costs.1,
            price: self.price(scenario, around.priced.0.as_ref()),
            pricing: around.priced.1,
            why: self.why(session, &path, around.soft_band),
            explorer: self.explorer(session, &path, around.explored.as_ref(), around.dark),
            sweep: self.sweep(session, around.sweep.as_ref(), around.dark),
            swept: session.swept,
            policy: self.policy(session, &path, around.dark),
            curves: self.training(session, &path),
            path,
            distribution: self.distribution(around.outcomes.as_ref()),
            gaps: self.gaps(around.outcomes.as_ref()),
            outcomes: around.outcomes,
            computing: around.computing,
            training: session.shown_run().cloned(),
            starting: around.starting,
            retrains: session.retrains(),
            learned: LearnedView {
                policy,
                stale,
                made: session.learned.made,
                refined: session.learned.made && session.learned.run.is_some(),
                outside: self.outside(session),
                expected: self.expected(session),
                gap: around.gap,
            },
            answers_at_once: session.answers_at_once,
            auto_retrain: session.auto_retrain,
            pins: self
                .pins
                .of((session.pins().to_vec(), Same::of(scenario)), || {
                    let pins = session.pins().iter();
                    pins.map(|pin| PinView::new(pin, scenario)).collect()
                }),
            prices: around.prices,
            books: around.books,
            ladder: self.ladder(around.ladders),
            hand: self.hand(session),
        }
    }

    fn price(&mut self, scenario: &Arc<Scenario>, priced: Option<&Arc<Priced>>) -> Arc<PriceView> {
        let key = (Same::of(scenario), Same::maybe(priced));
        self.price.of(key, || {
            let of = |priced: &Arc<Priced>| PriceView::new(scenario, priced);
            priced.map_or_else(PriceView::default, of)
        })
    }

    fn ladder(&mut self, ladders: Option<Ladders>) -> Option<Arc<LadderView>> {
        let Ladders {
            seen,
            moment,
            shown,
        } = ladders?;
        let key = (Same::of(&seen), moment, shown);
        Some(
            self.ladder
                .of(key, || LadderView::new(&seen, moment, shown)),
        )
    }

    fn hand(&mut self, session: &Session) -> Option<Arc<HandView>> {
        let end = self.end(session.hand.as_ref());
        let key = session.hand.as_ref().map(Hand::turn);
        let view = self.hand.of(key, || {
            let hand = session.hand.as_ref()?;
            let challenge = hand.game().challenge();
            let hedged = session.hedged(challenge);
            let next = next_path(challenge, hand.game().number(), hedged);
            Some(Arc::new(HandView::new(hand, end, hedged, next)))
        });
        view.as_ref().clone()
    }

    fn end(&mut self, hand: Option<&Hand>) -> Option<Arc<EndView>> {
        let outcome = hand.and_then(Hand::outcome);
        let rivals = hand.and_then(Hand::rivals);
        let end = self.end.of(Same::maybe(outcome), || {
            Some(Arc::new(EndView::new(outcome?, rivals?)))
        });
        end.as_ref().clone()
    }

    fn path(&mut self, session: &Session, around: &Surroundings<'_>) -> Arc<PathView> {
        let scenario = session.scenario();
        let tuned = &around.tuned;
        match &around.path {
            PathSource::AtOnce => self.path.of(PathKey::of(session, tuned.clone()), || {
                let shown = session.place.shown;
                let pinned = session.shown_pins().map(|pin| pin.pinned.as_ref());
                PathView::new(scenario, session.learned(), shown, pinned, tuned)
            }),
            PathSource::Worker(answer) => {
                // Until it is there, nothing is shown rather than another scenario's path.
                let key = Same::maybe(answer.as_ref());
                self.long_path.of(key, || {
                    let none = || PathView {
                        number: session.path_number(),
                        ..PathView::default()
                    };
                    answer.as_ref().map_or_else(none, |answer| {
                        PathView::replayed(answer.path.clone(), answer.pinned.clone(), tuned)
                    })
                })
            }
        }
    }

    fn book(&mut self, session: &Session, path: &Arc<PathView>) -> Arc<BookView> {
        let key = (Same::of(path), session.step, session.focus.clone());
        self.book.of(key, || {
            BookView::new(
                session.scenario(),
                path,
                session.step,
                &session.focus,
                session.shown_pins().map(|pin| pin.pinned.as_ref()),
            )
        })
    }

    fn why(
        &mut self,
        session: &Session,
        path: &Arc<PathView>,
        soft_band: Option<(Tuned, bool)>,
    ) -> Arc<WhyView> {
        let key = (
            Same::of(path),
            session.step,
            session.focus.clone(),
            soft_band,
        );
        self.why.of(key, || {
            WhyView::new(
                session.scenario(),
                path,
                session.step,
                &session.focus,
                soft_band,
            )
        })
    }

    fn liquidity(&mut self, session: &Session, path: &Arc<PathView>) -> Arc<LiquidityView> {
        let focus = session.focus.clone();
        let key = (Same::of(path), focus, session.relative_prices);
        self.liquidity.of(key, || {
            LiquidityView::new(
                session.scenario(),
                path,
                &session.focus,
                session.shown_pins().map(|pin| pin.pinned.as_ref()),
                session.relative_prices,
            )
        })
    }

    fn policy(&mut self, session: &Session, path: &Arc<PathView>, dark: bool) -> Arc<PolicyView> {
        let key = (
            Same::of(path),
            session.step,
            session.focus.clone(),
            (session.chart, session.probe),
            session.looking_back().map(|back| back.policy.clone()),
            dark,
        );
        let version = &mut self.version;
        self.policy.of(key, || {
            *version += 1;
            PolicyView::new(&PolicySource {
                scenario: session.scenario(),
                learned: session.learned(),
                looking_back: session.looking_back(),
                pinned: session
                    .shown_pins()
                    .map(|pin| pin.pinned.as_ref())
                    .collect(),
                path,
                step: session.step,
                focus: session.focus.clone(),
                chart: session.chart,
                probe: session.probe,
                dark,
                version: *version,
            })
        })
    }

    fn explorer(
        &mut self,
        session: &Session,
        path: &Arc<PathView>,
        explored: Option<&Arc<Explored>>,
        dark: bool,
    ) -> Arc<ExplorerView> {
        let key = (
            Same::maybe(explored),
            Same::of(path),
            Same::of(session.scenario()),
            session.step,
            session.explored,
            dark,
        );
        let version = &mut self.version;
        self.explorer.of(key, || {
            *version += 1;
            ExplorerView::new(&ExplorerSource {
                scenario: session.scenario(),
                path,
                step: session.step,
                look: session.explored,
                explored,
                dark,
                version: *version,
            })
        })
    }

    fn sweep(
        &mut self,
        session: &Session,
        seen: Option<&Arc<SweepSeen>>,
        dark: bool,
    ) -> Arc<SweepView> {
        let scenario = session.scenario();
        let key = (
            Same::maybe(seen),
            session.sweep_wish.clone(),
            Same::of(scenario),
            dark,
        );
        let version = &mut self.version;
        self.sweep.of(key, || {
            *version += 1;
            SweepView::new(seen, &session.sweep_wish, scenario, (dark, *version))
        })
    }

    fn stale(&mut self, session: &Session) -> Arc<Vec<&'static str>> {
        let scenario = session.scenario();
        let policy = session.learned.policy.clone();
        let key = (policy, Same::of(scenario));
        self.stale.of(key, || session.differs())
    }

    /// What of the scenario a policy that was made does not know.
    fn outside(&mut self, session: &Session) -> Arc<Vec<String>> {
        let scenario = session.scenario();
        let key = (session.learned.made, Same::of(scenario));
        self.outside.of(key, || {
            let outside = if session.learned.made {
                conditioned::outside(scenario)
            } else {
                Vec::new()
            };
            outside.iter().map(ToString::to_string).collect()
        })
    }

    /// What a policy that was made is expected to leave above a training for the scenario alone.
    fn expected(&mut self, session: &Session) -> Option<Expected> {
        let (scenario, learned) = (session.scenario(), &session.learned);
        let refined = learned.run.is_some();
        let key = (learned.made, refined, Same::of(scenario));
        let expected = self.expected.of(key, || {
            let of = if refined {
                Hedge::Refined
            } else {
                Hedge::AtOnce
            };
            let table = learned.made.then(conditioned_gaps);
            table.and_then(|table| table.expected(scenario, of))
        });
        *expected
    }

    fn gaps(&mut self, outcomes: Option<&Arc<Outcomes>>) -> Arc<DistributionView> {
        self.gaps.of(Same::maybe(outcomes), || {
            outcomes.map_or_else(DistributionView::default, |outcomes| {
                DistributionView::of_gaps(outcomes)
            })
        })
    }

    fn training(&mut self, session: &Session, path: &Arc<PathView>) -> Arc<TrainingView> {
        let back = session.looking_back();
        let key = session.shown_run().map(|progress| {
            let iteration = back.map(|back| back.checked.iteration);
            (Same::of(progress), Same::of(path), session.step, iteration)
        });
        self.training.of(key, || {
            session
                .shown_run()
                .map_or_else(TrainingView::default, |progress| {
                    TrainingView::new(progress, path, session.step, back)
                })
        })
    }

    fn distribution(&mut self, outcomes: Option<&Arc<Outcomes>>) -> Arc<DistributionView> {
        self.distribution.of(Same::maybe(outcomes), || {
            outcomes.map_or_else(DistributionView::default, |outcomes| {
                DistributionView::new(outcomes)
            })
        })
    }
}
