//! Generated glue to the contract in `wit/`. Exists on Wasm only; natively `testing` stands in its
//! place.
//!
//! The world `vu` is taken apart: `base` holds what every component has, and each optional export
//! is a world of its own whose `export` macro runs in the user's crate, from the attribute macro.
//! So a component exports exactly what its author wrote; the linker of components joins the worlds
//! again.
#![allow(
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    unsafe_code,
    reason = "the code in here is generated; it crosses into the host and back"
)]

wit_bindgen::generate!({
    path: "../../wit",
    inline: "
        package squall:sdk;

        world base {
            import squall:vu/http@0.1.0;
            import squall:vu/metrics@0.1.0;
            import squall:vu/checks@0.1.0;
            import squall:vu/execution@0.1.0;
            import squall:vu/data@0.1.0;
            import squall:vu/timers@0.1.0;
            import squall:vu/log@0.1.0;

            export options: func() -> string;
            export entries: func() -> list<string>;
            export run: func(entry: u32) -> result<_, string>;
        }
    ",
    world: "squall:sdk/base",
    ownership: Borrowing { duplicate_if_necessary: false },
    generate_all,
});

/// The optional export `setup`.
pub mod setup {
    wit_bindgen::generate!({
        inline: "
            package squall:sdk;
            world with-setup {
                export setup: func() -> result<option<string>, string>;
            }
        ",
        pub_export_macro: true,
        export_macro_name: "__squall_export_setup",
    });
}

/// The optional export `teardown`.
pub mod teardown {
    wit_bindgen::generate!({
        inline: "
            package squall:sdk;
            world with-teardown {
                export teardown: func() -> result<_, string>;
            }
        ",
        pub_export_macro: true,
        export_macro_name: "__squall_export_teardown",
    });
}

/// The optional export `handle-summary`.
pub mod handle_summary {
    wit_bindgen::generate!({
        inline: "
            package squall:sdk;
            world with-handle-summary {
                export handle-summary:
                    func(data: string) -> result<list<tuple<string, list<u8>>>, string>;
            }
        ",
        pub_export_macro: true,
        export_macro_name: "__squall_export_handle_summary",
    });
}

struct Component;

impl Guest for Component {
    fn options() -> String {
        crate::guest::options()
    }

    fn entries() -> Vec<String> {
        crate::guest::entries()
    }

    fn run(entry: u32) -> Result<(), String> {
        crate::guest::run(entry)
    }
}

export!(Component);
