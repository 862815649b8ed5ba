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

import { InputError } from '@backstage/errors';
import { BodyKind } from './PlanBody';
import { PushRequest, readPushRequest } from './readPushRequest';
import { takeOutMember } from './takeOutMember';

/** A request to `/analyze`, taken apart. */
export interface AnalyzedRequest extends PushRequest {
  /** The plan that decides. */
  document: { kind: BodyKind; bytes: Uint8Array };
}

const naming = (field: string) => `Field '${field}' of the request body`;

/**
 * Takes a request apart. When it has both plans, the JSON one decides.
 *
 * @throws InputError that names what is wrong
 */
export function readAnalyzeRequest(body: Uint8Array): AnalyzedRequest {
  const { rest, member } = takeOutMember(decode(body), 'plan');
  const fields = new Map<string, unknown>(Object.entries(parse(rest)));
  fields.delete('plan');
  const text = fields.get('planOutput') ?? '';
  fields.delete('planOutput');
  if (typeof text !== 'string') {
    throw new InputError(`${naming('planOutput')} must be a text`);
  }
  return {
    ...readPushRequest(fields, naming),
    document: documentOf(member, text),
  };
}

function documentOf(
  plan: string | undefined,
  text: string,
): AnalyzedRequest['document'] {
  if (plan !== undefined && plan !== 'null') {
    if (!plan.startsWith('{')) {
      throw new InputError(`${naming('plan')} must be an object`);
    }
    return { kind: 'plan-json', bytes: Buffer.from(plan) };
  }
  if (text.trim() === '') {
    throw new InputError(
      "A plan is required: field 'plan' with what terraform show -json printed, or 'planOutput' with what terraform plan printed",
    );
  }
  return { kind: 'text', bytes: Buffer.from(text) };
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new InputError('The request body is not UTF-8');
  }
}

function parse(json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new InputError('The request body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError('The request body must be a JSON object');
  }
  return value;
}
