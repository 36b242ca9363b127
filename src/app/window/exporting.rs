//! Taking views away from the window.

use super::Window;
use crate::app::export::{ExportDialog, of_pane};
use crate::app::model::Copied;
use crate::app::notice::Notice;
use crate::gallery::View;
use egui::{ColorImage, Context};

impl Window {
    /// Asks how to take a view away: the one named, or else the one that is large.
    pub(super) fn ask_export(&mut self, view: Option<View>) {
        if self.plays() {
            return;
        }
        if !self.model.may_export() {
            let notice = Notice::info("This can be taken away once it is answered");
            self.model.tell(notice);
            return;
        }
        let large = self.views.large().and_then(|pane| of_pane(pane.key()));
        let shape = self.panels.shape();
        self.export = Some(ExportDialog::new(
            view.or(large),
            shape,
            self.panels.price_rule(),
            &self.model.view,
        ));
    }

    /// Puts what was asked for on the system's clipboard.
    pub(super) fn copy(&mut self, ctx: &Context) {
        for copied in self.model.copied() {
            match copied {
                Copied::Text(text) => ctx.copy_text(text),
                Copied::Image(size, pixels) => {
                    ctx.copy_image(ColorImage::from_rgba_premultiplied(size, &pixels));
                }
            }
        }
    }
}
