// How the runtime of Bittensor writes a state: what stands in its storage under which key, and the answers of its runtime
// calls, byte by byte as in ../shared/reference/chain.md §2 and §3.

import type { Identity, Seat, State, Subnet } from './chain-state.ts';
import { TAO } from './chain-state.ts';
import {
  accountId, bool, compact, compactText, hashed, hex, i64, i64f64, i96f32, option, storageKey, text, u16, u32, u64, u64f64, u96f32, u128, vec,
} from './scale.ts';

/** Items of other pallets that are read. */
export const KEYS = {
  number: storageKey('System', 'Number'),
  time: storageKey('Timestamp', 'Now'),
  balancesIssuance: storageKey('Balances', 'TotalIssuance'),
  sudo: storageKey('Sudo', 'Key'),
  issuance: storageKey('SubtensorModule', 'TotalIssuance'),
  totalStake: storageKey('SubtensorModule', 'TotalStake'),
};

/** An item of the main pallet: a single value, or one of a map by subnet. */
export function item(name: string, netuid?: number): string {
  return netuid === undefined ? storageKey('SubtensorModule', name) : storageKey('SubtensorModule', name, hashed.identity(u16(netuid)));
}

/** Vec<Option<DynamicInfo>>. */
export function allDynamicInfo(state: State): Buffer {
  return vec(state.subnets.map((subnet) => option(dynamicInfo(subnet, state.dynamicTail))));
}

export function dynamicInfo(subnet: Subnet, tail: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.concat([
    compact(subnet.netuid),
    accountId(subnet.ownerHotkey),
    accountId(subnet.ownerColdkey),
    compactText(subnet.name),
    compactText(subnet.symbol),
    compact(subnet.tempo),
    compact(subnet.lastStep),
    compact(subnet.blocksSinceLastStep),
    // The field `emission` is always 0, and so is the pending emission of the root.
    compact(0),
    compact(subnet.alphaIn),
    compact(subnet.alphaOut),
    compact(subnet.taoIn),
    compact(subnet.alphaOutEmission),
    compact(subnet.alphaInEmission),
    compact(subnet.taoInEmission),
    compact(subnet.pendingAlpha),
    compact(0),
    compact(subnet.volume),
    compact(subnet.registeredAt),
    option(subnet.identity && subnetIdentity(subnet.identity)),
    i96f32(subnet.movingPrice),
    tail,
  ]);
}

function subnetIdentity({ name, github, contact, url, discord, description, logo, additional }: Identity): Buffer {
  return Buffer.concat([name, github, contact, url, discord, description, logo, additional].map(text));
}

/** Name, url, github, image, discord, description, additional. */
function validatorIdentity(name: string): Buffer {
  return Buffer.concat([name, 'https://validator.example', '', '', '', 'Validates.', ''].map(text));
}

/** Fields of the metagraph are numbered 1 … 73; what isn't asked for is None. */
const LAST_FIELD = 73;

/**
 * Option<SelectiveMetagraph>: None when there is no such subnet. Throws for fields that this chain hasn't made up, which
 * are most of those of other subnets than the root.
 */
export function selectiveMetagraph(state: State, netuid: number, fields: number[]): Buffer {
  const subnet = state.subnets.find((one) => one.netuid === netuid);
  if (!subnet) return option(undefined);
  const seats = netuid === 0 ? state.seats : undefined;
  const written = Array.from({ length: LAST_FIELD }, (_, index) =>
    option(fields.includes(index + 1) ? metagraphField(index + 1, subnet, seats) : undefined),
  );
  return option(Buffer.concat([compact(netuid), ...written, state.metagraphTail]));
}

function metagraphField(field: number, subnet: Subnet, seats: Seat[] | undefined): Buffer {
  switch (field) {
    case 4:
      return compact(subnet.registeredAt);
    case 14:
      return compact(subnet.taoIn);
    case 17:
      return compact(subnet.taoInEmission);
    case 21:
      return i96f32(subnet.movingPrice);
    default:
  }
  if (!seats) throw new Error(`field ${field} of subnet ${subnet.netuid} is not made up`);
  const stakes = seats.filter(({ stakeLeftOut }) => !stakeLeftOut).map(({ stake }) => stake);
  switch (field) {
    case 30:
      return compact(seats.length);
    case 52:
      return vec(seats.map(({ hotkey }) => accountId(hotkey)));
    case 53:
      return vec(seats.map(({ coldkey }) => accountId(coldkey)));
    case 54:
      return vec(seats.map(({ name }) => option(name === undefined ? undefined : validatorIdentity(name))));
    case 57:
      return vec(seats.map(({ permit }) => bool(permit)));
    case 67:
    case 68:
      return vec(stakes.map((stake) => compact(stake)));
    case 69:
      // Alpha stake and 0.18 of the TAO stake, which on the root are the same: a number that is too large by 18 %.
      return vec(stakes.map((stake) => compact(stake + (stake * 18n) / 100n)));
    default:
      throw new Error(`field ${field} of the root is not made up`);
  }
}

/** Everything that is stored, by key. What is absent is the item's default, which isn't always 0. */
export function storageOf(state: State): Map<string, string> {
  const stored = new Map<string, string>();
  const put = (key: string, value: Uint8Array): void => void stored.set(key, hex(value));
  const single = (name: string, value: Uint8Array): void => put(item(name), value);
  put(KEYS.number, u32(state.number));
  put(KEYS.time, u64(state.time));
  put(KEYS.balancesIssuance, u64(state.balancesIssuance));
  put(KEYS.sudo, new Uint8Array(32).fill(7));
  single('TotalIssuance', u64(state.issuance));
  single('TotalStake', u64(state.totalStake));
  single('TotalNetworks', u16(state.subnets.length));
  single('SubnetLimit', u16(state.limit));
  // A trap that the real chain sets: written for every subnet's alpha too, so it shows what no block makes.
  single('BlockEmission', u64(TAO));
  single('TaoWeight', u64((2n ** 64n * 18n) / 100n));
  single('StakeThreshold', u64(1_000n * TAO));
  single('NetworkImmunityPeriod', u64(864_000));
  single('NetworkLastLockCost', u64(900n * TAO));
  single('EmissionGateBar', u64f64(0.004));
  single('EmissionBarQuantile', u64f64(0.5));
  for (const subnet of state.subnets) putSubnet(put, subnet);
  state.seats.forEach((seat, uid) => putSeat(put, seat, uid));
  put(item('SubnetworkN', 0), u16(state.seats.length));
  put(item('ValidatorPermit', 0), vec(state.seats.map(({ permit }) => bool(permit))));
  return stored;
}

function putSubnet(put: (key: string, value: Uint8Array) => void, subnet: Subnet): void {
  const { netuid } = subnet;
  const of = (name: string, value: Uint8Array): void => put(item(name, netuid), value);
  /** Amounts of 0 are stored for some and absent for others. */
  const amount = (name: string, value: bigint): void => {
    if (value !== 0n || netuid % 3 === 0) of(name, u64(value));
  };
  of('NetworksAdded', bool(true));
  of('SubnetTAO', u64(subnet.taoIn));
  of('TokenSymbol', text(subnet.symbol));
  of('SubnetVolume', u128(subnet.volume));
  if (netuid === 0) return;
  of('NetworkRegisteredAt', u64(subnet.registeredAt));
  of('RegisteredSubnetCounter', u64(subnet.registrations));
  of('NetworkRegistrationAllowed', bool(true));
  if (subnet.firstEmission !== undefined) {
    of('FirstEmissionBlockNumber', u64(subnet.firstEmission));
    of('SubtokenEnabled', bool(true));
  }
  if (!subnet.emissionEnabled || subnet.enabledStored) of('SubnetEmissionEnabled', bool(subnet.emissionEnabled));
  amount('SubnetTaoInEmission', subnet.taoInEmission);
  amount('SubnetExcessTao', subnet.excessTao);
  amount('SubnetAlphaInEmission', subnet.alphaInEmission);
  amount('SubnetAlphaOutEmission', subnet.alphaOutEmission);
  of('SubnetAlphaIn', u64(subnet.alphaIn));
  of('SubnetAlphaOut', u64(subnet.alphaOut));
  of('SubnetMovingPrice', i96f32(subnet.movingPrice));
  if (subnet.minerBurned > 0) of('MinerBurned', u96f32(subnet.minerBurned));
  of('RootProp', u96f32(0.3));
  of('SubnetTaoFlow', i64(-BigInt(netuid) * TAO));
  of('SubnetEmaTaoFlow', Buffer.concat([u64(subnet.lastStep), i64f64(-netuid / 1_000)]));
  of('SubnetLocked', u64(100n * TAO));
  of('SubnetOwner', accountId(subnet.ownerColdkey));
  of('SubnetOwnerHotkey', accountId(subnet.ownerHotkey));
  if (subnet.identity) put(storageKey('SubtensorModule', 'SubnetIdentitiesV3', hashed.blake2Concat(u16(netuid))), subnetIdentity(subnet.identity));
}

function putSeat(put: (key: string, value: Uint8Array) => void, { hotkey, coldkey, stake, name }: Seat, uid: number): void {
  const account = hashed.blake2Concat(hotkey);
  put(storageKey('SubtensorModule', 'Keys', u16(0), u16(uid)), accountId(hotkey));
  put(storageKey('SubtensorModule', 'TotalHotkeyAlpha', account, u16(0)), u64(stake));
  put(storageKey('SubtensorModule', 'Owner', account), accountId(coldkey));
  put(storageKey('SubtensorModule', 'Delegates', account), u16(11_796));
  if (name !== undefined) put(storageKey('SubtensorModule', 'IdentitiesV2', hashed.blake2Concat(coldkey)), validatorIdentity(name));
}
