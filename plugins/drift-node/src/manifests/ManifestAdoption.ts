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
import { RemediationInstruction } from '@infra-hub/backstage-plugin-drift-common';
import { ManifestFile } from '../location/readManifestFiles';
import { AdoptionProposal } from '../remediation/Remediator';
import { FoundManifest, ManifestSet } from './ManifestSet';
import { NotPatchable } from './ManifestText';

/**
 * The manifests of a tenant as they are changed to say what really is, and what is
 * left to people. What may be a secret is in no patch.
 *
 * @public
 */
export class ManifestAdoption {
  /**
   * Begins with the files as they are.
   *
   * @throws NotPatchable when a file cannot be read
   */
  static create(files: readonly ManifestFile[]): ManifestAdoption {
    return new ManifestAdoption(ManifestSet.create(files));
  }

  /** The files, as they are changed so far. */
  readonly manifests: ManifestSet;
  readonly #instructions: RemediationInstruction[] = [];
  /** Addresses whose manifests were changed, by file. */
  readonly #byFile = new Map<string, Set<string>>();

  private constructor(manifests: ManifestSet) {
    this.manifests = manifests;
  }

  /** Leaves something to people. */
  instruct(address: string, text: string, path?: string): void {
    this.#instructions.push({
      address,
      ...(path !== undefined && { path }),
      text,
    });
  }

  /** Whether something of a resource is left to people. */
  isInstructed(address: string): boolean {
    return this.#instructions.some(each => each.address === address);
  }

  /** The one manifest of a resource; without one, or with several, people are told. */
  findOne(
    address: string,
    isMeant: (manifest: JsonObject) => boolean,
  ): FoundManifest | undefined {
    const found = this.manifests.find(isMeant);
    if (found.length === 1) {
      return found[0];
    }
    this.instruct(
      address,
      found.length === 0
        ? 'Its manifest was not found where the desired state is read from; scan again.'
        : 'It is written in more than one place; change all of them by hand.',
    );
    return undefined;
  }

  /** Says that a file was changed for a resource. */
  touch(file: string, address: string): void {
    this.#byFile.set(file, (this.#byFile.get(file) ?? new Set()).add(address));
  }

  /**
   * Takes the manifest of a resource out, or has people do it.
   *
   * @param name - what it is called in a sentence
   */
  remove(address: string, found: FoundManifest, name: string): void {
    try {
      this.manifests.remove(found);
      this.touch(found.file, address);
    } catch (error) {
      if (!(error instanceof NotPatchable)) {
        throw error;
      }
      this.instruct(
        address,
        `Remove ${name} from ${found.file} by hand: it ${error.message}.`,
      );
    }
  }

  /**
   * Takes back the changes of every file whose diff would show what may be a
   * secret, in the lines around them as well.
   */
  hideSecrets(): void {
    for (const { path } of this.manifests.changes()) {
      if (this.manifests.showsSecret(path)) {
        this.manifests.restore(path);
        for (const address of this.#byFile.get(path) ?? []) {
          this.instruct(
            address,
            `Change ${path} by hand: a patch would show lines that hold what may be a secret.`,
          );
        }
      }
    }
  }

  /** What came of it. */
  proposed(): Pick<AdoptionProposal, 'files' | 'instructions'> {
    return {
      files: this.manifests.changes(),
      instructions: this.#instructions,
    };
  }
}
