//! Where the time of one exchange went: k6's phases, in nanoseconds.
//!
//! [`Marks`] are the clock readings that were taken on the way; [`Timings`] are the phases between
//! them. A failed exchange has the phases that it reached, the last one ending where the exchange
//! ended.
//!
//! Invariants: no phase is negative; looking up, connecting and TLS lie inside blocked; sending +
//! waiting + receiving is the duration, to the nanosecond.

/// The phases of one exchange; a phase that did not happen is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// From the start until a connection was ready; contains the next three and waiting for a
    /// connection.
    pub blocked_ns: u64,
    /// Name resolution.
    pub looking_up_ns: u64,
    /// The TCP handshake.
    pub connecting_ns: u64,
    /// The TLS handshake.
    pub tls_handshaking_ns: u64,
    /// From the ready connection to the last byte of the request.
    pub sending_ns: u64,
    /// From the last byte of the request to the first byte of the response; to the end when no byte
    /// came.
    pub waiting_ns: u64,
    /// From the first byte of the response to the last byte of its body.
    pub receiving_ns: u64,
}

impl Timings {
    /// `http_req_duration`: sending + waiting + receiving.
    #[must_use]
    pub const fn duration_ns(&self) -> u64 {
        self.sending_ns + self.waiting_ns + self.receiving_ns
    }
}

/// Clock readings of one exchange; 0 means that the exchange did not get there.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_field_names, reason = "names carry their units")]
pub(crate) struct Marks {
    /// Work began.
    pub(crate) start_ns: u64,
    /// A connection was ready for the request.
    pub(crate) ready_ns: u64,
    /// The last byte of the request was handed to the kernel.
    pub(crate) sent_ns: u64,
    /// The first byte of the response arrived.
    pub(crate) first_byte_ns: u64,
    /// All was over.
    pub(crate) end_ns: u64,
    /// Length of the name resolution.
    pub(crate) looking_up_ns: u64,
    /// Length of the TCP handshake.
    pub(crate) connecting_ns: u64,
    /// Length of the TLS handshake.
    pub(crate) tls_handshaking_ns: u64,
}

impl Marks {
    /// The phases between the readings. Readings out of order (a server that answers before it has
    /// the whole request) are brought into order, never into negative phases.
    pub(crate) fn timings(&self) -> Timings {
        let end_ns = self.end_ns.max(self.start_ns);
        let mut timings = Timings {
            looking_up_ns: self.looking_up_ns,
            connecting_ns: self.connecting_ns,
            tls_handshaking_ns: self.tls_handshaking_ns,
            ..Timings::default()
        };
        if self.ready_ns == 0 {
            timings.blocked_ns = end_ns - self.start_ns;
            return timings;
        }
        let ready_ns = self.ready_ns.clamp(self.start_ns, end_ns);
        let first_byte_ns = reached(self.first_byte_ns, end_ns).max(ready_ns);
        let sent_ns = reached(self.sent_ns, end_ns).clamp(ready_ns, first_byte_ns);
        timings.blocked_ns = ready_ns - self.start_ns;
        timings.sending_ns = sent_ns - ready_ns;
        timings.waiting_ns = first_byte_ns - sent_ns;
        timings.receiving_ns = end_ns - first_byte_ns;
        timings
    }
}

/// A mark, or the end when it was not reached.
fn reached(mark_ns: u64, end_ns: u64) -> u64 {
    if mark_ns == 0 { end_ns } else { mark_ns.min(end_ns) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phases_lie_between_the_marks() {
        let marks = Marks {
            start_ns: 100,
            ready_ns: 150,
            sent_ns: 160,
            first_byte_ns: 200,
            end_ns: 230,
            looking_up_ns: 10,
            connecting_ns: 20,
            tls_handshaking_ns: 15,
        };
        let timings = marks.timings();
        assert_eq!(timings.blocked_ns, 50);
        assert_eq!(timings.sending_ns, 10);
        assert_eq!(timings.waiting_ns, 40);
        assert_eq!(timings.receiving_ns, 30);
        assert_eq!(timings.duration_ns(), 80);
    }

    #[test]
    fn without_a_connection_all_time_is_blocked() {
        let marks = Marks { start_ns: 100, end_ns: 130, connecting_ns: 25, ..Marks::default() };
        let timings = marks.timings();
        assert_eq!((timings.blocked_ns, timings.connecting_ns), (30, 25));
        assert_eq!(timings.duration_ns(), 0);
    }

    #[test]
    fn waiting_lasts_to_the_end_when_no_byte_came() {
        let marks =
            Marks { start_ns: 100, ready_ns: 110, sent_ns: 115, end_ns: 200, ..Marks::default() };
        let timings = marks.timings();
        assert_eq!((timings.sending_ns, timings.waiting_ns, timings.receiving_ns), (5, 85, 0));
    }

    #[test]
    fn a_response_before_the_end_of_the_request_ends_sending() {
        let marks = Marks {
            start_ns: 1,
            ready_ns: 10,
            sent_ns: 90,
            first_byte_ns: 50,
            end_ns: 100,
            ..Marks::default()
        };
        let timings = marks.timings();
        assert_eq!((timings.sending_ns, timings.waiting_ns, timings.receiving_ns), (40, 0, 50));
    }

    proptest! {
        #[test]
        fn any_marks_give_phases_that_add_up(
            start_ns in 1_u64..1 << 40,
            ready_ns in 0_u64..1 << 41,
            sent_ns in 0_u64..1 << 41,
            first_byte_ns in 0_u64..1 << 41,
            end_ns in 0_u64..1 << 41,
        ) {
            let marks =
                Marks { start_ns, ready_ns, sent_ns, first_byte_ns, end_ns, ..Marks::default() };
            let timings = marks.timings();
            let total_ns = end_ns.max(start_ns) - start_ns;
            prop_assert_eq!(timings.blocked_ns + timings.duration_ns(), total_ns);
        }
    }
}
