//! temp
#![allow(
    unsafe_code,
    clippy::all,
    clippy::pedantic,
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::allow_attributes_without_reason
)]
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
struct A;
thread_local!(
    static N: Cell<u64> = const { Cell::new(0) };
    static B: Cell<u64> = const { Cell::new(0) };
    static D: Cell<u64> = const { Cell::new(0) };
    static T: Cell<bool> = const { Cell::new(false) };
);
unsafe impl GlobalAlloc for A {
    unsafe fn alloc(&self, l: Layout) -> *mut u8 {
        N.with(|n| n.set(n.get() + 1));
        B.with(|n| n.set(n.get() + l.size() as u64));
        if T.with(|t| t.get()) {
            T.with(|t| t.set(false));
            if l.size() > 500 {
                eprintln!("      alloc {}", l.size());
            }
            T.with(|t| t.set(true));
        }
        unsafe { System.alloc(l) }
    }
    unsafe fn dealloc(&self, p: *mut u8, l: Layout) {
        unsafe { System.dealloc(p, l) }
    }
}
#[global_allocator]
static G: A = A;
static _Z: AtomicU64 = AtomicU64::new(0);
use squall_net::*;
use std::rc::Rc;
use std::sync::Arc;
fn main() {
    let server = squall_test_support::TestServer::start_default().unwrap();
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ls = tokio::task::LocalSet::new();
    ls.block_on(&rt, async {
        let mut settings = Settings::default();
        settings.tls_roots = TlsRoots::Only(vec![server.ca_der().to_vec().into()]);
        let net = Network::new(Arc::new(settings)).unwrap();
        println!("execute future: {}", std::mem::size_of_val(&Client::new(net.clone()).execute(Request::new(http_types::Method::GET, Rc::new(Target::parse("http://a/").unwrap())))));
        for url in [server.url("/"), server.url_of(squall_test_support::Listener::TlsHttp1, "/"), server.https_url("/")] {
            let target = Rc::new(Target::parse(&url).unwrap());
            let client = Client::new(net.clone());
            let b0 = B.with(|b| b.get());
            let n0 = N.with(|b| b.get());
            client.execute(Request::new(http_types::Method::GET, target.clone())).await;
            println!("{url} first: {} allocs {} bytes", N.with(|n| n.get())-n0, B.with(|b| b.get())-b0);
            for _ in 0..100 { client.execute(Request::new(http_types::Method::GET, target.clone())).await; }
            let n0 = N.with(|n| n.get()); let b0 = B.with(|b| b.get());
            let t = std::time::Instant::now();
            let cpu0 = cpu();
            let k = 20000;
            for _ in 0..k { client.execute(Request::new(http_types::Method::GET, target.clone())).await; }
            println!("{url}: {:.2} allocs {:.0} bytes /req, {:.2} us/req wall, {:.2} us thread cpu (sequential)", (N.with(|n| n.get())-n0) as f64/k as f64, (B.with(|b| b.get())-b0) as f64/k as f64, t.elapsed().as_secs_f64()*1e6/k as f64, (cpu()-cpu0) as f64/1e3/k as f64);
            {
            let live = || B.with(|b| b.get()) - D.with(|b| b.get());
            let keep: Vec<_> = (0..100).map(|_| Client::new(net.clone())).collect();
            let l0 = live();
            for c in &keep { c.execute(Request::new(http_types::Method::GET, target.clone())).await; }
            for _ in 0..50 { tokio::task::yield_now().await; }
            println!("   B {} D {}", B.with(|b| b.get()), D.with(|b| b.get())); println!("   live heap per client with one idle connection: {}", (live()-l0)/100);
            T.with(|t| t.set(true));
            let c = Client::new(net.clone()); c.execute(Request::new(http_types::Method::GET, target.clone())).await;
            T.with(|t| t.set(false));
            }
            // 50 clients
            let clients: Vec<_> = (0..50).map(|_| Rc::new(Client::new(net.clone()))).collect();
            let t = std::time::Instant::now(); let cpu0 = cpu();
            let hs: Vec<_> = clients.iter().map(|c| { let c = c.clone(); let target = target.clone(); tokio::task::spawn_local(async move { for _ in 0..1000 { let e = c.execute(Request::new(http_types::Method::GET, target.clone())).await; assert!(e.status==200); } }) }).collect();
            for h in hs { h.await.unwrap(); }
            println!("   50 clients: {:.2} us/req wall, {:.2} us thread cpu", t.elapsed().as_secs_f64()*1e6/5e4, (cpu()-cpu0) as f64/1e3/5e4);
        }
    });
}
fn cpu() -> u64 {
    let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    s.split(' ').next().and_then(|x| x.parse().ok()).unwrap_or(0)
}
