/* parity
title: a thrown request error that nobody catches ends the iteration only
points: 2, 10
args: --iterations 2
says: connection refused
*/
import http from 'k6/http';

export default function () {
  console.log('before');
  http.get(`${__ENV.REFUSED_URL}/`, { throw: true });
  console.log('never');
}
