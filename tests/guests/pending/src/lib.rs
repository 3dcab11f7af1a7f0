//! Several requests at once, against the routes `/delay/MS` of `TARGET`.
//!
//! `CASE`: `race` (the default: the faster of two, the slower is cancelled), `batch`, `timeout` (of
//! `wait_any`) or `left-over` (requests that are still under way when the iteration ends).

use std::time::Duration;

use squall_sdk::http::Response;
use squall_sdk::prelude::*;

fn delayed(target: &str, ms: u32) -> http::Request<'static> {
    http::get(format!("{target}/delay/{ms}")).name("GET /delay")
}

#[scenario]
fn default() -> Result<()> {
    let target = execution::env("TARGET").unwrap_or("http://127.0.0.1:8080".to_owned());
    let start = Instant::now();
    match execution::env("CASE").as_deref() {
        Some("batch") => {
            let delays_ms = [300, 100, 200];
            let responses = http::batch(delays_ms.map(|ms| delayed(&target, ms)));
            check!(responses,
                "all have answered" => |r| r.iter().all(Response::is_ok),
                "in the order of the requests" => |r| {
                    r.iter().zip(delays_ms).all(|(response, ms)| {
                        response.timings().waiting >= Duration::from_millis(ms.into())
                    })
                },
                "at once" => start.elapsed() < Duration::from_millis(600),
            );
        }
        Some("timeout") => {
            let pending = [delayed(&target, 2_000).start()];
            let none = http::wait_any(&pending, Some(Duration::from_millis(100)));
            check!(none,
                "nothing was ready" => |none| none.is_none(),
                "the wait was short" => start.elapsed() < Duration::from_secs(1),
                "nor was it too short" => start.elapsed() >= Duration::from_millis(100),
                "it is not ready" => !pending[0].ready(),
            );
        }
        Some("left-over") => {
            for _ in 0..3 {
                std::mem::forget(delayed(&target, 300).start());
            }
        }
        _ => {
            let mut pending = vec![delayed(&target, 2_000).start(), delayed(&target, 100).start()];
            let first = http::wait_any(&pending, None).context("nothing was started")?;
            let ready = pending[first].ready();
            let response = pending.swap_remove(first).finish();
            check!(response,
                "the faster one is first" => first == 1,
                "it is ready" => ready,
                "it has answered" => |r| r.status() == 200,
            );
            drop(pending);
            check!(start, "the slower one is not waited for" => |start| {
                start.elapsed() < Duration::from_millis(1_500)
            });
        }
    }
    Ok(())
}
