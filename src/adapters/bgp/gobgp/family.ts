export type FamilyName = 'ipv4' | 'ipv6';

export function familyOf(addressOrPrefix: string): FamilyName {
  return addressOrPrefix.includes(':') ? 'ipv6' : 'ipv4';
}
