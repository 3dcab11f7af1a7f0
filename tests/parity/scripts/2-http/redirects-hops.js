/* parity
title: each hop is a request in the metrics, with its own tags: name, group, tls_version, proto, status
points: 2, 3, 9
args: --insecure-skip-tls-verify --system-tags proto,status,method,url,name,group,check,error,error_code,tls_version,scenario,expected_response,ip
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { group } from 'k6';
import { answer, say } from '../_lib/answer.js';

const via = (status, location) => answer({ status, headers: { Location: location } });

export default function () {
  group('shop', () => {
    http.get(via(302, via(307, `${__ENV.BASE_URL}/status/404`)), { tags: { own: 'yes' } });
    http.post(via(303, `${__ENV.TLS_URL}/status/200`), 'x');
    http.get(http.url`${via(302, `${__ENV.BASE_URL}/status/200`)}&n=${1}`);
  });
  http.get(via(302, `${__ENV.REFUSED_URL}/x`), { tags: { name: 'refused' } });
  http.get(via(302, `${__ENV.BASE_URL}/misbehave/reset`), { tags: { name: 'reset' } });
  const res = http.get(via(301, `${__ENV.BASE_URL}/status/200`), { redirects: 0, tags: { name: 'not followed' } });
  say('not followed', [res.status, res.timings.duration > 0]);
}
