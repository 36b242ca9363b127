//! Arguments to window or command; no logic.

fn main() -> anyhow::Result<()> {
    hedgelab::app::run(std::env::args().nth(1))
}
