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

import { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { isJsonObject, JsonObject } from '../cloud/json';
import { AwsCloud } from './AwsCloud';
import { AwsError, HandlerError } from './AwsError';
import { StoredAwsEvent, StoredAwsRequest } from './AwsState';
import { isPublicPolicy } from './bucketPolicy';
import { AwsFaultEffect, AwsFaults } from './faults';
import { findType } from './resourceTypes';
import { authenticate, AwsUser, SignedCall } from './signature';
import type { AwsRequest } from './startAws';

const MAX_BODY_BYTES = 1024 * 1024;

/** An operation, ready to be carried out. */
interface Call extends SignedCall {
  operation: string;
  input: JsonObject;
  /** Lets a change fail after it was taken. */
  failsWith?: { code: string; message: string };
}

/** How a service writes what it has to say. */
interface Protocol {
  /** The IAM prefix of its actions; undefined where everybody may ask. */
  iamPrefix: string | undefined;
  contentType: string;
  operations: Record<string, (http: AwsHttp, call: Call) => JsonObject>;
  /** Where the IAM action of an operation has another name. */
  actions?: Record<string, string>;
  success(output: JsonObject, call: Call): string;
  failure(error: AwsError): string;
}

const cloudControl: Protocol = {
  iamPrefix: 'cloudformation',
  contentType: 'application/x-amz-json-1.0',
  operations: {
    GetResource: (http, call) => http.getResource(call),
    ListResources: (http, call) => http.listResources(call),
    UpdateResource: (http, call) => http.updateResource(call),
    GetResourceRequestStatus: (http, call) => http.requestStatus(call),
    ListResourceRequests: (http, call) => http.listRequests(call),
  },
  success: output => JSON.stringify(output),
  failure: error => jsonFailure('com.amazon.cloudapiservice', error),
};

const cloudTrail: Protocol = {
  iamPrefix: 'cloudtrail',
  contentType: 'application/x-amz-json-1.1',
  operations: { LookupEvents: (http, call) => http.lookupEvents(call) },
  success: output => JSON.stringify(output),
  failure: error => jsonFailure('com.amazonaws.cloudtrail.v20131101', error),
};

const securityToken: Protocol = {
  iamPrefix: undefined,
  contentType: 'text/xml',
  operations: { GetCallerIdentity: (http, call) => http.callerIdentity(call) },
  success: (output, { operation }) =>
    `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${xmlOf(
      output,
    )}</${operation}Result><ResponseMetadata><RequestId>sandbox</RequestId></ResponseMetadata></${operation}Response>`,
  failure: error =>
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>${xmlOf(
      { Code: queryCode(error.code), Message: error.message },
    )}</Error><RequestId>sandbox</RequestId></ErrorResponse>`,
};

/** Told by method, path and query, with XML in the answers. */
const s3: Protocol = {
  iamPrefix: 's3',
  contentType: 'application/xml',
  operations: {
    GetBucketAcl: (http, call) => http.bucketAcl(call),
    GetBucketPolicyStatus: (http, call) => http.bucketPolicyStatus(call),
    GetPublicAccessBlock: (http, call) => http.accountBlock(call),
  },
  actions: { GetPublicAccessBlock: 's3:GetAccountPublicAccessBlock' },
  success: output =>
    `<?xml version="1.0" encoding="UTF-8"?>${nestedXml(output)}`,
  failure: error =>
    `<Error>${xmlOf({
      Code: queryCode(error.code),
      Message: error.message,
    })}</Error>`,
};

/**
 * The wire protocols of Cloud Control, CloudTrail, S3 and STS, all at one address, as
 * far as a reader and repairer of resources needs them.
 */
export class AwsHttp {
  readonly #cloud: AwsCloud;
  readonly #accountId: string;
  readonly #regions: readonly string[];
  readonly #users: readonly AwsUser[];
  readonly #faults: AwsFaults;
  readonly #requests: AwsRequest[];
  readonly #pageSize: number;
  readonly #signal: AbortSignal;

  static create(options: {
    cloud: AwsCloud;
    accountId: string;
    regions: readonly string[];
    users: readonly AwsUser[];
    faults: AwsFaults;
    requests: AwsRequest[];
    pageSize: number;
    signal: AbortSignal;
  }): AwsHttp {
    return new AwsHttp(options);
  }

  private constructor(options: Parameters<typeof AwsHttp.create>[0]) {
    this.#cloud = options.cloud;
    this.#accountId = options.accountId;
    this.#regions = options.regions;
    this.#users = options.users;
    this.#faults = options.faults;
    this.#requests = options.requests;
    this.#pageSize = options.pageSize;
    this.#signal = options.signal;
  }

  async answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request);
    const target =
      /^(?:.*\.)?(CloudApiService|CloudTrail_20131101)\.(\w+)$/.exec(
        String(request.headers['x-amz-target'] ?? ''),
      );
    const ofS3 = readS3(request);
    const protocol = ofS3 ? s3 : protocolOf(target?.[1]);
    try {
      const signed = authenticate(request, body, this.#users);
      const input = ofS3?.input ?? (target ? readJson(body) : readForm(body));
      const operation = ofS3?.operation ?? target?.[2] ?? String(input.Action);
      this.#assertRegion(signed.region);
      const call: Call = { ...signed, operation, input };
      const effect = this.#note(call);
      await this.#carryOut(protocol, call, effect, response);
    } catch (error) {
      const known =
        error instanceof AwsError
          ? error
          : new AwsError('InternalFailure', String(error), 500);
      send(response, known.status, protocol.failure(known), protocol);
    }
  }

  getResource({ region, input }: Call): JsonObject {
    const { typeName, identifier } = named(input);
    const properties = this.#cloud.get({ region, typeName, identifier });
    return {
      TypeName: typeName,
      ResourceDescription: {
        Identifier: identifier,
        Properties: JSON.stringify(properties),
      },
    };
  }

  listResources({ region, input }: Call): JsonObject {
    const typeName = text(input, 'TypeName');
    const type = findType(typeName);
    if (!type) {
      throw new AwsError(
        'TypeNotFoundException',
        `The type '${typeName}' cannot be found.`,
      );
    }
    const { items, next } = this.#page(
      this.#cloud.list({ region, typeName }),
      input,
    );
    return {
      TypeName: typeName,
      ResourceDescriptions: items.map(({ identifier, properties }) => ({
        Identifier: identifier,
        Properties: JSON.stringify(
          type.listsWhole ? properties : { [type.idProperty]: identifier },
        ),
      })),
      ...next,
    };
  }

  updateResource({ region, user, input, failsWith }: Call): JsonObject {
    const request = this.#cloud.update({
      region,
      ...named(input),
      patch: text(input, 'PatchDocument'),
      ...(typeof input.ClientToken === 'string' && {
        clientToken: input.ClientToken,
      }),
      user: { userName: user.userName, accessKeyId: user.accessKeyId },
      ...(failsWith && { failsWith }),
    });
    return { ProgressEvent: progressEvent(request) };
  }

  requestStatus({ region, input }: Call): JsonObject {
    const request = this.#cloud.request(region, text(input, 'RequestToken'));
    return { ProgressEvent: progressEvent(request) };
  }

  listRequests({ region, input }: Call): JsonObject {
    const filter = isJsonObject(input.ResourceRequestStatusFilter)
      ? input.ResourceRequestStatusFilter
      : {};
    const { OperationStatuses: statuses, Operations: operations } = filter;
    const { items, next } = this.#page(
      this.#cloud
        .requests(region)
        .filter(
          ({ status }) => !Array.isArray(statuses) || statuses.includes(status),
        )
        .filter(
          () => !Array.isArray(operations) || operations.includes('UPDATE'),
        ),
      input,
    );
    return {
      ResourceRequestStatusSummaries: items.map(progressEvent),
      ...next,
    };
  }

  lookupEvents({ region, input }: Call): JsonObject {
    const [attribute, ...more] = Array.isArray(input.LookupAttributes)
      ? input.LookupAttributes
      : [];
    if (more.length > 0) {
      throw new AwsError(
        'InvalidLookupAttributesException',
        'You can currently specify only one lookup attribute.',
      );
    }
    const from = Number(input.StartTime ?? 0) * 1000;
    const to = Number(input.EndTime ?? Infinity) * 1000;
    if (from > to) {
      throw new AwsError(
        'InvalidTimeRangeException',
        'The start time must not be after the end time.',
      );
    }
    const { items, next } = this.#page(
      this.#cloud
        .events(region)
        .filter(({ time }) => time >= from && time <= to)
        .filter(event => meets(event, attribute)),
      input,
    );
    return { Events: items.map(describeEvent), ...next };
  }

  callerIdentity({ user }: Call): JsonObject {
    return {
      Arn: `arn:aws:iam::${this.#accountId}:user/${user.userName}`,
      UserId: `AIDA${user.userName.toUpperCase().replace(/\W/g, '')}`,
      Account: this.#accountId,
    };
  }

  bucketPolicyStatus({ region, input }: Call): JsonObject {
    const policy = this.#cloud.bucketPolicy(this.#bucket(region, input));
    if (!policy) {
      throw new AwsError(
        'NoSuchBucketPolicy',
        'The bucket policy does not exist',
        404,
      );
    }
    return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
  }

  /** Buckets of the sandbox are only ever their owner's by their access lists. */
  bucketAcl({ region, input }: Call): JsonObject {
    this.#bucket(region, input);
    const owner = { ID: this.#accountId };
    return {
      AccessControlPolicy: {
        Owner: owner,
        AccessControlList: {
          Grant: { Grantee: owner, Permission: 'FULL_CONTROL' },
        },
      },
    };
  }

  /** The account as a whole blocks nothing. */
  accountBlock({ input }: Call): JsonObject {
    throw input.AccountId === this.#accountId
      ? new AwsError(
          'NoSuchPublicAccessBlockConfiguration',
          'The public access block configuration was not found',
          404,
        )
      : new AwsError('AccessDenied', 'Access Denied', 403);
  }

  #bucket(region: string, input: JsonObject): string {
    const identifier = text(input, 'Bucket');
    if (
      !this.#cloud.find({ region, typeName: 'AWS::S3::Bucket', identifier })
    ) {
      throw new AwsError(
        'NoSuchBucket',
        'The specified bucket does not exist',
        404,
      );
    }
    return identifier;
  }

  /** A region that the account has not turned on knows nobody. */
  #assertRegion(region: string): void {
    if (!this.#regions.includes(region)) {
      throw new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
        403,
      );
    }
  }

  #note({ operation, region, user, input }: Call): AwsFaultEffect | undefined {
    const optional = (key: string) =>
      typeof input[key] === 'string' ? String(input[key]) : undefined;
    const subject = {
      operation,
      region,
      typeName: optional('TypeName'),
      identifier: optional('Identifier'),
      midList: input.NextToken !== undefined,
    };
    this.#requests.push({
      operation,
      region,
      user: user.userName,
      ...(subject.typeName !== undefined && { typeName: subject.typeName }),
      ...(subject.identifier !== undefined && {
        identifier: subject.identifier,
      }),
      input,
    });
    return this.#faults.effectOn(subject);
  }

  async #carryOut(
    protocol: Protocol,
    call: Call,
    effect: AwsFaultEffect | undefined,
    response: ServerResponse,
  ): Promise<void> {
    switch (effect?.type) {
      case 'delay':
        await setTimeout(effect.ms, undefined, { signal: this.#signal });
        break;
      case 'hang':
        return;
      case 'error': {
        if (effect.retryAfterSeconds !== undefined) {
          response.setHeader('retry-after', String(effect.retryAfterSeconds));
        }
        throw new AwsError(
          effect.code,
          effect.message ?? 'The sandbox was told to fail this request',
          effect.status,
        );
      }
      case 'malformed':
        send(response, 200, effect.body, protocol);
        return;
      default:
        break;
    }
    const output = this.#perform(protocol, {
      ...call,
      ...(effect?.type === 'handler' && { failsWith: effect }),
    });
    const body = protocol.success(output, call);
    if (effect?.type === 'truncate') {
      send(response, 200, body.slice(0, effect.bytes), protocol);
    } else if (effect?.type === 'cut') {
      response.writeHead(200, { 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, effect.bytes), () => response.destroy());
    } else {
      send(response, 200, body, protocol);
    }
  }

  #perform(protocol: Protocol, call: Call): JsonObject {
    const { operation, user } = call;
    const action =
      protocol.actions?.[operation] ?? `${protocol.iamPrefix}:${operation}`;
    const isAllowed =
      protocol.iamPrefix === undefined ||
      user.actions.some(each => each === '*' || each === action);
    if (!Object.hasOwn(protocol.operations, operation)) {
      throw new AwsError(
        'UnknownOperationException',
        `The sandbox has no ${operation}`,
      );
    }
    if (!isAllowed) {
      throw new AwsError(
        'AccessDeniedException',
        `User: arn:aws:iam::${this.#accountId}:user/${
          user.userName
        } is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
        protocol === s3 ? 403 : 400,
      );
    }
    try {
      return protocol.operations[operation](this, call);
    } catch (error) {
      if (error instanceof HandlerError) {
        throw new AwsError('GeneralServiceException', error.message);
      }
      throw error;
    }
  }

  #page<T>(
    all: T[],
    { NextToken: token, MaxResults: wanted }: JsonObject,
  ): { items: T[]; next: { NextToken?: string } } {
    const start = token === undefined ? 0 : Number(fromToken(String(token)));
    if (!Number.isSafeInteger(start)) {
      throw new AwsError('InvalidRequestException', 'Invalid next token.');
    }
    const size = Math.min(Number(wanted ?? this.#pageSize), this.#pageSize);
    const end = start + size;
    return {
      items: all.slice(start, end),
      next: end < all.length ? { NextToken: toToken(String(end)) } : {},
    };
  }
}

function protocolOf(service: string | undefined): Protocol {
  switch (service) {
    case 'CloudApiService':
      return cloudControl;
    case 'CloudTrail_20131101':
      return cloudTrail;
    default:
      return securityToken;
  }
}

function progressEvent(request: StoredAwsRequest): JsonObject {
  const failed = request.status === 'FAILED';
  return {
    TypeName: request.typeName,
    Identifier: request.identifier,
    RequestToken: request.token,
    Operation: 'UPDATE',
    OperationStatus: request.status,
    EventTime: request.eventTime / 1000,
    ...(failed && {
      ErrorCode: request.errorCode ?? 'GeneralServiceException',
      StatusMessage: request.statusMessage ?? '',
    }),
  };
}

function describeEvent(event: StoredAwsEvent): JsonObject {
  return {
    EventId: event.id,
    EventName: event.name,
    ReadOnly: String(event.readOnly),
    ...(event.identity.accessKeyId !== undefined && {
      AccessKeyId: event.identity.accessKeyId,
    }),
    EventTime: event.time / 1000,
    EventSource: event.source,
    Username: event.identity.userName,
    Resources: event.resources.map(({ type, name }) => ({
      ResourceType: type,
      ResourceName: name,
    })),
    CloudTrailEvent: JSON.stringify(event.record),
  };
}

function meets(event: StoredAwsEvent, attribute: unknown): boolean {
  if (!isJsonObject(attribute)) {
    return true;
  }
  const { AttributeKey: key, AttributeValue: value } = attribute;
  switch (key) {
    case 'ResourceName':
      return event.resources.some(({ name }) => name === value);
    case 'ResourceType':
      return event.resources.some(({ type }) => type === value);
    case 'EventId':
      return event.id === value;
    case 'EventName':
      return event.name === value;
    case 'EventSource':
      return event.source === value;
    case 'Username':
      return event.identity.userName === value;
    case 'AccessKeyId':
      return event.identity.accessKeyId === value;
    case 'ReadOnly':
      return String(event.readOnly) === value;
    default:
      throw new AwsError(
        'InvalidLookupAttributesException',
        `Invalid lookup attribute ${String(key)}.`,
      );
  }
}

function named(input: JsonObject): { typeName: string; identifier: string } {
  return {
    typeName: text(input, 'TypeName'),
    identifier: text(input, 'Identifier'),
  };
}

function text(input: JsonObject, key: string): string {
  const value = input[key];
  if (typeof value !== 'string' || value === '') {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${key}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

function readJson(body: string): JsonObject {
  try {
    const value: unknown = JSON.parse(body);
    if (isJsonObject(value)) {
      return value;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  throw new AwsError('SerializationException', 'The request is not JSON');
}

/** What S3 is asked for; undefined for requests to other services. */
function readS3({
  method,
  url,
  headers,
}: IncomingMessage): { operation: string; input: JsonObject } | undefined {
  if (method !== 'GET') {
    return undefined;
  }
  const { pathname, searchParams } = new URL(url ?? '/', 'http://aws');
  if (pathname === '/v20180820/configuration/publicAccessBlock') {
    return {
      operation: 'GetPublicAccessBlock',
      input: { AccountId: String(headers['x-amz-account-id']) },
    };
  }
  const operations: Record<string, string> = {
    acl: 'GetBucketAcl',
    policyStatus: 'GetBucketPolicyStatus',
  };
  const asked = [...searchParams.keys()].find(key =>
    Object.hasOwn(operations, key),
  );
  return {
    operation: asked === undefined ? 'GetObject' : operations[asked],
    input: { Bucket: decodeURIComponent(pathname.split('/')[1]) },
  };
}

function readForm(body: string): JsonObject {
  return Object.fromEntries(new URLSearchParams(body));
}

function jsonFailure(namespace: string, { code, message }: AwsError): string {
  return JSON.stringify({
    __type: `${namespace}#${code}`,
    message,
  });
}

/** The query protocol has older names for the same troubles. */
function queryCode(code: string): string {
  const names: Record<string, string> = {
    UnrecognizedClientException: 'InvalidClientTokenId',
    InvalidSignatureException: 'SignatureDoesNotMatch',
    MissingAuthenticationTokenException: 'MissingAuthenticationToken',
    ThrottlingException: 'Throttling',
    AccessDeniedException: 'AccessDenied',
  };
  return names[code] ?? code;
}

function xmlOf(values: JsonObject): string {
  return Object.entries(values)
    .map(([key, value]) => `<${key}>${escapeXml(String(value))}</${key}>`)
    .join('');
}

function nestedXml(values: JsonObject): string {
  return Object.entries(values)
    .map(([key, value]) =>
      isJsonObject(value)
        ? `<${key}>${nestedXml(value)}</${key}>`
        : xmlOf({ [key]: value }),
    )
    .join('');
}

function escapeXml(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

function toToken(value: string): string {
  return Buffer.from(`page ${value}`).toString('base64');
}

function fromToken(token: string): string | undefined {
  return /^page (\d+)$/.exec(
    Buffer.from(token, 'base64').toString('utf8'),
  )?.[1];
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  { contentType }: Protocol,
): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new AwsError(
        'RequestEntityTooLargeException',
        'The request is too large',
        413,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
