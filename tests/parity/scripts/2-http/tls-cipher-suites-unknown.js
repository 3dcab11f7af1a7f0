/* parity
title: option tlsCipherSuites with a name that is none
points: 9, 10
exit: 104
says: unknown cipher suite 'TLS_NOPE'
*/
export const options = { tlsCipherSuites: ['TLS_AES_128_GCM_SHA256', 'TLS_NOPE'] };

export default function () {}
