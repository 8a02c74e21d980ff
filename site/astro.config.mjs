import starlight from '@astrojs/starlight';
import { defineConfig, passthroughImageService } from 'astro/config';
import { groups } from './pages.ts';

export default defineConfig({
  // What `build.ts` puts together, and what becomes of it.
  srcDir: './dist/source',
  outDir: './dist/site',
  base: process.env.SITE_BASE ?? '/',
  // Pictures are shown as they are in the repository.
  image: { service: passthroughImageService() },
  integrations: [
    starlight({
      title: 'Castellan',
      description:
        'Runs JavaScript and TypeScript that you did not write, on servers that you own.',
      customCss: ['./look.css'],
      sidebar: groups.map(({ label, directory, ...rest }) => ({
        label,
        ...rest,
        items: [{ autogenerate: { directory } }],
      })),
      lastUpdated: false,
      credits: false,
    }),
  ],
});
