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

import { isJsonObject, JsonObject } from '../cloud/json';
import { entries, inside } from './defaults';

const FIRST_NODE_PORT = 30000;
const LAST_NODE_PORT = 32767;

/**
 * Gives a Service its addresses and node ports, as the server does after
 * ownership is settled: nobody owns them.
 */
export function allocateService(
  service: JsonObject,
  before: JsonObject | undefined,
  others: readonly JsonObject[],
): void {
  const spec = inside(service, 'spec');
  const old = before ? inside(before, 'spec') : {};
  if (spec.type === 'ExternalName') {
    return;
  }
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies']) {
    if (old[field] !== undefined && old.type !== 'ExternalName') {
      spec[field] ??= old[field];
    }
  }
  spec.clusterIP ??= freeAddress(others);
  spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= old.ipFamilyPolicy ?? 'SingleStack';
  const wantsNodePorts =
    spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  const oldPorts = entries(old.ports);
  const taken = new Set(others.flatMap(nodePortsOf));
  for (const port of entries(spec.ports)) {
    if (!wantsNodePorts) {
      const same = oldPorts.find(candidate => candidate.port === port.port);
      if (same?.nodePort === port.nodePort) {
        delete port.nodePort;
      }
      continue;
    }
    const same = oldPorts.find(
      candidate =>
        candidate.port === port.port && candidate.protocol === port.protocol,
    );
    port.nodePort ??= same?.nodePort ?? freePort(taken);
    taken.add(Number(port.nodePort));
  }
}

function freeAddress(others: readonly JsonObject[]): string {
  const taken = new Set(others.map(other => inside(other, 'spec').clusterIP));
  for (let i = 10; i < 65_000; i += 1) {
    const place = (i * 7919) % 65_000;
    const address = `10.96.${Math.floor(place / 250)}.${(place % 250) + 1}`;
    if (!taken.has(address)) {
      return address;
    }
  }
  throw new Error('The sandbox cluster has no free service address');
}

function freePort(taken: ReadonlySet<number>): number {
  const range = LAST_NODE_PORT - FIRST_NODE_PORT + 1;
  for (let i = 1; i <= range; i += 1) {
    const port = FIRST_NODE_PORT + ((i * 1237) % range);
    if (!taken.has(port)) {
      return port;
    }
  }
  throw new Error('The sandbox cluster has no free node port');
}

function nodePortsOf(service: JsonObject): number[] {
  return entries(isJsonObject(service.spec) ? service.spec.ports : undefined)
    .map(port => port.nodePort)
    .filter(port => typeof port === 'number');
}
