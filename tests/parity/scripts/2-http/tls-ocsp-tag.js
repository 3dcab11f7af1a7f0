/* parity
title: the system tag ocsp_status
points: 2, 9
needs: nginx
args: --insecure-skip-tls-verify --system-tags status,name,tls_version,ocsp_status,error_code,expected_response
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';

export default function () {
  http.get(`${__ENV.NGINX_TLS_URL}/`, { tags: { name: 'revoked' } });
  http.get(`${__ENV.TLS_URL}/`, { tags: { name: 'not told' } });
  http.get(`${__ENV.TLS_HTTP1_URL}/misbehave/close`, { tags: { name: 'failed' } });
  http.get(`${__ENV.TLS_HTTP1_URL}/misbehave/close-mid-body`, { tags: { name: 'cut off' } });
  http.get(`${__ENV.BASE_URL}/`, { tags: { name: 'no TLS' } });
}
