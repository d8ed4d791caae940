// Which addresses the doctor may connect to: never link-local, metadata or multicast ones, loopback only by its name.
import { BlockList, isIP } from 'node:net';

/** Sources: RFC 6890 and 4291; metadata addresses as the clouds document them (AWS, Azure, GCP, Alibaba, Oracle). */
const NEVER = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  NEVER.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // Teredo, and NAT64 with a prefix of local length: which IPv4 address they carry cannot be told for sure.
  ['2001::', 32],
  ['64:ff9b:1::', 48],
] as const)
  NEVER.addSubnet(net, prefix, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export type AddressKind = 'open' | 'loopback' | 'never';

/**
 * What kind an address is. One that carries an IPv4 address within (mapped, compatible, NAT64, 6to4, ISATAP) is of that one's kind.
 * @param address as `node:net` has it, without brackets; what is no address at all is `never`
 */
export function kindOfAddress(address: string): AddressKind {
  const plain = address.replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return 'never';
  if (version === 4) return kindOf(plain, 'ipv4');
  const own = kindOf(plain, 'ipv6');
  if (own !== 'open') return own;
  const within = ipv4Within(groupsOf(plain));
  return within === undefined ? 'open' : kindOf(within, 'ipv4');
}

function kindOf(address: string, family: 'ipv4' | 'ipv6'): AddressKind {
  if (NEVER.check(address, family)) return 'never';
  return LOOPBACK.check(address, family) ? 'loopback' : 'open';
}

/** The eight groups; the dotted tail of a mapped address becomes two of them. */
function groupsOf(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text =
    dotted === null
      ? address
      : `${dotted[1]}${hexOf(Number(dotted[2]), Number(dotted[3]))}:${hexOf(Number(dotted[4]), Number(dotted[5]))}`;
  const [head = '', tail] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const front = groups(head);
  if (tail === undefined) return front;
  const back = groups(tail);
  return [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => 0), ...back];
}

function hexOf(high: number, low: number): string {
  return (high * 256 + low).toString(16);
}

/** The IPv4 address inside of ::ffff:0:0/96, ::ffff:0:0:0/96, ::/96, 64:ff9b::/96, 2002::/16, and of ISATAP (RFC 5214 §6.1). */
function ipv4Within(groups: readonly number[]): string | undefined {
  const [a = 0, b = 0, c = 0] = groups;
  const zeros = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
  const last = [groups[6] ?? 0, groups[7] ?? 0] as const;
  if (a === 0x2002) return dottedOf(b, c);
  if (a === 0x64 && b === 0xff9b) return dottedOf(...last);
  if (groups[5] === 0x5efe && (groups[4] === 0 || groups[4] === 0x200)) return dottedOf(...last);
  if (zeros(0, 5) && (groups[5] === 0xffff || groups[5] === 0)) return dottedOf(...last);
  if (zeros(0, 4) && groups[4] === 0xffff && groups[5] === 0) return dottedOf(...last);
  return undefined;
}

function dottedOf(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
