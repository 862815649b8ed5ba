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

import { z } from 'zod';

/**
 * What is used of an entry of Cloud Audit Logs.
 *
 * @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog
 */
export const AUDIT_ENTRY = z.looseObject({
  insertId: z.string(),
  timestamp: z.string(),
  logName: z.string(),
  operation: z.looseObject({ id: z.string().optional() }).optional(),
  protoPayload: z.looseObject({
    methodName: z.string().optional(),
    resourceName: z.string().optional(),
    status: z.looseObject({ code: z.number().optional() }).optional(),
    authenticationInfo: z
      .looseObject({
        principalEmail: z.string().optional(),
        principalSubject: z.string().optional(),
        serviceAccountDelegationInfo: z
          .array(
            z.looseObject({
              firstPartyPrincipal: z
                .looseObject({ principalEmail: z.string().optional() })
                .optional(),
            }),
          )
          .optional(),
      })
      .optional(),
    request: z.record(z.string(), z.unknown()).optional(),
  }),
});

export type AuditEntry = z.output<typeof AUDIT_ENTRY>;

export const LOG_PAGE = z.looseObject({
  entries: z.array(z.unknown()).optional(),
  nextPageToken: z.string().optional(),
});

/** Somebody, as the log names them. */
export function whoOf({ protoPayload }: AuditEntry): string | undefined {
  const { principalEmail, principalSubject } =
    protoPayload.authenticationInfo ?? {};
  return principalEmail || principalSubject || undefined;
}

/** The method, and for whom a service account was used where the log knows. */
export function howOf({ protoPayload }: AuditEntry): string | undefined {
  const { methodName, authenticationInfo } = protoPayload;
  const person = authenticationInfo?.serviceAccountDelegationInfo
    ?.map(({ firstPartyPrincipal }) => firstPartyPrincipal?.principalEmail)
    .find(email => email !== undefined && email !== '');
  return methodName !== undefined && person !== undefined
    ? `${methodName}, by ${person}`
    : methodName;
}

/** A change that was refused explains nothing. */
export function succeeded({ protoPayload }: AuditEntry): boolean {
  return (protoPayload.status?.code ?? 0) === 0;
}
