import ipaddr from 'ipaddr.js';

/**
 * As the system writes it, so that addresses can be compared as text; undefined for what is no
 * literal address. Host names are refused: a relay that waits for a resolver forwards nothing.
 */
export function canonicalAddress(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return ipaddr.IPv4.parse(text).toString();
  }
  const plain = text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text);
  return plain ? ipaddr.IPv6.parse(text).toRFC5952String() : undefined;
}

/** The address that means "send me nothing" (RFC 2543 hold). */
export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

export function familyOf(address: string): 4 | 6 {
  return address.includes(':') ? 6 : 4;
}
