use super::*;

fn keys(tree: &Tree<Pane>) -> Vec<&'static str> {
    let mut keys: Vec<_> = panes(tree)
        .filter_map(|id| Some(tree.tiles.get_pane(&id)?.entry()?.key))
        .collect();
    keys.sort_unstable();
    keys
}

fn renamed(from: &str, to: &str) -> Tree<Pane> {
    let text = ron::to_string(&default_tree()).unwrap();
    let quoted = |key: &str| format!("\"{key}\"");
    assert!(text.contains(&quoted(from)), "{text}");
    ron::from_str(&text.replace(&quoted(from), &quoted(to))).unwrap()
}

#[test]
fn a_kept_arrangement_with_an_unknown_view_loses_only_that_view() {
    let mut all: Vec<_> = PANES.iter().map(|entry| entry.key).collect();
    all.sort_unstable();
    let tree = mended(
        renamed("policy", "a view of a later version"),
        Purpose::Explore,
    );
    assert_eq!(keys(&tree), all);
    // What a person arranged is still there: two columns inside the new root.
    assert!(tree.tiles.len() > default_tree().tiles.len());
}

#[test]
fn a_view_kept_twice_is_shown_once_and_an_empty_arrangement_is_the_first_one() {
    let tree = mended(renamed("policy", "book"), Purpose::Explore);
    let mut all: Vec<_> = PANES.iter().map(|entry| entry.key).collect();
    all.sort_unstable();
    assert_eq!(keys(&tree), all);
    assert_eq!(
        keys(&mended(
            Tree::empty(egui::Id::unique("empty")),
            Purpose::Explore
        )),
        all
    );
}

/// The first arrangement of earlier versions.
fn former(policy: &str) -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let mut keys = FORMER
        .map(|key| if key == "policy" { policy } else { key })
        .into_iter();
    let columns = [(); 2].map(|()| {
        let ids = [(); 3].map(|()| {
            let key = format!("\"{}\"", keys.next().unwrap());
            let pane = tiles.insert_pane(ron::from_str(&format!("({key})")).unwrap());
            tiles.insert_tab_tile(vec![pane])
        });
        tiles.insert_vertical_tile(ids.to_vec())
    });
    let root = tiles.insert_horizontal_tile(columns.to_vec());
    Tree::new(egui::Id::unique("views"), root, tiles)
}

#[test]
fn the_first_arrangement_of_earlier_versions_gives_way_to_the_present_one() {
    assert_eq!(mended(former("policy"), Purpose::Explore), default_tree());
}

#[test]
fn an_arrangement_of_ones_own_of_earlier_versions_keeps_its_places() {
    let tree = mended(former("a view of a later version"), Purpose::Explore);
    let mut all: Vec<_> = PANES.iter().map(|entry| entry.key).collect();
    all.sort_unstable();
    assert_eq!(keys(&tree), all);
    assert_ne!(tree, default_tree());
}

#[test]
fn a_whole_arrangement_stays_as_it_is() {
    for purpose in Purpose::ALL {
        assert_eq!(mended(purpose.tree(), purpose), purpose.tree());
    }
}

fn hide(tree: &mut Tree<Pane>, key: &str) -> TileId {
    let entry = PANES.iter().find(|entry| entry.key == key).unwrap();
    let id = tree.tiles.find_pane(&Pane::of(entry)).unwrap();
    tree.set_visible(id, false);
    id
}

#[test]
fn every_layout_holds_every_view_once() {
    let mut all: Vec<_> = PANES.iter().map(|entry| entry.key).collect();
    all.sort_unstable();
    for purpose in Purpose::ALL {
        assert_eq!(keys(&purpose.tree()), all);
    }
    let ids = Purpose::ALL.map(|purpose| purpose.tree().id());
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

#[test]
fn what_is_hidden_stays_hidden_unless_nothing_would_be_seen() {
    let mut tree = default_tree();
    let policy = hide(&mut tree, "policy");
    let kept: Tree<Pane> = ron::from_str(&ron::to_string(&tree).unwrap()).unwrap();
    let mut kept = mended(kept, Purpose::Explore);
    assert!(!kept.is_visible(policy));
    for entry in PANES {
        hide(&mut kept, entry.key);
    }
    let whole = mended(kept, Purpose::Explore);
    assert!(panes(&whole).all(|id| whole.is_visible(id)));
    // What holds views is never hidden.
    let mut tree = default_tree();
    let root = tree.root().unwrap();
    tree.set_visible(root, false);
    assert!(mended(tree, Purpose::Explore).is_visible(root));
}

#[test]
fn an_arrangement_of_another_purpose_that_holds_nothing_is_its_own_first_one() {
    let empty = Tree::empty(egui::Id::unique("empty"));
    assert_eq!(mended(empty, Purpose::Teach), Purpose::Teach.tree());
}
