//! What the program runs on.

/// Versions and machine, a line each.
#[must_use]
pub fn versions() -> String {
    format!(
        "Hedgelab {}\nsystem: {} {}\nthreads: {}\ninstruction sets: {}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        rayon::current_num_threads(),
        instruction_sets()
    )
}

/// The vector instructions of this processor that the program makes use of.
#[must_use]
pub fn instruction_sets() -> String {
    let found = found();
    if found.is_empty() {
        "those that every machine of this kind has".into()
    } else {
        found.join(", ")
    }
}

#[cfg(target_arch = "x86_64")]
fn found() -> Vec<&'static str> {
    let all = [
        ("AVX2", std::is_x86_feature_detected!("avx2")),
        ("FMA", std::is_x86_feature_detected!("fma")),
        ("AVX-512", std::is_x86_feature_detected!("avx512f")),
    ];
    let there = all.into_iter().filter(|(_, there)| *there);
    there.map(|(name, _)| name).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn found() -> Vec<&'static str> {
    Vec::new()
}
