/** Edits of slice graphs, each a function from one graph to another: listeners, NICs and mirrors come and go. */
export {
  type CampaignEdit,
  editForCampaign,
  heldByRun,
  type ListenerPlace,
  placeOfListener,
  receiverOf,
  switchPortOf,
} from './campaign.js';
export { addListener, addNic, EMPTY_SLICE, type ListenerSpec, removeListener } from './listener.js';
export { addMirror, type MirrorSpec, removeMirror, replaceMirror, SWITCH_PORT } from './mirror.js';
export { addNetwork, type NetworkSpec } from './network.js';
export { NIC_MODELS, type NicModel } from './nics.js';
