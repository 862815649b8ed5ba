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

import {
  BackstageCredentials,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { ConditionTransformer } from '@backstage/plugin-permission-node';
import {
  DesiredResource,
  DesiredState,
  DesiredStateChange,
  DesiredStateProblem,
  DesiredStateRevisionsPage,
  DriftTarget,
  StoredFinding,
  TenantDriftReport,
} from '@infra-hub/backstage-plugin-drift-common';
import { setTimeout as sleep } from 'node:timers/promises';
import { subjectOf } from '../ingest/PushRights';
import { DatabaseWatch } from '../service/DatabaseWatch';
import { DriftService } from '../service/DriftService';
import { TargetCondition } from '../store/DriftStore';
import { checkDesiredResources } from './checkDesiredResources';
import { RefusedDesiredState } from './DesiredStateProblems';
import {
  DesiredResourceKey,
  DesiredStateEdit,
  NewDesiredResource,
} from './DesiredStateStore';
import { DesiredStateText } from './readDesiredStateBody';
import { readJsonDocuments } from './readJsonDocuments';
import { readYamlDocuments } from './readYamlDocuments';
import { TenantAccess } from './TenantAccess';
import { tenantReport } from './tenantReport';
import { Tenants } from './Tenants';

/** Clouds are asked slowly. */
const CAPTURE_TIMEOUT_MS = 5 * 60_000;
const POLL_MS = 100;
const FINDINGS_PAGE = 200;

/** A tenant, and who asks. */
interface TenantRequest {
  tenantId: string;
  credentials: BackstageCredentials;
}

/** Which resource is meant; cluster and namespace only where needed. */
export interface ResourceRequest extends TenantRequest {
  key: DesiredResourceKey;
}

/** How a change is to be made. */
export interface EditRequest {
  dryRun?: boolean;
  expectedRevision?: number;
}

/** What became of a drift check. */
export type DriftCheck =
  | { state: 'done'; report: TenantDriftReport }
  /** The scan goes on. */
  | { state: 'scanning'; scanId: string; targetId: string };

/**
 * What the API of tenants does, within what the caller may do.
 *
 * @throws NotFoundError for an unknown or invisible tenant
 * @throws NotAllowedError when the permission is missing
 * @throws ServiceUnavailableError when the database is away
 */
export class TenantService {
  readonly #tenants: () => Tenants | undefined;
  readonly #authorized: DriftService;
  readonly #access: TenantAccess;
  readonly #logger: LoggerService;
  readonly #database = new DatabaseWatch({
    ping: () => this.#opened().ping(),
  });

  constructor(options: {
    /** Undefined until the database has answered. */
    tenants: () => Tenants | undefined;
    /** Knows nothing of permissions. */
    service: DriftService;
    authorizedService: DriftService;
    permissions: PermissionsService;
    transformConditions: ConditionTransformer<TargetCondition>;
    logger: LoggerService;
  }) {
    this.#tenants = options.tenants;
    this.#authorized = options.authorizedService;
    this.#logger = options.logger;
    this.#access = new TenantAccess({
      ...options,
      findTargetIds: tenantId =>
        this.#run(tenants => tenants.findTargetIds(tenantId)),
    });
  }

  async readDesiredState(request: TenantRequest): Promise<DesiredState> {
    const { tenantId, credentials } = request;
    await this.#access.requireWhole(tenantId, credentials);
    return this.#run(({ store }) => store.read({ tenantId }));
  }

  async readDesiredResource(request: ResourceRequest): Promise<{
    resource: DesiredResource;
    revision: number;
  }> {
    const { key } = request;
    const { resources, revision } = await this.readDesiredState(request);
    return { resource: this.#find(resources, key), revision };
  }

  async listRevisions(
    request: TenantRequest & { limit?: number; offset?: number },
  ): Promise<DesiredStateRevisionsPage> {
    const { tenantId, credentials, limit = 20, offset = 0 } = request;
    await this.#access.requireWhole(tenantId, credentials);
    return this.#run(({ store }) =>
      store.listRevisions({ tenantId, limit, offset }),
    );
  }

  /** Makes the text the whole desired state. */
  async putDesiredState(
    request: TenantRequest &
      EditRequest & {
        body: DesiredStateText;
        /** For resources that do not say theirs. */
        cluster?: string;
      },
  ): Promise<DesiredStateChange> {
    const { cluster, body } = request;
    await this.#requireEditable(request);
    const { resources, notices } = await this.#check({
      body,
      given: { cluster },
    });
    return this.#edit(request, {
      put: resources,
      remove: 'others',
      origin: 'api',
      notices,
    });
  }

  async putDesiredResource(
    request: ResourceRequest & EditRequest & { body: DesiredStateText },
  ): Promise<DesiredStateChange> {
    const { key, body } = request;
    await this.#requireEditable(request);
    const { resources, notices } = await this.#check({
      body,
      given: key,
    });
    if (resources.length !== 1) {
      throw new InputError(
        `The body must be one resource, not ${resources.length}`,
      );
    }
    return this.#edit(request, {
      put: resources,
      remove: [],
      origin: 'api',
      notices,
    });
  }

  async deleteDesiredState(
    request: TenantRequest & EditRequest,
  ): Promise<DesiredStateChange> {
    await this.#requireEditable(request);
    return this.#edit(request, {
      put: [],
      remove: 'others',
      origin: 'api',
      notices: [],
    });
  }

  async deleteDesiredResource(
    request: ResourceRequest & EditRequest,
  ): Promise<DesiredStateChange> {
    await this.#requireEditable(request);
    const { tenantId, key } = request;
    const { resources } = await this.#run(({ store }) =>
      store.read({ tenantId }),
    );
    return this.#edit(request, {
      put: [],
      remove: [this.#find(resources, key)],
      origin: 'api',
      notices: [],
    });
  }

  /** Makes what is there now the whole desired state. */
  async capture(
    request: TenantRequest & EditRequest,
  ): Promise<DesiredStateChange> {
    const { tenantId } = request;
    await this.#requireEditable(request);
    const tenants = this.#opened();
    const captured = await tenants.capture(
      tenantId,
      AbortSignal.timeout(CAPTURE_TIMEOUT_MS),
    );
    const { resources, notices } = accepted(
      checkDesiredResources({
        documents: captured.map((value, index) => ({
          document: index + 1,
          value,
        })),
        comparable: tenants.comparable,
        unknownTypes: 'leave out',
        maxResources: tenants.config.maxResources,
      }),
    );
    return this.#edit(request, {
      put: resources,
      remove: 'others',
      origin: 'capture',
      notices,
    });
  }

  /** The last verdict. */
  async readReport(request: TenantRequest): Promise<TenantDriftReport> {
    const { tenantId, credentials } = request;
    return this.#report(
      tenantId,
      await this.#access.visibleTargets(tenantId, credentials),
      credentials,
    );
  }

  /**
   * Scans now, or joins the scan under way, and answers the verdict.
   *
   * @param request.signal - Aborted when nobody waits any more.
   * @throws ConflictError when the scan failed
   */
  async checkDrift(
    request: TenantRequest & { signal: AbortSignal },
  ): Promise<DriftCheck> {
    const { tenantId, credentials, signal } = request;
    await this.#access.requireScan(credentials);
    const { driftStore, config } = this.#opened();
    const targets = await this.#access.visibleTargets(tenantId, credentials);
    const scans = [];
    for (const { id: targetId } of targets) {
      scans.push(await this.#authorized.requestScan({ targetId, credentials }));
    }
    const until = performance.now() + config.checkWaitMs;
    for (const { scanId, targetId } of scans) {
      for (;;) {
        const scan = await this.#database.run(() =>
          driftStore.getScan({ scanId }),
        );
        if (scan?.state === 'failed') {
          throw failedScan(tenantId, scan.error);
        }
        if (scan?.state !== 'queued' && scan?.state !== 'running') {
          break;
        }
        if (signal.aborted || performance.now() >= until) {
          return { state: 'scanning', scanId, targetId };
        }
        await sleep(POLL_MS);
      }
    }
    return { state: 'done', report: await this.readReport(request) };
  }

  /**
   * @remarks
   * The shape has no place for a scan that failed, and without drift it would
   * say that all is well. So known drift is told with its age, but the absence of
   * drift only when the last scan says so.
   */
  async #report(
    tenantId: string,
    targets: DriftTarget[],
    credentials: BackstageCredentials,
  ): Promise<TenantDriftReport> {
    const findings = (
      await Promise.all(
        targets.map(({ id }) => this.#alarmingFindings(id, credentials)),
      )
    ).flat();
    const failed = targets.find(({ status }) => status === 'error');
    if (findings.length === 0 && failed) {
      throw failedScan(tenantId, failed.error);
    }
    const unknown = targets.find(({ status }) => status === 'unknown');
    if (findings.length === 0 && unknown) {
      throw new NotFoundError(
        `Tenant '${tenantId}' has not been scanned yet; ask for a drift check or wait for its schedule`,
      );
    }
    return tenantReport({
      tenantId,
      targets: targets.filter(({ status }) => status !== 'unknown'),
      findings,
    });
  }

  async #alarmingFindings(
    targetId: string,
    credentials: BackstageCredentials,
  ): Promise<StoredFinding[]> {
    const all: StoredFinding[] = [];
    for (let offset = 0; ; offset += FINDINGS_PAGE) {
      const { items, totalItems } = await this.#authorized.listFindings({
        targetId,
        state: 'open',
        limit: FINDINGS_PAGE,
        offset,
        credentials,
      });
      all.push(...items);
      if (items.length === 0 || offset + items.length >= totalItems) {
        return all.filter(
          finding => finding.class === 'drift' && !finding.suppressedBy,
        );
      }
    }
  }

  async #requireEditable(request: TenantRequest & EditRequest): Promise<void> {
    const { tenantId, credentials, dryRun } = request;
    await this.#access.requireUpdate(tenantId, credentials);
    const place = dryRun
      ? undefined
      : await this.#opened().manifestPlace(tenantId);
    if (place !== undefined) {
      throw new ConflictError(
        `The desired state of tenant '${tenantId}' comes from the manifests of ${place}; change it there`,
      );
    }
  }

  async #check(options: {
    body: DesiredStateText;
    given: Partial<DesiredResourceKey>;
  }): Promise<{
    resources: NewDesiredResource[];
    notices: DesiredStateProblem[];
  }> {
    const { body, given } = options;
    const tenants = this.#opened();
    const { maxResources } = tenants.config;
    const { documents, problems } =
      body.syntax === 'json'
        ? readJsonDocuments(body.text)
        : await readYamlDocuments({
            text: body.text,
            maxDocuments: maxResources,
          });
    const checked = checkDesiredResources({
      documents,
      given,
      comparable: tenants.comparable,
      unknownTypes: 'refuse',
      maxResources,
    });
    return accepted({
      resources: checked.resources,
      problems: [...problems, ...checked.problems],
    });
  }

  async #edit(
    request: TenantRequest & EditRequest,
    edit: Pick<DesiredStateEdit, 'put' | 'remove' | 'origin'> & {
      notices: DesiredStateProblem[];
    },
  ): Promise<DesiredStateChange> {
    const { tenantId, credentials, dryRun, expectedRevision } = request;
    const { notices, ...rest } = edit;
    const change = await this.#run(({ store, now }) =>
      store.edit({
        ...rest,
        tenantId,
        dryRun,
        expectedRevision,
        by: subjectOf(credentials),
        now: now(),
      }),
    );
    if (!change.dryRun) {
      this.#logger.info(
        `Desired state of tenant '${tenantId}' has revision ${change.revision}: ${change.added.length} added, ${change.changed.length} changed, ${change.removed.length} removed`,
      );
    }
    return { ...change, notices };
  }

  #find(
    resources: DesiredResource[],
    key: DesiredResourceKey,
  ): DesiredResource {
    const { resourceType, name, cluster, namespace } = key;
    const found = resources.filter(
      resource =>
        resource.resourceType === resourceType.toLowerCase() &&
        resource.name === name &&
        (cluster === undefined || resource.cluster === cluster) &&
        (namespace === undefined || resource.namespace === namespace),
    );
    if (found.length === 0) {
      throw new NotFoundError(
        `The desired state has no ${resourceType} '${name}'`,
      );
    }
    if (found.length > 1) {
      throw new ConflictError(
        `The desired state has ${found.length} of ${resourceType} '${name}'; say which by cluster and namespace`,
      );
    }
    return found[0];
  }

  #run<T>(work: (tenants: Tenants) => Promise<T>): Promise<T> {
    return this.#database.run(async () => work(this.#opened()));
  }

  #opened(): Tenants {
    const tenants = this.#tenants();
    if (!tenants) {
      throw new ServiceUnavailableError(
        'The drift database has not answered since the start, try again later',
      );
    }
    return tenants;
  }
}

function failedScan(tenantId: string, reason = 'no reason is known') {
  return new ConflictError(
    `The last scan of tenant '${tenantId}' failed, so that nobody knows whether it has drifted: ${reason.replace(
      /\.$/,
      '',
    )}`,
  );
}

function accepted(checked: {
  resources: NewDesiredResource[];
  problems: DesiredStateProblem[];
}): { resources: NewDesiredResource[]; notices: DesiredStateProblem[] } {
  const { resources, problems } = checked;
  if (problems.some(({ level }) => level === 'error')) {
    throw new RefusedDesiredState(
      [...problems].sort(
        (one, other) =>
          one.document - other.document || (one.line ?? 0) - (other.line ?? 0),
      ),
    );
  }
  return { resources, notices: problems };
}
