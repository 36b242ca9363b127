//! After the first iterations, drawing a batch and its gradient take no memory, on any thread; and what is
//! interrupted leaves none behind.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    reason = "a counting allocator is unsafe by its trait; a test fails by panicking"
)]

use hedgelab::market::Sampling;
use hedgelab::policy::Base;
use hedgelab::policy::features::Features;
use hedgelab::presets;
use hedgelab::training::network::first_weights;
use hedgelab::training::rollout::{Gradient, Rollout, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{Interrupt, RolloutKind, TrainingError};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Bytes in use.
static IN_USE: AtomicIsize = AtomicIsize::new(0);
/// Tests count what all threads take: one at a time.
static TURN: Mutex<()> = Mutex::new(());

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        IN_USE.fetch_add(layout.size().cast_signed(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size().cast_signed(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Fewest allocations during ten iterations, after five others, in a pool of `threads`.
fn allocations(threads: usize, surface: Surface) -> usize {
    let scenario = presets::built_in("paper-year").unwrap();
    let features = Features::of(&scenario, Base::Delta);
    let mut source = RowSource::new(&scenario, features, Sampling::evaluation(1));
    let mut rollout = Rollout::new(RolloutKind::Kernel, &scenario, features).unwrap();
    let (mut rows, mut gradient) = (Rows::default(), Gradient::default());
    let weights = first_weights(&scenario, 1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    // From outside a pool, its queue of jobs takes a new block of memory every 60 calls or so.
    pool.install(|| {
        let mut run = |times: u64| {
            for i in 0..times {
                source.fill(512 * i, 512, &mut rows);
                rollout
                    .gradient(&weights, &rows, surface, &mut gradient)
                    .unwrap();
            }
        };
        run(5);
        let mut round = |_| {
            let before = COUNT.load(Ordering::Relaxed);
            run(10);
            COUNT.load(Ordering::Relaxed) - before
        };
        // Other threads (the test harness, a pool that is just ending) are counted too, now and
        // then; what an iteration takes, every round takes.
        (0..5).map(&mut round).min().unwrap()
    })
}

#[test]
fn an_iteration_of_the_kernel_takes_no_memory_after_the_first() {
    let _turn = TURN.lock().unwrap();
    let cvar = Surface::Cvar {
        level: 0.95,
        threshold: 40.0,
        smoothing: 1.0,
    };
    for surface in [Surface::Rsmse, cvar, Surface::Entropic { aversion: 0.01 }] {
        for threads in [1, 2] {
            assert_eq!(
                allocations(threads, surface),
                0,
                "{surface:?}, {threads} threads"
            );
        }
    }
}

#[test]
fn what_is_interrupted_leaves_nothing_behind() {
    let _turn = TURN.lock().unwrap();
    let scenario = presets::built_in("paper-year").unwrap();
    let features = Features::of(&scenario, Base::Delta);
    let (mut rows, mut gradient) = (Rows::default(), Gradient::default());
    RowSource::new(&scenario, features, Sampling::evaluation(1)).fill(0, 512, &mut rows);
    let weights = first_weights(&scenario, 1);
    for kind in [RolloutKind::Kernel, RolloutKind::Reference] {
        let mut rollout = Rollout::new(kind, &scenario, features).unwrap();
        let interrupt = Interrupt::default();
        rollout.heed(&interrupt);
        interrupt.raise();
        let mut in_use_after = |times: usize| {
            for _ in 0..times {
                let broken = rollout.gradient(&weights, &rows, Surface::Rsmse, &mut gradient);
                assert!(matches!(broken, Err(TrainingError::Interrupted)));
            }
            IN_USE.load(Ordering::Relaxed)
        };
        let first = in_use_after(20);
        let more = in_use_after(200) - first;
        assert!(more < 500_000, "{kind:?} keeps {more} bytes");
    }
}
