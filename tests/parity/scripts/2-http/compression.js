/* parity
title: params.compression: request bodies that are compressed
points: 2
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const long = 'squeeze me '.repeat(100);
const coding = (res) => {
  const list = res.json('headers').filter(([name]) => /^content-encoding$/i.test(name));
  return [list.map(([, value]) => value), res.json('body_bytes') < long.length, res.json('body_bytes') > 0];
};

export default function () {
  const url = `${__ENV.BASE_URL}/echo`;
  for (const compression of ['gzip', 'deflate', 'br', 'zstd', 'gzip, deflate', '']) {
    attempt(compression, () => coding(http.post(url, long, { compression })));
  }
  attempt('unknown', () => http.post(url, long, { compression: 'zip' }).status);
  attempt('with own header', () => coding(http.post(url, long, { compression: 'gzip', headers: { 'Content-Encoding': 'gzip' } })));
  const res = http.post(url, long, { compression: 'gzip' });
  say('request body', [res.request.body.length, res.request.headers['Content-Encoding']]);
}
