/* parity
title: expectedStatuses, setResponseCallback and params.responseCallback: what counts as failed
points: 2, 9
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;
const get = (status, params, name) => http.get(`${base}/status/${status}`, Object.assign({ tags: { name: `${name} ${status}` } }, params)).status;

export default function () {
  for (const status of [200, 299, 302, 399, 400, 404, 500]) get(status, {}, 'default');
  const teapot = http.expectedStatuses(418, { min: 500, max: 503 });
  for (const status of [200, 418, 500, 503, 504]) get(status, { responseCallback: teapot }, 'own');
  for (const status of [200, 404]) get(status, { responseCallback: null }, 'none');
  http.setResponseCallback(http.expectedStatuses(404));
  for (const status of [200, 404]) get(status, {}, 'for all');
  get(200, { responseCallback: http.expectedStatuses(200) }, 'own over all');
  get(404, { responseCallback: undefined }, 'undefined');
  http.setResponseCallback(null);
  for (const status of [200, 404]) get(status, {}, 'null for all');
  http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }));
  get(200, {}, 'back');
  say('error', http.get(`${__ENV.REFUSED_URL}/`, { tags: { name: 'refused' } }).error_code);
  http.get(`${__ENV.REFUSED_URL}/`, { tags: { name: 'refused, no callback' }, responseCallback: null });
  attempt('no arguments', () => typeof http.expectedStatuses(), 'no arguments');
  attempt('text', () => typeof http.expectedStatuses('200'));
  attempt('float', () => typeof http.expectedStatuses(200.5));
  attempt('no max', () => typeof http.expectedStatuses({ min: 200 }));
  attempt('texts as bounds', () => typeof http.expectedStatuses({ min: '200', max: '300' }));
  attempt('a function as callback', () => http.setResponseCallback((res) => true));
  attempt('a function as params.responseCallback', () => http.get(`${base}/status/200`, { responseCallback: () => true }).status);
  attempt('undefined as callback', () => http.setResponseCallback(undefined));
  attempt('missing callback', () => http.setResponseCallback());
}
