//! Arguments to window or command; no logic.

fn main() {}
