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

import { ResourceManagementClient } from '@azure/arm-resources';
import {
  bearerTokenAuthenticationPolicyName,
  createHttpHeaders,
  createPipelineRequest,
  HttpClient,
  Pipeline,
  PipelineResponse,
  redirectPolicyName,
  retryPolicy,
} from '@azure/core-rest-pipeline';
import { createHttpPoller, OperationResponse } from '@azure/core-lro';
import { TokenCredential } from '@azure/identity';
import { JsonObject, JsonValue } from '@backstage/types';
import { CloudContext } from '@infra-hub/backstage-plugin-drift-node';
import { isObject } from '../kinds/values';
import {
  ArmProblem,
  plain,
  problemOfAnswer,
  problemOfError,
} from './ArmProblem';
import { retryStrategy, stayOnHost, waitForTurn } from './policies';

const SUBSCRIPTIONS_VERSION = '2022-12-01';
const ACTIVITY_LOG_VERSION = '2015-04-01';
const MOST_RETRIES = 4;
const MOST_PAGES = 1000;

/** How an account is asked. */
export interface ArmClientOptions {
  subscription: string;
  endpoint: string;
  scope: string;
  /** No credentials are sent: only for http on this machine. */
  anonymous: boolean;
  credential: TokenCredential;
  /** How long one request may take. */
  requestTimeoutMs: number;
  /** Wait before the first retry where Azure does not say; doubles with each. */
  retryDelayMs: number;
  /** How often to ask for the progress of an operation where Azure does not say. */
  pollingIntervalMs: number;
  httpClient?: HttpClient;
}

/** What may be used by one call. */
export type ArmContext = Pick<CloudContext, 'signal' | 'turn'>;

/** How an operation ended that Azure went on with after its answer. */
export type ArmOperation =
  | { state: 'succeeded' }
  | { state: 'failed'; message: string };

/** What a resource group or a subscription holds, as far as its listing tells. */
export interface ListedResource {
  id: string;
  location?: string;
}

/**
 * Asks the Resource Manager of one subscription. Everything that goes wrong is an
 * {@link ArmProblem}, but for the abort of the caller's signal, which is rethrown.
 */
export class ArmClient {
  static create(options: ArmClientOptions): ArmClient {
    return new ArmClient(options);
  }

  readonly #options: ArmClientOptions;
  /** Holds the cached token; each call adds the policies of its own. */
  readonly #pipeline: Pipeline;

  private constructor(options: ArmClientOptions) {
    this.#options = options;
    const { credential, endpoint, scope, subscription, anonymous } = options;
    const { pipeline } = new ResourceManagementClient(
      credential,
      subscription,
      {
        endpoint,
        credentialScopes: scope,
        userAgentOptions: { userAgentPrefix: 'infra-hub-drift' },
      },
    );
    // The one that cares for throttling by itself waits for any time that is asked for.
    pipeline.removePolicy({ phase: 'Retry' });
    pipeline.removePolicy({ name: redirectPolicyName });
    if (anonymous) {
      // It refuses to send tokens over http, and there is nobody to sign in at.
      pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName });
      pipeline.addPolicy({
        name: bearerTokenAuthenticationPolicyName,
        sendRequest: (request, next) => next(request),
      });
    }
    pipeline.addPolicy(stayOnHost(endpoint), { phase: 'Serialize' });
    this.#pipeline = pipeline;
  }

  /** The resource as Azure shows it. Its members are all kept, unlike by the SDK. */
  async get(
    id: string,
    apiVersion: string,
    context: ArmContext,
  ): Promise<JsonObject> {
    return await this.#asking(context, async client => {
      let answer: PipelineResponse | undefined;
      // The SDK puts a slash before it.
      await client.resources.getById(id.slice(1), apiVersion, {
        ...this.#requestOptions(context),
        onResponse: response => {
          answer = response;
        },
      });
      return bodyOf(answer);
    });
  }

  /** All resources of one type, page by page. */
  async *list(
    type: string,
    context: ArmContext,
  ): AsyncGenerator<ListedResource[]> {
    const client = this.#client(context, false);
    const pages = client.resources
      .list({
        filter: `resourceType eq '${type}'`,
        ...this.#requestOptions(context),
        // The SDK takes a page without resources for an empty one.
        onResponse: response => {
          if (response.status === 200) {
            listOf(bodyOf(response));
          }
        },
      })
      .byPage();
    for (let count = 0; ; count++) {
      if (count === MOST_PAGES) {
        throw new ArmProblem('Azure tells of more and more pages.');
      }
      const page = await this.#withProblems(context, () => pages.next());
      if (page.done) {
        return;
      }
      yield page.value.flatMap(({ id, location }) =>
        id === undefined
          ? []
          : { id, ...(location !== undefined && { location }) },
      );
    }
  }

  /** The subscription itself. */
  async getSubscription(context: ArmContext): Promise<JsonObject> {
    return await this.get(
      `/subscriptions/${this.#options.subscription}`,
      SUBSCRIPTIONS_VERSION,
      context,
    );
  }

  /** All elements of a list that has an address of its own. */
  async getAll(
    id: string,
    apiVersion: string,
    context: ArmContext,
  ): Promise<JsonObject[]> {
    const { endpoint } = this.#options;
    const elements: JsonObject[] = [];
    for await (const page of this.#pages(
      `${endpoint}${encodeURI(id)}?api-version=${apiVersion}`,
      context,
    )) {
      elements.push(...page);
    }
    return elements;
  }

  /** Entries of the activity log, newest first as far as Azure keeps to it. */
  async *activityLog(
    filter: string,
    context: ArmContext,
  ): AsyncGenerator<JsonObject[]> {
    const { endpoint, subscription } = this.#options;
    // Not narrowed by $select: who did it, `caller`, is not among what it documents.
    const query = new URLSearchParams({
      'api-version': ACTIVITY_LOG_VERSION,
      $filter: filter,
    });
    yield* this.#pages(
      `${endpoint}/subscriptions/${subscription}/providers/microsoft.insights/eventtypes/management/values?${query}`,
      context,
    );
  }

  /**
   * Sends a change and waits for the end of it.
   *
   * @param begun - Called as soon as Azure has taken the request on.
   *
   * @throws ArmProblem when Azure refuses it, or what became of it is not known
   */
  async change(
    request: {
      method: 'PATCH' | 'PUT';
      id: string;
      apiVersion: string;
      body: JsonObject;
      etag?: string;
    },
    context: ArmContext,
    begun: () => void,
  ): Promise<ArmOperation> {
    const { method, id, apiVersion, body, etag } = request;
    const { endpoint, pollingIntervalMs } = this.#options;
    const first = await this.#send(
      method,
      `${endpoint}${encodeURI(id)}?api-version=${apiVersion}`,
      context,
      { body, etag },
    );
    begun();
    const poller = createHttpPoller(
      {
        sendInitialRequest: async () => toOperationResponse(first),
        sendPollRequest: async url =>
          toOperationResponse(
            await this.#send('GET', new URL(url, endpoint).href, context),
          ),
      },
      {
        intervalInMs: pollingIntervalMs,
        resolveOnUnsuccessful: true,
        skipFinalGet: true,
      },
    );
    try {
      await this.#withProblems(context, () =>
        poller.pollUntilDone({ abortSignal: context.signal }),
      );
    } catch (error) {
      const isTheAnswer = !first.headers.has('azure-asyncoperation');
      if (
        isTheAnswer &&
        error instanceof ArmProblem &&
        endsOperation(error.status)
      ) {
        return { state: 'failed', message: error.message };
      }
      throw error;
    }
    const state = poller.operationState;
    if (state?.status === 'succeeded') {
      return { state: 'succeeded' };
    }
    const reason = state?.error?.message;
    return {
      state: 'failed',
      message:
        reason === undefined
          ? `Azure says that the change ended as ${state?.status}.`
          : `Azure says that the change failed: ${plain(reason)}`,
    };
  }

  async *#pages(
    first: string,
    context: ArmContext,
  ): AsyncGenerator<JsonObject[]> {
    let url: string | undefined = first;
    const seen = new Set<string>();
    while (url !== undefined) {
      if (seen.has(url) || seen.size === MOST_PAGES) {
        throw new ArmProblem('Azure tells of more and more pages.');
      }
      seen.add(url);
      const page = bodyOf(await this.#send('GET', url, context));
      yield listOf(page);
      const { nextLink } = page;
      url =
        typeof nextLink === 'string' && nextLink !== '' ? nextLink : undefined;
    }
  }

  async #send(
    method: 'GET' | 'PATCH' | 'PUT',
    url: string,
    context: ArmContext,
    { body, etag }: { body?: JsonObject; etag?: string } = {},
  ): Promise<PipelineResponse> {
    return await this.#asking(
      context,
      async client => {
        const answer = await client.sendRequest(
          createPipelineRequest({
            url,
            method,
            abortSignal: context.signal,
            timeout: this.#options.requestTimeoutMs,
            allowInsecureConnection: this.#options.anonymous,
            headers: createHttpHeaders({
              accept: 'application/json',
              ...(body && { 'content-type': 'application/json' }),
              ...(etag !== undefined && { 'if-match': etag }),
            }),
            ...(body && { body: JSON.stringify(body) }),
          }),
        );
        if (answer.status >= 300) {
          throw problemOfAnswer(answer);
        }
        return answer;
      },
      method !== 'GET',
    );
  }

  async #asking<T>(
    context: ArmContext,
    ask: (client: ResourceManagementClient) => Promise<T>,
    changes = false,
  ): Promise<T> {
    return await this.#withProblems(context, () =>
      ask(this.#client(context, changes)),
    );
  }

  async #withProblems<T>(
    { signal }: ArmContext,
    ask: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      throw problemOfError(error);
    }
  }

  #client({ turn }: ArmContext, changes: boolean): ResourceManagementClient {
    const { credential, subscription, endpoint, retryDelayMs, httpClient } =
      this.#options;
    const pipeline = this.#pipeline.clone();
    pipeline.addPolicy(
      retryPolicy([retryStrategy({ changes, delayMs: retryDelayMs })], {
        maxRetries: MOST_RETRIES,
      }),
      { phase: 'Retry' },
    );
    pipeline.addPolicy(waitForTurn(turn), { afterPhase: 'Retry' });
    return new ResourceManagementClient(credential, subscription, {
      endpoint,
      pipeline,
      allowInsecureConnection: this.#options.anonymous,
      ...(httpClient && { httpClient }),
    });
  }

  #requestOptions({ signal }: ArmContext) {
    return {
      abortSignal: signal,
      requestOptions: { timeout: this.#options.requestTimeoutMs },
    };
  }
}

/**
 * Operations that are followed by `Location` alone tell their failure as the
 * answer. What may be about the question itself says nothing of them.
 */
function endsOperation(status: number | undefined): boolean {
  return (
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    ![401, 403, 404, 408, 429].includes(status)
  );
}

/** @throws ArmProblem when it is not a JSON object */
function bodyOf(answer: PipelineResponse | undefined): JsonObject {
  let body: JsonValue | undefined;
  try {
    body = JSON.parse(answer?.bodyAsText ?? '');
  } catch {
    body = undefined; // Said below, in words for people.
  }
  if (!isObject(body)) {
    throw new ArmProblem('Azure gave an answer that is no JSON object.');
  }
  return body;
}

/** @throws ArmProblem when it is not a page of a list */
function listOf({ value }: JsonObject): JsonObject[] {
  if (!Array.isArray(value) || !value.every(isObject)) {
    throw new ArmProblem('Azure gave a page of a list without its elements.');
  }
  return value;
}

/**
 * As the poller of the SDK wants it. It looks at the state within the body only
 * for PUT; a PATCH may be answered likewise.
 */
function toOperationResponse(answer: PipelineResponse): OperationResponse {
  let body: unknown;
  try {
    body = JSON.parse(answer.bodyAsText ?? '');
  } catch {
    body = undefined; // An empty answer is allowed where headers say where to look.
  }
  return {
    flatResponse: body,
    rawResponse: {
      statusCode: answer.status,
      headers: answer.headers.toJSON(),
      body,
      request: { method: 'PUT', url: answer.request.url },
    },
  };
}
