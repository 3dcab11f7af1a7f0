/* parity
title: option tlsAuth with the key of another certificate
points: 9, 10
exit: 104
says: key
*/
export const options = { tlsAuth: [{ cert: open('./client.pem'), key: open('./rsa.key') }] };

export default function () {}
