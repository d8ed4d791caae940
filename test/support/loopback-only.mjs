// Loaded before everything else by `node --import`: what would leave this machine fails, and is written down.
import { Socket as UdpSocket } from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isIP, Socket } from 'node:net';

const record = process.env.LOOPBACK_RECORD ?? '';

function isLoopback(host) {
  return host === 'localhost' || host === '::1' || host === '' || /^(?:::ffff:)?127\./.test(host);
}

function refuse(what) {
  appendFileSync(record, `${what}\n`);
  return Object.assign(new Error(`not on this machine: ${what}`), { code: 'ENETUNREACH' });
}

const { connect } = Socket.prototype;
Socket.prototype.connect = function guarded(...args) {
  // `net.connect` hands over what it has normalised, as one list.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === 'object' ? first : { port: first, host: typeof second === 'string' ? second : '' };
  const { path, host = '', port } = options;
  if (path === undefined && !isLoopback(String(host))) {
    process.nextTick(() => this.destroy(refuse(`connect ${host}:${port}`)));
    return this;
  }
  return connect.apply(this, args);
};

const { send } = UdpSocket.prototype;
UdpSocket.prototype.send = function guarded(...args) {
  const host = args.findLast((arg) => typeof arg === 'string') ?? '';
  if (!isLoopback(host)) throw refuse(`udp ${host}`);
  return send.apply(this, args);
};

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const asked = dns[name];
  dns[name] = (host, ...rest) => {
    if (isLoopback(host) || isIP(host) !== 0) return asked(host, ...rest);
    const done = rest.at(-1);
    return process.nextTick(done, refuse(`dns ${host}`));
  };
}
syncBuiltinESMExports();
