/* parity
title: option rps: redirects and the answer to a challenge do not wait for a turn of their own
points: 2, 9
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { rps: 4 };

export default function () {
  const end = answer({ path: '/end', body: 'end' });
  const to = (url) => answer({ path: '/hop', status: 302, headers: { Location: url } });
  const start = Date.now();
  say('end', http.get(to(to(to(end))), { tags: { name: 'chain' } }).body);
  const digest = `${__ENV.ANSWERS_URL.replace('//', '//me:pw@')}/digest`;
  say('digest', http.get(digest, { auth: 'digest', tags: { name: 'digest' } }).status);
  http.get(end, { tags: { name: 'end' } });
  const took = Date.now() - start;
  say('two waits', took >= 480 && took < 900);
}
