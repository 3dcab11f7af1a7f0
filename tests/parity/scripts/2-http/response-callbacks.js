/* parity
title: what is expected: callbacks of a call over hops, ranges, null, failures without a status, thresholds on them
points: 2, 3, 9
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { thresholds: { 'http_req_failed{name:odd}': ['rate==1'], 'http_req_duration{expected_response:true}': ['max>=0'] } };
const url = (status) => `${__ENV.BASE_URL}/status/${status}`;
const expect = (...statuses) => ({ responseCallback: http.expectedStatuses(...statuses) });

export default function () {
  for (const status of [200, 302, 399, 400, 404, 500]) http.get(url(status), { redirects: 0, tags: { name: `default ${status}` } });
  http.get(url(404), Object.assign({ tags: { name: 'fine' } }, expect(404)));
  http.get(url(200), Object.assign({ tags: { name: 'odd' } }, expect({ min: 400, max: 499 }, 503)));
  http.get(url(450), Object.assign({ tags: { name: 'range' } }, expect({ min: 400, max: 499 }, 503)));
  http.get(answer({ status: 302, headers: { Location: url(200) } }), Object.assign({ tags: { name: 'hop' } }, expect(200)));
  http.get(`${__ENV.REFUSED_URL}/`, Object.assign({ tags: { name: 'refused' } }, expect(0)));
  http.get(url(404), { responseCallback: null, tags: { name: 'none' } });
  http.get(`${__ENV.REFUSED_URL}/`, { responseCallback: null, tags: { name: 'none refused' } });
  http.setResponseCallback(http.expectedStatuses(404));
  http.get(url(404), { tags: { name: 'vu' } });
  http.get(url(200), Object.assign({ tags: { name: 'call wins' } }, expect(200)));
  http.setResponseCallback(null);
  http.get(url(500), { tags: { name: 'off' } });
  say('batch', http.batch([['GET', url(500), null, Object.assign({ tags: { name: 'in batch' } }, expect(500))], url(200)]).map((res) => res.status));
}
