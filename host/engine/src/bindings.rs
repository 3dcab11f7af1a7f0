//! Rust types and traits for the imports in `wit/`, made by wasmtime's macro. Exports are looked up
//! by hand (see [`crate::vu`]), since all but `run` may be missing.

wasmtime::component::bindgen!({
    path: "../../wit",
    inline: "
        package squall:host;
        world host {
            import squall:vu/http@0.1.0;
            import squall:vu/metrics@0.1.0;
            import squall:vu/checks@0.1.0;
            import squall:vu/execution@0.1.0;
            import squall:vu/data@0.1.0;
            import squall:vu/timers@0.1.0;
            import squall:vu/log@0.1.0;
            import squall:vu/script@0.1.0;
            import squall:vu/secrets@0.1.0;
        }
    ",
    world: "squall:host/host",
    imports: {
        default: trappable,
        "squall:vu/http.send": async | trappable,
        "squall:vu/http.batch": async | trappable,
        "squall:vu/http.wait-any": async | trappable,
        "squall:vu/http.finish": async | trappable,
        "squall:vu/http.await-head": async | trappable,
        "squall:vu/http.read-body": async | trappable,
        "squall:vu/timers.sleep": async | trappable,
    },
    with: {
        "squall:vu/http.response": crate::capability::http::Response,
        "squall:vu/http.cookie-jar": crate::capability::http::CookieJar,
        "squall:vu/http.pending": crate::capability::http::Pending,
        "squall:vu/data.file": crate::capability::data::File,
        "squall:vu/data.rows": crate::capability::data::Rows,
    },
});
