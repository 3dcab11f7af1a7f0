/* parity
title: reassigning constants, frozen imports and strict mode
points: 10, 8
*/
import { check } from 'k6';
import http from 'k6/http';
import { attempt } from '../_lib/answer.js';

export default function () {
  attempt('undeclared variable', () => { undeclared_one = 1; });
  attempt('import', () => { check = 1; });
  attempt('delete of a variable', () => delete Object.prototype);
  attempt('with octal', () => Number('010'));
  attempt('own property on a built-in module', () => { http.own = 1; return typeof http.own; });
}
