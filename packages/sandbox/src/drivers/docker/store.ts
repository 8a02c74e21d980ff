import { type DockerApi, DockerError } from './api.ts';
import { type BoxImage, imageLabel } from './image/image.ts';

/** The name that all images of boxes have in common. */
const repository = 'castellan-box';

/** Whether the daemon has that image. */
export async function hasImage(api: DockerApi, { id }: BoxImage): Promise<boolean> {
  try {
    await api.call('GET', `/images/${id}/json`);
    return true;
  } catch (error) {
    if (error instanceof DockerError && error.code === 404) return false;
    throw error;
  }
}

/**
 * Puts the image into the daemon's store, where it is not there yet, and gives it a name, which another
 * image loses then. Rejects when the daemon has made another image of it.
 */
export async function loadImage(
  api: DockerApi,
  image: BoxImage,
  tag: string,
): Promise<{ readonly name: string; readonly wasThere: boolean }> {
  const wasThere = await hasImage(api, image);
  const said = wasThere ? '' : await api.upload('/images/load?quiet=1', image.archive());
  if (!wasThere && !(await hasImage(api, image))) {
    throw new DockerError('load', `it was given the image ${image.id}, and said: ${said.trim()}`);
  }
  await api.call('POST', `/images/${image.id}/tag?repo=${repository}&tag=${tag}`);
  return { name: `${repository}:${tag}`, wasThere };
}

interface ListedImage {
  readonly Id: string;
}

/** Removes images of boxes that have lost their names, where no container needs them. Returns how many. */
export async function sweepImages(api: DockerApi): Promise<number> {
  const filters = encodeURIComponent(JSON.stringify({ label: [imageLabel], dangling: ['true'] }));
  const old = (await api.call('GET', `/images/json?filters=${filters}`)) as ListedImage[];
  let removed = 0;
  for (const { Id } of old) {
    try {
      await api.call('DELETE', `/images/${Id}`);
      removed++;
    } catch (error) {
      // 409: a box of another launcher stands on it; the next sweep finds it again.
      if (!(error instanceof DockerError) || ![404, 409].includes(Number(error.code))) throw error;
    }
  }
  return removed;
}
