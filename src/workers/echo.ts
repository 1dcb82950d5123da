// The process at the other end of the round trips of `mooring figures`: it sends back what it receives.
import { type EchoArguments, runEcho } from '../figures/index.js';

runEcho(JSON.parse(process.argv[2]!) as EchoArguments);
