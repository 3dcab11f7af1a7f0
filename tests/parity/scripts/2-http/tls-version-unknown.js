/* parity
title: option tlsVersion with a version that there is not
points: 9, 10
exit: 104
says: TLS version 'tls1.5'
*/
export const options = { tlsVersion: { min: 'tls1.5' } };

export default function () {}
