//! The steps of the hot path, each alone: making an instance, an iteration without waiting, one
//! HTTP exchange, adding a sample, merging a second's samples, the pacer's next arrival.
//!
//! `cargo bench -p squall-benches`; the guests must be built (`cargo xtask guests`). Wall-clock
//! figures of a shared machine vary; compare only figures of one run.
#![expect(clippy::unwrap_used, reason = "a bench that cannot be set up has nothing to measure")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use squall_engine::measure::Bench;
use squall_engine::{GuestKind, Runtime};
use squall_metrics::{
    Aggregate, Apart, Catalog, CatalogOptions, Recorder, Registry, TagSetId, builtin,
};
use squall_net::http_types::Method;
use squall_net::{Client, Network, Request, Settings, Target};
use squall_plan::{Load, Options, Plan};
use squall_test_support::{Config, TestServer};
use tokio::task::LocalSet;
use wasmtime::component::Component;

/// Series in the merge bench, as a test with some dozens of URLs has them.
const SERIES: usize = 1_000;

fn bench_of(guest: &str, environment: BTreeMap<String, String>) -> Bench {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = root.join("target/wasm/wasm32-wasip2/release").join(guest);
    let runtime = Runtime::new(GuestKind::Compiled).unwrap();
    let script = squall_script::load(&path).unwrap();
    let component = Component::new(runtime.wasmtime(), &script.component).unwrap();
    Bench::new(&runtime, &component, environment).unwrap()
}

fn instances(criterion: &mut Criterion) {
    let mut bench = bench_of("configurable.wasm", BTreeMap::new());
    criterion.bench_function("instantiate", |bencher| {
        bencher.iter(|| bench.instantiate_and_drop().unwrap());
    });
    criterion.bench_function("iterate, no IO", |bencher| {
        bencher.iter_custom(|count| {
            let start = Instant::now();
            assert_eq!(bench.iterate(count), count);
            start.elapsed()
        });
    });
}

fn guest_exchange(criterion: &mut Criterion) {
    let server = TestServer::start(Config::default()).unwrap();
    let environment = BTreeMap::from([("TARGET".to_owned(), server.url("/"))]);
    let mut bench = bench_of("hello.wasm", environment);
    criterion.bench_function("iterate, GET and check", |bencher| {
        bencher.iter_custom(|count| {
            let start = Instant::now();
            assert_eq!(bench.iterate(count), count);
            start.elapsed()
        });
    });
}

fn exchange(criterion: &mut Criterion) {
    let server = TestServer::start(Config::default()).unwrap();
    let event_loop = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tasks = LocalSet::new();
    let target = Rc::new(Target::parse(&server.url("/")).unwrap());
    let client = Client::new(Network::new(Arc::new(Settings::default())).unwrap());
    criterion.bench_function("HTTP exchange", |bencher| {
        bencher.iter(|| {
            let request = Request::new(Method::GET, Rc::clone(&target));
            let exchange = tasks.block_on(&event_loop, client.execute(request));
            assert_eq!(exchange.status, 200);
        });
    });
}

fn samples(criterion: &mut Criterion) {
    let catalog = Arc::new(Catalog::new(Registry::new(), &[], CatalogOptions::default()).unwrap());
    let mut recorder = Recorder::new(Arc::clone(&catalog), 0);
    let series = recorder.series(builtin::HTTP_REQ_DURATION, TagSetId::EMPTY);
    let mut value = 0.0;
    criterion.bench_function("add a sample to a trend", |bencher| {
        bencher.iter(|| {
            value += 0.001;
            recorder.add(series, black_box(value % 100.0));
        });
    });

    // Each series in a sink of its own, as for an output that wants them apart.
    let apart = CatalogOptions { apart: Apart::All, ..CatalogOptions::default() };
    let catalog = Arc::new(Catalog::new(Registry::new(), &[], apart).unwrap());
    let mut recorder = Recorder::new(Arc::clone(&catalog), 1);
    let names: Vec<String> = (0..SERIES).map(|index| format!("/products/{index}")).collect();
    let series: Vec<_> = names
        .iter()
        .map(|name| {
            let tags = recorder.intern(TagSetId::EMPTY, &[("name", name)]);
            recorder.series(builtin::HTTP_REQ_DURATION, tags)
        })
        .collect();
    let mut aggregate = Aggregate::new(catalog);
    criterion.bench_function("merge a second of 1000 series", |bencher| {
        bencher.iter_custom(|count| {
            let mut merging = Duration::ZERO;
            for _ in 0..count {
                for (index, series) in series.iter().enumerate() {
                    recorder.add(*series, index as f64 / 7.0);
                }
                let start = Instant::now();
                let empty = aggregate.merge(recorder.take_delta());
                recorder.recycle(empty);
                merging += start.elapsed();
            }
            merging
        });
    });
}

fn pacer(criterion: &mut Criterion) {
    let options = Options::from_json(
        r#"{"scenarios":{"s":{"executor":"ramping-arrival-rate","startRate":1000,
            "preAllocatedVUs":10,"stages":[{"duration":"24h","target":50000}]}}}"#,
    );
    let (plan, _) = Plan::new(&options.unwrap().options).unwrap();
    let share = plan.share.worker(0, 2);
    let load = || match plan.scenarios[0].load(&share) {
        Load::Arrivals { arrivals, .. } => arrivals,
        other => panic!("an arrival-rate scenario makes arrivals, not {other:?}"),
    };
    let mut arrivals = load();
    criterion.bench_function("pacer: next arrival of a ramp", |bencher| {
        bencher.iter(|| {
            black_box(arrivals.next()).unwrap_or_else(|| {
                arrivals = load();
                arrivals.next().unwrap()
            })
        });
    });
}

criterion_group!(steps, instances, guest_exchange, exchange, samples, pacer);
criterion_main!(steps);
