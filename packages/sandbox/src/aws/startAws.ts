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

import { createServer } from 'node:http';
import { JsonObject } from '../cloud/json';
import { listen } from '../listen';
import { AwsCloud } from './AwsCloud';
import { AwsConsole } from './AwsConsole';
import { AwsHttp } from './AwsHttp';
import { AwsState } from './AwsState';
import { AwsFaults } from './faults';
import { AwsUser } from './signature';

/**
 * Port of the sandbox's AWS in the demonstration.
 *
 * @public
 */
export const DEFAULT_AWS_PORT = 7073;

/**
 * Options of {@link startAws}.
 *
 * @public
 */
export interface StartAwsOptions {
  /** 0 takes any free port. Defaults to {@link DEFAULT_AWS_PORT}. */
  port?: number;
  /** Defaults to 127.0.0.1. Anything else opens it to the network. */
  host?: string;
  /** Where everything is kept; in memory when left out. */
  stateFile?: string;
  /** Who may do what. Nobody else gets an answer. */
  users: AwsUser[];
  /** Defaults to `111122223333`. */
  accountId?: string;
  /** Regions that the account has turned on. */
  regions?: string[];
  /** Milliseconds that a change through Cloud Control takes. Defaults to 2000. */
  updateMs?: number;
  /** Most entries of a page. Defaults to 50. */
  pageSize?: number;
  /** The clock. */
  now?: () => Date;
}

/**
 * A request as the log keeps it.
 *
 * @public
 */
export interface AwsRequest {
  /** E.g. `GetResource`. */
  operation: string;
  region: string;
  /** Whose key it was signed with. */
  user: string;
  typeName?: string;
  identifier?: string;
  input: JsonObject;
}

/**
 * The sandbox's AWS.
 *
 * @public
 */
export interface RunningAws {
  /** E.g. `http://127.0.0.1:7073`: the endpoint of all services. */
  readonly url: string;
  readonly port: number;
  readonly accountId: string;
  readonly regions: readonly string[];
  /** Trouble for tests. */
  readonly faults: AwsFaults;
  /** Every signed request since the start or the last {@link RunningAws.clearRequests}. */
  readonly requests: readonly AwsRequest[];
  clearRequests(): void;
  /** Works on resources without the network, under the name of a person. */
  as(who: string): AwsConsole;
  /** Ends the server and every connection. */
  stop(): Promise<void>;
}

/**
 * Starts an AWS with one account: Cloud Control, CloudTrail's event history, STS
 * and who may read buckets of S3, as far as a reader and repairer of resources needs them.
 *
 * @public
 */
export async function startAws(options: StartAwsOptions): Promise<RunningAws> {
  const {
    host = '127.0.0.1',
    port = DEFAULT_AWS_PORT,
    accountId = '111122223333',
    regions = ['eu-central-1', 'us-east-1'],
    updateMs = 2000,
    pageSize = 50,
    now = () => new Date(),
  } = options;
  const state = await AwsState.open(options.stateFile);
  const cloud = AwsCloud.create({ state, accountId, updateMs, now });
  const faults = new AwsFaults();
  const requests: AwsRequest[] = [];
  const stopping = new AbortController();
  const http = AwsHttp.create({
    cloud,
    accountId,
    regions,
    users: options.users,
    faults,
    requests,
    pageSize,
    signal: stopping.signal,
  });
  const server = createServer((request, response) => {
    http.answer(request, response).catch(() => response.destroy());
  });
  const listening = await listen(server, {
    name: "The sandbox's AWS",
    host,
    port,
  });
  return {
    url: listening.url,
    port: listening.port,
    accountId,
    regions,
    faults,
    requests,
    clearRequests: () => {
      requests.length = 0;
    },
    as: who => AwsConsole.create({ cloud, who }),
    async stop() {
      stopping.abort();
      await listening.close();
      await state.settled();
    },
  };
}
