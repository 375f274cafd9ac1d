// The addresses of the relay that media comes to, by the names that a proxy calls them.

import { RelayError } from '../errors.js';
import { familyOf } from '../sdp/address.js';
import { PortPool, type PortPoolOptions } from './port-pool.js';

export interface InterfaceOptions {
  readonly name: string;
  /** At most one of each family. */
  readonly addresses: readonly string[];
}

export interface AddressInUse {
  readonly name: string;
  readonly host: string;
  readonly pool: PortPool;
}

export class Interfaces {
  readonly addresses: readonly AddressInUse[];

  constructor(interfaces: readonly InterfaceOptions[], ports: PortPoolOptions) {
    this.addresses = interfaces.flatMap(({ name, addresses }) =>
      addresses.map((host) => ({ name, host, pool: new PortPool(ports) })),
    );
  }

  /** The interface that is meant: the first one when none is named. Throws `no-interface`. */
  resolve(name: string | undefined): string {
    const found = this.addresses.find((each) => name === undefined || each.name === name);
    if (found === undefined) {
      const known = [...new Set(this.addresses.map((each) => each.name))].join(', ');
      throw new RelayError('no-interface', `Unknown interface ${name ?? ''}; there are ${known}`);
    }
    return found.name;
  }

  /** Of this interface, the address of this family. Throws `no-interface`. */
  address(name: string, family: 4 | 6): AddressInUse {
    const found = this.#find(name, family);
    if (found === undefined) {
      throw new RelayError('no-interface', `Interface ${name} has no IPv${family} address`);
    }
    return found;
  }

  /** The family to speak on this interface, with a wish that it may not be able to fulfil. */
  familyFor(name: string, wish: 4 | 6): 4 | 6 {
    return this.#find(name, wish) === undefined ? (wish === 4 ? 6 : 4) : wish;
  }

  /** The pool of an address that a peer's call names. Throws `no-interface`. */
  poolOf(host: string): PortPool {
    const found = this.addresses.find((each) => each.host === host);
    if (found === undefined) {
      throw new RelayError('no-interface', `No interface has the address ${host}`);
    }
    return found.pool;
  }

  #find(name: string, family: 4 | 6): AddressInUse | undefined {
    return this.addresses.find((each) => each.name === name && familyOf(each.host) === family);
  }
}
