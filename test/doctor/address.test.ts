// Which addresses may be connected to, in every notation that carries one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kindOfAddress } from '../../src/doctor/address.ts';

test('link-local, metadata, multicast and unspecified addresses are never called', () => {
  for (const address of [
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    'ff02::1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    '64:ff9b:1::a00:1',
    '2001:db8::5efe:169.254.169.254',
    '2001:db8::200:5efe:a9fe:a9fe',
    'no address',
    '',
  ])
    assert.equal(kindOfAddress(address), 'never', address);
});

test('this machine is loopback, and what companies use inside is open', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'])
    assert.equal(kindOfAddress(address), 'loopback', address);
  for (const address of [
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '93.184.216.34',
    'fd12:3456::1',
    '2606:4700::1',
  ])
    assert.equal(kindOfAddress(address), 'open', address);
});

test('an IPv4 address is of the same kind however it is wrapped', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const near = fc.constantFrom(
    [169, 254, 169, 254],
    [127, 0, 0, 1],
    [10, 0, 0, 1],
    [100, 100, 100, 200],
    [224, 0, 0, 9],
  );
  fc.assert(
    fc.property(fc.oneof(fc.tuple(byte, byte, byte, byte), near), (bytes) => {
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      const plain = bytes.join('.');
      const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      const kind = kindOfAddress(plain);
      for (const wrapped of [
        `::ffff:${plain}`,
        `::ffff:${hex}`,
        `0:0:0:0:0:ffff:${hex}`,
        `64:ff9b::${hex}`,
        `2002:${hex}::`,
        `::FFFF:${plain}`,
        `2001:db8::5efe:${plain}`,
        `::ffff:0:${hex}`,
      ])
        assert.equal(kindOfAddress(wrapped), kind, wrapped);
    }),
    { numRuns: 2000 },
  );
});
