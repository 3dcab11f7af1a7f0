export const star = 'from a star'; export const second = 2; export default 'not by star';
