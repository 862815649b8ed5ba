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

/* Writes src/schema/openapi.generated.ts from src/schema/openapi.yaml. */

import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { parse } from 'yaml';

const directory = new URL('../src/schema/', import.meta.url);
const header = (await readFile(new URL(import.meta.url), 'utf8')).split(
  '\n\n',
)[0];
const document = parse(
  await readFile(new URL('openapi.yaml', directory), 'utf8'),
);

await writeFile(
  new URL('openapi.generated.ts', directory),
  await format(
    `${header}

// Generated from openapi.yaml by \`yarn generate:openapi\`; do not edit.

export const spec = ${JSON.stringify(document)} as const;
`,
    {
      parser: 'typescript',
      singleQuote: true,
      trailingComma: 'all',
      arrowParens: 'avoid',
      quoteProps: 'as-needed',
    },
  ),
);
