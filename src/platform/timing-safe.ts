/**
 * Compares secrets in a time that does not tell how much of them was right.
 * Must never return early at the first difference.
 */
const encoder = new TextEncoder();

/** True where both texts have the same UTF-8 bytes. Only the length of `a` can be learned from the time that it takes. */
export function timingSafeEqual(a: string, b: string): boolean {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  let difference = left.length ^ right.length;
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i % Math.max(right.length, 1)] ?? 0);
  return difference === 0;
}
