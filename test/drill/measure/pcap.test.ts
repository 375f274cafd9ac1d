import assert from 'node:assert/strict';

import { comparable, readPcap } from '../../../src/drill/measure/pcap.js';

function file(magic: number, records: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(magic, 0);
  return Buffer.concat([header, ...records]);
}

function record(second: number, fraction: number, frame: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(second, 0);
  header.writeUInt32LE(fraction, 4);
  header.writeUInt32LE(frame.length, 8);
  header.writeUInt32LE(frame.length + 100, 12);
  return Buffer.concat([header, frame]);
}

function ipv4Frame(destination: readonly number[]): Buffer {
  const frame = Buffer.alloc(64);
  frame.writeUInt16BE(0x0800, 12);
  Buffer.from(destination).copy(frame, 30);
  return frame;
}

function ipv6Frame(destination: string): Buffer {
  const frame = Buffer.alloc(64);
  frame.writeUInt16BE(0x86dd, 12);
  Buffer.from(destination, 'hex').copy(frame, 38);
  return frame;
}

describe('readPcap', () => {
  const frame = ipv4Frame([10, 99, 0, 1]);

  it('reads time and destination', () => {
    const packets = readPcap(file(0xa1b2c3d4, [record(1_000, 250_500, frame)]));
    assert.deepEqual(packets, [{ atMs: 1_000_250.5, destination: '10.99.0.1', ports: undefined }]);
  });

  it('reads the ports of UDP over IPv4', () => {
    const udp = Buffer.from(frame);
    udp[14] = 0x45;
    udp[23] = 17;
    udp.writeUInt16BE(5_004, 34);
    udp.writeUInt16BE(7_000, 36);
    const [packet] = readPcap(file(0xa1b2c3d4, [record(1, 0, udp)]));
    assert.equal(packet?.ports, '5004>7000');
  });

  it('knows the nanosecond format', () => {
    const [packet] = readPcap(file(0xa1b23c4d, [record(1, 250_500_000, frame)]));
    assert.equal(packet?.atMs, 1_250.5);
  });

  it('reads IPv6 as it compares', () => {
    const address = '2001:db8:99::1';
    const [packet] = readPcap(file(0xa1b2c3d4, [record(1, 0, ipv6Frame(comparable(address)))]));
    assert.equal(packet?.destination, comparable(address));
  });

  it('ends at a record that was cut off', () => {
    const whole = file(0xa1b2c3d4, [record(1, 0, frame), record(2, 0, frame)]);
    assert.equal(readPcap(whole.subarray(0, whole.length - 10)).length, 1);
  });

  it('passes over frames that are no IP', () => {
    assert.deepEqual(readPcap(file(0xa1b2c3d4, [record(1, 0, Buffer.alloc(64))])), []);
  });

  it('finds nothing in an empty file', () => {
    assert.deepEqual(readPcap(Buffer.alloc(0)), []);
  });

  it('refuses what is no pcap', () => {
    assert.throws(() => readPcap(file(0x0a0d0d0a, [])), /expected a pcap file/);
  });
});

describe('comparable', () => {
  it('writes an IPv6 address out', () => {
    assert.equal(comparable('2001:db8:99::1'), '20010db8009900000000000000000001');
    assert.equal(comparable('::1'), '00000000000000000000000000000001');
  });

  it('leaves an IPv4 address alone', () => {
    assert.equal(comparable('10.99.0.1'), '10.99.0.1');
  });
});
