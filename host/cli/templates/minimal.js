// @ts-check
/// <reference path="./squall.d.ts" />

import http from 'k6/http';
import { check, sleep } from 'k6';

const TARGET = __ENV.TARGET || 'http://127.0.0.1:8080/';

// Ten users for half a minute. Flags win over this: `squall run -u 1 -i 1 {{ .ScriptName }}`.
export const options = {
  vus: 10,
  duration: '30s',
};

// What each of them does, over and over.
export default function () {
  const response = http.get(TARGET);
  check(response, { 'status is 200': (r) => r.status === 200 });
  sleep(1);
}
