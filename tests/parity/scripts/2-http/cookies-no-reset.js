/* parity
title: noCookiesReset keeps the jar of a VU over its iterations
points: 2, 9
args: --iterations 3
*/
import http from 'k6/http';
import exec from 'k6/execution';
import { say } from '../_lib/answer.js';

export const options = { noCookiesReset: true };

export default function () {
  const jar = http.cookieJar();
  say('found', jar.cookiesForURL(__ENV.BASE_URL));
  jar.set(__ENV.BASE_URL, `from${exec.scenario.iterationInTest}`, 'x');
  say('sent', http.get(`${__ENV.BASE_URL}/echo`).json('headers.#(0=="Cookie").1').split('; ').sort());
}
