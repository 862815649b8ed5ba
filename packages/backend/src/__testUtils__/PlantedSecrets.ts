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

import { createHash } from 'node:crypto';

/** A secret and where it was put. */
export interface PlantedSecret {
  place: string;
  /** None of these may appear anywhere, in any form. */
  texts: string[];
}

/** Secrets that are told apart from each other and from everything else. */
export class PlantedSecrets {
  readonly all: PlantedSecret[] = [];

  /** @param parts - what of the shape is secret; all of it when absent. */
  plant(
    place: string,
    shape: (random: string) => string = random => random,
    parts: (random: string, text: string) => string[] = (_, text) => [text],
  ): string {
    const random = createHash('sha256')
      .update(`${place} ${this.all.length}`)
      .digest('base64url')
      .replace(/[-_]/g, 'x')
      .slice(0, 24);
    const text = shape(random);
    this.all.push({ place, texts: parts(random, text) });
    return text;
  }

  /** Places whose secret is in the text, with the form that was found. */
  foundIn(text: string): string[] {
    return this.all.flatMap(({ place, texts }) =>
      texts
        .flatMap(secret => [...formsOf(secret)])
        .filter(([, form]) => text.includes(form))
        .map(([name]) => `${place} (${name})`),
    );
  }
}

/** Also finds a secret of which up to three characters at each end are missing. */
function formsOf(secret: string): Map<string, string> {
  const core = secret.length >= 18 ? secret.slice(3, -3) : secret;
  const bytes = Buffer.from(core, 'utf8');
  const percent = encodeURIComponent(core);
  const json = JSON.stringify(core).slice(1, -1);
  const forms = new Map([
    ['raw', core],
    ['raw bytes', bytes.toString('latin1')],
    ['JSON', json],
    ['JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['URL', percent],
    ['URL, lower case', percent.replace(/%../g, code => code.toLowerCase())],
    ['form', percent.replaceAll('%20', '+')],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
  ]);
  for (const offset of [0, 1, 2]) {
    for (const encoding of ['base64', 'base64url'] as const) {
      // Characters that depend on nothing but the secret.
      const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
      forms.set(
        `${encoding} at ${offset}`,
        padded
          .toString(encoding)
          .replace(/=+$/, '')
          .slice(
            Math.ceil((offset * 8) / 6),
            Math.floor((padded.length * 8) / 6),
          ),
      );
    }
  }
  return forms;
}
