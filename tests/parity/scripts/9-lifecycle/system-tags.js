/* parity
title: systemTags: all of them; metadata for vu and iter
points: 9
args: --system-tags proto,subproto,status,method,url,name,group,check,error,error_code,tls_version,scenario,service,expected_response,iter,vu,ocsp_status,ip --iterations 2
*/
import http from 'k6/http';
import { check, group } from 'k6';

export default function () {
  http.get(`${__ENV.BASE_URL}/status/200`);
  http.get(`${__ENV.BASE_URL}/status/500`);
  http.get(`${__ENV.REFUSED_URL}/`);
  group('g', () => check(1, { c: true }));
}
