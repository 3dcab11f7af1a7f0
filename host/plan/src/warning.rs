//! What is odd about options, but no error.

use std::fmt;

use crate::options::Tier;

/// Something that the user should know. `Display` is the sentence to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A higher tier set how much load there is, so the scenarios of a lower one are gone.
    ScenariosOverridden {
        /// The higher tier.
        tier: Tier,
    },
    /// `vus` alone is a shortcut too, so the scenarios are gone.
    ScenariosOverriddenByVus {
        /// Its value.
        vus: i64,
    },
    /// A shortcut was set to nothing.
    EmptyShortcut {
        /// Its name.
        option: &'static str,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScenariosOverridden { tier } => {
                write!(
                    f,
                    "\"{tier}\" level configuration overrode scenarios configuration entirely"
                )
            }
            Self::ScenariosOverriddenByVus { vus } => write!(
                f,
                "`vus={vus}` without `duration`, `iterations` or `stages` overrode scenarios \
                 configuration entirely, running {vus} iterations shared among {vus} VUs"
            ),
            Self::EmptyShortcut { option } => write!(
                f,
                "`{option}` was explicitly set to an empty value, \
                 running the script with 1 iteration in 1 VU"
            ),
        }
    }
}
