/* parity
title: failed requests: connections that break, answers that are none, TLS failures
points: 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;
const tell = (name, url) => {
  const res = http.get(url, { tags: { name, error: 'any' }, timeout: '2s' });
  say(name, [res.status, res.error_code, res.error !== '', name.startsWith('reset') || (res.body && res.body.length)]);
};

export default function () {
  tell('reset', `${base}/misbehave/reset`);
  tell('closed', `${base}/misbehave/close`);
  tell('closed in the head', `${base}/misbehave/close-mid-head`);
  tell('closed in the body', `${base}/misbehave/close-mid-body`);
  tell('reset in the body', `${base}/misbehave/reset-mid-body`);
  tell('garbage', `${base}/misbehave/garbage`);
  tell('bad chunk', `${base}/misbehave/bad-chunk`);
  tell('bad status', `${base}/misbehave/bad-status`);
  tell('two lengths', `${base}/misbehave/two-lengths`);
  tell('negative length', `${base}/misbehave/negative-length`);
  tell('length too long', `${base}/misbehave/close-after`);
  tell('unknown authority', `${__ENV.TLS_URL}/`);
  tell('self signed', `${__ENV.TLS_SELF_SIGNED_URL}/`);
  tell('not TLS', `${__ENV.NOT_TLS_URL}/`);
}
