//! `hedgelab sweep show`: one figure over two axes, for the terminal.

mod heat;

use crate::cli::table::{Table, estimate};
use crate::cli::{Failure, print, typed_path, usage};
use crate::outcome::{Estimate, Measure};
use crate::quantity::write::{NOTHING, keyboard, significant};
use crate::sweep::{Axis, Cell, Folder, Plan, Row};
use clap::Args;
use heat::{legend, range, shade};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "The first axis runs down, the second one across, unless --down and --across say otherwise; there is a table for each \
    combination of the others, or of those that --at leaves. Measures: mean, std, rmse, rsmse, var95, cvar95, var99, cvar99, \
    skewness, excess_kurtosis, min, max, turnover, cost, exercise_rate, of those that the sweep keeps. A difference that \
    chance explains (less than two standard errors) stands in brackets."
)]
pub(in crate::cli) struct Show {
    /// The folder of a sweep
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Which measure [default: RSMSE where it is kept, else the first]
    #[arg(long, value_name = "MEASURE", conflicts_with = "probe")]
    measure: Option<String>,
    /// A probe in the place of a measure
    #[arg(long, value_name = "NAME")]
    probe: Option<String>,
    /// Whose [default: the last strategy]
    #[arg(long, value_name = "NAME")]
    strategy: Option<String>,
    /// Less that of this strategy, on the same paths
    #[arg(long, value_name = "NAME")]
    against: Option<String>,
    /// The axis that runs down
    #[arg(long, value_name = "AXIS")]
    down: Option<String>,
    /// The axis that runs across
    #[arg(long, value_name = "AXIS")]
    across: Option<String>,
    /// Only where another axis has this value
    #[arg(long, value_name = "AXIS=VALUE")]
    at: Vec<String>,
    /// Shades instead of numbers
    #[arg(long)]
    heat: bool,
}

/// Which figure is shown.
struct Shown {
    /// The measure; absent for a probe.
    measure: Option<Measure>,
    /// The place of the measure or of the probe.
    place: usize,
    strategy: String,
    against: Option<String>,
}

/// How the axes lie.
struct Laid {
    down: usize,
    across: Option<usize>,
    /// Axes that are held at a value, by place.
    held: BTreeMap<usize, usize>,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let (folder, plan) = Folder::open(&self.folder)?;
        let shown = self.shown(&plan)?;
        let laid = self.laid(&plan)?;
        let mut figures: BTreeMap<Vec<usize>, Estimate> = BTreeMap::new();
        let chains = plan.chains()?;
        for cell in chains.iter().flat_map(|chain| &chain.cells) {
            if let Some(row) = row_at(&folder, &plan, &laid, cell)? {
                figures.insert(plan.place(cell.index), shown.of(&row));
            }
        }
        let mut text = format!("{}: {}\n", plan.spec().title, shown.title(&plan));
        for others in combinations(&plan, &laid) {
            text.push_str(&self.table(&plan, &laid, &others, &figures, &shown));
        }
        if self.heat {
            text.push_str(&legend(&figures));
        }
        print(&text)
    }

    fn shown(&self, plan: &Plan) -> Result<Shown, Failure> {
        let spec = plan.spec();
        let names: Vec<&str> = spec.strategies.iter().map(|s| named(*s)).collect();
        let who = |flag: &str, name: &str| {
            let known = names.contains(&name);
            let refused = || usage(format!("{flag} {name:?}: allowed: {}", names.join(", ")));
            known.then(|| name.to_owned()).ok_or_else(refused)
        };
        let strategy = match &self.strategy {
            Some(name) => who("--strategy", name)?,
            None => (*names.last().unwrap_or(&"")).to_owned(),
        };
        let against = self.against.as_deref();
        let against = against.map(|name| who("--against", name)).transpose()?;
        if let Some(name) = &self.probe {
            let place = spec.probes.iter().position(|probe| probe.name == *name);
            let names: Vec<&str> = spec.probes.iter().map(|p| p.name.as_str()).collect();
            let refused = || usage(format!("--probe {name:?}: allowed: {}", names.join(", ")));
            return Ok(Shown {
                measure: None,
                place: place.ok_or_else(refused)?,
                strategy,
                against,
            });
        }
        let kept: Vec<Measure> = spec.measures.iter().map(|asked| asked.0).collect();
        let wanted = match &self.measure {
            Some(word) => Measure::from_word(word),
            None if kept.contains(&Measure::Rsmse) => Some(Measure::Rsmse),
            None => kept.first().copied(),
        };
        let place = wanted.and_then(|wanted| kept.iter().position(|kept| *kept == wanted));
        let words: Vec<&str> = kept.iter().map(|measure| measure.word()).collect();
        let word = self.measure.as_deref().unwrap_or_default();
        let refused = || usage(format!("--measure {word:?}: allowed: {}", words.join(", ")));
        Ok(Shown {
            measure: wanted,
            place: place.ok_or_else(refused)?,
            strategy,
            against,
        })
    }

    fn laid(&self, plan: &Plan) -> Result<Laid, Failure> {
        let axes = plan.axes();
        let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
        let place = |flag: &str, name: &str| {
            let place = names.iter().position(|known| *known == name);
            place.ok_or_else(|| usage(format!("{flag} {name:?}: allowed: {}", names.join(", "))))
        };
        let mut held = BTreeMap::new();
        for at in &self.at {
            let refused = || {
                usage(format!(
                    "--at {at:?}: allowed: AXIS=VALUE, such as --at {}",
                    example(axes)
                ))
            };
            let (name, value) = at.split_once('=').ok_or_else(refused)?;
            let axis = place("--at", name.trim())?;
            let values = (0..axes[axis].count()).map(|i| axes[axis].value(i));
            let values: Vec<&str> = values.collect();
            let found = values.iter().position(|known| *known == value.trim());
            let refused = || usage(format!("--at {at:?}: allowed: {}", values.join(", ")));
            held.insert(axis, found.ok_or_else(refused)?);
        }
        let free = |taken: Option<usize>| {
            (0..axes.len()).find(|axis| Some(*axis) != taken && !held.contains_key(axis))
        };
        let across = self.across.as_deref().map(|name| place("--across", name));
        let across = across.transpose()?;
        let down = match &self.down {
            Some(name) => place("--down", name)?,
            None => free(across).unwrap_or(0),
        };
        let across = across
            .or_else(|| free(Some(down)))
            .filter(|axis| *axis != down);
        held.retain(|axis, _| *axis != down && Some(*axis) != across);
        Ok(Laid { down, across, held })
    }

    /// The table for one combination of the other axes.
    fn table(
        &self,
        plan: &Plan,
        laid: &Laid,
        others: &[usize],
        figures: &BTreeMap<Vec<usize>, Estimate>,
        shown: &Shown,
    ) -> String {
        let axes = plan.axes();
        let Some(down) = axes.get(laid.down) else {
            let only = figures.values().next().copied().unwrap_or_default();
            return format!("{}\n", shown.told(only));
        };
        let across = laid.across.map(|place| (place, &axes[place]));
        let others_told: Vec<String> = (0..axes.len())
            .filter(|axis| *axis != laid.down && Some(*axis) != laid.across)
            .map(|axis| format!("{} {}", axes[axis].name, axes[axis].value(others[axis])))
            .collect();
        let corner = match across {
            Some((_, across)) => format!("{} \\ {}", down.name, across.name),
            None => down.name.clone(),
        };
        let mut heading = vec![corner];
        match across {
            Some((_, axis)) => heading.extend((0..axis.count()).map(|i| axis.value(i).to_owned())),
            None => heading.push(shown.strategy.clone()),
        }
        let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
        let mut table = Table::new(&heading);
        let range = range(figures);
        for row in 0..down.count() {
            let mut line = vec![down.value(row).to_owned()];
            for column in 0..across.map_or(1, |(_, axis)| axis.count()) {
                let mut place = others.to_vec();
                place[laid.down] = row;
                if let Some((across, _)) = across {
                    place[across] = column;
                }
                line.push(match figures.get(&place) {
                    None => NOTHING.to_owned(),
                    Some(found) if self.heat => shade(*found, range).to_owned(),
                    Some(found) => shown.told(*found),
                });
            }
            table.row(line);
        }
        let over = if others_told.is_empty() {
            String::new()
        } else {
            format!("{}\n", others_told.join(", "))
        };
        format!("\n{over}{}", table.text())
    }
}

impl Shown {
    fn of(&self, row: &Row) -> Estimate {
        let of = |name: &str| row.strategies.iter().find(|strategy| strategy.name == name);
        let Some(strategy) = of(&self.strategy) else {
            return Estimate::default();
        };
        let held = |name: &str| {
            let held = of(name).and_then(|strategy| strategy.positions.get(self.place).copied());
            held.flatten().map_or(Estimate::default(), Estimate::exact)
        };
        match (self.measure, &self.against) {
            (None, None) => held(&self.strategy),
            (None, Some(other)) => held(&self.strategy).less(&held(other)),
            (Some(_), None) => strategy
                .figures
                .get(self.place)
                .copied()
                .unwrap_or_default(),
            (Some(measure), Some(other)) => row.against(&self.strategy, other, measure, self.place),
        }
    }

    fn title(&self, plan: &Plan) -> String {
        let titled = |name: &str, unit: &str| match unit {
            "" => name.to_owned(),
            unit => format!("{name} ({unit})"),
        };
        let probe = plan.spec().probes.get(self.place);
        let probed = || titled(probe.map_or("", |probe| &probe.name), "shares");
        let measured = self.measure.map(|it| titled(it.name(), it.unit()));
        let what = measured.unwrap_or_else(probed);
        let against = self.against.as_ref();
        let less = against.map(|other| format!(" less {other}"));
        format!("{what} of {}{}", self.strategy, less.unwrap_or_default())
    }

    fn told(&self, found: Estimate) -> String {
        let told = match (self.measure, found.value) {
            (None, Some(held)) => keyboard(&significant(held, 3)),
            _ => estimate(found),
        };
        let by_chance = self.against.is_some() && found.se.is_some() && !found.is_beyond_chance();
        if by_chance { format!("({told})") } else { told }
    }
}

fn named(strategy: crate::scenario::Strategy) -> &'static str {
    crate::scenario::Named::name(strategy)
}

/// The result of a cell, where it is there and no axis is held elsewhere.
fn row_at(folder: &Folder, plan: &Plan, laid: &Laid, cell: &Cell) -> Result<Option<Row>, Failure> {
    let place = plan.place(cell.index);
    let wanted = laid.held.iter().all(|(axis, at)| place[*axis] == *at);
    Ok(if wanted { folder.row(cell)? } else { None })
}

/// Every combination of the axes that neither run down nor across: a place in the grid for each.
fn combinations(plan: &Plan, laid: &Laid) -> Vec<Vec<usize>> {
    let axes = plan.axes();
    let mut all = vec![vec![0; axes.len()]];
    for (place, axis) in axes.iter().enumerate() {
        if place == laid.down || Some(place) == laid.across {
            continue;
        }
        let values = match laid.held.get(&place) {
            Some(at) => *at..*at + 1,
            None => 0..axis.count(),
        };
        let with = |one: &Vec<usize>| {
            let values = values.clone();
            values
                .map(|at| {
                    let mut one = one.clone();
                    one[place] = at;
                    one
                })
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

/// A value of an axis, to show how it is written.
fn example(axes: &[Axis]) -> String {
    let first = axes.first();
    first.map_or("AXIS=VALUE".into(), |axis| {
        format!("{}={}", axis.name, axis.value(0))
    })
}
