//! The built-in metrics, in one table.
//!
//! Names, kinds and units are k6's where k6 has the metric; the reference documentation is
//! generated from this table. Each metric has a constant with its number.

use crate::metric::{Contains, Kind, MetricId};

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its number.
    pub id: MetricId,
    /// Its name in thresholds, summaries and outputs.
    pub name: &'static str,
    /// How values are folded.
    pub kind: Kind,
    /// What values are: times are milliseconds, data are bytes.
    pub contains: Contains,
    /// What it says, for people.
    pub doc: &'static str,
}

macro_rules! built_in {
    ($($constant:ident = $name:literal, $kind:ident, $contains:ident, $doc:literal;)*) => {
        /// Positions in the table, in the order of its lines.
        #[expect(
            non_camel_case_types,
            clippy::upper_case_acronyms,
            reason = "named as the constants"
        )]
        enum Position { $($constant,)* }

        $(
            #[doc = concat!("`", $name, "`: ", $doc)]
            pub const $constant: MetricId = MetricId(Position::$constant as u32);
        )*

        /// Every built-in metric, by number.
        pub const TABLE: &[BuiltIn] = &[$(
            BuiltIn {
                id: $constant,
                name: $name,
                kind: Kind::$kind,
                contains: Contains::$contains,
                doc: $doc,
            },
        )*];
    };
}

built_in! {
    VUS = "vus", Gauge, Default,
        "VUs that are running an iteration, once a second.";
    VUS_MAX = "vus_max", Gauge, Default,
        "VUs that are ready to run, busy or not, once a second.";
    ITERATIONS = "iterations", Counter, Default,
        "Iterations that ran to their end, those that ended with an error included.";
    ITERATION_DURATION = "iteration_duration", Trend, Time,
        "Time from the actual start of an iteration to its end.";
    ITERATION_ERRORS = "iteration_errors", Counter, Default,
        "Iterations that ended with an error or a trap.";
    ITERATION_START_LAG = "iteration_start_lag", Trend, Time,
        "How much later than planned an iteration started.";
    ITERATION_RESPONSE_TIME = "iteration_response_time", Trend, Time,
        "Time from the planned start of an iteration to its end: what a user who came on time \
         felt. Executors without planned starts have the actual start here.";
    DROPPED_ITERATIONS = "dropped_iterations", Counter, Default,
        "Planned iterations that never started, because no VU was free or time was up.";
    CHECKS = "checks", Rate, Default,
        "Share of checks that passed.";
    GROUP_DURATION = "group_duration", Trend, Time,
        "Time from the start of a group to its end.";
    HTTP_REQS = "http_reqs", Counter, Default,
        "HTTP exchanges; every hop of a redirect chain counts.";
    HTTP_REQ_FAILED = "http_req_failed", Rate, Default,
        "Share of HTTP exchanges that failed or had an unexpected status.";
    HTTP_REQ_DURATION = "http_req_duration", Trend, Time,
        "Time for an exchange on a ready connection: sending, waiting and receiving.";
    HTTP_REQ_BLOCKED = "http_req_blocked", Trend, Time,
        "Time until the connection was ready: DNS, TCP, TLS and waiting for a free connection.";
    HTTP_REQ_LOOKING_UP = "http_req_looking_up", Trend, Time,
        "Time in DNS; 0 for a reused connection or a cached name.";
    HTTP_REQ_CONNECTING = "http_req_connecting", Trend, Time,
        "Time to establish the TCP connection; 0 for a reused one.";
    HTTP_REQ_TLS_HANDSHAKING = "http_req_tls_handshaking", Trend, Time,
        "Time in the TLS handshake; 0 for a reused connection and for plain HTTP.";
    HTTP_REQ_SENDING = "http_req_sending", Trend, Time,
        "Time from the connection being ready to the request being written.";
    HTTP_REQ_WAITING = "http_req_waiting", Trend, Time,
        "Time from the request being written to the first byte of the response.";
    HTTP_REQ_RECEIVING = "http_req_receiving", Trend, Time,
        "Time from the first byte of the response to the last.";
    DATA_SENT = "data_sent", Counter, Data,
        "Bytes written to sockets, TLS and headers included.";
    DATA_RECEIVED = "data_received", Counter, Data,
        "Bytes read from sockets, TLS and headers included.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Registry, is_valid_name};

    #[test]
    fn numbers_are_positions_and_names_are_unique() {
        let registry = Registry::new();
        for (index, line) in TABLE.iter().enumerate() {
            assert_eq!(line.id.index(), index);
            assert_eq!(registry.find(line.name), Some(line.id), "{}", line.name);
            assert_eq!(registry.get(line.id).unwrap().kind, line.kind);
            assert!(line.name == "vus" || is_valid_name(line.name));
            assert!(line.doc.ends_with('.'), "{}", line.name);
        }
        assert_eq!(registry.len(), TABLE.len());
    }

    #[test]
    fn kinds_and_units_are_those_of_k6() {
        let expected = [
            ("vus", Kind::Gauge, Contains::Default),
            ("vus_max", Kind::Gauge, Contains::Default),
            ("iterations", Kind::Counter, Contains::Default),
            ("iteration_duration", Kind::Trend, Contains::Time),
            ("dropped_iterations", Kind::Counter, Contains::Default),
            ("checks", Kind::Rate, Contains::Default),
            ("group_duration", Kind::Trend, Contains::Time),
            ("http_reqs", Kind::Counter, Contains::Default),
            ("http_req_failed", Kind::Rate, Contains::Default),
            ("http_req_duration", Kind::Trend, Contains::Time),
            ("http_req_blocked", Kind::Trend, Contains::Time),
            ("http_req_connecting", Kind::Trend, Contains::Time),
            ("http_req_tls_handshaking", Kind::Trend, Contains::Time),
            ("http_req_sending", Kind::Trend, Contains::Time),
            ("http_req_waiting", Kind::Trend, Contains::Time),
            ("http_req_receiving", Kind::Trend, Contains::Time),
            ("data_sent", Kind::Counter, Contains::Data),
            ("data_received", Kind::Counter, Contains::Data),
        ];
        for (name, kind, contains) in expected {
            let line = TABLE.iter().find(|line| line.name == name);
            let line = line.unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!((line.kind, line.contains), (kind, contains), "{name}");
        }
    }
}
