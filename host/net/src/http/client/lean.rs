//! One exchange by the lean HTTP/1 client: the usual way of a request.

use std::pin::Pin;
use std::task::Context;

use tokio::time::Sleep;

use super::{Client, refuse_switching};
use crate::clock;
use crate::http::course::{Course, Fault, polled_within};
use crate::http::h1;
use crate::http::h1::lean::Connection;
use crate::http::h1::lean::reader::ReadError;
use crate::http::request::Request;
use crate::http::route::Route;

impl Client {
    pub(super) async fn exchange_lean(
        &self,
        mut connection: Connection,
        request: &Request,
        route: Route<'_>,
        course: &mut Course,
        deadline: Pin<&mut Sleep>,
    ) -> Result<(), Fault> {
        course.over(connection.remote_address, connection.tls.as_ref(), connection.is_reused());
        let body_use = self.body_use(request);
        let (head, received) = (&mut course.head, &mut course.received);
        let mut exchange = connection.begin(&self.network, request, body_use, head, received);
        if let Some(proxy) = route.asked() {
            exchange.ask(proxy)?;
        }
        let poll = |context: &mut Context<'_>| exchange.poll(context, &mut connection);
        let answer = polled_within(deadline, request.stream.as_deref(), poll).await;
        course.marks.end_ns = clock::now_ns();
        course.marks.sent_ns = connection.stamps.sent_ns();
        course.marks.first_byte_ns = connection.stamps.first_read_ns.get();
        let keep_alive = match answer {
            None => return Err(course.timeout(request)),
            Some(Ok(keep_alive)) => keep_alive,
            Some(Err(ReadError::TooLarge)) => return Err(self.too_large("has").into()),
            Some(Err(ReadError::Io(error))) => {
                let silent = course.marks.first_byte_ns == 0;
                let again = silent && (!connection.stamps.has_written() || request.is_replayable());
                return Err(course.stale_or_failed(course.reused && again, &error));
            }
        };
        if let Some(head) = &course.head {
            refuse_switching(head.status)?;
        }
        if keep_alive {
            connection.idle_since_ns = course.marks.end_ns;
            self.give_back(request, route, course, h1::Connection::Lean(connection));
        }
        Ok(())
    }
}
