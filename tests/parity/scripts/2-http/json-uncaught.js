/* parity
title: an uncaught json() error ends the iteration; the next one runs
points: 2, 10
args: --iterations 2
says: cannot parse json
*/
import http from 'k6/http';

export default function () {
  console.log('before');
  http.get(`${__ENV.BASE_URL}/headers`).json();
  console.log('never');
}
