import type { Digest } from '../digest/digest.ts';
export function drawDigest(_digest: Digest): { readonly png: Buffer; readonly alt: string } | undefined {
  return undefined;
}
