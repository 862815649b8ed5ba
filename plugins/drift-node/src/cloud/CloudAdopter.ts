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

import { Config } from '@backstage/config';
import { toError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import { compareCloudInDetail } from '@infra-hub/drift-engine';
import {
  EntityManifests,
  EntityManifestsOptions,
  ReadManifests,
  WITHOUT_MANIFESTS,
} from '../manifests/EntityManifests';
import { ManifestAdoption } from '../manifests/ManifestAdoption';
import { FoundManifest } from '../manifests/ManifestSet';
import { NotPatchable } from '../manifests/ManifestText';
import { isObject } from '../manifests/steps';
import {
  AdoptionProposal,
  CodeAdopter,
  PlannedChange,
  RemediationContext,
  RemediationFailure,
  RemediationRequest,
} from '../remediation/Remediator';
import { ScanTarget } from '../source/DriftSource';
import {
  CloudLook,
  CloudLooker,
  isCloudFailure,
  SeenResource,
} from './CloudLooker';
import { CloudProvider } from './CloudProvider';
import { isRowAsked } from './isRowAsked';
import {
  AdoptedField,
  adoptedFields,
  editsFor,
  isAsCompared,
} from './manifestEdits';
import { ConfiguredAccount, readCloudConfig } from './readCloudConfig';
import {
  canonicalId,
  concerns,
  DesiredRow,
  PlacedResource,
  sameName,
  selectDesired,
} from './selectDesired';

type Target = ScanTarget & { source: string };

const MAX_LISTED = 20;

/** One proposal in the making. */
class Adoption {
  readonly #options: {
    provider: CloudProvider;
    request: RemediationRequest;
    accounts: readonly ConfiguredAccount[];
    read: ReadManifests;
    look: CloudLook;
  };
  readonly #adoption: ManifestAdoption;
  readonly #changes: PlannedChange[] = [];
  readonly #unseen: string[] = [];
  /** Manifests are looked through for each resource. */
  readonly #places = new WeakMap<JsonObject, { is?: PlacedResource }>();
  readonly #taken: { resource: SeenResource; paths: Set<string> }[] = [];

  constructor(options: {
    provider: CloudProvider;
    request: RemediationRequest;
    accounts: readonly ConfiguredAccount[];
    read: ReadManifests;
    look: CloudLook;
  }) {
    this.#options = options;
    this.#adoption = ManifestAdoption.create(options.read.files);
  }

  propose(): AdoptionProposal {
    const { look, read } = this.#options;
    const asked = look.resources
      .filter(({ address }) => this.#isAsked(address))
      .sort((one, other) => (one.address < other.address ? -1 : 1));
    for (const resource of asked) {
      this.#adopt(resource);
    }
    this.#instructUnmanaged();
    this.#adoption.hideSecrets();
    return {
      ...this.#adoption.proposed(),
      changes: this.#changes,
      warnings: [...look.failures, ...this.#check(), ...this.#describeUnseen()],
      ...(read.root && { root: read.root }),
    };
  }

  #isAsked(address: string): boolean {
    const { addresses } = this.#options.request;
    return addresses
      ? addresses.includes(address)
      : !this.#driftAt(address).some(({ suppressedBy }) => suppressedBy);
  }

  #driftAt(address: string) {
    return this.#options.request.findings.filter(
      finding => finding.address === address && finding.class === 'drift',
    );
  }

  #adopt(resource: SeenResource): void {
    const { address, reading, live } = resource;
    if (reading.state === 'absent') {
      this.#propose(resource, []);
      const found = this.#findOne(resource);
      if (found) {
        this.#adoption.remove(address, found, 'its manifest');
      }
      return;
    }
    if (reading.state === 'unseen' || !live) {
      this.#unseen.push(address);
      return;
    }
    const muted = new Set(
      this.#driftAt(address)
        .flatMap(({ normalised }) => normalised ?? [])
        .filter(({ normaliser }) => normaliser.startsWith('ignore-rule:'))
        .map(({ path }) => path),
    );
    const fields = fieldsOf(resource).filter(({ path }) => !muted.has(path));
    if (fields.length > 0) {
      this.#propose(resource, fields);
      const found = this.#findOne(resource);
      if (found) {
        this.#change(resource, fields, found);
      }
    }
  }

  #propose(
    { address, desired }: SeenResource,
    fields: readonly AdoptedField[],
  ): void {
    this.#changes.push({
      address,
      resourceType: desired.resourceType,
      resourceName: desired.name,
      change: fields.length === 0 ? 'create' : 'update',
      class: 'drift',
      fields: fields.map(({ shown }) => shown),
      ...(fields.length === 0 && {
        reason: 'It is gone from the cloud, so its manifest goes.',
      }),
    });
  }

  #findOne(resource: SeenResource): FoundManifest | undefined {
    return this.#adoption.findOne(resource.address, manifest =>
      this.#isOf(resource, manifest),
    );
  }

  #isOf(resource: SeenResource, manifest: JsonObject): boolean {
    const placed = this.#place(manifest);
    return (
      placed !== undefined &&
      isSamePlace(this.#options.provider, placed, resource)
    );
  }

  /** What a manifest says, read as scans do. */
  #place(manifest: JsonObject): PlacedResource | undefined {
    const known = this.#places.get(manifest);
    if (known) {
      return known.is;
    }
    const { provider, accounts, request } = this.#options;
    const row = rowOf(manifest);
    const is = row
      ? selectDesired({
          provider,
          rows: [row],
          tenant: request.target,
          accounts,
        }).placed[0]
      : undefined;
    this.#places.set(manifest, { is });
    return is;
  }

  #change(
    resource: SeenResource,
    fields: readonly AdoptedField[],
    found: FoundManifest,
  ): void {
    const paths = new Set<string>();
    for (const field of fields) {
      const text = this.#take(resource, field, found);
      if (text === undefined) {
        paths.add(field.path);
      } else {
        this.#adoption.instruct(resource.address, text, field.path);
      }
    }
    if (paths.size > 0) {
      this.#adoption.touch(found.file, resource.address);
      this.#taken.push({ resource, paths });
    }
  }

  /** @returns why not, as an instruction */
  #take(
    resource: SeenResource,
    field: AdoptedField,
    found: FoundManifest,
  ): string | undefined {
    const where = `${field.label} of ${resource.desired.name} in ${found.file}`;
    if (field.isSecret) {
      return `Change ${where} by hand: its value may be a secret.`;
    }
    const manifest = this.#adoption.manifests.read(found);
    const placed = isObject(manifest) ? this.#place(manifest) : undefined;
    if (
      !isObject(manifest) ||
      !placed ||
      !isAsCompared(field, placed.desired)
    ) {
      return `${where} says something else than the desired state that was compared; scan again.`;
    }
    try {
      this.#adoption.manifests.edit(
        found,
        editsFor(field, { manifest, placed }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof NotPatchable) {
        return field.actual === undefined
          ? `Remove ${where} by hand: it ${error.message}.`
          : `Set ${where} to ${shorten(
              JSON.stringify(field.actual),
            )} by hand: it ${error.message}.`;
      }
      throw error;
    }
  }

  #instructUnmanaged(): void {
    const { findings, addresses } = this.#options.request;
    for (const { address, unmanaged, class: is, suppressedBy } of findings) {
      if (
        is === 'drift' &&
        unmanaged &&
        (addresses ? addresses.includes(address) : !suppressedBy)
      ) {
        this.#adoption.instruct(
          address,
          'Nobody desired it: write a manifest of it by hand, or capture what is there now as the desired state.',
        );
      }
    }
  }

  /** Reads again what was written, as the next scan will. */
  #check(): string[] {
    return this.#taken.flatMap(({ resource, paths }) => {
      const { address } = resource;
      const [found] = this.#adoption.manifests.find(manifest =>
        this.#isOf(resource, manifest),
      );
      const placed = found && this.#place(found.object);
      const left = placed
        ? fieldsOf({ ...resource, ...placed })
            .filter(({ path }) => paths.has(path))
            .map(({ label }) => label)
        : [...paths];
      return left.length === 0 || this.#adoption.isInstructed(address)
        ? []
        : `${address} would still differ in ${left.join(', ')}.`;
    });
  }

  #describeUnseen(): string[] {
    const shown = this.#unseen.slice(0, MAX_LISTED).join(', ');
    const more = this.#unseen.length - MAX_LISTED;
    return shown === ''
      ? []
      : [
          `Left as it is, because it could not be read: ${shown}${
            more > 0 ? ` and ${more} more` : ''
          }.`,
        ];
  }
}

class CloudAdopter implements CodeAdopter {
  static fromConfig(
    options: EntityManifestsOptions & { provider: CloudProvider },
  ): CloudAdopter {
    return new CloudAdopter(options);
  }

  readonly source: string;
  readonly #provider: CloudProvider;
  readonly #looker: CloudLooker;
  readonly #manifests: EntityManifests;

  private constructor(
    options: EntityManifestsOptions & { provider: CloudProvider },
  ) {
    const { provider, config } = options;
    this.source = provider.id;
    this.#provider = provider;
    this.#looker = CloudLooker.create({
      provider,
      config: readCloudConfig(config, provider),
    });
    this.#manifests = EntityManifests.fromConfig(options);
  }

  supports(
    target: Target,
  ): { supported: true } | { supported: false; reason: string } {
    const { title } = this.#provider;
    if (target.source !== this.source) {
      return { supported: false, reason: `This is no tenant on ${title}.` };
    }
    if (target.entityRefs.length === 0) {
      return {
        supported: false,
        reason: `No entity of the catalog names manifests of the tenant, so there is no file that could be changed. ${WITHOUT_MANIFESTS}`,
      };
    }
    try {
      this.#looker.accountsOf(target);
      return { supported: true };
    } catch (error) {
      return { supported: false, reason: toError(error).message };
    }
  }

  async propose(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<AdoptionProposal> {
    const { target, addresses } = request;
    const { resources } = await context.readDesiredState();
    const rows = resources.filter(row => concerns(this.#provider, row));
    this.#requireManifests(target, rows);
    context.log('Reading the manifests');
    const read = await this.#manifests.read(target);
    context.log(`Looking at ${this.#provider.title}`);
    try {
      return new Adoption({
        provider: this.#provider,
        request,
        accounts: this.#looker.accountsOf(target),
        read,
        look: await this.#looker.look(
          target,
          rows.filter(row => isRowAsked(row, addresses)),
          context,
        ),
      }).propose();
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof NotPatchable) {
        throw new RemediationFailure(`A manifest ${error.message}.`);
      }
      throw isCloudFailure(error)
        ? new RemediationFailure(error.message)
        : error;
    }
  }

  #requireManifests(target: Target, rows: readonly DesiredResource[]): void {
    const other = rows.find(({ origin }) => origin !== 'manifest');
    if (other) {
      throw new RemediationFailure(
        `What is desired of tenant ${target.name} on ${this.#provider.title} ${
          other.origin === 'api' ? 'was written by the API' : 'was captured'
        } and does not come from manifests, so there is no file that could be changed. ${WITHOUT_MANIFESTS}`,
      );
    }
  }
}

/**
 * Proposes how the manifests of tenants on a cloud take over what really is there.
 *
 * @throws InputError naming the key of the configuration that is wrong
 *
 * @public
 */
export function createCloudAdopter(
  options: EntityManifestsOptions & { provider: CloudProvider; config: Config },
): CodeAdopter {
  return CloudAdopter.fromConfig(options);
}

/** What differs of a resource that was found where it is wanted. */
function fieldsOf({ desired, live }: SeenResource): AdoptedField[] {
  return live
    ? compareCloudInDetail({ desired: [desired], live: [live] }).pairs.flatMap(
        pair => (pair.state === 'changed' ? adoptedFields(pair.fields) : []),
      )
    : [];
}

/** As a manifest becomes a desired resource. */
function rowOf(manifest: JsonObject): DesiredRow | undefined {
  const { kind, metadata } = manifest;
  const name = isObject(metadata) ? metadata.name : undefined;
  return typeof kind === 'string' && typeof name === 'string'
    ? { resourceType: kind.toLowerCase(), name, spec: manifest }
    : undefined;
}

function isSamePlace(
  provider: CloudProvider,
  one: PlacedResource,
  other: PlacedResource,
): boolean {
  return (
    one.ref.account.name === other.ref.account.name &&
    one.ref.kind.kind === other.ref.kind.kind &&
    canonicalId(provider, one.ref) === canonicalId(provider, other.ref) &&
    (!provider.hasRegions ||
      sameName(one.ref.region ?? '', other.ref.region ?? ''))
  );
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
