/* parity
title: options batch and batchPerHost limit how many requests of a batch run at a time
points: 2, 9
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { batch: 4, batchPerHost: 2 };

export default function () {
  const start = Date.now();
  const list = http.batch([1, 2, 3, 4].map((n) => answer({ delay: 200, path: `/${n}`, body: `${n}` })));
  const took = Date.now() - start;
  say('two rounds', took >= 400 && took < 780);
  say('bodies', list.map((res) => res.body));
}
