/* parity
title: request bodies of odd types: nested objects, numbers, booleans, arrays
points: 2, 10
*/
import http from 'k6/http';
import { attempt } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/echo`;
const body = (value) => () => http.post(url, value).json('body');

export default function () {
  attempt('nested', body({ outer: { inner: 1 }, flat: 'f' }));
  attempt('number', body(12));
  attempt('boolean', body(true));
  attempt('array', body(['a', 'b']));
  attempt('date', body(new Date(0)));
  attempt('function', body(() => 1));
}
