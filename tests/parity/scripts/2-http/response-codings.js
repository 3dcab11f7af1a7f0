/* parity
title: compressed answers: codings, stacks of them, unknown ones, damaged ones
points: 2, 10
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const body = 'compressed, '.repeat(20);
const tell = (name, wanted, params) => {
  const res = http.get(answer(Object.assign({ body }, wanted)), Object.assign({ tags: { name } }, params));
  const whole = res.body === body;
  say(name, [res.status, res.error_code, whole || (res.body && res.body.length), res.headers['Content-Encoding']]);
  return res;
};

export default function () {
  for (const encode of ['gzip', 'deflate', 'br', 'zstd', 'gzip,br', 'br, gzip', 'zstd,deflate,gzip', 'gzip,gzip']) {
    tell(encode, { encode });
  }
  for (const says of ['identity', 'GZIP', 'x-gzip', 'compress', 'foo', '']) tell(`says "${says}"`, { says });
  for (const says of ['gzip, identity', 'foo,gzip', 'gzip,', 'x-gzip , gzip']) {
    tell(`gzip says "${says}"`, { encode: 'gzip', says });
  }
  tell('error status', { encode: 'gzip', status: 503 });
  tell('none', { encode: 'gzip' }, { responseType: 'none' });
  say('binary', tell('binary', { encode: 'br' }, { responseType: 'binary' }).body.byteLength);
  say('json', http.get(answer({ body: '{"a":[1,2]}', encode: 'zstd' })).json('a.1'));
  say('asked for', tell('asked for', { encode: 'gzip' }, { headers: { 'Accept-Encoding': 'gzip' } }).request.headers['Accept-Encoding']);
  tell('no content', { status: 204, says: 'gzip' });
  tell('not modified', { status: 304, says: 'gzip' });

  const failed = (name, wanted) => {
    const res = http.get(answer(Object.assign({ body }, wanted)), { tags: { name } });
    say(name, [res.status, res.error_code, res.status_text, res.headers, res.error.startsWith('error decompressing response body (')]);
  };
  for (const says of ['gzip', 'zstd', 'br']) failed(`not ${says}`, { says });
  failed('not found, not gzip', { says: 'gzip', status: 404 });
  say('nothing of it', http.get(answer({ body, says: 'gzip' }), { responseType: 'none', tags: { name: 'none' } }).status);
}
