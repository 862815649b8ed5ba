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
import { applyPatch, JsonPatchError } from 'fast-json-patch';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { checkSignature } from './signature';

/** A request whose signature was right. */
export interface AwsRequest {
  operation: string;
  service: string;
  region: string;
  accessKeyId: string;
  sessionToken?: string;
  input: JsonObject;
  /** How often the operation was asked for by now. */
  number: number;
}

/** What the server does instead of the truth; `undefined` tells the truth. */
export type Trouble = (
  request: AwsRequest,
  response: ServerResponse,
) => boolean | undefined;

interface Update {
  RequestToken: string;
  TypeName: string;
  Identifier: string;
  polls: number;
}

export const READER = {
  accessKeyId: 'AKIAREADER0000000001',
  secretAccessKey: 'reader-secret-planted',
};
export const WRITER = {
  accessKeyId: 'AKIAWRITER0000000001',
  secretAccessKey: 'writer-secret-planted',
};
export const ASSUMED = {
  accessKeyId: 'ASIAASSUMED000000001',
  secretAccessKey: 'assumed-secret-planted',
  sessionToken: 'assumed-token-planted',
};

/**
 * Just enough of Cloud Control, CloudTrail, ElastiCache, S3 and STS for the official SDK, and able
 * to lie in every way. Signatures are checked for real.
 */
export class AwsServer {
  static async start(): Promise<AwsServer> {
    const aws = new AwsServer();
    await new Promise<void>(resolve =>
      aws.#server.listen(0, '127.0.0.1', resolve),
    );
    const { port } = aws.#server.address() as AddressInfo;
    aws.url = `http://127.0.0.1:${port}`;
    return aws;
  }

  url = '';
  accountId = '123456789012';
  trouble: Trouble = () => undefined;
  pageSize = 2;
  /** How often an update is asked for before it is done. */
  polls = 2;
  /** Makes updates fail in the end. */
  updateError: { ErrorCode: string; StatusMessage: string } | undefined;
  events: JsonObject[] = [];
  /** Of the account, for all of its buckets; undefined for none. */
  publicAccessBlock: Record<string, boolean> | undefined;
  /** Whether the policies of buckets let everybody in; those without one are not there. */
  readonly publicPolicies = new Map<string, boolean>();
  /** Versions of the nodes of replication groups. */
  readonly nodes = new Map<string, string>();
  /** Groups that may read buckets by their access lists. */
  readonly readers = new Map<string, string>();
  readonly requests: AwsRequest[] = [];
  readonly #resources = new Map<string, JsonObject>();
  readonly #updates = new Map<string, Update>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', chunk => (body += chunk));
      request.on('end', () => this.#answer(request, body, response));
    });
  }

  operations(name: string): AwsRequest[] {
    return this.requests.filter(({ operation }) => operation === name);
  }

  add(
    type: string,
    id: string,
    properties: JsonObject,
    region = 'eu-central-1',
  ) {
    this.#resources.set(keyOf({ type, id, region }), properties);
  }

  resource(type: string, id: string, region = 'eu-central-1') {
    return this.#resources.get(keyOf({ type, id, region }));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #answer(
    message: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): void {
    const secrets = [READER, WRITER, ASSUMED];
    const signature = checkSignature(
      message,
      body,
      id => secrets.find(each => each.accessKeyId === id)?.secretAccessKey,
    );
    const target = String(message.headers['x-amz-target'] ?? '');
    const form = new URLSearchParams(target === '' ? body : '');
    const ofS3 = readS3(message);
    const operation =
      ofS3?.operation ?? target.split('.')[1] ?? String(form.get('Action'));
    if (!signature?.isRight) {
      fail(response, 'InvalidSignatureException', { status: 403 });
      return;
    }
    const request: AwsRequest = {
      ...signature,
      operation,
      sessionToken: message.headers['x-amz-security-token'] as string,
      input:
        ofS3?.input ??
        (target === ''
          ? Object.fromEntries(form)
          : (JSON.parse(body) as JsonObject)),
      number: this.operations(operation).length + 1,
    };
    this.requests.push(request);
    if (!this.trouble(request, response)) {
      this.#tellTruth(request, response);
    }
  }

  #tellTruth(request: AwsRequest, response: ServerResponse): void {
    const { operation } = request;
    switch (operation) {
      case 'GetCallerIdentity':
        sendXml(response, operation, {
          Arn: `arn:aws:iam::${this.accountId}:user/drift`,
          UserId: 'AIDADRIFT',
          Account: this.accountId,
        });
        break;
      case 'AssumeRole':
        sendXml(
          response,
          operation,
          `<Credentials><AccessKeyId>${ASSUMED.accessKeyId}</AccessKeyId><SecretAccessKey>${ASSUMED.secretAccessKey}</SecretAccessKey><SessionToken>${ASSUMED.sessionToken}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`,
        );
        break;
      case 'GetResource':
        this.#get(request, response);
        break;
      case 'ListResources':
        this.#list(request, response);
        break;
      case 'UpdateResource':
        this.#update(request, response);
        break;
      case 'GetResourceRequestStatus':
        this.#status(request, response);
        break;
      case 'LookupEvents':
        this.#lookup(request, response);
        break;
      case 'DescribeReplicationGroups': {
        const id = String(request.input.ReplicationGroupId);
        sendXml(
          response,
          operation,
          `<ReplicationGroups><ReplicationGroup><ReplicationGroupId>${id}</ReplicationGroupId><MemberClusters>${[
            ...this.nodes.keys(),
          ]
            .filter(node => node.startsWith(`${id}-`))
            .map(node => `<ClusterId>${node}</ClusterId>`)
            .join('')}</MemberClusters></ReplicationGroup></ReplicationGroups>`,
        );
        break;
      }
      case 'DescribeCacheClusters': {
        const id = String(request.input.CacheClusterId);
        sendXml(
          response,
          operation,
          `<CacheClusters><CacheCluster><CacheClusterId>${id}</CacheClusterId><EngineVersion>${this.nodes.get(
            id,
          )}</EngineVersion></CacheCluster></CacheClusters>`,
        );
        break;
      }
      case 'GetPublicAccessBlock':
      case 'GetBucketPolicyStatus':
      case 'GetBucketAcl':
        this.#answerS3(request, response);
        break;
      default:
        fail(response, 'UnknownOperationException');
    }
  }

  #get({ region, input }: AwsRequest, response: ServerResponse): void {
    const { TypeName: type, Identifier: id } = input;
    const properties = this.#resources.get(
      keyOf({ type: String(type), id: String(id), region }),
    );
    if (!properties) {
      fail(response, 'ResourceNotFoundException', {
        message: `Resource of type '${type}' with identifier '${id}' was not found.`,
      });
      return;
    }
    send(response, {
      TypeName: type,
      ResourceDescription: {
        Identifier: id,
        Properties: JSON.stringify(properties),
      },
    });
  }

  #list({ region, input }: AwsRequest, response: ServerResponse): void {
    const type = String(input.TypeName);
    const ids = [...this.#resources.keys()]
      .map(key => JSON.parse(key) as [string, string, string])
      .filter(
        ([at, of]) =>
          of === type && (at === region || type === 'AWS::S3::Bucket'),
      )
      .map(([, , id]) => id);
    const { items, next } = this.#page(ids, input);
    send(response, {
      TypeName: type,
      ResourceDescriptions: items.map(id => ({
        Identifier: id,
        Properties: JSON.stringify({ Partial: true }),
      })),
      ...next,
    });
  }

  #update({ region, input }: AwsRequest, response: ServerResponse): void {
    const token = String(input.ClientToken);
    const begun = this.#updates.get(token);
    if (!begun) {
      const [type, id] = [String(input.TypeName), String(input.Identifier)];
      const key = keyOf({ type, id, region });
      try {
        const patched = applyPatch(
          this.#resources.get(key) ?? {},
          JSON.parse(String(input.PatchDocument)),
          true,
          false,
        ).newDocument;
        if (!this.updateError) {
          this.#resources.set(key, patched);
        }
      } catch (error) {
        if (!(error instanceof JsonPatchError)) {
          throw error;
        }
        fail(response, 'ValidationException', { message: error.name });
        return;
      }
      this.#updates.set(token, {
        RequestToken: `request-${this.#updates.size + 1}`,
        TypeName: type,
        Identifier: id,
        polls: this.polls,
      });
    }
    send(response, { ProgressEvent: this.#progress(this.#updates.get(token)) });
  }

  #status({ input }: AwsRequest, response: ServerResponse): void {
    const update = [...this.#updates.values()].find(
      ({ RequestToken }) => RequestToken === input.RequestToken,
    );
    if (update) {
      update.polls--;
    }
    send(response, { ProgressEvent: this.#progress(update) });
  }

  #progress(update: Update | undefined): JsonObject {
    const { polls = 0, ...names } = update ?? {};
    const ended = this.updateError
      ? { OperationStatus: 'FAILED', ...this.updateError }
      : { OperationStatus: 'SUCCESS' };
    return {
      ...names,
      Operation: 'UPDATE',
      EventTime: Date.now() / 1000,
      ...(polls > 0
        ? {
            OperationStatus: 'IN_PROGRESS',
            StatusMessage: 'Modifying',
            RetryAfter: (Date.now() + 10) / 1000,
          }
        : ended),
    };
  }

  #lookup({ region, input }: AwsRequest, response: ServerResponse): void {
    const [attribute] = input.LookupAttributes as JsonObject[];
    const found = this.events.filter(
      event =>
        (JSON.parse(String(event.CloudTrailEvent)) as JsonObject).awsRegion ===
          region &&
        Number(event.EventTime) >= Number(input.StartTime) &&
        Number(event.EventTime) <= Number(input.EndTime) &&
        (event.Resources as JsonObject[]).some(
          ({ ResourceName: name }) => name === attribute.AttributeValue,
        ),
    );
    const { items, next } = this.#page(found, input);
    send(response, { Events: items, ...next }, '1.1');
  }

  #answerS3({ operation, input }: AwsRequest, response: ServerResponse): void {
    const name = String(input.Bucket);
    const isPublic = this.publicPolicies.get(name);
    if (operation === 'GetPublicAccessBlock') {
      if (this.publicAccessBlock) {
        const settings = Object.entries(this.publicAccessBlock)
          .map(([key, value]) => `<${key}>${value}</${key}>`)
          .join('');
        sendS3(response, 'PublicAccessBlockConfiguration', settings);
      } else {
        failS3(response, 'NoSuchPublicAccessBlockConfiguration', 404);
      }
    } else if (operation === 'GetBucketAcl') {
      const group = this.readers.get(name) ?? 's3/LogDelivery';
      sendS3(
        response,
        'AccessControlPolicy',
        `<Owner><ID>owner</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/${group}</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList>`,
      );
    } else if (isPublic === undefined) {
      failS3(response, 'NoSuchBucketPolicy', 404);
    } else {
      sendS3(response, 'PolicyStatus', `<IsPublic>${isPublic}</IsPublic>`);
    }
  }

  #page<T>(all: readonly T[], { NextToken: token }: JsonObject) {
    const start = Number(token ?? 0);
    const end = start + this.pageSize;
    return {
      items: all.slice(start, end),
      next: end < all.length ? { NextToken: String(end) } : {},
    };
  }
}

export function send(
  response: ServerResponse,
  body: JsonObject,
  version = '1.0',
): void {
  response
    .writeHead(200, { 'Content-Type': `application/x-amz-json-${version}` })
    .end(JSON.stringify(body));
}

/** An error as the JSON protocols send it. */
export function fail(
  response: ServerResponse,
  name: string,
  { status = 400, message = 'said so' } = {},
): void {
  response
    .writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' })
    .end(
      JSON.stringify({
        __type: `com.amazon.cloudapiservice#${name}`,
        Message: message,
      }),
    );
}

/** An error of the query protocol. */
export function failXml(
  response: ServerResponse,
  code: string,
  status = 403,
): void {
  response
    .writeHead(status, { 'Content-Type': 'text/xml' })
    .end(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>The secret reader-secret-planted is wrong</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
    );
}

/** An error of S3. */
export function failS3(
  response: ServerResponse,
  code: string,
  status = 403,
): void {
  response
    .writeHead(status, { 'Content-Type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>said so</Message></Error>`);
}

function sendS3(
  response: ServerResponse,
  element: string,
  content: string,
): void {
  response
    .writeHead(200, { 'Content-Type': 'application/xml' })
    .end(
      `<?xml version="1.0" encoding="UTF-8"?><${element} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${element}>`,
    );
}

/** What S3 is asked for, which the path and the query say. */
function readS3({
  method,
  url,
  headers,
}: IncomingMessage): { operation: string; input: JsonObject } | undefined {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://aws');
  if (method !== 'GET') {
    return undefined;
  }
  if (pathname === '/v20180820/configuration/publicAccessBlock') {
    const AccountId = String(headers['x-amz-account-id']);
    return { operation: 'GetPublicAccessBlock', input: { AccountId } };
  }
  const input = {
    Bucket: pathname.slice(1).replace(/\/$/, ''),
    ExpectedBucketOwner: String(headers['x-amz-expected-bucket-owner']),
  };
  return {
    operation: searchParams.has('acl')
      ? 'GetBucketAcl'
      : 'GetBucketPolicyStatus',
    input,
  };
}

function sendXml(
  response: ServerResponse,
  operation: string,
  result: Record<string, string> | string,
): void {
  const inner =
    typeof result === 'string'
      ? result
      : Object.entries(result)
          .map(([name, value]) => `<${name}>${value}</${name}>`)
          .join('');
  response
    .writeHead(200, { 'Content-Type': 'text/xml' })
    .end(
      `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${inner}</${operation}Result></${operation}Response>`,
    );
}

function keyOf(of: { type: string; id: string; region: string }): string {
  return JSON.stringify([of.region, of.type, of.id]);
}
