//! The scale of text sizes (points): every text on screen has one of them.

/// One word over the whole window.
pub const HEADLINE: f32 = 20.0;
/// Headings.
pub const HEADING: f32 = 16.0;
/// Body text, buttons and titles of views.
pub const BODY: f32 = 13.0;
/// Figures that stand below one another in a face of one width.
pub const FIGURES: f32 = 12.5;
/// Text and buttons within the views: labels of rows, choices, legends and ledgers.
pub const LABEL: f32 = 12.0;
/// Captions, and numbers on axes.
pub const CAPTION: f32 = 11.0;
/// Words within a picture, where there is little room.
pub const FINE: f32 = 10.5;
