/* parity
title: noConnectionReuse: each request has a connection of its own
points: 2, 9
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { noConnectionReuse: true };

export default function () {
  const connects = [1, 2, 3].map(() => http.get(`${__ENV.BASE_URL}/echo`));
  say('connects', connects.map((res) => res.timings.connecting > 0));
  say('connection header', connects[0].json('headers.#(0=="Connection").1'));
}
