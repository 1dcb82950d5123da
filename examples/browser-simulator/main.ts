import { createRunPlots, installPalette, type RunPlots, spawnSim } from 'mooring/web';

// A simulation in a worker of your page, drawn second by second as it goes on.
installPalette();
const { simulator } = spawnSim();
const form = document.querySelector('form')!;
const said = document.querySelector('output')!;
let plots: RunPlots | undefined;

form.onsubmit = (event) => {
  event.preventDefault();
  const { algorithm, ...path } = Object.fromEntries(new FormData(form)) as Record<string, string>;
  run({ ...path, duration: '20s', flows: [{ algorithm: algorithm! }, { algorithm: 'bbr', start: '2s' }] }).catch(
    (error: Error) => (said.value = error.message),
  );
};

async function run(scenario: Parameters<typeof simulator.begin>[0]): Promise<void> {
  const { about, flows, durationUs } = await simulator.begin(scenario);
  said.value = about;
  plots?.close();
  plots = createRunPlots(document.querySelector('main')!, new Map(flows.map((name, id) => [id, name])));
  for (let us = 1e6; us <= durationUs; us += 1e6) plots.show((await simulator.advance(us)).series);
}
