//! `hedgelab manual` and `hedgelab completions`: what a package puts beside the program.

use super::{Cli, Failure, print, typed_path};
use crate::files;
use anyhow::Context;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Manual {
    /// Folder for the pages: hedgelab.1, hedgelab-evaluate.1 and so on
    #[arg(value_name = "FOLDER", value_parser = typed_path())]
    folder: PathBuf,
}

impl Manual {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut command = Cli::command();
        command.build();
        self.page(&command)
    }

    /// The page of a command and those of its subcommands.
    fn page(&self, command: &clap::Command) -> Result<(), Failure> {
        let mut text = Vec::new();
        let page = clap_mangen::Man::new(command.clone());
        page.render(&mut text).context("writing a manual page")?;
        let path = self.folder.join(page.get_filename());
        files::write(&path, &text).context("the manual")?;
        print(&format!("{}\n", path.display()))?;
        command
            .get_subcommands()
            .filter(|command| command.get_name() != "help" && !command.is_hide_set())
            .try_for_each(|command| self.page(command))
    }
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "hedgelab", &mut script);
        print(&String::from_utf8_lossy(&script))
    }
}
