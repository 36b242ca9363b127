//! The words by which choices are known, in files, on the command line and in the window.

use super::parameters::{
    Activation, BaseChoice, Form, LelandConvention, Network, Objective, OptionKind, RecordedDrift,
    Schedule, SettledBy, Side, Strategy, Variance,
};

/// A choice with a word for each of its values.
pub trait Named: Sized + Copy + PartialEq + 'static {
    /// Every value with its word.
    const ALL: &'static [(&'static str, Self)];

    /// The word of this value.
    fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, value)| *value == self)
            .map_or("", |(name, _)| name)
    }

    /// The value of a word.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    /// All words, for a message.
    fn words() -> String {
        let words: Vec<_> = Self::ALL.iter().map(|(name, _)| *name).collect();
        words.join(", ")
    }
}

impl Named for OptionKind {
    const ALL: &'static [(&'static str, Self)] = &[("call", Self::Call), ("put", Self::Put)];
}
impl Named for Side {
    const ALL: &'static [(&'static str, Self)] = &[("short", Self::Short), ("long", Self::Long)];
}
impl Named for SettledBy {
    const ALL: &'static [(&'static str, Self)] =
        &[("delivery", Self::Delivery), ("cash", Self::Cash)];
}
impl Named for RecordedDrift {
    const ALL: &'static [(&'static str, Self)] =
        &[("recorded", Self::Recorded), ("given", Self::Given)];
}
impl Named for Strategy {
    const ALL: &'static [(&'static str, Self)] = &[
        ("none", Self::None),
        ("delta", Self::Delta),
        ("instant_delta", Self::InstantDelta),
        ("minimum_variance", Self::MinimumVariance),
        ("leland", Self::Leland),
        ("band", Self::Band),
        ("soft_band", Self::SoftBand),
        ("static", Self::Static),
        ("learned", Self::Learned),
    ];
}
impl Named for LelandConvention {
    const ALL: &'static [(&'static str, Self)] =
        &[("paper", Self::Paper), ("leland_1985", Self::Leland1985)];
}
impl Named for Form {
    const ALL: &'static [(&'static str, Self)] =
        &[("residual", Self::Residual), ("paper", Self::Paper)];
}
impl Named for BaseChoice {
    const ALL: &'static [(&'static str, Self)] = &[
        ("auto", Self::Auto),
        ("delta", Self::Delta),
        ("leland", Self::Leland),
        ("soft_band", Self::SoftBand),
    ];
}
impl Named for Network {
    const ALL: &'static [(&'static str, Self)] = &[
        ("feed_forward", Self::FeedForward),
        ("gru", Self::Gru),
        ("lstm", Self::Lstm),
    ];
}
impl Named for Variance {
    const ALL: &'static [(&'static str, Self)] = &[("seen", Self::Seen), ("hidden", Self::Hidden)];
}
impl Named for Activation {
    const ALL: &'static [(&'static str, Self)] = &[("relu", Self::Relu), ("silu", Self::Silu)];
}
impl Named for Objective {
    const ALL: &'static [(&'static str, Self)] = &[
        ("rsmse", Self::Rsmse),
        ("rmse", Self::Rmse),
        ("cvar", Self::Cvar),
        ("entropic", Self::Entropic),
    ];
}
impl Named for Schedule {
    const ALL: &'static [(&'static str, Self)] =
        &[("cosine", Self::Cosine), ("linear", Self::Linear)];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parameters::Process;

    fn same_word_in_files<T: Named + serde::Serialize>() {
        for (name, value) in T::ALL {
            assert_eq!(ron::to_string(value).as_deref(), Ok(*name));
        }
    }

    #[test]
    fn a_choice_has_the_same_word_in_a_file_and_on_the_command_line() {
        same_word_in_files::<OptionKind>();
        same_word_in_files::<Side>();
        same_word_in_files::<SettledBy>();
        same_word_in_files::<Process>();
        same_word_in_files::<RecordedDrift>();
        same_word_in_files::<Strategy>();
        same_word_in_files::<LelandConvention>();
        same_word_in_files::<Form>();
        same_word_in_files::<BaseChoice>();
        same_word_in_files::<Network>();
        same_word_in_files::<Variance>();
        same_word_in_files::<Activation>();
        same_word_in_files::<Objective>();
        same_word_in_files::<Schedule>();
    }
}
