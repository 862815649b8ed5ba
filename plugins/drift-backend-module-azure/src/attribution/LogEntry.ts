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

import { JsonObject } from '@backstage/types';
import { z } from 'zod';
import { sameArmText, typeOf } from '../arm/armId';

const name = z.object({ value: z.string().nullish() }).nullish();

/** What is read of an entry of the activity log. */
const entrySchema = z.object({
  eventTimestamp: z.string(),
  caller: z.string().nullish(),
  correlationId: z.string().nullish(),
  claims: z.record(z.string(), z.unknown()).nullish(),
  operationName: name,
  status: name,
  resourceId: z.string().nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
});

/** A change of a resource that succeeded. */
export interface LogEntry {
  at: Date;
  who: string;
  /** E.g. `Microsoft.Storage/storageAccounts/write`. */
  operation: string;
  /** Tool by which it was done, where it is a well-known one. */
  tool?: string;
  /** The request that it is the end of, where the log tells it. */
  request?: string;
  /** Names of the members that were sent, where the log has them. */
  sent?: ReadonlySet<string>;
}

/** Actions that only read, in spite of their name. */
const READING =
  /\/(list|get|check|validate|export|query|preview)[^/]*\/action$/i;

/** Applications of Microsoft that people work with. */
const TOOLS = new Map([
  ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', 'Azure portal'],
  ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', 'Azure CLI'],
  ['1950a258-227b-4e31-a9cf-717495945fc2', 'Azure PowerShell'],
]);

/**
 * An entry of the log as what it says of a resource.
 *
 * @returns undefined when it is no change of it that succeeded
 */
export function readEntry(
  json: JsonObject,
  resourceId: string,
): LogEntry | undefined {
  const { success, data } = entrySchema.safeParse(json);
  if (!success) {
    return undefined;
  }
  const operation = data.operationName?.value ?? '';
  const at = new Date(data.eventTimestamp);
  const type = typeOf(resourceId);
  if (
    Number.isNaN(at.getTime()) ||
    data.status?.value?.toLowerCase() !== 'succeeded' ||
    !sameArmText(data.resourceId ?? '', resourceId) ||
    !/\/(write|delete|action)$/i.test(operation) ||
    READING.test(operation) ||
    !isOf(operation, type)
  ) {
    return undefined;
  }
  const claims = data.claims ?? {};
  const tool = TOOLS.get(textOf(claims.appid)?.toLowerCase() ?? '');
  const sent = namesSent(data.properties?.requestbody);
  const request = requestOf(data);
  return {
    at,
    who: whoOf(data.caller ?? undefined, claims),
    operation,
    ...(tool !== undefined && { tool }),
    ...(request !== undefined && { request }),
    ...(sent && { sent }),
  };
}

/**
 * What a request sent. The log has it where the request began, and seldom again where
 * it succeeded.
 */
export function readSent(
  json: JsonObject,
  resourceId: string,
): { request: string; sent: ReadonlySet<string> } | undefined {
  const { success, data } = entrySchema.safeParse(json);
  const request = success ? requestOf(data) : undefined;
  const sent = success ? namesSent(data.properties?.requestbody) : undefined;
  return request !== undefined &&
    sent &&
    sameArmText(data?.resourceId ?? '', resourceId)
    ? { request, sent }
    : undefined;
}

function requestOf({
  correlationId,
  operationName,
}: z.output<typeof entrySchema>): string | undefined {
  return correlationId
    ? `${correlationId} ${operationName?.value ?? ''}`.toLowerCase()
    : undefined;
}

/** Policies, locks and health write about a resource, too, and do not change it. */
function isOf(operation: string, type: string | undefined): boolean {
  const lower = operation.toLowerCase();
  return (
    (type !== undefined && lower.startsWith(`${type.toLowerCase()}/`)) ||
    lower === 'microsoft.resources/tags/write'
  );
}

const NAME_CLAIMS = [
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  'name',
];

/** A person by the sign-in name; else an application by its id. */
function whoOf(
  caller: string | undefined,
  claims: Readonly<Record<string, unknown>>,
): string {
  if (caller?.includes('@')) {
    return caller;
  }
  for (const claim of NAME_CLAIMS) {
    const value = textOf(claims[claim]);
    if (value !== undefined) {
      return value;
    }
  }
  const application = textOf(claims.appid);
  if (application !== undefined) {
    return `application ${application}`;
  }
  return caller ?? 'Azure itself';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** How members are compared: Terraform writes what Azure calls `fooBar` as `foo_bar`. */
export function memberKey(member: string): string {
  return member.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Only the names: values of a request may be secrets. */
function namesSent(body: unknown): ReadonlySet<string> | undefined {
  if (typeof body !== 'string') {
    return undefined;
  }
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(collect);
    } else if (typeof value === 'object' && value !== null) {
      for (const [member, inner] of Object.entries(value)) {
        names.add(memberKey(member));
        collect(inner);
      }
    }
  };
  try {
    collect(JSON.parse(body));
  } catch {
    return undefined; // The log cuts long bodies.
  }
  return names.size === 0 ? undefined : names;
}
