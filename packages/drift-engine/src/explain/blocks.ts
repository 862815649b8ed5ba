/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

import { JsonObject, JsonValue } from '@backstage/types';
import { inText, isEmpty, isScalar, quoted } from './words/values';
import { count, inWords, listed } from './words/words';

/** Names of what identifies a block, best first. */
const NAMES = ['name', 'rule_name', 'display_name', 'key', 'sid'];

/** Names of whom a network rule lets in or out. */
const PEERS = [
  'source',
  'sources',
  'source_address_prefix',
  'source_address_prefixes',
  'source_ranges',
  'source_ip_ranges',
  'cidr',
  'cidr_block',
  'cidr_blocks',
  'ipv6_cidr_blocks',
  'ip_range',
  'ip_ranges',
  'ip_address',
  'ip_mask',
  'remote_ip_prefix',
  'destination_address_prefix',
];

const PORTS = [
  'port',
  'ports',
  'destination_port_range',
  'destination_port_ranges',
];

const FIRSTS = ['start_ip', 'start_ip_address'];
const LASTS = ['end_ip', 'end_ip_address'];

/** Settings of a block that are named. */
const SHOWN = 3;

/** The name of a block in quotes, with a blank before it; empty when it has none. */
export function nameOfBlock(block: JsonObject): string {
  const name = NAMES.map(key => block[key]).find(
    value => typeof value === 'string' && value !== '',
  );
  return typeof name === 'string' ? ` ${quoted(name)}` : '';
}

/** `, open to 0.0.0.0/0 on port 1433`, `, with size 'small' and node count 3`. */
export function contentOfBlock(block: JsonObject): string {
  return accessOf(block) ?? settingsOf(block);
}

function accessOf(block: JsonObject): string | undefined {
  const peers = peersOf(block);
  if (peers.length === 0) {
    return undefined;
  }
  const denies = /^(?:deny|block|drop|reject)/i.test(
    String(block.access ?? block.action ?? ''),
  );
  const outwards = /^(?:out|egress)/i.test(
    String(block.direction ?? block.type ?? ''),
  );
  const shown =
    peers.length > 4
      ? `${peers.slice(0, 3).join(', ')} and ${peers.length - 3} more`
      : listed(peers);
  const gate = outwards ? 'open towards' : 'open to';
  return `, ${denies ? 'closed to' : gate} ${shown}${portsOf(block)}`;
}

function peersOf(block: JsonObject): string[] {
  const first = FIRSTS.map(key => block[key]).find(isScalar);
  const last = LASTS.map(key => block[key]).find(isScalar);
  if (first !== undefined && last !== undefined) {
    return [
      first === last
        ? peerInText(first)
        : `${peerInText(first)} to ${peerInText(last)}`,
    ];
  }
  return PEERS.flatMap(key => block[key] ?? [])
    .filter(value => !isEmpty(value))
    .filter(isScalar)
    .map(peerInText);
}

function peerInText(value: JsonValue): string {
  const text = String(value);
  if (text === '*' || text.toLowerCase() === 'any') {
    return 'everybody';
  }
  return /^[\da-f.:/]{1,60}$/i.test(text) ? text : quoted(text);
}

function portsOf(block: JsonObject): string {
  const { from_port: from, to_port: to } = block;
  if (typeof from === 'number' && typeof to === 'number') {
    if (block.protocol === '-1' || (from === 0 && to === 65_535)) {
      return ' on all ports';
    }
    return from === to ? ` on port ${from}` : ` on ports ${from} to ${to}`;
  }
  const ports = PORTS.flatMap(key => block[key] ?? [])
    .filter(isScalar)
    .map(String)
    .filter(text => text !== '');
  if (ports.includes('*')) {
    return ' on all ports';
  }
  const shown = ports
    .slice(0, 5)
    .map(port => (/^[\d-]{1,11}$/.test(port) ? port : quoted(port)));
  if (shown.length === 0) {
    return '';
  }
  const many = ports.length > 1 || shown[0].includes('-');
  return ` on port${many ? 's' : ''} ${listed(shown)}`;
}

function settingsOf(block: JsonObject): string {
  const settings = Object.entries(block).filter(
    ([key, value]) => !isEmpty(value) && !NAMES.includes(key),
  );
  const plain = settings.filter(([, value]) => isScalar(value)).slice(0, SHOWN);
  const rest = settings.length - plain.length;
  const texts = plain.map(([key, value]) => `${inWords(key)} ${inText(value)}`);
  if (texts.length === 0) {
    return rest === 0 ? '' : `, with ${count(rest, 'setting')}`;
  }
  return `, with ${listed(
    rest === 0 ? texts : [...texts, count(rest, 'more setting')],
  )}`;
}
