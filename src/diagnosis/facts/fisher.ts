// Fisher's exact test for two by two tables, with logarithms so that large counts do not overflow.

const logFactorials: number[] = [0, 0];

/** ln(n!) for whole n; table up to 4096, Stirling's series beyond (error below 1e-10 there). */
function logFactorial(n: number): number {
  if (n < 4096) {
    for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
    return logFactorials[n] ?? 0;
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
}

function logHypergeometric(a: number, b: number, c: number, d: number): number {
  return (
    logFactorial(a + b) +
    logFactorial(c + d) +
    logFactorial(a + c) +
    logFactorial(b + d) -
    logFactorial(a) -
    logFactorial(b) -
    logFactorial(c) -
    logFactorial(d) -
    logFactorial(a + b + c + d)
  );
}

/**
 * One-sided Fisher's exact test (R. A. Fisher 1922): the probability of at least `a` failures with the value, were the
 * value and the failures independent.
 * @param a failures with the value
 * @param b successes with the value
 * @param c failures without it
 * @param d successes without it
 * @returns 0 to 1; 1 when a margin is empty
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const last = Math.min(a + b, a + c);
  let sum = 0;
  // The terms fall fast above the mean; stop when they no longer add.
  for (let x = a; x <= last; x++) {
    const term = Math.exp(logHypergeometric(x, a + b - x, a + c - x, d - a + x));
    sum += term;
    if (term < sum * 1e-12) break;
  }
  return Math.min(1, sum);
}
