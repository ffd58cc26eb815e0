//! What the command line is made of. Feedstock's own tests and measurements use it; nobody else should, since it
//! changes without notice.

macro_rules! show {
    ($feature:literal: $($module:ident)*) => {$(
        #[cfg(feature = $feature)]
        pub mod $module {
            pub use crate::$module::*;
        }
    )*};
}

show!("migrate": sql);

#[cfg(feature = "migrate")]
pub mod migration {
    pub use crate::migration::write::{NewFile, write};
}

show!("cli": connect diff inspect lint plan preflight prove report schema server source);
