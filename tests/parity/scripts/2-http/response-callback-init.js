/* parity
title: setResponseCallback in the init context; it lasts over iterations and is a VU's own
points: 2
args: --iterations 3
*/
import http from 'k6/http';
import exec from 'k6/execution';

http.setResponseCallback(http.expectedStatuses(404));

export default function () {
  const i = exec.scenario.iterationInTest;
  http.get(`${__ENV.BASE_URL}/status/404`, { tags: { name: `missing ${i}` } });
  http.get(`${__ENV.BASE_URL}/status/200`, { tags: { name: `there ${i}` } });
  if (i === 1) http.setResponseCallback(http.expectedStatuses(200));
}
