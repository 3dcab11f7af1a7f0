/* parity
title: option tlsAuth with a certificate that is none
points: 9, 10
exit: 104
*/
export const options = { tlsAuth: [{ cert: 'x', key: 'y' }] };

export default function () {}
