export default 1; const a = ;
