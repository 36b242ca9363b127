//! After the first iterations, drawing a batch and its gradient take no memory, on any thread.

#![allow(
    unsafe_code,
    clippy::unwrap_used,
    reason = "a counting allocator is unsafe by its trait; a test fails by panicking"
)]

use hedgelab::market::Sampling;
use hedgelab::policy::Base;
use hedgelab::policy::features::Features;
use hedgelab::presets;
use hedgelab::training::RolloutKind;
use hedgelab::training::network::first_weights;
use hedgelab::training::rollout::{Gradient, Rollout, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

struct Counting;

static COUNT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
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
