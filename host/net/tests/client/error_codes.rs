//! One list of all error codes that are documented, each with the test in which a real failure has
//! it, or with the reason why nothing can be made to fail so here.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use squall_net::ErrorCode;

/// What shows that a code is given.
enum Shown {
    /// A test of this file, and its name.
    By(&'static str, &'static str),
    /// Only what makes it out of an error is tested.
    InParts(&'static str),
}
use Shown::{By, InParts};

const ERRORS: &str = include_str!("errors.rs");
const HTTP2: &str = include_str!("http2.rs");
const WAYS: &str = include_str!("ways.rs");
const PROXIES: &str = include_str!("proxies.rs");
const CODINGS: &str = include_str!("codings.rs");
const REQUEST: &str = include_str!("../../src/http/request.rs");

const HTTP3: &str = include_str!("../http3/failures.rs");

const NEVER: &str = "the h2 crate's client ends no connection with this reason of its own";

/// The test of servers that break the rules of HTTP/2.
const BROKEN: &str = "a_broken_protocol_has_the_codes_of_connections";

const ROWS: &[(RangeInclusive<u16>, Shown)] = &[
    (1000..=1000, By(ERRORS, "what_ends_early_or_is_no_http_1000")),
    // With the feature `http3`; other builds have it on systems without Unix sockets.
    (1010..=1010, By(HTTP3, "what_cannot_carry_it_says_so")),
    (1020..=1020, By(REQUEST, "what_is_no_url_fails_with_1020")),
    (1050..=1050, By(ERRORS, "a_timeout_in_every_phase_1050")),
    (1100..=1100, By(ERRORS, "a_name_server_that_fails_1100")),
    (1101..=1101, By(ERRORS, "no_such_host_1101")),
    (1110..=1110, By(ERRORS, "blacklisted_ip_1110")),
    (1111..=1111, By(ERRORS, "blocked_hostname_1111")),
    (1200..=1200, By(PROXIES, "socks_proxies_carry_both_schemes")),
    (1201..=1201, By(ERRORS, "a_broken_pipe_while_sending_1201")),
    (1202..=1202, By(ERRORS, "a_connection_that_the_kernel_gives_up_1202")),
    (1210..=1210, By(WAYS, "ipv6_addresses_work_where_the_server_has_one")),
    (1211..=1211, By(ERRORS, "a_handshake_that_hangs_is_a_dial_timeout_1211")),
    (1212..=1212, By(ERRORS, "refused_1212")),
    (1213..=1213, By(ERRORS, "no_route_1213")),
    (1220..=1220, By(ERRORS, "reset_before_and_in_the_response_1220")),
    (1300..=1311, By(ERRORS, "tls_failures_13xx")),
    (1400..=1599, By(ERRORS, "every_error_status_has_its_code_and_is_no_failure_14xx_15xx")),
    (1600..=1600, By(HTTP2, "http2_that_the_server_does_not_choose_is_a_failure")),
    (1610..=1624, By(HTTP2, "every_goaway_code_has_its_own")),
    (1630..=1630, By(ERRORS, "http2_stream_resets_163x")),
    (1631..=1644, By(HTTP2, "every_reset_code_has_its_own")),
    (1650..=1650, InParts("its reason would be one that RFC 9113 does not know")),
    // NO_ERROR is how a connection ends that nothing is wrong with.
    (1651..=1651, InParts(NEVER)),
    (1652..=1652, By(HTTP2, BROKEN)),
    // INTERNAL_ERROR: it has none.
    (1653..=1653, InParts(NEVER)),
    (1654..=1654, By(HTTP2, BROKEN)),
    // SETTINGS_TIMEOUT: it does not wait for the server's acknowledgement. STREAM_CLOSED: it resets
    // the stream, which nobody waits for any more.
    (1655..=1656, InParts(NEVER)),
    (1657..=1657, By(HTTP2, BROKEN)),
    // REFUSED_STREAM, CANCEL: are for streams.
    (1658..=1659, InParts(NEVER)),
    (1660..=1660, By(HTTP2, BROKEN)),
    // CONNECT_ERROR: is for streams.
    (1661..=1661, InParts(NEVER)),
    (1662..=1662, By(HTTP2, BROKEN)),
    // INADEQUATE_SECURITY: TLS was agreed on before. HTTP_1_1_REQUIRED: only servers say so.
    (1663..=1664, InParts(NEVER)),
    (1701..=1701, By(CODINGS, "a_body_that_is_not_what_it_says_fails_with_1701")),
];

#[test]
fn every_documented_code_has_a_row() {
    let page = include_str!("../../../../docs/reference/error-codes.md");
    let first_cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let mut codes: BTreeSet<u16> = first_cells.filter_map(|cell| cell.parse().ok()).collect();
    codes.extend(ErrorCode::NAMED.iter().map(|code| code.get()));
    codes.extend((400..600).filter_map(ErrorCode::for_status).map(ErrorCode::get));
    for reason in 0..=13 {
        codes.insert(ErrorCode::http2_goaway(reason).get());
        codes.insert(ErrorCode::http2_stream(reason).get());
        codes.insert(ErrorCode::http2_connection(reason).get());
    }
    assert!(codes.len() > 250, "{}", codes.len());
    for code in codes {
        let rows = ROWS.iter().filter(|(range, _)| range.contains(&code)).count();
        assert_eq!(rows, 1, "{code}: add the test in which a real failure has it");
    }
}

#[test]
fn every_test_of_a_row_is_there() {
    for (codes, shown) in ROWS {
        match shown {
            By(file, name) => {
                assert!(has_test(file, name), "{codes:?}: {name}");
            }
            InParts(reason) => assert!(!reason.is_empty()),
        }
    }
}

fn has_test(file: &str, name: &str) -> bool {
    let starts = [format!("#[test]\nfn {name}()"), format!("#[test]\n    fn {name}()")];
    starts.iter().any(|start| file.contains(start))
}

/// The text of a file that the page of bad servers names.
fn named_file(name: &str) -> String {
    let (root, here) = ("../../", "tests/client/");
    let path = match name {
        // Parity scripts.
        _ if name.starts_with("2-http/") => format!("{root}tests/parity/scripts/{name}.js"),
        _ if name.contains('/') => format!("{root}{name}"),
        _ => format!("{here}{name}.rs"),
    };
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_row_of_bad_servers_names_a_test_that_is_there() {
    let page = include_str!("../../../../docs/bad-servers.md");
    let rows = page.lines().filter(|line| line.starts_with("| ")).skip(1);
    let tests = rows.map(|row| row.split(" | ").last().unwrap());
    // What is said of all servers stands above the table.
    let above = page.split("\n\n").find(|text| text.contains("`neighbours`")).unwrap();
    let mut latest: Option<(&str, String)> = None;
    let mut seen = 0;
    for cell in std::iter::once(above).chain(tests) {
        assert!(cell.contains('`') || cell.starts_with("the same"), "no test: {cell}");
        for name in cell.split('`').skip(1).step_by(2) {
            let is_test = name.contains('_') && !name.contains('/') && name != "tls_errors";
            if is_test {
                let (file, text) = latest.as_ref().unwrap();
                assert!(has_test(text, name), "{file}: {name}");
                seen += 1;
            } else {
                latest = Some((name, named_file(name)));
            }
        }
    }
    assert!(seen > 40, "{seen}");
}
