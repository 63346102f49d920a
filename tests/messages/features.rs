//! Forgotten features

/// `LoRaRankExplorer` without `csr`, `hydrate` or `ssr`
/// - says: no `LoRaRankExplorer` in the root
/// - helps: yes
/// - instead: `features = ["csr"]`, or `hydrate` and `ssr`
/// - before: nothing: it compiled
fn no_component() {
    use lora_rank_explorer::LoRaRankExplorer;
}

/// `use_solver` without `csr`, `hydrate` or `ssr`
/// - says: no `use_solver` in the root
/// - helps: yes
/// - instead: `features = ["csr"]`, or `hydrate` and `ssr`
/// - before: nothing: it compiled
fn no_use_solver() {
    use lora_rank_explorer::use_solver;
}

/// `LoRaRankExplorerIsland` without `islands`
/// - says: no `LoRaRankExplorerIsland` in the root
/// - helps: yes
/// - instead: `features = ["islands"]`, beside `hydrate` or `ssr`
/// - before: unresolved import `lora_rank_explorer::LoRaRankExplorerIsland` · no `LoRaRankExplorerIsland` in the root
fn no_islands() {
    use lora_rank_explorer::LoRaRankExplorerIsland;
}

/// the module `adapter` without the feature `adapter`
/// - says: could not find `adapter` in `lora_rank_explorer`
/// - helps: yes
/// - instead: `features = ["adapter"]`
/// - before: unresolved import `lora_rank_explorer::adapter` · could not find `adapter` in `lora_rank_explorer`
fn no_adapter() {
    use lora_rank_explorer::adapter::Adapter;
}
